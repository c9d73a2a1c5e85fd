/** What officers bring to the unit: tokens and shares, and the record of the ceremony that made them. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import {
  checkShare,
  combineShares,
  decodeCeremonyRecord,
  encodeCeremonyRecord,
  SHARE_BYTES,
  type Share,
  splitKey,
  withTokens,
} from '#firmware/vault/key-shares.ts';
import { makeEd25519KeyPair, makeX25519KeyPair, sign } from '#firmware/vault/keys.ts';
import { machineCode, readMachineCode } from '#firmware/vault/machine-code.ts';
import {
  isListedToken,
  openToken,
  sealToken,
  type TokenHeader,
  tokenHeader,
} from '#firmware/vault/officer-token.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const utf8 = new TextEncoder();
const entropy = makeSeededEntropy(1, 'fuzz seeds of officers');
const IDENTITY = makeEd25519KeyPair(entropy);
const PRECINCT = makeX25519KeyPair(entropy);
const CONTEXT = { election: 'AN-2020', precinct: '201301006.01' };
const HOLDERS = ['presiding', 'member-1', 'member-2', 'observer'];
const THRESHOLD = 3;
const MADE = splitKey(PRECINCT.privateKey, HOLDERS, THRESHOLD, CONTEXT, entropy);
const PIN = '274951';
/** The cheapest that scrypt takes, so that the readers are what costs time. */
const COST = { N: 2, r: 1, p: 1 };
const DEAREST_COST = 64;

const HEADER: TokenHeader = {
  version: 1,
  electionId: CONTEXT.election,
  precinct: CONTEXT.precinct,
  officerId: 'presiding',
  role: 'presidingOfficer',
};
const TOKEN = sealToken(
  { share: MADE.shares[0]!.bytes, pollbookKey: entropy.bytes(32) },
  HEADER,
  PIN,
  COST,
  entropy,
);
const SIGNED_RECORD = encodeCeremonyRecord(
  withTokens(MADE.record, [{ officerId: 'presiding', digest: '00'.repeat(32) }]),
  IDENTITY.privateKey,
);
const [RECORD_BODY = ''] = new TextDecoder().decode(SIGNED_RECORD).split('\n');

/** A record may ask for a second of scrypt: that is its right, but nothing for a million inputs. */
const isCheap = (input: Uint8Array): boolean => {
  const { N, r, p } = JSON.parse(new TextDecoder().decode(input)) as Record<string, number>;
  return (N ?? 0) * (r ?? 0) * (p ?? 0) <= DEAREST_COST;
};

const runToken = (input: Uint8Array): FuzzVerdict => {
  const header = tokenHeader(input);
  isListedToken(input, MADE.record.tokens);
  if (header === null) {
    const opened = openToken(input, PIN);
    return !opened.ok && opened.error === 'malformed'
      ? 'refused'
      : finding('no header, and yet something opens');
  }
  if (!isCheap(input)) return 'accepted';
  const opened = openToken(input, PIN);
  return opened.ok && Buffer.compare(input, TOKEN) !== 0 && !sameMeaning(input)
    ? finding('opens, and is another than what was sealed')
    : 'accepted';
};

/** Spaces, order and further members of the JSON are not sealed; everything that is used is. */
const sameMeaning = (input: Uint8Array): boolean => {
  const of = (bytes: Uint8Array): readonly unknown[] => {
    const found = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const names = ['version', 'electionId', 'precinct', 'officerId', 'role', 'N', 'r', 'p'];
    const hex = ['salt', 'sealed'].map((name) => String(found[name]).toLowerCase());
    return [...names.map((name) => found[name]), ...hex];
  };
  return JSON.stringify(of(input)) === JSON.stringify(of(TOKEN));
};

/** The text under which the machine signs ceremony records (firmware/vault/key-shares.ts). */
const RECORD_PURPOSE = 'urna ceremony record v1\0';

const runRecordBody = (input: Uint8Array): FuzzVerdict => {
  const message = Buffer.concat([utf8.encode(RECORD_PURPOSE), input]);
  const signature = Buffer.from(sign(IDENTITY.privateKey, message)).toString('hex');
  const bytes = Buffer.concat([input, utf8.encode(`\n${signature}\n`)]);
  const record = decodeCeremonyRecord(new Uint8Array(bytes), IDENTITY.publicKey);
  if (record === null) return 'refused';
  for (const share of MADE.shares) checkShare(share, record, []);
  const joined = combineShares(MADE.shares, record);
  return !joined.ok || Buffer.compare(joined.value, PRECINCT.privateKey) === 0
    ? 'accepted'
    : finding('shares join to another key than the record names');
};

const runRecord = (input: Uint8Array): FuzzVerdict =>
  decodeCeremonyRecord(input, IDENTITY.publicKey) === null
    ? 'refused'
    : sameAgain(input, SIGNED_RECORD);

/** Shares as tokens hold them, one after the other, each opened by whose it says to be. */
const runShares = (input: Uint8Array): FuzzVerdict => {
  const shares: Share[] = [];
  for (let at = 0; at < input.length && shares.length < 16; at += 1 + SHARE_BYTES)
    shares.push({
      context: CONTEXT,
      holder: HOLDERS[input[at]! % HOLDERS.length]!,
      bytes: input.subarray(at + 1, at + 1 + SHARE_BYTES),
    });
  const joined = combineShares(shares, MADE.record);
  if (!joined.ok) return joined.error.length > 0 ? 'refused' : finding('refused without a fault');
  return Buffer.compare(joined.value, PRECINCT.privateKey) === 0
    ? 'accepted'
    : finding('joined to another key');
};

const sharesOf = (indexes: readonly number[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat(indexes.flatMap((index) => [Uint8Array.of(index), MADE.shares[index]!.bytes])),
  );

const MACHINE_CODE = machineCode({
  releaseDigest: entropy.bytes(32),
  packageDigest: entropy.bytes(32),
  identityPublicKey: IDENTITY.publicKey,
});

const runMachineCode = (input: Uint8Array): FuzzVerdict => {
  const code = readMachineCode(new TextDecoder().decode(input));
  if (code === null) return 'refused';
  return readMachineCode(code) === code ? 'accepted' : finding('not in its one spelling');
};

export const OFFICER_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'officer-token',
    describes: "the record on an officer's token",
    seeds: () => [TOKEN],
    run: runToken,
  },
  {
    name: 'key-shares',
    describes: "officers' shares, joined against the ceremony record",
    seeds: () => [sharesOf([0, 1, 2]), sharesOf([3, 1, 0]), sharesOf([0, 1, 2, 3])],
    run: runShares,
  },
  {
    name: 'ceremony-record',
    describes: 'the ceremony record as a file',
    seeds: () => [SIGNED_RECORD],
    run: runRecord,
  },
  {
    name: 'ceremony-record-body',
    describes: 'what a ceremony record says, rightly signed',
    seeds: () => [utf8.encode(RECORD_BODY)],
    run: runRecordBody,
  },
  {
    name: 'machine-code',
    describes: 'a machine code as it is typed',
    seeds: () => [utf8.encode(MACHINE_CODE), utf8.encode(MACHINE_CODE.toLowerCase())],
    run: runMachineCode,
  },
];
