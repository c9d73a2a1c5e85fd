/**
 * The device side of a receipt printer: bytes in, status bytes and paper out, at a real one's pace
 * under the clock. It knows paper, cover, cutter, head and power, and breaks in the ways of
 * `PRINTER_FAULTS`. For benches, scripts and tests.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import {
  inError,
  isOffline,
  type PrinterCondition,
  reportedPart,
  sensorByte,
  statusBackBytes,
  statusByte,
} from './emulator/condition.ts';
import { parseCommand } from './emulator/esc-pos-parser.ts';
import { type PrinterFaultName, SLOW_FACTOR } from './emulator/faults.ts';
import { identityBytes } from './emulator/identity.ts';
import { makeLineComposer, type PaperMovement } from './emulator/line-composer.ts';
import { DEFAULT_PRINTER_OPTIONS, type PrinterEmulatorOptions } from './emulator/options.ts';
import { makePaperTape, type PaperPiece } from './emulator/paper-tape.ts';
import { type RealTimeCommand, scanRealTime } from './emulator/real-time.ts';

export { PRINTER_FAULTS, type PrinterFaultName } from './emulator/faults.ts';
export type { PrinterEmulatorOptions } from './emulator/options.ts';
export type { PaperPiece } from './emulator/paper-tape.ts';

/** XOFF when less is free, XON when the buffer is emptied to a quarter. */
const XOFF_FREE_BYTES = 640;
const MM_PER_INCH = 25.4;
/** A motor that has more to do sooner than this has not come to a stand. */
const STANDS_AFTER_MS = 1;
const DLE = 0x10;
const XON = 0x11;
const XOFF = 0x13;
/** GS ( H, function 48: header and identifier of the answer; then the process ID and a NUL. */
const PROCESS_RESPONSE_PREFIX = [0x37, 0x22] as const;
const CLEAR_RESPONSE = Uint8Array.of(0x37, 0x25, 0x00);
/** Commands it has no use for are kept for inspection, this many. */
const IGNORED_LIMIT = 1_000;

export type PrinterEmulator = {
  /** Calls `listener` with each printed piece that is cut off or torn off. */
  onPaper(listener: (piece: PaperPiece) => void): () => void;
  /** The pieces since the last call, oldest first; blank scraps are only counted. */
  takePapers(): readonly PaperPiece[];
  /** Printed and not cut; null when there is nothing. */
  hanging(): PaperPiece | null;
  /** A person tears off what hangs; it goes the way of a cut piece. */
  tearOff(): PaperPiece | null;
  /** Pieces without anything on them that were cut off. */
  blankScraps(): number;
  setFault(name: PrinterFaultName, on: boolean): void;
  /** The fault strikes after so much more paper has moved, also in the middle of a line. Returns how to call it off. */
  failAfterMm(name: PrinterFaultName, mm: number): () => void;
  faults(): readonly PrinterFaultName[];
  /** Puts a roll in. */
  loadPaper(mm?: number): void;
  paperLeftMm(): number;
  /** How long its mechanism has been at work since it was made: moving paper and cutting, ms. */
  busyMs(): number;
  /** What was received and means nothing here, up to 1,000 commands. */
  ignoredCommands(): readonly Uint8Array[];
};

type Trigger = { readonly name: PrinterFaultName; readonly atDots: number };

export const makePrinterEmulator = (
  link: ByteLink,
  clock: Clock,
  givenOptions: PrinterEmulatorOptions = {},
): PrinterEmulator => {
  const options = { ...DEFAULT_PRINTER_OPTIONS, ...givenOptions };
  const { widthDots, dotsPerInch } = options;
  const dotsPerMm = dotsPerInch / MM_PER_INCH;
  const headToCutterDots = Math.round(options.headToCutterMm * dotsPerMm);
  const tape = makePaperTape({ widthDots, dotsPerMm, headToCutterDots });
  const composer = makeLineComposer(widthDots, dotsPerInch);
  const listeners = new Set<(piece: PaperPiece) => void>();
  const active = new Set<PrinterFaultName>();
  const ignored: Uint8Array[] = [];

  let received = new Uint8Array(0);
  let realTime: readonly number[] = [];
  let movements: PaperMovement[] = [];
  let cancelMotion: (() => void) | null = null;
  let busyMs = 0;
  let stoodSince = Number.NEGATIVE_INFINITY;
  let leftDots = options.rollMm * dotsPerMm;
  let triggers: Trigger[] = [];
  let booting: (() => void) | null = null;
  let mechanicalError = false;
  let cutterError = false;
  let statusMask = 0;
  let lastReport = '';
  let flowClosed = false;
  let papers: PaperPiece[] = [];
  let scraps = 0;

  // ---- status ----

  const paperEnd = (): boolean => leftDots <= 0;
  const nearEnd = (): boolean => active.has('nearEnd') || leftDots <= options.nearEndMm * dotsPerMm;
  const alive = (): boolean => booting === null && !active.has('powerCut') && !active.has('silent');
  const condition = (): PrinterCondition => ({
    coverOpen: active.has('coverOpen'),
    feeding: active.has('feeding'),
    mechanicalError,
    cutterError,
    unrecoverableError: active.has('unrecoverable'),
    autoRecoverableError: active.has('overheated'),
    paperNearEnd: nearEnd(),
    paperEnd: paperEnd(),
  });
  /** Works off what it has received. */
  const running = (): boolean => alive() && !active.has('stalled') && !isOffline(condition());

  const transmit = (bytes: Uint8Array): void => {
    if (!alive()) return;
    const sent = active.has('garbled') ? bytes.map((byte) => byte | 0x81) : bytes;
    void link.write(sent);
  };
  /** Sends an ASB when something changed, or when the host has just asked for reports. */
  const report = (always = false): void => {
    if (statusMask === 0) return;
    const bytes = statusBackBytes(condition());
    const part = reportedPart(bytes, statusMask);
    if (part === lastReport && !always) return;
    lastReport = part;
    transmit(bytes);
  };

  // ---- paper ----

  const release = (piece: PaperPiece | null): void => {
    if (piece === null) return;
    if (piece.items.length === 0) {
      scraps++;
      return;
    }
    papers.push(piece);
    for (const listener of [...listeners]) listener(piece);
  };
  /** How far the paper can move before something strikes. */
  const wayTo = (dots: number): number =>
    Math.max(
      0,
      Math.min(dots, leftDots, ...triggers.map((trigger) => trigger.atDots - tape.headDots())),
    );
  const strike = (): void => {
    const due = triggers.filter((trigger) => trigger.atDots <= tape.headDots());
    triggers = triggers.filter((trigger) => trigger.atDots > tape.headDots());
    for (const trigger of due) setFault(trigger.name, true);
  };
  const dotsOf = (movement: PaperMovement): number => {
    switch (movement.kind) {
      case 'print':
        return movement.item.heightDots;
      case 'feed':
        return movement.dots;
      case 'cut':
        return movement.feedDots === null ? 0 : headToCutterDots + movement.feedDots;
    }
  };
  /** Done moving by `dots`, which is less than the whole when something stopped it. */
  const finishMovement = (movement: PaperMovement, dots: number): void => {
    const whole = dots >= dotsOf(movement);
    const printed = movement.kind === 'print' && (whole || dots > movement.item.heightDots / 2);
    if (movement.kind === 'print' && printed) {
      tape.print({ ...movement.item, heightDots: dots });
    } else {
      tape.feed(dots);
    }
    leftDots -= dots;
    if (movement.kind === 'cut' && whole) {
      if (active.has('cutter')) cutterError = true;
      else release(tape.cut());
    }
    // What did not get through is tried again if the printer resumes (and is not cleared).
    if (whole) movements.shift();
    strike();
    report();
  };
  const startMovement = (movement: PaperMovement): void => {
    const dots = wayTo(dotsOf(movement));
    const fromStandstill = clock.nowMs() - stoodSince > STANDS_AFTER_MS ? options.startMs : 0;
    const cutting = movement.kind === 'cut' && dots >= dotsOf(movement) ? options.cutMs : 0;
    const factor = active.has('slow') ? SLOW_FACTOR : 1;
    const movingMs = ((dots / dotsPerMm) * 1000) / options.speedMmPerS;
    const startedMs = clock.nowMs();
    const durationMs = fromStandstill + factor * movingMs + cutting;
    cancelMotion = clock.after(durationMs, () => {
      cancelMotion = null;
      stoodSince = clock.nowMs();
      busyMs += stoodSince - startedMs;
      finishMovement(movement, dots);
      work();
    });
  };

  // ---- commands ----

  const closeFlow = (closed: boolean): void => {
    flowClosed = closed;
    if (options.onFull === undefined) transmit(Uint8Array.of(closed ? XOFF : XON));
    else options.onFull(closed);
  };
  const setFlow = (): void => {
    const free = options.receiveBufferBytes - received.length;
    if (!flowClosed && free < XOFF_FREE_BYTES) closeFlow(true);
    else if (flowClosed && received.length <= options.receiveBufferBytes / 4) closeFlow(false);
  };
  /** Executes one command of the receive buffer; false when there is no whole one. */
  const takeCommand = (): boolean => {
    const parsed = parseCommand(received, 0);
    if (parsed === null) return false;
    received = received.subarray(parsed.next);
    const { command } = parsed;
    if (command.kind === 'initialise') {
      statusMask = 0;
      lastReport = '';
    }
    if (command.kind === 'statusBack') {
      statusMask = command.mask;
      report(true);
    }
    if (command.kind === 'transmitSensor') {
      transmit(Uint8Array.of(command.sensor === 1 ? sensorByte(condition()) : 0));
    }
    if (command.kind === 'transmitId') transmit(identityBytes(command.id, options.identity));
    if (command.kind === 'processId')
      transmit(Uint8Array.of(...PROCESS_RESPONSE_PREFIX, ...command.id, 0));
    if (command.kind === 'ignored' && command.bytes[0] !== DLE && ignored.length < IGNORED_LIMIT)
      ignored.push(command.bytes);
    movements.push(...composer.apply(command));
    return true;
  };
  /** Goes on until paper moves, the printer stops, or there is nothing to do. */
  const work = (): void => {
    while (cancelMotion === null && running()) {
      const movement = movements[0];
      if (movement !== undefined) startMovement(movement);
      else if (!takeCommand()) break;
    }
    setFlow();
  };
  const clearBuffers = (): void => {
    received = new Uint8Array(0);
    movements = [];
    composer.clear();
    cancelMotion?.();
    cancelMotion = null;
    setFlow();
  };
  const sticks = (): boolean => active.has('jam') || active.has('mechanical');
  const recoverErrors = (): void => {
    if (!sticks()) mechanicalError = false;
    if (!active.has('cutter')) cutterError = false;
  };
  const obey = (command: RealTimeCommand): void => {
    switch (command.kind) {
      case 'transmitStatus':
        transmit(Uint8Array.of(statusByte(condition(), command.n)));
        return;
      case 'recover':
        // Outside an error DLE ENQ does nothing.
        if (!inError(condition())) return;
        if (command.clear) clearBuffers();
        recoverErrors();
        report();
        return;
      case 'clearBuffers':
        clearBuffers();
        transmit(CLEAR_RESPONSE);
        return;
    }
  };
  /** A full buffer loses what arrives; only a command that is not whole yet may outgrow it. */
  const append = (bytes: Uint8Array): void => {
    const room =
      parseCommand(received, 0) === null
        ? bytes.length
        : Math.max(0, options.receiveBufferBytes - received.length);
    const taken = bytes.subarray(0, room);
    const grown = new Uint8Array(received.length + taken.length);
    grown.set(received);
    grown.set(taken, received.length);
    received = grown;
  };
  const receive = (chunk: Uint8Array): void => {
    if (!alive()) return;
    let from = 0;
    chunk.forEach((byte, index) => {
      const scan = scanRealTime(realTime, byte);
      realTime = scan.held;
      if (scan.command === null) return;
      append(chunk.subarray(from, index + 1));
      from = index + 1;
      obey(scan.command);
    });
    append(chunk.subarray(from));
    work();
  };

  // ---- faults ----

  const losePower = (): void => {
    booting?.();
    booting = null;
    clearBuffers();
    composer.reset();
    realTime = [];
    statusMask = 0;
    lastReport = '';
    flowClosed = false;
    options.onFull?.(false);
    mechanicalError = sticks();
    cutterError = false;
  };
  const boot = (): void => {
    booting = clock.after(options.bootMs, () => {
      booting = null;
    });
  };
  const setFault = (name: PrinterFaultName, on: boolean): void => {
    if (on) active.add(name);
    else active.delete(name);
    if (name === 'paperEnd') leftDots = on ? 0 : options.rollMm * dotsPerMm;
    if (sticks()) mechanicalError = true;
    if (name === 'powerCut') {
      losePower();
      if (!on) boot();
    }
    if (name === 'unplugged') {
      if (on) options.cable?.unplug();
      else options.cable?.plug();
    }
    interruptMotion();
    report();
    work();
  };
  /** A fault that strikes while paper moves: the movement is cut short where it is. */
  const interruptMotion = (): void => {
    if (cancelMotion === null || running()) return;
    cancelMotion();
    cancelMotion = null;
  };

  link.onBytes(receive);
  return {
    onPaper: (listener) => listen(listeners, listener),
    takePapers: () => {
      const taken = papers;
      papers = [];
      return taken;
    },
    hanging: () => tape.hanging(),
    tearOff: () => {
      const piece = tape.tear();
      release(piece);
      return piece;
    },
    blankScraps: () => scraps,
    setFault,
    failAfterMm: (name, mm) => {
      const trigger = { name, atDots: tape.headDots() + Math.round(mm * dotsPerMm) };
      triggers.push(trigger);
      return () => {
        triggers = triggers.filter((each) => each !== trigger);
      };
    },
    faults: () => [...active],
    loadPaper: (mm = options.rollMm) => {
      active.delete('paperEnd');
      leftDots = mm * dotsPerMm;
      report();
      work();
    },
    busyMs: () => busyMs,
    paperLeftMm: () => leftDots / dotsPerMm,
    ignoredCommands: () => ignored,
  };
};
