/** What the voter's keypad and the voice say, and what parts say of themselves. */
import {
  type AudioAnswer,
  type AudioCommand,
  decodeAnswer,
  decodeCommand,
  encodeAnswer,
  encodeCommand,
  MAX_ANSWER_BYTES,
  makeLineSplitter,
} from '#drivers/audio/protocol.ts';
import { hexId, hidIdentity, partText } from '#drivers/inventory/part-text.ts';
import { TACTILE_KEYPAD_DESCRIPTOR } from '#drivers/keypad/emulator.ts';
import { bindKeypad, readKeys } from '#drivers/keypad/keypad-reports.ts';
import { MAX_PART_TEXT } from '#hal/inventory.ts';
import { type FuzzTarget, type FuzzVerdict, finding } from '../target.ts';

const utf8 = new TextEncoder();
const textIn = (input: Uint8Array): string => new TextDecoder().decode(input);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Keys, consumer keys, and a keyboard's "too many keys at once". */
const KEY_REPORTS: readonly Uint8Array[] = [
  Uint8Array.of(1, 0x52, 0x28, 0, 0, 0, 0),
  Uint8Array.of(1, 0, 0, 0, 0, 0, 0),
  Uint8Array.of(1, 1, 1, 1, 1, 1, 1),
  Uint8Array.of(2, 0b10101),
];

const runKeys = (descriptor: Uint8Array, reports: readonly Uint8Array[]): FuzzVerdict => {
  const bound = bindKeypad(descriptor);
  if (!bound.ok) return 'refused';
  let told = 0;
  for (const report of reports) {
    const keys = readKeys(bound.value, report);
    if (!keys.ok || keys.value === null) continue;
    told++;
    if (new Set(keys.value.down).size !== keys.value.down.length)
      return finding('a key is down twice');
    if (!bound.value.reports.has(keys.value.reportId))
      return finding('keys out of a report that carries none');
  }
  return told > 0 ? 'accepted' : 'refused';
};

const COMMANDS: readonly AudioCommand[] = [
  { kind: 'check', id: 1 },
  {
    kind: 'say',
    id: 2,
    texts: [{ text: 'Su elección, señora: «Río»', locale: 'es' }],
    voice: { volume: 60, ratePercent: 100 },
  },
  { kind: 'stop', id: 3 },
];
const ANSWERS: readonly AudioAnswer[] = [
  { kind: 'ready', id: 1 },
  { kind: 'finished', id: 2 },
  { kind: 'failed', id: 3 },
];

/** A line that was taken says the same when it is written again. */
const runLine =
  <T>(decode: (line: Uint8Array) => T | null, encode: (value: T) => Uint8Array) =>
  (input: Uint8Array): FuzzVerdict => {
    const value = decode(input);
    if (value === null) return 'refused';
    return same(decode(encode(value)), value) ? 'accepted' : finding('written again it is another');
  };

const runSplitter = (input: Uint8Array): FuzzVerdict => {
  const linesIn = (chunkBytes: number): readonly (string | null)[] => {
    const split = makeLineSplitter(MAX_ANSWER_BYTES);
    const lines: (string | null)[] = [];
    for (let at = 0; at < input.length; at += chunkBytes)
      for (const line of split(input.subarray(at, at + chunkBytes)))
        lines.push(line === null ? null : Buffer.from(line).toString('hex'));
    return lines;
  };
  const whole = linesIn(input.length || 1);
  if (!same(whole, linesIn(1))) return finding('lines depend on how chunks are cut');
  if (whole.some((line) => line !== null && line.length > 2 * MAX_ANSWER_BYTES))
    return finding('a line that is too long');
  return whole.some((line) => line !== null) ? 'accepted' : 'refused';
};

const UEVENT = utf8.encode(
  'DRIVER=hid-generic\nHID_ID=0003:0000046D:0000C31C\nHID_NAME=Logitech USB Keyboard\nHID_PHYS=usb-0000:00:14.0-1/input0\nHID_UNIQ=\n',
);

const isPlain = (text: string | null): boolean =>
  text === null || (/^[\x20-\x7e]+$/.test(text) && text.length <= MAX_PART_TEXT);
const isHexId = (text: string | null): boolean => text === null || /^[0-9a-f]{4}$/.test(text);

const runUevent = (input: Uint8Array): FuzzVerdict => {
  const { identity, path } = hidIdentity(textIn(input));
  const { vendor, product, serial, name } = identity;
  if (![serial, name, partText(path)].every(isPlain)) return finding('a text that is not plain');
  if (![vendor, product].every(isHexId)) return finding('an identifier that is none');
  return [vendor, product, serial, name, path].some((each) => each !== null)
    ? 'accepted'
    : 'refused';
};

const runAttribute = (input: Uint8Array): FuzzVerdict => {
  const text = textIn(input);
  const plain = partText(text);
  if (!isPlain(plain)) return finding('a text that is not plain');
  if (partText(plain) !== plain) return finding('plain text is made plainer');
  if (!isHexId(hexId(text))) return finding('an identifier that is none');
  return plain === null ? 'refused' : 'accepted';
};

export const VOTER_DEVICE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'keypad-reports',
    describes: "input reports of the voter's keypad",
    seeds: () => KEY_REPORTS.filter((_, index) => index !== 2),
    run: (input) => runKeys(TACTILE_KEYPAD_DESCRIPTOR, [input]),
  },
  {
    name: 'keypad-binding',
    describes: "a voter's keypad with another descriptor than ours",
    seeds: () => [TACTILE_KEYPAD_DESCRIPTOR],
    run: (input) => runKeys(input, KEY_REPORTS),
  },
  {
    name: 'audio-commands',
    describes: 'what the voice is told, a line of JSON',
    seeds: () => COMMANDS.map(encodeCommand),
    run: runLine(decodeCommand, encodeCommand),
  },
  {
    name: 'audio-answers',
    describes: 'what the voice answers, a line of JSON',
    seeds: () => ANSWERS.map(encodeAnswer),
    run: runLine(decodeAnswer, encodeAnswer),
  },
  {
    name: 'audio-lines',
    describes: 'lines out of the bytes from the voice',
    seeds: () => [Uint8Array.from(ANSWERS.flatMap((answer) => [...encodeAnswer(answer)]))],
    run: runSplitter,
  },
  {
    name: 'part-identity',
    describes: 'what a HID part says of itself (uevent)',
    seeds: () => [UEVENT],
    run: runUevent,
  },
  {
    name: 'part-text',
    describes: 'an attribute of a part as sysfs gives it',
    seeds: () => ['046d', '0x8086', 'TM-T20II\n', 'Español', '0000046D'].map((s) => utf8.encode(s)),
    run: runAttribute,
  },
];
