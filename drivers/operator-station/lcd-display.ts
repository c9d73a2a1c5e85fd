/**
 * The operator's two-line display: johnny-five's LCD (HD44780 behind a PCF8574 on I2C) on a Firmata
 * board, sending only what changed.
 *
 * johnny-five writes each edge of the enable line as an I2C message of its own: 28 bytes of serial
 * line a character. Its `pulse` is replaced by one that gathers the edges; the PCF8574 takes any
 * number of bytes in one transmission (datasheet, "Writing to the port"), so a character costs 8, and
 * a whole screen under 0.1 s. Its constructor waits about 10 ms in a busy loop: it runs once, at the
 * first start; after that a display that lost its power is started again from here.
 */
import type { Clock } from '#hal/clock.ts';
import { wait } from '#hal/clock.ts';
import type { StationFault } from '#hal/operator-station.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { FirmataBoard } from '../power/firmata-board.ts';
import type { FiveLcd } from '../power/johnny-five.ts';
import { I2C } from '../power/pins.ts';
import { encodeLine, GLYPHS, INSTRUCTION, LINE_ADDRESS } from './hd44780.ts';

/** Bytes of one I2C message: StandardFirmata stores 64 bytes of a message, two for each of these. */
const I2C_CHUNK_BYTES = 28;

/** An unchanged run shorter than this is written again: setting the address costs as much. */
const WORTH_SKIPPING = 2;

/** The display acknowledges an update within this. A whole screen takes 0.1 s at 57,600 baud. */
const CONFIRM_LIMIT_MS = 1_000;

/** A display that is not there is looked for this often. */
const RETRY_MS = 1_000;

/** HD44780U datasheet, figure 24: waits of the start sequence, rounded up. */
const RESET_STEP_MS = 5;

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
    /** Starts the controller and defines its own characters. The screen is blank then. */
    initialise: async (): Promise<void> => {
      firmata.board().i2cConfig({ address: I2C.display });
      edges = [];
      if (lcd === null) lcd = create();
      else await resynchronise();
      instruct(INSTRUCTION.displayOn);
      instruct(INSTRUCTION.setCgramAddress);
      for (const { rows } of GLYPHS) put(rows);
      send();
    },
    /** Reads the expander: proof that it is there and that all before was sent. */
    confirm: (): Promise<'there' | 'absent' | 'timeout'> =>
      new Promise((resolve) => {
        const { io } = firmata.board();
        const event = `I2C-reply-${I2C.display}-0`;
        const cancel = clock.after(CONFIRM_LIMIT_MS, () => {
          io.removeAllListeners(event);
          resolve('timeout');
        });
        io.removeAllListeners(event);
        io.i2cReadOnce(I2C.display, 1, (bytes) => {
          cancel();
          resolve(bytes.length === 1 ? 'there' : 'absent');
        });
      }),
  };
};

const fault = (kind: StationFault['kind'], detail: string): StationFault => ({
  device: 'station',
  kind,
  detail,
});

export const makeLcdDisplay = (firmata: FirmataBoard, clock: Clock, columns = 20): LcdDisplay => {
  const wire = makeLcdWire(firmata, clock, columns);
  const listeners = new Set<(fault: StationFault) => void>();
  let waiting: ((result: Result<void, StationFault>) => void)[] = [];
  let wanted: Screen = [encodeLine('', columns), encodeLine('', columns)];
  /** What is on the glass; null: unknown, the controller must be started. */
  let shown: Screen | null = null;
  let working = false;
  let lost: StationFault | null = null;
  let stopRetry = (): void => undefined;

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

  /** One update to what is wanted now. */
  const update = async (): Promise<StationFault | null> => {
    const boardFault = firmata.fault('station');
    if (boardFault !== null) return boardFault;
    const target = wanted;
    const before = shown;
    if (before === null) await wire.initialise();
    if (!writeChanges(before, target)) return null;
    const answer = await wire.confirm();
    if (answer === 'there') {
      shown = target;
      return null;
    }
    return answer === 'absent'
      ? fault('absent', 'nothing answers at the display address')
      : fault('timeout', 'the display does not acknowledge');
  };

  const lose = (what: StationFault): void => {
    shown = null;
    stopRetry();
    // A board that is lost says by itself when it is back.
    if (firmata.fault('station') === null) stopRetry = clock.after(RETRY_MS, () => void work());
    if (lost !== null) return;
    lost = what;
    for (const listener of [...listeners]) listener(what);
  };

  const catchUp = async (): Promise<StationFault | null> => {
    working = true;
    try {
      let target: Screen;
      let problem: StationFault | null;
      do {
        target = wanted;
        problem = await update();
      } while (problem === null && wanted !== target);
      return problem;
    } finally {
      working = false;
    }
  };

  const work = async (): Promise<void> => {
    if (working) return;
    const problem = await catchUp();
    if (problem === null) {
      lost = null;
      stopRetry();
    } else lose(problem);
    const resolves = waiting;
    waiting = [];
    for (const resolve of resolves) resolve(problem === null ? done : err(problem));
  };

  firmata.onLost(() => lose(firmata.fault('station') ?? fault('absent', 'the board was lost')));
  firmata.onReady(() => {
    shown = null;
    if (lost !== null) void work();
  });

  const enqueue = (): Promise<Result<void, StationFault>> =>
    new Promise((resolve, reject) => {
      waiting.push(resolve);
      work().catch(reject);
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
    onFault: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
