/**
 * The machine on the bench: a rack of emulated devices, and the unit's own processes at the other ends of
 * the wires. Whoever holds this reaches the devices' outer sides, the picture on the screen and the
 * mains plug; nobody here can look inside.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { type RackDevices, startRack } from '../devices/rack.ts';
import type { RackTokenSlot } from '../devices/rack-storage.ts';
import type { WiredDevices } from '../devices/wired-devices.ts';
import { ownRelease } from '../release/build-release.ts';
import { frameBufferScreen, type ScreenSource } from './frame-buffer-screen.ts';
import type { Prepared } from './prepare.ts';
import { type CentreView, makeBenchReceiver } from './receiver.ts';
import { setRealTimeClock } from './set-clock.ts';
import { startUnitProcesses, type UnitProcesses } from './unit.ts';

/** What people reach from outside. */
export type BenchDevices = WiredDevices & {
  readonly tokens: Pick<RackTokenSlot, 'insert' | 'remove' | 'inserted'>;
};

/** A memory module that comes and goes. */
export type BenchModule = {
  present(): boolean;
  pull(): void;
  putBack(): void;
};

/** Media and cells, where they lie open on the bench. */
export type BenchMemory = Pick<RackDevices, 'fixed' | 'removable' | 'boardCell' | 'moduleCell'>;

export type MachinePower = 'off' | 'starting' | 'on' | 'failed';

export type Machine = {
  readonly devices: BenchDevices;
  /** The removable one. */
  readonly module: BenchModule;
  /** Null: it is inside the machine, and nobody here can look. */
  readonly memory: BenchMemory | null;
  /** The wall socket of its network; null: it has none. */
  readonly network: RackDevices['network'] | null;
  readonly screen: ScreenSource;
  /** The other end of the field console's serial line. */
  readonly console: string;
  /** A file with the key on a technician's laptop, as `urna diagnose --key` reads it. */
  readonly technicianKey: string;
  /** How many times as long as on this computer's own processor everything takes; robots are as patient. */
  readonly slowness: number;
  readonly power: () => MachinePower;
  /** Why it failed; null as long as it did not. */
  readonly failure: () => string | null;
  /** Plugs it in and switches it on; resolves when desk and booth run, or it failed. */
  readonly start: () => Promise<void>;
  /** The power goes: every process is killed, the devices on the unit's supply go dark. */
  readonly cutPower: () => Promise<void>;
  /** In good order. */
  readonly shutDown: () => Promise<void>;
  /** The event log as it stands on the fixed medium, one JSON object a line. */
  readonly logText: () => string;
  /** What the unit's battery-backed clock says, ms since 1970. */
  readonly calendarMs: () => number;
  readonly setCalendar: (calendarMs: number) => void;
  /** The receiving centre that its result goes to. */
  readonly centre: () => CentreView;
  /** The unit's processes now. */
  readonly pids: () => readonly number[];
  /** Ends everything that was started. */
  readonly close: () => Promise<void>;
};

/** The supervisor ended to be started again (boot/supervisor.ts). */
const EXIT_RESTART = 75;
/** Where the supervisor keeps the log on a medium. */
const LOG_PATH = 'log/event-log/log.jsonl';

/** A machine on a rack: everything that it keeps lies in a folder. */
export type RackMachine = Machine & { readonly memory: BenchMemory };

export const makeMachine = async (prepared: Prepared, runDir: string): Promise<RackMachine> => {
  const unitDir = join(runDir, 'unit');
  const receiver = await makeBenchReceiver({
    folder: join(runDir, 'centre'),
    given: prepared.given,
    delivery: join(unitDir, 'delivery'),
  });
  const rack = await startRack({
    runDir: join(runDir, 'rack'),
    clock: systemClock,
    entropy: systemEntropy,
    family: 'R503',
    receiver: receiver.port,
  });
  const { devices } = rack;
  const { image, given, locale, keyTaken } = prepared;
  if (image !== null) {
    devices.fixed.load(image.fixed);
    devices.removable.load(image.removable);
    devices.boardCell.load(image.boardCell);
    devices.moduleCell.load(image.moduleCell);
  }
  setRealTimeClock(devices.power.realTimeClock, prepared.calendarMs);
  rack.cutPower();

  const technicianKey = join(runDir, 'technician-key.json');
  const { id, key } = given.technician;
  writeFileSync(technicianKey, JSON.stringify({ id, privateKey: toHex(key.privateKey) }), {
    mode: 0o600,
  });

  let unit: UnitProcesses | null = null;
  let power: MachinePower = 'off';
  let failure: string | null = null;
  const screen = frameBufferScreen(rack.frameBuffer, rack.panel, () => power !== 'off');
  const turn = (next: MachinePower): void => {
    power = next;
    screen.changed();
  };
  const launch = (): UnitProcesses => {
    const started = startUnitProcesses({
      boardFile: rack.boardFile,
      runDir: unitDir,
      receivers: [receiver.appointment(devices.network.port)],
      provision: given,
      releaseDigest: ownRelease().digest,
      manifest: ownRelease().manifest,
      locale,
      keyTaken,
      onLine: (line) => {
        if (line.kind === 'safeMode') failure = `${line.code}: ${line.detail}`;
        // Whoever stands still because the unit does has nothing to add.
        if (line.kind === 'parked') failure ??= `${line.process}: ${line.code}`;
      },
      onExit: (code) => {
        if (unit !== started || power === 'off') return;
        // As whoever starts a unit does (boot/supervisor.ts).
        if (code === EXIT_RESTART) return void begin();
        failure ??= `the supervisor ended (${code ?? 'killed'})`;
        turn('failed');
      },
    });
    return started;
  };
  const begin = async (): Promise<void> => {
    failure = null;
    turn('starting');
    const started = launch();
    unit = started;
    // Safe mode is a way to run as well: the screen says what is wrong.
    await started.running.catch(() => undefined);
    if (unit === started && power === 'starting') turn('on');
  };
  const goDark = async (how: (running: UnitProcesses) => Promise<void>): Promise<void> => {
    const running = unit;
    unit = null;
    turn('off');
    if (running !== null) await how(running);
  };

  return {
    devices,
    module: devices.removable,
    memory: devices,
    slowness: 1,
    network: devices.network,
    screen: screen.source,
    console: rack.console,
    technicianKey,
    power: () => power,
    failure: () => failure,
    start: async () => {
      if (unit !== null && power !== 'failed') return;
      await unit?.cutPower();
      rack.powerOn();
      await begin();
    },
    cutPower: () =>
      goDark((running) => {
        rack.cutPower();
        return running.cutPower();
      }),
    shutDown: () =>
      goDark(async (running) => {
        await running.shutDown();
        rack.cutPower();
      }),
    logText: () => new TextDecoder().decode(devices.fixed.files().get(LOG_PATH)),
    calendarMs: devices.power.realTimeClock.calendarMs,
    setCalendar: (calendarMs) => setRealTimeClock(devices.power.realTimeClock, calendarMs),
    centre: receiver.view,
    pids: () => unit?.pids() ?? [],
    close: async () => {
      await goDark((running) => running.cutPower());
      rack.close();
      await receiver.close();
    },
  };
};
