/**
 * A unit as its processes are, all bodies of boot/ in one process of Node: private channels are in-memory
 * links under the virtual clock, the devices an emulated board. A process that is killed loses its
 * channel, and with it everything; the exit is told as the system would.
 */

import { runBooth } from '#boot/booth/run-booth.ts';
import { countOutside } from '#boot/counting/count-outside.ts';
import { runCounting } from '#boot/counting/run-counting.ts';
import { runDesk } from '#boot/desk/run-desk.ts';
import type { ProcessHandle } from '#boot/process/handle.ts';
import type { OpenedBoard } from '#boot/process/run-process.ts';
import { runSenderProcess } from '#boot/sender/run-sender-process.ts';
import type { Certificates, DeliveryDoor } from '#boot/supervisor/delivery.ts';
import { runSupervisor } from '#boot/supervisor/run-supervisor.ts';
import type { Supervisor } from '#boot/supervisor/supervisor-options.ts';
import { type MemoryLink, makeMemoryLink } from '#drivers/links/memory-link.ts';
import type { BoothState } from '#firmware/booth/state.ts';
import type { DeskState } from '#firmware/desk/state.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { QuoteAnswer } from '#firmware/messages/console-catalogue.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import type { ProcessName, UnitLine } from '#firmware/supervisor/unit-line.ts';
import { signAppointment } from '#firmware/transmission/appointment.ts';
import type { ConsoleKeys } from '#firmware/vault/console-keys.ts';
import { encodeFormerMachines } from '#firmware/vault/former-machines.ts';
import { readIdentity } from '#firmware/vault/identity.ts';
import type { Board } from '#hal/board.ts';
import { type Clock, type SettableClock, wait } from '#hal/clock.ts';
import { ok } from '#hal/result.ts';
import { authorityPublicKey, certify } from '#scripts/day/provision.ts';
import type { DayUnit, UnitOptions } from '#scripts/day/unit.ts';

/** A local socket. */
const PACE = { baud: 100_000_000, bitsPerByte: 8 };
const GLANCE_MS = 20;

export type Body = 'desk' | 'booth' | 'counting' | 'sender';

/** Every process that was started, the newest last. */
export type StartedProcess = {
  readonly body: Body;
  readonly link: MemoryLink;
  readonly kill: () => void;
  readonly alive: () => boolean;
};

export type MemoryUnit = {
  readonly supervisor: Supervisor;
  readonly lines: UnitLine[];
  readonly processes: StartedProcess[];
  readonly booth: () => BoothState;
  readonly desk: () => DeskState;
  /** The process that runs under this name. */
  readonly process: (body: Body) => StartedProcess;
  readonly pollbookKeyErased: () => boolean;
  /** All processes are gone at once, the supervisor too: nobody starts any of them again. */
  readonly cut: () => void;
  /** As in `DayUnit`. */
  readonly machineCode: () => string;
};

export type MemoryUnitOptions = Omit<UnitOptions, 'onPark'> & {
  /** Null: the authority does not certify this machine. */
  readonly certificates?: (() => Certificates | null) | undefined;
  /** As signed by whoever signed it. */
  readonly partsList?: Uint8Array | null;
  /** As signed by whoever signed it; instead of the list of `formerIdentities`. */
  readonly formerMachines?: Uint8Array;
  /** As signed by whoever signed them; instead of those of `transmission`. */
  readonly receivers?: ReadonlyMap<string, Uint8Array>;
  /** The release's signed manifest, as delivered. */
  readonly releaseManifest?: Uint8Array | null;
  /** Where the files of the release lie; as a rule, here. */
  readonly releaseRoot?: string;
  /** Instead of the boards of `board`. */
  readonly openBooth?: () => Promise<OpenedBoard<Board['booth']>>;
  /** A console, and who may log in at it. */
  readonly startConsole?: () => ProcessHandle;
  readonly consoleKeys?: ConsoleKeys;
  /** What its TPM says over a nonce; none: it has no TPM. */
  readonly quote?: (nonce: string) => Promise<QuoteAnswer>;
  readonly onRestart?: () => void;
  readonly onLine?: (line: UnitLine) => void;
  readonly onLog?: (event: LogEvent) => void;
  /** A body starts: true keeps it from running, as a program that dies at once or hangs. */
  readonly stillborn?: (body: Body) => 'dies' | 'hangs' | null;
};

/** Each process has a calendar of its own over the one clock. */
const ownClock = (clock: Clock): SettableClock => {
  let offsetMs = clock.calendarMs() - clock.nowMs();
  return {
    nowMs: clock.nowMs,
    after: clock.after,
    calendarMs: () => offsetMs + clock.nowMs(),
    setCalendar: (calendarMs) => {
      offsetMs = calendarMs - clock.nowMs();
    },
  };
};

/** The supervisor's time ends with it. */
const mortal = (clock: SettableClock, alive: () => boolean): SettableClock => ({
  ...clock,
  after: (delayMs, task) =>
    clock.after(delayMs, () => {
      if (alive()) task();
    }),
});

const makeDelivery = (
  {
    provision,
    releaseDigest,
    locale,
    pinCost,
    takePollbookKey,
    partsList = null,
    releaseManifest = null,
    formerIdentities = [],
    formerMachines,
    consoleKeys,
    transmission,
    receivers,
  }: MemoryUnitOptions,
  certificates: () => Certificates | null,
) => {
  let machine: { readonly machineCode: string; readonly machineKey: Uint8Array } | null = null;
  let key = takePollbookKey();
  let erased = false;
  const { definition, authority } = provision;
  const listed = encodeFormerMachines(
    { election: definition.id, precinct: precinctOf(definition), keys: formerIdentities },
    authority.signing.privateKey,
  );
  const door: DeliveryDoor = {
    read: () =>
      Promise.resolve(
        ok({
          packageBytes: provision.packageBytes,
          authorityKey: authorityPublicKey(provision),
          escrowKey: provision.authority.escrow.publicKey,
          pollingPlaceCode: provision.definition.precinct.pollingPlaceCode,
          precinctNumber: provision.definition.precinct.number,
          releaseDigest,
          locale,
          pinCost,
          partsList,
          releaseManifest,
          formerMachines: formerMachines ?? (formerIdentities.length > 0 ? listed : null),
          receivers:
            receivers ??
            new Map(
              (transmission?.receivers ?? []).map((each, at) => [
                `${at}.signed`,
                signAppointment(each, authority.signing.privateKey),
              ]),
            ),
        }),
      ),
    certificates: () =>
      Promise.resolve(
        machine === null
          ? null
          : (certificates() ?? certify(provision, machine.machineKey, machine.machineCode)),
      ),
    request: (request) => {
      machine = request;
      return Promise.resolve();
    },
    consoleKeys: () => Promise.resolve(consoleKeys ?? null),
    pollbookKey: () => key,
    erasePollbookKey: () => {
      erased = erased || key !== null;
      key = null;
      return true;
    },
  };
  return { door, machineCode: () => machine?.machineCode ?? '', erased: () => erased };
};

export const startMemoryUnit = (options: MemoryUnitOptions) => {
  const { board, locale } = options;
  const { clock } = board.supervisor;
  const processes: StartedProcess[] = [];
  const lines: UnitLine[] = [];
  let dark = false;
  let boothState: BoothState | null = null;
  let deskState: DeskState | null = null;

  const startBody = (
    body: Body,
    run: (link: MemoryLink, end: () => void) => void,
  ): ProcessHandle => {
    const link = makeMemoryLink(clock, PACE);
    const listeners: ((reason: string) => void)[] = [];
    let ended: string | null = null;
    const end = (reason: string): void => {
      if (ended !== null) return;
      ended = reason;
      link.unplug();
      // Where nobody lives any more nobody is told.
      if (!dark) for (const listener of listeners) listener(reason);
    };
    const process: StartedProcess = {
      body,
      link,
      kill: () => end('signal-SIGKILL'),
      alive: () => ended === null,
    };
    processes.push(process);
    const fate = options.stillborn?.(body) ?? null;
    if (fate === null) run(link, () => end('code-0'));
    if (fate === 'dies') clock.after(GLANCE_MS, () => end('code-70'));
    return {
      link: link.host,
      onExit: (listener) => {
        if (ended === null) listeners.push(listener);
        else listener(ended);
      },
      kill: process.kill,
    };
  };
  const opened = <B>(part: B): Promise<OpenedBoard<B>> =>
    Promise.resolve({ board: part, close: () => Promise.resolve() });

  const startCounting = () =>
    startBody('counting', (link, onEnd) => runCounting({ link: link.device, clock, onEnd }));
  const startSender = () =>
    startBody('sender', (link, onEnd) =>
      runSenderProcess({
        link: link.device,
        clock,
        entropy: board.supervisor.entropy,
        openNetwork: () => {
          if (options.transmission === undefined) throw new Error('there is no network');
          return options.transmission.network;
        },
        onEnd,
      }),
    );
  const start: Record<ProcessName, () => ProcessHandle> = {
    desk: () =>
      startBody('desk', (link, onEnd) => {
        const own = ownClock(clock);
        runDesk({
          link: link.device,
          clock: own,
          locale,
          openBoard: () => opened({ ...board.desk, clock: own }),
          onEnd,
          onState: (state) => {
            deskState = state;
          },
        });
      }),
    booth: () =>
      startBody('booth', (link, onEnd) => {
        const own = ownClock(clock);
        runBooth({
          link: link.device,
          clock: own,
          locale,
          openBoard: options.openBooth ?? (() => opened({ ...board.booth, clock: own })),
          count: countOutside(startCounting, clock),
          onEnd,
          onState: (state) => {
            boothState = state;
            options.onBoothState?.(state);
          },
        });
      }),
  };
  const delivery = makeDelivery(options, options.certificates ?? (() => null));
  const supervisor = runSupervisor({
    clock: mortal(ownClock(clock), () => !dark),
    openBoard: () => opened(board.supervisor),
    delivery: delivery.door,
    startProcess: start,
    startSender,
    startConsole: options.startConsole ?? null,
    onRestart: () => options.onRestart?.(),
    ...(options.quote === undefined ? {} : { quote: options.quote }),
    chance: (count) => board.supervisor.entropy.bytes(count),
    nodeVersion: process.versions.node,
    ...(options.releaseRoot === undefined ? {} : { releaseRoot: options.releaseRoot }),
    onLine: (line) => {
      lines.push(line);
      options.onLine?.(line);
    },
  });
  const known = <T>(state: T | null, what: string): T => {
    if (state === null) throw new Error(`the ${what} has no state yet`);
    return state;
  };
  const unit: MemoryUnit = {
    supervisor,
    lines,
    processes,
    booth: () => known(boothState, 'booth'),
    desk: () => known(deskState, 'desk'),
    process: (body) => {
      const found = processes.findLast((each) => each.body === body);
      if (found === undefined) throw new Error(`no ${body} was ever started`);
      return found;
    },
    pollbookKeyErased: delivery.erased,
    cut: () => {
      dark = true;
      for (const process of processes) process.kill();
    },
    machineCode: delivery.machineCode,
  };
  return unit;
};

export const runs = (unit: MemoryUnit, body: ProcessName): boolean =>
  unit.lines.some(
    (line) => line.kind === 'process' && line.process === body && line.state === 'running',
  );

/** In place of `startUnit`: resolves when both machines run. `onUnit`: the unit, to do things to it. */
export const startUnitInMemory = async (
  options: UnitOptions & Pick<MemoryUnitOptions, 'stillborn' | 'receivers'>,
  onUnit?: (unit: MemoryUnit) => void,
): Promise<DayUnit> => {
  const { clock, media } = options.board.supervisor;
  const unit = startMemoryUnit({
    ...options,
    onLine: (line) => {
      if (line.kind === 'parked') options.onPark(line.process, `${line.code} ${line.detail ?? ''}`);
      if (line.kind === 'safeMode') options.onPark('unit', `${line.code} ${line.detail}`);
    },
  });
  onUnit?.(unit);
  while (!runs(unit, 'desk') || !runs(unit, 'booth')) await wait(clock, GLANCE_MS);
  const identity = await readIdentity(media.fixed);
  if (!identity.ok || identity.value === null) throw new Error('the unit has no identity');
  return {
    identity: identity.value,
    machineCode: unit.machineCode(),
    desk: { state: unit.desk },
    booth: { state: unit.booth },
    shutDown: unit.supervisor.shutDown,
    stop: () => {
      unit.cut();
    },
  };
};
