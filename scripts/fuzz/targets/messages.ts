/** What crosses between the processes of a unit, and what a reader of a report's QR codes is given. */
import type { Message } from '#firmware/messages/catalogue.ts';
import { encodeFrame, MESSAGE_LIMIT, makeFrameReader } from '#firmware/messages/frame.ts';
import { readMessage } from '#firmware/messages/read-message.ts';
import { parseSignedQr, type SignedTally, signedQrParts } from '#firmware/paper/qr-payloads.ts';
import { type FuzzTarget, type FuzzVerdict, finding } from '../target.ts';

const utf8 = new TextEncoder();
const totals = {
  match: 3,
  noMatch: 2,
  noStoredPrint: 1,
  noUpperLimbs: 0,
  overrides: 1,
  votersMarked: 5,
  registered: 700,
};
const MESSAGES: readonly Message[] = [
  { kind: 'deskStarted' },
  {
    kind: 'admission',
    token: '0123456789abcdef'.repeat(2),
    ballotStyleId: 'style-1',
    turn: '0000002a',
  },
  { kind: 'acknowledged', media: ['fixed', 'removable'] },
  { kind: 'authenticationTotals', totals },
  { kind: 'phaseChanged', phase: 'open' },
  { kind: 'pollbookKey', key: '0123456789abcdef'.repeat(4) },
  { kind: 'powerChanged', power: { level: 'battery', batteryPercent: 80, minutesLeft: 120 } },
];

/** What a reader delivers of bytes that come in chunks of one length. */
const delivered = (bytes: Uint8Array, chunk: number): readonly Message[] => {
  const messages: Message[] = [];
  const read = makeFrameReader(
    (message) => messages.push(message),
    () => undefined,
  );
  for (let at = 0; at < bytes.length; at += chunk) read(bytes.subarray(at, at + chunk));
  return messages;
};

const runFrames = (input: Uint8Array): FuzzVerdict => {
  const messages = [...delivered(input, input.length || 1), ...delivered(input, 7)];
  for (const message of messages) {
    const [back] = delivered(encodeFrame(message), MESSAGE_LIMIT);
    if (JSON.stringify(back) !== JSON.stringify(message))
      return finding('a delivered message is another when it is sent again');
  }
  return messages.length > 0 ? 'accepted' : 'refused';
};

const parsed = (input: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(input));
  } catch {
    return undefined;
  }
};

const runMessage = (input: Uint8Array): FuzzVerdict => {
  const message = readMessage(parsed(input));
  if (message === null) return 'refused';
  const frame = encodeFrame(message);
  const [back] = delivered(frame, frame.length);
  return JSON.stringify(back) === JSON.stringify(message)
    ? 'accepted'
    : finding('accepted, and it does not come through');
};

const TALLY: SignedTally = {
  electionId: 'AN-2020',
  reportId: '201301006.01.1.0001',
  pollingPlaceCode: '201301006',
  precinct: '01',
  machineCode: 'K7QM-3XPD-9WTR-5HJC',
  machineKey: Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1),
  certificate: Uint8Array.from({ length: 64 }, (_, index) => index * 3 + 2),
  keyCertificate: Uint8Array.from({ length: 64 }, (_, index) => index * 5 + 3),
  packageSignature: Uint8Array.from({ length: 64 }, (_, index) => 251 - index * 2),
  logHead: '9f86d081'.repeat(8),
  ballots: 412,
  counters: { epoch: 412, reprints: 2, spoils: 1 },
  authentication: totals,
  contests: [
    { contestId: 'lista', ballots: 412, positions: 412, nulls: 3, votes: [1, 400, 0, 8] },
    { contestId: 'nominal ñ', ballots: 400, positions: 800, nulls: 30, votes: [300, 470] },
  ],
};
const SIGNATURE = Uint8Array.from({ length: 64 }, (_, index) => 255 - index);

/** Parts a line each. */
const runQr = (input: Uint8Array): FuzzVerdict => {
  const read = parseSignedQr(new TextDecoder().decode(input).split('\n'));
  if (!read.ok) return 'refused';
  const again = parseSignedQr(signedQrParts(read.value.tally, read.value.signature));
  return again.ok && JSON.stringify(again.value) === JSON.stringify(read.value)
    ? 'accepted'
    : finding('accepted, and written again it is another');
};

export const MESSAGE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'message-frames',
    describes: 'frames between processes: length, JSON, CRC-32',
    seeds: () => [
      ...MESSAGES.map(encodeFrame),
      new Uint8Array(Buffer.concat(MESSAGES.map(encodeFrame))),
    ],
    run: runFrames,
  },
  {
    name: 'messages',
    describes: 'the JSON of a message, inside a sound frame',
    seeds: () => MESSAGES.map((message) => utf8.encode(JSON.stringify(message))),
    run: runMessage,
  },
  {
    name: 'qr-report',
    describes: "the texts of a tally report's signed QR codes",
    seeds: () => [utf8.encode(signedQrParts(TALLY, SIGNATURE).join('\n'))],
    run: runQr,
  },
];
