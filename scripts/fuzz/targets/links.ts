/** What comes over links to real devices, and what says which they are. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readBoardFile } from '#drivers/board-file.ts';
import {
  encodeReportFrame,
  MAX_FRAME_BYTES,
  makeReportFrameDecoder,
} from '#drivers/links/report-frames.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import {
  decodeAttestation,
  decodeSignature,
  readAttestationKey,
} from '#drivers/tpm/attestation.ts';
import {
  decodeNvData,
  decodeNvPublic,
  decodeProperties,
  decodeResponse,
  nameOfCode,
} from '#drivers/tpm/codec.ts';
import { decodePrimary, decodeQuote, decodeRegisters } from '#drivers/tpm/quote-codec.ts';
import { eventProblem } from '#firmware/events/catalogue.ts';
import { partEvents } from '#firmware/parts/part-events.ts';
import { compareParts, PARTS_LIST_PURPOSE, readPartsList } from '#firmware/parts/parts-list.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { openSignedFile, signFile } from '#firmware/vault/signed-file.ts';
import type { Part } from '#hal/inventory.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const utf8 = new TextEncoder();
const bytesOf = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const jsonOf = (input: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(input));
  } catch {
    return undefined;
  }
};

/** Frames that a decoder gives of bytes in chunks of one length; null: not our framing. */
const framesOf = (input: Uint8Array, chunk: number): readonly Uint8Array[] | null => {
  const decode = makeReportFrameDecoder();
  const frames: Uint8Array[] = [];
  for (let at = 0; at < input.length; at += chunk) {
    const found = decode(input.subarray(at, at + chunk));
    if (found === null) return null;
    frames.push(...found);
  }
  return frames;
};

const runReportFrames = (input: Uint8Array): FuzzVerdict => {
  const whole = framesOf(input, input.length || 1);
  const single = framesOf(input, 1);
  if (whole === null || single === null)
    return whole === single ? 'refused' : finding('a wrong length depends on how chunks are cut');
  if (JSON.stringify(whole) !== JSON.stringify(single))
    return finding('frames depend on how chunks are cut');
  const again = joined(whole.map(encodeReportFrame));
  if (Buffer.compare(again, input.subarray(0, again.length)) !== 0)
    return finding('written again they are others');
  return input.length - again.length < MAX_FRAME_BYTES + 2 ? 'accepted' : finding('too much held');
};

const runTpmResponse = (input: Uint8Array): FuzzVerdict => {
  const response = decodeResponse(input);
  if (!response.ok) return 'refused';
  const { code, parameters } = response.value;
  nameOfCode(code);
  const data = decodeNvData(parameters);
  if (data !== null && data.length + 2 !== parameters.length)
    return finding('data of another length');
  decodeNvPublic(parameters);
  decodeProperties(parameters);
  decodeRegisters(response.value);
  const area = decodePrimary(response.value);
  if (area !== null) readAttestationKey(area);
  const quote = decodeQuote(response.value);
  if (quote !== null) {
    decodeAttestation(quote.attest);
    decodeSignature(quote.signature);
  }
  return 'accepted';
};

const runBoardFile = (input: Uint8Array): FuzzVerdict => {
  const read = readBoardFile(new TextDecoder().decode(input));
  if (!read.ok) return read.error.length > 0 ? 'refused' : finding('refused without a problem');
  const again = readBoardFile(JSON.stringify(read.value));
  return again.ok && JSON.stringify(again.value) === JSON.stringify(read.value)
    ? 'accepted'
    : finding('accepted, and written again it is another');
};
const BOARDS = fileURLToPath(new URL('../../../boot/boards', import.meta.url));
const boardFiles = (): readonly Uint8Array[] =>
  readdirSync(BOARDS)
    // Beside each lie its unit file and its parts list.
    .filter((name) => /^[^.]+\.json$/.test(name))
    .map((name) => new Uint8Array(readFileSync(`${BOARDS}/${name}`)));

const LIST = {
  format: PARTS_LIST_PURPOSE,
  unit: 'unit-17',
  parts: [
    { label: 'reader', kind: 'usb', vendor: '1a86', path: '1-1.1' },
    { label: 'printer', kind: 'usb', vendor: '04b8', product: '0e28', serial: 'J6LF000001' },
    { label: 'module', kind: 'block', optional: true },
  ],
};
const MAKER = makeEd25519KeyPair(makeSeededEntropy(1, 'fuzz seeds of parts'));
const FOUND: readonly Part[] = (['usb', 'usb', 'block', 'hid'] as const).map((kind, index) => ({
  kind,
  path: `1-1.${index}`,
  vendor: index === 1 ? '1a86' : null,
  product: null,
  serial: null,
  name: null,
}));
const FILE = signFile(PARTS_LIST_PURPOSE, LIST, MAKER.privateKey);

const runPartsList = (input: Uint8Array): FuzzVerdict => {
  const list = readPartsList(jsonOf(input));
  if (!list.ok) return 'refused';
  const comparison = compareParts(list.value, FOUND);
  for (const { id, fields } of partEvents(comparison, FOUND.length)) {
    const problem = eventProblem(id, fields);
    if (problem !== null) return finding(`an event that is none: ${problem}`);
  }
  const matched = list.value.parts.length - comparison.missing.length;
  return matched >= FOUND.length - comparison.extra.length ? 'accepted' : finding('parts got lost');
};

const runSignedFile = (input: Uint8Array): FuzzVerdict =>
  openSignedFile(PARTS_LIST_PURPOSE, input, MAKER.publicKey) === null
    ? 'refused'
    : sameAgain(input, FILE);

export const LINK_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'report-frames',
    describes: 'HID reports on a local socket',
    seeds: () => [
      joined(
        [Uint8Array.of(5, 1, 9, 6), Uint8Array.of(1, 2, 3), new Uint8Array(0)].map(
          encodeReportFrame,
        ),
      ),
      encodeReportFrame(new Uint8Array(300).fill(7)),
    ],
    run: runReportFrames,
  },
  {
    name: 'tpm-responses',
    describes: 'what a TPM answers',
    seeds: () => [
      bytesOf('8001 0000000a 00000000'),
      bytesOf('8002 00000019 00000000 00000006 0004 deadbeef 0000 01 0000'),
      bytesOf('8001 0000000a 0000018b'),
      bytesOf(
        `8001 0000003e 00000000 000e 01500001 000b 22040004 0000 00c8 0022 000b ${'11'.repeat(32)}`,
      ),
      bytesOf('8001 0000001b 00000000 00 00000006 00000001 00000105 49424d20'),
      // Two registers, and a quote of none.
      bytesOf(
        `8001 00000060 00000000 00000017 00000001 000b 03 050000 00000002 0020 ${'c3'.repeat(32)} 0020 ${'d4'.repeat(32)}`,
      ),
      bytesOf(
        `8001 0000005f 00000000 004a ff544347 8018 0002 000b 0010 ${'01'.repeat(16)} 0000000000000000 00000001 00000000 01 0000000000000000 00000001 000b 03 950800 0002 abcd 0018 000b 0004 11111111 0004 22222222`,
      ),
    ],
    run: runTpmResponse,
  },
  {
    name: 'board-file',
    describes: 'the board file: which device is on which port',
    seeds: boardFiles,
    run: runBoardFile,
  },
  {
    name: 'parts-list',
    describes: "what the signed list of a unit's parts says",
    seeds: () => [utf8.encode(JSON.stringify(LIST))],
    run: runPartsList,
  },
  {
    name: 'signed-file',
    describes: 'the signed list of parts as a file',
    seeds: () => [FILE],
    run: runSignedFile,
  },
];
