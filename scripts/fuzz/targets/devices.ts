/** What devices say, and what an emulated device is told. */

import { type DecoderEvent, makePacketDecoder } from '#drivers/fingerprint/packet-decoder.ts';
import { decodeSystemParameters, encodePacket, u16 } from '#drivers/fingerprint/protocol.ts';
import {
  BOOT_KEYBOARD_DESCRIPTOR,
  decodeBootReport,
  encodeBootReport,
} from '#drivers/operator-station/hid-keyboard.ts';
import {
  BOARD_FRAME_LIMIT,
  HOST_FRAME_LIMIT,
  makeFrameReader,
} from '#drivers/power/firmata-frames.ts';
import {
  type BoardMessage,
  decodeBoardFrame,
  decodeHostFrame,
  encodeBoardMessage,
  encodeHostMessage,
  type HostMessage,
} from '#drivers/power/protocol.ts';
import { parseCommand } from '#drivers/printer/emulator/esc-pos-parser.ts';
import { decodeStatusBytes, INITIAL_STATUS_STATE } from '#drivers/printer/status.ts';
import { bindDigitizer } from '#drivers/touchscreen/digitizer.ts';
import { DIGITIZER_DESCRIPTOR } from '#drivers/touchscreen/emulator.ts';
import { parseReportDescriptor, readField } from '#drivers/touchscreen/hid-descriptor.ts';
import { type FuzzTarget, type FuzzVerdict, finding } from '../target.ts';

const bytesOf = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What a stateful decoder says of bytes that come in chunks of one length. */
const inChunks = <T>(
  input: Uint8Array,
  chunk: number,
  push: (chunk: Uint8Array) => readonly T[],
): readonly T[] => {
  const out: T[] = [];
  for (let at = 0; at < input.length; at += chunk)
    out.push(...push(input.subarray(at, at + chunk)));
  return out;
};

const runReaderPackets = (input: Uint8Array): FuzzVerdict => {
  const decode = (chunk: number): readonly DecoderEvent[] =>
    inChunks(input, chunk, makePacketDecoder().push);
  const packets = (events: readonly DecoderEvent[]) =>
    events.flatMap((event) => (event.kind === 'packet' ? [event.packet] : []));
  const whole = packets(decode(input.length || 1));
  if (!same(whole, packets(decode(1)))) return finding('packets depend on how chunks are cut');
  for (const packet of whole) {
    const [again] = packets(makePacketDecoder().push(encodePacket(packet)));
    if (!same(again, packet)) return finding('a packet is another when it is written again');
  }
  return whole.length > 0 ? 'accepted' : 'refused';
};

const PACKETS: readonly Uint8Array[] = [
  encodePacket({ address: 0xffffffff, type: 'ack', payload: Uint8Array.of(0) }),
  encodePacket({ address: 1, type: 'data', payload: new Uint8Array(128).fill(7) }),
  encodePacket({ address: 0xffffffff, type: 'lastData', payload: new Uint8Array(256) }),
  encodePacket({ address: 0xffffffff, type: 'command', payload: Uint8Array.of(0x13, 0, 0, 0, 0) }),
];
const PARAMETERS = Uint8Array.of(
  0,
  ...u16(0),
  ...u16(9),
  ...u16(200),
  ...u16(3),
  255,
  255,
  255,
  255,
  ...u16(2),
  ...u16(6),
);

const runStatus = (input: Uint8Array): FuzzVerdict => {
  const whole = decodeStatusBytes(INITIAL_STATUS_STATE, input);
  let state = INITIAL_STATUS_STATE;
  const single = inChunks(input, 1, (chunk) => {
    const step = decodeStatusBytes(state, chunk);
    state = step.state;
    return step.events;
  });
  if (!same(whole.events, single)) return finding('events depend on how chunks are cut');
  if (!same(whole.state, state)) return finding('the state depends on how chunks are cut');
  return whole.events.some(({ kind }) => kind !== 'garbled') ? 'accepted' : 'refused';
};

const runEscPos = (input: Uint8Array): FuzzVerdict => {
  let at = 0;
  for (let parsed = parseCommand(input, at); parsed !== null; parsed = parseCommand(input, at)) {
    if (parsed.next <= at || parsed.next > input.length)
      return finding(`a command from ${at} to ${parsed.next} of ${input.length}`);
    at = parsed.next;
  }
  return at > 0 ? 'accepted' : 'refused';
};

const ESC_POS_SEEDS: readonly Uint8Array[] = [
  bytesOf('1b40 1b7413 1b6101 1d2111 48656c6c6f 0a 1b4501 1b4500 1d564200'),
  bytesOf(
    '1d286b040031413200 1d286b0300314304 1d286b0300314531 1d286b0600315030616263 1d286b0300315130',
  ),
  bytesOf(
    '1d763000 0200 0300 ffffffffffff 1004 01 100502 1d6180 1d7201 1d4901 1b440408 00 1d6b04 31323300',
  ),
  bytesOf('1b2a21 0200 000000000000 1b33 1c 1b64 03 1b4a 20 1d284803 00 303031'),
];

const runDescriptor = (input: Uint8Array): FuzzVerdict => {
  const parsed = parseReportDescriptor(input);
  if (!parsed.ok) return 'refused';
  const { fields } = parsed.value;
  for (const field of fields) {
    if (!(field.bitSize > 0) || !(field.bitOffset >= 0)) return finding('a field without place');
    const bytes = Math.ceil((field.bitOffset + field.bitSize) / 8) + 1;
    if (bytes > 65_536) return finding(`a report of ${bytes} bytes`);
    readField(parsed.value, field, new Uint8Array(bytes).fill(0xff));
    readField(parsed.value, field, new Uint8Array(bytes >> 1));
  }
  return 'accepted';
};

/** Feeds reports, each opened by its length, to a panel of this descriptor. */
const runPanel = (descriptor: Uint8Array, reports: Uint8Array): FuzzVerdict => {
  const bound = bindDigitizer(descriptor);
  if (!bound.ok) return 'refused';
  let frames = 0;
  for (let at = 0; at < reports.length; at += 1 + reports[at]!) {
    const read = bound.value.read(reports.subarray(at + 1, at + 1 + reports[at]!));
    if (!read.ok || read.value === null) continue;
    frames++;
    const off = read.value.some(({ x, y }) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1));
    if (off) return finding('a contact off the panel');
  }
  return frames > 0 ? 'accepted' : 'refused';
};

const contact = (id: number, down: number): readonly number[] => [
  ...[0x02 | down, id, 0x00, 0x40, 0xff, 0x3f, 0x10, 0x01, 0x20, 0x01],
];
const REPORT = Uint8Array.of(
  1,
  ...contact(0, 1),
  ...contact(1, 1),
  ...contact(2, 0),
  ...contact(3, 0),
  ...contact(4, 0),
  2,
  ...[0x10, 0x27],
);
const REPORTS = joined([
  Uint8Array.of(REPORT.length),
  REPORT,
  Uint8Array.of(REPORT.length),
  REPORT,
]);

const runFirmata = <T>(
  input: Uint8Array,
  sender: 'host' | 'board',
  limit: number,
  decode: (frame: Uint8Array) => T | null,
  encode: (message: T) => Uint8Array,
): FuzzVerdict => {
  let read = 0;
  let wrong: string | null = null;
  const reader = makeFrameReader(sender, limit, (frame) => {
    if (frame.length > limit) wrong = `a frame of ${frame.length} bytes`;
    const message = decode(frame);
    if (message === null) return;
    read++;
    // A text of other characters than bytes is not what any board sends; it is shown, never sent on.
    if (JSON.stringify(message).match(/[^\x20-\x7e]/) !== null) return;
    if (!same(decode(encode(message)), message))
      wrong = `written again it is another: ${JSON.stringify(message)}`;
  });
  reader.push(input);
  if (wrong !== null) return finding(wrong);
  return read > 0 ? 'accepted' : 'refused';
};

const BOARD_MESSAGES: readonly BoardMessage[] = [
  { kind: 'version', major: 2, minor: 5 },
  { kind: 'firmware', major: 2, minor: 5, name: 'StandardFirmata.ino' },
  {
    kind: 'capabilities',
    pins: [
      [],
      [
        { mode: 0, bits: 1 },
        { mode: 2, bits: 10 },
      ],
    ],
  },
  { kind: 'analogMapping', channels: [null, null, 0, 1] },
  { kind: 'pinState', pin: 4, mode: 1, value: 1 },
  { kind: 'analog', channel: 3, value: 1023 },
  { kind: 'digitalPort', port: 1, value: 0x81 },
  { kind: 'i2cReply', address: 0x36, register: 4, data: [0x5c, 0x80] },
  { kind: 'text', text: 'I2C: Too few bytes received' },
];
const HOST_MESSAGES: readonly HostMessage[] = [
  { kind: 'requestVersion' },
  { kind: 'queryFirmware' },
  { kind: 'queryCapabilities' },
  { kind: 'queryAnalogMapping' },
  { kind: 'queryPinState', pin: 3 },
  { kind: 'reportAnalog', channel: 2, on: true },
  { kind: 'reportDigital', port: 1, on: true },
  { kind: 'setPinMode', pin: 4, mode: 1 },
  { kind: 'setDigitalPin', pin: 4, high: true },
  { kind: 'digitalPort', port: 1, value: 0x81 },
  { kind: 'analog', channel: 3, value: 1000 },
  { kind: 'samplingInterval', intervalMs: 1000 },
  { kind: 'i2cConfig', delayUs: 0 },
  { kind: 'i2cRequest', address: 0x36, mode: 'read', data: [4, 2] },
  { kind: 'systemReset' },
];

const runBootReports = (input: Uint8Array): FuzzVerdict => {
  const usages = decodeBootReport(input);
  if (usages === null) return 'refused';
  return same(decodeBootReport(encodeBootReport(usages)), usages)
    ? 'accepted'
    : finding('written again it is another');
};

export const DEVICE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'fingerprint-packets',
    describes: "packets of the fingerprint reader's serial line",
    seeds: () => [...PACKETS, joined(PACKETS), joined([Uint8Array.of(0x55), ...PACKETS])],
    run: runReaderPackets,
  },
  {
    name: 'fingerprint-parameters',
    describes: 'the answer to ReadSysPara',
    seeds: () => [PARAMETERS],
    run: (input) => (decodeSystemParameters(input).ok ? 'accepted' : 'refused'),
  },
  {
    name: 'printer-status',
    describes: 'what the printer sends back: real-time replies, ASB, GS r, flow control',
    seeds: () => [
      bytesOf('16 12 12 12'),
      bytesOf('10 00 00 0f'),
      bytesOf('38 20 0c 0f 11 13 00 0c'),
      bytesOf('37 25 00 1e 72 7e'),
      bytesOf('37 22 30 30 30 31 00'),
    ],
    run: runStatus,
  },
  {
    name: 'esc-pos',
    describes: 'ESC/POS as the emulated printer reads it',
    seeds: () => ESC_POS_SEEDS,
    run: runEscPos,
  },
  {
    name: 'hid-descriptor',
    describes: 'HID report descriptors',
    seeds: () => [DIGITIZER_DESCRIPTOR, BOOT_KEYBOARD_DESCRIPTOR],
    run: runDescriptor,
  },
  {
    name: 'digitizer-reports',
    describes: 'input reports of the touch panel',
    seeds: () => [REPORTS],
    run: (input) => runPanel(DIGITIZER_DESCRIPTOR, input),
  },
  {
    name: 'digitizer-binding',
    describes: 'a touch panel with another descriptor than ours',
    seeds: () => [DIGITIZER_DESCRIPTOR],
    run: (input) => {
      const bound = bindDigitizer(input);
      if (!bound.ok) return 'refused';
      const verdict = runPanel(input, REPORTS);
      return verdict === 'refused' ? 'accepted' : verdict;
    },
  },
  {
    name: 'firmata-board',
    describes: 'Firmata from the power board',
    seeds: () => [
      ...BOARD_MESSAGES.map(encodeBoardMessage),
      joined(BOARD_MESSAGES.map(encodeBoardMessage)),
    ],
    run: (input) =>
      runFirmata(input, 'board', BOARD_FRAME_LIMIT, decodeBoardFrame, encodeBoardMessage),
  },
  {
    name: 'firmata-host',
    describes: 'Firmata to the emulated power board',
    seeds: () => [
      ...HOST_MESSAGES.map(encodeHostMessage),
      joined(HOST_MESSAGES.map(encodeHostMessage)),
    ],
    run: (input) => runFirmata(input, 'host', HOST_FRAME_LIMIT, decodeHostFrame, encodeHostMessage),
  },
  {
    name: 'keyboard-reports',
    describes: "boot reports of the operator's keypad",
    seeds: () => [encodeBootReport([0x59, 0x5a]), encodeBootReport([])],
    run: runBootReports,
  },
];
