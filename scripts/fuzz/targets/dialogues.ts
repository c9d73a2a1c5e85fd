/**
 * Whole drivers in dialogue with a device that says anything: every call ends within its limit and
 * throws nothing; and the printer's encoder with documents of anything, which hold no command.
 */
import { makeFingerprintReader } from '#drivers/fingerprint/driver.ts';
import { encodePacket, encodeSystemParameters } from '#drivers/fingerprint/protocol.ts';
import { makeCheckpoints } from '#drivers/printer/checkpoints.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { parseCommand } from '#drivers/printer/emulator/esc-pos-parser.ts';
import { scanRealTime } from '#drivers/printer/emulator/real-time.ts';
import { encodeDocument } from '#drivers/printer/encoder.ts';
import { DEFAULT_PRINTER_MODEL } from '#drivers/printer/profiles.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { listen } from '#hal/listen.ts';
import type { PaperElement } from '#hal/receipt-printer.ts';
import { done } from '#hal/result.ts';
import { type FuzzTarget, type FuzzVerdict, finding } from '../target.ts';

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** How long the device takes for an answer, ms. */
const ANSWER_MS = 3;

/**
 * A link at whose end the next piece of `script` answers each write; each piece is opened by its length.
 * When the script is at its end there is silence.
 */
const scripted = (clock: VirtualClock, script: Uint8Array): ByteLink => {
  const listeners = new Set<(chunk: Uint8Array) => void>();
  let at = 0;
  return {
    present: () => true,
    close: () => undefined,
    onPresence: () => () => undefined,
    onBytes: (listener) => listen(listeners, listener),
    write: () => {
      const length = script[at] ?? 0;
      const piece = script.slice(at + 1, at + 1 + length);
      at += 1 + length;
      if (piece.length > 0)
        clock.after(ANSWER_MS, () => {
          for (const listener of [...listeners]) listener(piece);
        });
      return Promise.resolve(done);
    },
  };
};

const pieces = (...answers: readonly Uint8Array[]): Uint8Array =>
  joined(answers.flatMap((answer) => [Uint8Array.of(answer.length), answer]));

const PRINTER_OPERATION_MS = 30_000;
const READER_OPERATION_MS = 10_000;
const WAIT_MS = 500;

const runPrinterDialogue = async (input: Uint8Array): Promise<FuzzVerdict> => {
  const clock = makeVirtualClock(0);
  const printer = makeReceiptPrinter(scripted(clock, input), clock);
  const document = { name: 'fuzz', elements: [{ kind: 'text' as const, text: 'x' }] };
  let good = false;
  for (const work of [printer.start, () => printer.print(document), printer.cut]) {
    const fromMs = clock.nowMs();
    const result = await clock.run<{ readonly ok: boolean }>(work());
    if (clock.nowMs() - fromMs > PRINTER_OPERATION_MS) return finding('an operation took too long');
    good ||= result.ok;
  }
  return good ? 'accepted' : 'refused';
};

const READY = Uint8Array.of(0x12, 0x12, 0x12, 0x12);
const CLEARED = Uint8Array.of(0x37, 0x25, 0x00);
const REPORT = Uint8Array.of(0x10, 0x00, 0x00, 0x0f);
/** The answers to the two checkpoints of the second operation. */
const PASSED = Uint8Array.from(Buffer.from('37222022202000' + '37222022202100', 'hex'));

const runReaderDialogue = async (input: Uint8Array): Promise<FuzzVerdict> => {
  const clock = makeVirtualClock(0);
  const reader = makeFingerprintReader(scripted(clock, input), clock);
  const template = new Uint8Array(1_536);
  let good = false;
  const works: readonly (() => Promise<{ readonly ok: boolean }>)[] = [
    reader.start,
    () => reader.loadTemplate(template),
    () => reader.verifyFinger(WAIT_MS, () => undefined),
    () => reader.enrol(WAIT_MS, () => undefined),
    () => reader.light('ready'),
  ];
  for (const work of works) {
    const fromMs = clock.nowMs();
    const result = await clock.run(work());
    if (clock.nowMs() - fromMs > READER_OPERATION_MS) return finding('an operation took too long');
    good ||= result.ok;
  }
  return good ? 'accepted' : 'refused';
};

const ack = (...payload: readonly number[]): Uint8Array =>
  encodePacket({ address: 0xffff_ffff, type: 'ack', payload: Uint8Array.from(payload) });
const PARAMETERS = encodeSystemParameters({
  statusRegister: 0,
  systemId: 0,
  capacity: 200,
  securityLevel: 3,
  address: 0xffff_ffff,
  packetBytes: 128,
  baudFactor: 6,
});

/** Bytes as a document: each element opened by its kind and length. */
const documentOf = (input: Uint8Array): readonly PaperElement[] => {
  const elements: PaperElement[] = [];
  for (let at = 0; at + 1 < input.length; ) {
    const [kind = 0, length = 0] = [input[at], input[at + 1]];
    const content = input.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    const text = String.fromCharCode(...content);
    if (kind % 4 === 0) elements.push({ kind: 'text', text, bold: kind > 127 });
    else if (kind % 4 === 1) elements.push({ kind: 'rule' });
    else if (kind % 4 === 2 && text !== '')
      elements.push({ kind: 'qr', text, moduleDots: 3 + (kind % 6), correction: 'M' });
    else if (content.length > 0)
      elements.push({ kind: 'raster', widthDots: 8, rows: content.slice() });
  }
  return elements;
};

/** Of what the printer is told in order, all that a document has no business to say. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'cut',
  'transmitId',
  'transmitSensor',
  'graphicsPrint',
]);

const runDocument = (input: Uint8Array): FuzzVerdict => {
  const elements = documentOf(input);
  const checkpoints = makeCheckpoints('processId', 1);
  const stream = joined(
    encodeDocument({ name: 'fuzz', elements }, DEFAULT_PRINTER_MODEL, checkpoints),
  );
  let held: readonly number[] = [];
  for (const byte of stream) {
    const scan = scanRealTime(held, byte);
    held = scan.held;
    if (scan.command !== null) return finding(`a real-time command: ${scan.command.kind}`);
  }
  let passed = 0;
  for (let at = 0; at < stream.length; ) {
    const parsed = parseCommand(stream, at);
    if (parsed === null) return finding(`half a command at ${at}`);
    if (FORBIDDEN.has(parsed.command.kind)) return finding(`a command: ${parsed.command.kind}`);
    if (parsed.command.kind === 'processId') passed++;
    at = parsed.next;
  }
  if (passed !== checkpoints.count()) return finding('a checkpoint that is none of ours');
  return elements.length > 0 ? 'accepted' : 'refused';
};

export const DIALOGUE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'printer-dialogue',
    describes: 'the printer driver, with a printer that answers anything',
    seeds: () => [
      pieces(CLEARED, REPORT, READY, READY, joined([REPORT, PASSED]), READY, READY, PASSED, READY),
      pieces(CLEARED, REPORT, Uint8Array.of(0x1a, 0x16, 0x12, 0x12)),
      pieces(joined([Uint8Array.of(0x13), CLEARED]), joined([Uint8Array.of(0x11), REPORT]), READY),
    ],
    run: runPrinterDialogue,
  },
  {
    name: 'reader-dialogue',
    describes: 'the fingerprint driver, with a module that answers anything',
    seeds: () => [
      pieces(ack(0), ack(0), ack(...PARAMETERS), ack(0)),
      pieces(joined([Uint8Array.of(0x55), ack(0)]), ack(0), ack(...PARAMETERS), ack(0x21)),
      pieces(ack(0), ack(0), ack(...PARAMETERS), ack(0x02), ack(0), ack(0x06), ack(0, 0, 9)),
    ],
    run: runReaderDialogue,
  },
  {
    name: 'paper-document',
    describes: 'documents of anything, as the printer finds them',
    seeds: () => [
      Uint8Array.of(0, 5, 0x1b, 0x40, 0x10, 0x04, 0x01, 1, 0, 2, 4, 0x10, 0x14, 0x08, 0x01),
      Uint8Array.of(3, 12, 0x10, 0x04, 0x01, 0x10, 0x05, 0x02, 0x10, 0x14, 0x08, 0x01, 0x03, 0x14),
      Uint8Array.of(128, 3, 0xf1, 0xe9, 0xbf, 2, 3, 0x1d, 0x56, 0x41, 3, 2, 0x10, 0x10),
    ],
    run: runDocument,
  },
];
