/**
 * A unit in a virtual machine, as something that stands on the bench: its devices to be touched and fed, its
 * screen to be looked at, its plug to be pulled. What happens inside is the machine's own affair.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseManifest } from '#boot/release/manifest.ts';
import { releaseDigestOf } from '#boot/release/verify.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import type { Machine, MachinePower } from '../bench/machine.ts';
import type { Prepared } from '../bench/prepare.ts';
import { setRealTimeClock } from '../bench/set-clock.ts';
import { requireTools, type Tool } from '../image/tools.ts';
import { readBootLog } from './boot-log.ts';
import type { VirtualBoot, VirtualDisk } from './command-line.ts';
import { answerRequests, deliveryFiles } from './delivery-stick.ts';
import { makeMachineScreen } from './machine-screen.ts';
import { virtualParts } from './parts.ts';
import { startSoftwareTpm } from './software-tpm.ts';
import type { Files } from './stick-images.ts';
import { startVirtualMachine, type VirtualMachine } from './virtual-machine.ts';
import { startVirtualRack } from './virtual-rack.ts';
import { makeVirtualSticks } from './virtual-sticks.ts';

/** What is in the machine. */
export type VirtualContent = {
  /** Which the authority's delivery is for. */
  readonly release: ReleaseManifest;
  readonly boot: VirtualBoot;
  /** The unit's own disk; kept from one start to the next. */
  readonly disk: VirtualDisk;
  /** Of somebody who looks on (onlooker/onlooker.ts). */
  readonly pciPort?: string;
};

export type VirtualUnit = Machine & {
  /** Files of the memory module by path. */
  readonly moduleFiles: () => Promise<Files>;
  /** A file that keeps what kernel and boot stages say. */
  readonly bootLog: string;
};

export type VirtualUnitOptions = {
  readonly folder: string;
  readonly content: (folder: string) => Promise<VirtualContent>;
  /** What happens outside, a line each. */
  readonly onNote?: (note: string) => void;
};

/** Software emulation, on a busy computer. */
const SLOWNESS = 4;
const MEMORY_MB = 512;
const PROCESSORS = 2;
/** From the plug to the last stage of the start, on a busy computer. */
const BOOT_LIMIT_MS = 400_000;
const LOOK_MS = 250;
/** Told to switch off the unit may take so long. */
const SHUT_DOWN_LIMIT_MS = 20_000;

/** Waits until the unit has started; why it has not, or null. */
const awaitBoot = async (log: string, runs: () => boolean): Promise<string | null> => {
  const endMs = performance.now() + BOOT_LIMIT_MS;
  for (;;) {
    const seen = readBootLog(existsSync(log) ? readFileSync(log, 'latin1') : '');
    if (seen.kind === 'started') return null;
    if (seen.kind === 'failed') return seen.line;
    if (!runs()) return 'the machine ended';
    if (performance.now() > endMs) return `it has not started in ${BOOT_LIMIT_MS / 1000} s`;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

/** Programs of Debian that a virtual unit needs. */
export const VIRTUAL_TOOLS = [
  ...['qemu-system-x86_64', 'swtpm', 'setpriv'],
  ...['mdir', 'mke2fs', 'debugfs', 'xz'],
] as const satisfies readonly Tool[];

/** Throws `MissingError` with the one line that installs what is not here. */
export const requireVirtualTools = (): void => requireTools(VIRTUAL_TOOLS);

const within = <T>(work: Promise<T>, limitMs: number): Promise<T | null> => {
  let timer: NodeJS.Timeout | null = null;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  return Promise.race([work, late]).finally(() => {
    if (timer !== null) clearTimeout(timer);
  });
};

export const makeVirtualUnit = async (
  prepared: Prepared,
  { folder, content, onNote = () => undefined }: VirtualUnitOptions,
): Promise<VirtualUnit> => {
  const { given, locale, keyTaken } = prepared;
  const at = (name: string): string => join(folder, name);
  const rack = await startVirtualRack({
    folder: at('wires'),
    clock: systemClock,
    entropy: systemEntropy,
    family: 'R503',
    onProblem: onNote,
  });
  const sticks = await makeVirtualSticks(at('sticks'));
  const { boot, disk, pciPort, release } = await content(folder);
  const delivered = {
    ...{ provision: given, releaseDigest: releaseDigestOf(release), manifest: release },
    ...{ locale, keyTaken, parts: virtualParts() },
  };
  await sticks.delivery.bring(await deliveryFiles(delivered));
  setRealTimeClock(rack.devices.power.realTimeClock, prepared.calendarMs);
  rack.cutPower();
  const technicianKey = at('technician-key.json');
  const { id, key } = given.technician;
  writeFileSync(technicianKey, JSON.stringify({ id, privateKey: toHex(key.privateKey) }), {
    mode: 0o600,
  });

  let power: MachinePower = 'off';
  let failure: string | null = null;
  let running: VirtualMachine | null = null;
  let endPower: () => Promise<void> = async () => undefined;
  const screen = makeMachineScreen(rack.panel, at('screen.ppm'), () => running?.monitor ?? null);
  const turn = (next: MachinePower): void => {
    power = next;
    screen.changed();
  };
  const stopAnswering = answerRequests(sticks, delivered, () =>
    onNote('the authority has certified the machine'),
  );
  const goDark = async (how: (machine: VirtualMachine) => Promise<unknown>): Promise<void> => {
    const machine = running;
    running = null;
    turn('off');
    rack.cutPower();
    if (machine !== null) await how(machine);
    await endPower();
  };
  const start = async (): Promise<void> => {
    if (running !== null) return;
    rmSync(at('boot.log'), { force: true });
    failure = null;
    turn('starting');
    rack.powerOn();
    const tpm = await startSoftwareTpm(at('tpm'), at('tpm.sock'));
    endPower = tpm.stop;
    rmSync(at('monitor'), { force: true });
    const machine = await startVirtualMachine({
      ...{ memoryMb: MEMORY_MB, processors: PROCESSORS, boot, disk, usb: rack.usb },
      serialPorts: [
        { kind: 'socket', path: at('console') },
        { kind: 'file', path: at('boot.log') },
      ],
      ...{ tpm: tpm.path, screen: rack.panel, watchdog: true, monitor: at('monitor') },
      ...(pciPort === undefined ? {} : { pciPort }),
    });
    running = machine;
    void machine.exited.then((code) => {
      if (running !== machine) return;
      failure = `the machine ended (${code ?? 'killed'}): ${machine.lastWords()}`;
      running = null;
      turn('failed');
    });
    await sticks.attach(machine.monitor);
    failure = await awaitBoot(at('boot.log'), () => running === machine);
    turn(failure === null ? 'on' : 'failed');
  };
  return {
    devices: { ...rack.devices, tokens: sticks.tokens },
    module: sticks.module,
    memory: null,
    slowness: SLOWNESS,
    // No network is plugged in: its result goes on the memory module.
    network: null,
    centre: () => ({ received: false, refused: [] }),
    screen: screen.source,
    console: at('console'),
    bootLog: at('boot.log'),
    technicianKey,
    power: () => power,
    failure: () => failure,
    start,
    cutPower: () => goDark((machine) => machine.cutPower()),
    shutDown: async () => {
      const machine = running;
      if (machine !== null) {
        // The power button: who does not listen to it loses the power.
        await machine.monitor.ask('system_powerdown').catch(() => undefined);
        running = null;
        await within(machine.exited, SHUT_DOWN_LIMIT_MS);
      }
      await goDark(async () => undefined);
      await machine?.cutPower();
    },
    logText: () => '',
    calendarMs: rack.devices.power.realTimeClock.calendarMs,
    setCalendar: (calendarMs) => setRealTimeClock(rack.devices.power.realTimeClock, calendarMs),
    pids: () => (running === null ? [] : [running.pid]),
    moduleFiles: sticks.module.files,
    close: async () => {
      stopAnswering();
      await sticks.tokens.settled().catch(() => undefined);
      await goDark((machine) => machine.cutPower());
      rack.close();
    },
  };
};
