/**
 * The operator's two-line display: johnny-five's LCD (HD44780 behind a PCF8574 on I2C) on a Firmata
 * board, sending only what changed.
 *
 * johnny-five writes each edge of the enable line as an I2C message of its own: 28 bytes of serial
 * line a character. Its `pulse` is replaced by one that gathers the edges; the PCF8574 takes any
 * number of bytes in one transmission (datasheet, "Writing to the port"), so a character costs 8, and
 * a whole screen under 0.1 s. Its constructor waits about 10 ms in a busy loop: it runs once, at the
 * first start; after that a display that lost its power is started again from here.
 *
 * The controller cannot be asked anything, but the expander can: in use it reads back the R/W and
 * enable lines low, as they were left; after its power blinked all of its pins read high. So a look at
 * it while nothing else is to do finds a display that was pulled, or came back blank.
 */
import type { Clock } from '#hal/clock.ts';
import { wait } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import type { StationFault } from '#hal/operator-station.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { FirmataBoard } from '../power/firmata-board.ts';
import { readI2c } from '../power/i2c-read.ts';
import type { FiveLcd } from '../power/johnny-five.ts';
import { I2C } from '../power/pins.ts';
import { encodeLine, GLYPHS, INSTRUCTION, LINE_ADDRESS } from './hd44780.ts';

/** Bytes of one I2C message: StandardFirmata stores 64 bytes of a message, two for each of these. */
const I2C_CHUNK_BYTES = 28;

/** An unchanged run shorter than this is written again: setting the address costs as much. */
const WORTH_SKIPPING = 2;

/** A display that is not there is looked for this often. */
const RETRY_MS = 700;

/** One that is there is looked at this often while it has nothing to show. */
export const LOOK_MS = 1_200;

/** HD44780U datasheet, figure 24: waits of the start sequence, rounded up. */
const RESET_STEP_MS = 5;

const READ = 0x02;
const ENABLE = 0x04;
const BACKLIGHT = 0x08;

export type LcdDisplay = {
  readonly columns: number;
  /** Waits for the board (at most 4 s), starts the controller, shows what was last wanted. */
  start(): Promise<Result<void, StationFault>>;
  /** Shows two lines; while one update is under way only the newest of the next ones is shown. */
  show(first: string, second: string): Promise<Result<void, StationFault>>;
  /** Told once when the display is lost. */
  onFault(listener: (fault: StationFault) => void): () => void;
  /** Told once when one that was lost shows again what is wanted. */
  onReturn(listener: () => void): () => void;
};

type Screen = readonly [Uint8Array, Uint8Array];

/** Places where `after` differs from `before`, as runs that are worth an address each. */
export const changedRuns = (
  before: Uint8Array | null,
  after: Uint8Array,
): readonly { readonly at: number; readonly codes: Uint8Array }[] => {
  if (before === null) return [{ at: 0, codes: after }];
  const runs: { at: number; end: number }[] = [];
  for (let at = 0; at < after.length; at++) {
    if (before[at] === after[at]) continue;
    const last = runs.at(-1);
    if (last !== undefined && at - last.end < WORTH_SKIPPING) last.end = at + 1;
    else runs.push({ at, end: at + 1 });
  }
  return runs.map(({ at, end }) => ({ at, codes: after.subarray(at, end) }));
};

/** The expander and controller at one address: gathers enable edges, sends them in few messages. */
const makeLcdWire = (firmata: FirmataBoard, clock: Clock, columns: number) => {
  let lcd: FiveLcd | null = null;
  let edges: number[] = [];

  const create = (): FiveLcd => {
    const made = new firmata.five.LCD({
      controller: 'PCF8574',
      address: I2C.display,
      rows: 2,
      cols: columns,
      board: firmata.board(),
    });
    made.pulse = (data) => {
      edges.push(data | ENABLE, data & ~ENABLE);
    };
    return made;
  };
  const instruct = (instruction: number): void => {
    lcd?.command(lcd.REGISTER.COMMAND, instruction);
  };
  const put = (codes: Iterable<number>): void => {
    for (const code of codes) lcd?.command(lcd.REGISTER.DATA, code);
  };
  const send = (): void => {
    const board = firmata.board();
    for (let at = 0; at < edges.length; at += I2C_CHUNK_BYTES)
      board.i2cWrite(I2C.display, edges.slice(at, at + I2C_CHUNK_BYTES));
    edges = [];
  };

  /** From whatever state to four-bit mode: datasheet figure 24. */
  const resynchronise = async (): Promise<void> => {
    for (const nibble of [0x3, 0x3, 0x3, 0x2]) {
      lcd?.pulse((nibble << 4) | BACKLIGHT);
      send();
      await wait(clock, RESET_STEP_MS);
    }
    instruct(INSTRUCTION.functionSet);
    instruct(INSTRUCTION.entryMode);
    instruct(INSTRUCTION.clear);
    send();
    await wait(clock, RESET_STEP_MS);
  };

  return {
    instruct,
    put,
    send,
    /** Opens the bus: before anything else on a board that has just begun. */
    openBus: (): void => firmata.board().i2cConfig({ address: I2C.display }),
    /** Starts the controller and defines its own characters. The screen is blank then. */
    initialise: async (): Promise<void> => {
      edges = [];
      if (lcd === null) lcd = create();
      else await resynchronise();
      instruct(INSTRUCTION.displayOn);
      instruct(INSTRUCTION.setCgramAddress);
      for (const { rows } of GLYPHS) put(rows);
      send();
    },
    /** Reads the expander: proof that it is there, in use, and that all before was sent. */
    look: async (): Promise<'inUse' | 'blank' | 'absent' | 'timeout'> => {
      const read = await readI2c(firmata, clock, {
        address: I2C.display,
        register: null,
        count: 1,
      });
      if (read === 'absent' || read === 'timeout') return read;
      return ((read[0] ?? 0xff) & (READ | ENABLE)) === 0 ? 'inUse' : 'blank';
    },
  };
};

const fault = (kind: StationFault['kind'], detail: string): StationFault => ({
  device: 'station',
  kind,
  detail,
});

type Waiter = (result: Result<void, StationFault>) => void;

const lookFault = (seen: 'blank' | 'absent' | 'timeout'): StationFault => {
  switch (seen) {
    case 'blank':
      return fault('absent', 'the display lost its power');
    case 'absent':
      return fault('absent', 'nothing answers at the display address');
    case 'timeout':
      return fault('timeout', 'the display does not acknowledge');
  }
};

export const makeLcdDisplay = (firmata: FirmataBoard, clock: Clock, columns = 20): LcdDisplay => {
  const wire = makeLcdWire(firmata, clock, columns);
  const onFault = new Set<(fault: StationFault) => void>();
  const onReturn = new Set<() => void>();
  let waiting: Waiter[] = [];
  let wanted: Screen = [encodeLine('', columns), encodeLine('', columns)];
  /** What is on the glass; null: unknown, the controller must be started. */
  let shown: Screen | null = null;
  let working = false;
  let started = false;
  let lost: StationFault | null = null;
  /** The next look at it, or the next attempt. */
  let stopTimer = (): void => undefined;

  const writeChanges = (before: Screen | null, after: Screen): boolean => {
    let changed = false;
    for (const line of [0, 1] as const) {
      for (const run of changedRuns(before?.[line] ?? null, after[line])) {
        wire.instruct(INSTRUCTION.setDdramAddress | (LINE_ADDRESS[line] + run.at));
        wire.put(run.codes);
        changed = true;
      }
    }
    wire.send();
    return changed;
  };

  /**
   * Looks at a display that was in use, twice: one byte that the serial line lost takes a whole reply with
   * it, and is no fault of the display's.
   */
  const lookAgain = async () => {
    const seen = await wire.look();
    return seen === 'timeout' && firmata.fault('station') === null ? wire.look() : seen;
  };

  /** One update to what is wanted now. `always`: looks at the display even if nothing has changed. */
  const update = async (always: boolean): Promise<StationFault | null> => {
    const boardFault = firmata.fault('station');
    if (boardFault !== null) return boardFault;
    const target = wanted;
    const before = shown;
    if (before === null) {
      // One that comes only while it is being started would miss the beginning, and stay dark.
      wire.openBus();
      const there = await wire.look();
      if (there === 'absent' || there === 'timeout') return lookFault(there);
      await wire.initialise();
    }
    if (!writeChanges(before, target) && !always) return null;
    const seen = await (before === null ? wire.look() : lookAgain());
    // A board that was lost meanwhile made `shown` unknown: this update counts for nothing.
    const lostMeanwhile = firmata.fault('station');
    if (lostMeanwhile !== null) return lostMeanwhile;
    if (seen === 'blank' && before !== null) {
      // It is there, only its power blinked: begin again at once.
      shown = null;
      return update(true);
    }
    if (seen !== 'inUse') return lookFault(seen);
    shown = target;
    return null;
  };

  /** As `update`; whatever the libraries throw ends here, as a fault with the controller unknown. */
  const tryUpdate = async (always: boolean): Promise<StationFault | null> => {
    try {
      return await update(always);
    } catch (thrown) {
      return fault('broken', thrown instanceof Error ? thrown.message : String(thrown));
    }
  };

  const answer = (waiters: readonly Waiter[], problem: StationFault | null): void => {
    for (const resolve of waiters) resolve(problem === null ? done : err(problem));
  };

  const lose = (what: StationFault): void => {
    shown = null;
    stopTimer();
    // A board that is lost says by itself when it is back.
    if (firmata.fault('station') === null) stopTimer = clock.after(RETRY_MS, () => work(false));
    if (lost !== null) return;
    lost = what;
    for (const listener of [...onFault]) listener(what);
  };

  const regain = (): void => {
    if (lost === null) return;
    lost = null;
    for (const listener of [...onReturn]) listener();
  };

  /** Updates until what is shown is wanted; who called before an update has its answer with it. */
  const catchUp = async (always: boolean): Promise<void> => {
    working = true;
    try {
      let target: Screen;
      let problem: StationFault | null;
      do {
        target = wanted;
        const callers = waiting;
        waiting = [];
        problem = await tryUpdate(always);
        if (problem !== null) lose(problem);
        answer(callers, problem);
      } while (problem === null && (wanted !== target || waiting.length > 0));
      if (problem === null) {
        stopTimer();
        stopTimer = clock.after(LOOK_MS, () => work(true));
        regain();
      } else {
        // Called while it failed: the same answer.
        answer(waiting.splice(0), problem);
      }
    } finally {
      working = false;
    }
  };

  const work = (always: boolean): void => {
    if (working) return;
    stopTimer();
    // What a listener throws is that listener's: the display goes on.
    catchUp(always).catch(() => undefined);
  };

  firmata.onLost(() => {
    if (started) lose(firmata.fault('station') ?? fault('absent', 'the board was lost'));
  });
  firmata.onReady(() => {
    shown = null;
    if (started) work(false);
  });

  const enqueue = (): Promise<Result<void, StationFault>> =>
    new Promise((resolve) => {
      started = true;
      waiting.push(resolve);
      work(false);
    });

  return {
    columns,
    start: async () => {
      // What the board's own handshake says comes back from `enqueue`, as the station's fault.
      await firmata.start();
      return enqueue();
    },
    show: (first, second) => {
      wanted = [encodeLine(first, columns), encodeLine(second, columns)];
      return enqueue();
    },
    onFault: (listener) => listen(onFault, listener),
    onReturn: (listener) => listen(onReturn, listener),
  };
};
