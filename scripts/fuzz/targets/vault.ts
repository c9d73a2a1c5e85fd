/**
 * The vault's files. Most are sealed or signed: a changed byte ends at the seal. So each comes twice,
 * as the file that is changed and as its content, changed and then rightly sealed: what only the
 * machine itself could have written must not bring it down either.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { sealBytes } from '#firmware/vault/aead.ts';
import { decodeKeySlot, encodeKeySlot } from '#firmware/vault/cells.ts';
import { ballotInfo, contextBytes, type VaultContext } from '#firmware/vault/context.ts';
import { claimedPrecinct, decodeRecord, encodeRecord } from '#firmware/vault/durable.ts';
import { uint32Bytes } from '#firmware/vault/fields.ts';
import { sealTo } from '#firmware/vault/hpke.ts';
import { coversPending, decodeJournal, encodeJournal } from '#firmware/vault/journal.ts';
import { makeEd25519KeyPair, makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { openPending, sealPending } from '#firmware/vault/pending.ts';
import { decodeSetup, encodeSetup } from '#firmware/vault/setup-record.ts';
import {
  emptyUrn,
  openUrn,
  papersAtWriting,
  sealedBallotsOf,
  sealUrn,
  unusedCodesOf,
  withBallot,
} from '#firmware/vault/urn.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const entropy = makeSeededEntropy(1, 'fuzz seeds of the vault');
const IDENTITY = makeEd25519KeyPair(entropy);
const PRECINCT = makeX25519KeyPair(entropy);
const CONTEXT: VaultContext = {
  electionId: 'test-2026',
  precinctId: '123456789-01',
  trusted: [IDENTITY.publicKey],
};
const SHAPE = { slots: 4, ballotBytes: 24, codes: 6, codeCharacters: 5 };
const PENDING_SHAPE = { urn: SHAPE, paperBytes: 40 };
const KEY = { epoch: 1, key: entropy.bytes(32) };
const CODES = ['C0000', 'C0001', 'C0002', 'C0003', 'C0004', 'C0005'];
const INFO = ballotInfo(CONTEXT.electionId, CONTEXT.precinctId);
const SEALED_BALLOT = sealTo(
  PRECINCT.publicKey,
  INFO,
  new Uint8Array(0),
  new Uint8Array(SHAPE.ballotBytes),
  entropy,
);
const BODY = withBallot(
  SHAPE,
  emptyUrn(SHAPE, CODES, PRECINCT.publicKey, INFO, entropy),
  SEALED_BALLOT,
  0,
  1,
  entropy,
);
const URN = sealUrn(CONTEXT, KEY, BODY, IDENTITY, entropy);
const PENDING = sealPending(
  CONTEXT,
  PENDING_SHAPE,
  KEY,
  { sealedBallot: SEALED_BALLOT, paper: entropy.bytes(30) },
  entropy,
);
const PENDING_PLAIN = new Uint8Array(
  Buffer.concat([SEALED_BALLOT, uint32Bytes(30), entropy.bytes(40)]),
);
const JOURNALS = (['OUTCOME', 'IDLE', 'ACTIVE', 'PREPARED', 'SPOILED'] as const).map((phase) =>
  encodeJournal(
    {
      journal: { generation: 2, epoch: 1, phase, print: 'NONE', reprints: 1, spoils: 0 },
      sequence: 3,
    },
    KEY.key,
    CONTEXT,
    phase === 'PREPARED' ? PENDING : null,
  ),
);
const SETUP = encodeSetup({
  shape: SHAPE,
  paperBytes: 40,
  publicKey: PRECINCT.publicKey,
  commitments: Uint8Array.of(1, 2, 3),
});
const RECORD = encodeRecord(CONTEXT, 'setup', { version: 1, payload: SETUP }, IDENTITY);
const PAYLOAD_LIMIT = 65_536;

/** What is done with every urn that opens. */
const useUrn = (body: Uint8Array): FuzzVerdict => {
  const codes = unusedCodesOf(SHAPE, body);
  if (codes.length > SHAPE.codes) return finding(`${codes.length} codes of ${SHAPE.codes}`);
  papersAtWriting(SHAPE, body);
  const ballots = sealedBallotsOf(SHAPE, body);
  if (ballots.length < SHAPE.slots) withBallot(SHAPE, body, SEALED_BALLOT, 0, 1, entropy);
  return 'accepted';
};

const runUrn = (input: Uint8Array): FuzzVerdict => {
  const body = openUrn(CONTEXT, SHAPE, KEY, input);
  return body === null ? 'refused' : sameAgain(input, URN);
};

const runUrnBody = (input: Uint8Array): FuzzVerdict => {
  const file = sealUrn(CONTEXT, KEY, input, IDENTITY, entropy);
  const body = openUrn(CONTEXT, SHAPE, KEY, file);
  return body === null ? 'refused' : useUrn(body);
};

const runPending = (input: Uint8Array): FuzzVerdict => {
  const vote = openPending(CONTEXT, PENDING_SHAPE, KEY, input);
  return vote === null ? 'refused' : sameAgain(input, PENDING);
};

const runPendingPlain = (input: Uint8Array): FuzzVerdict => {
  const associated = Buffer.concat([contextBytes('pending', CONTEXT), uint32Bytes(KEY.epoch)]);
  const vote = openPending(
    CONTEXT,
    PENDING_SHAPE,
    KEY,
    sealBytes(KEY.key, input, associated, entropy),
  );
  if (vote === null) return 'refused';
  return vote.paper.length <= PENDING_SHAPE.paperBytes
    ? 'accepted'
    : finding(`a paper of ${vote.paper.length} bytes`);
};

const BODY_BYTES = 32;

const runJournal = (input: Uint8Array): FuzzVerdict => {
  const covered = coversPending(input, KEY.key, CONTEXT, PENDING);
  const record = decodeJournal(input, KEY.key, CONTEXT);
  if (record === null) return 'refused';
  const isPrepared = record.journal.phase === 'PREPARED';
  const again = encodeJournal(record, KEY.key, CONTEXT, isPrepared ? PENDING : null);
  // Prepared with another pending record than ours: both MACs are others, too.
  const same = isPrepared && !covered ? BODY_BYTES : again.length;
  return sameAgain(input.subarray(0, same), again.subarray(0, same));
};

/** A body, rightly authenticated. */
const runJournalBody = (input: Uint8Array): FuzzVerdict => {
  const file = new Uint8Array(96);
  file.set(input.subarray(0, BODY_BYTES));
  const macKey = hmac(sha256, KEY.key, contextBytes('journal', CONTEXT));
  // The first MAC covers the second one too, which is blank without a pending record.
  const covered = Buffer.concat([file.subarray(0, BODY_BYTES), file.subarray(64)]);
  file.set(hmac(sha256, macKey, covered), BODY_BYTES);
  return runJournal(file);
};

const runRecord = (input: Uint8Array): FuzzVerdict => {
  claimedPrecinct(input);
  const record = decodeRecord(CONTEXT, 'setup', input);
  return record === null ? 'refused' : sameAgain(input, RECORD);
};

const runSetup = (input: Uint8Array): FuzzVerdict => {
  const payload = input.subarray(0, PAYLOAD_LIMIT);
  const record = decodeRecord(
    CONTEXT,
    'setup',
    encodeRecord(CONTEXT, 'setup', { version: 1, payload }, IDENTITY),
  );
  if (record === null) return finding('a signed record that can not be read');
  const setup = decodeSetup(record.payload);
  return setup === null ? 'refused' : sameAgain(payload, encodeSetup(setup));
};

const runSlot = (input: Uint8Array): FuzzVerdict => {
  const outer = decodeKeySlot('outer', input);
  if (outer !== null) return sameAgain(input, encodeKeySlot('outer', outer));
  const oneTime = decodeKeySlot('oneTime', input);
  return oneTime === null ? 'refused' : sameAgain(input, encodeKeySlot('oneTime', oneTime));
};

export const VAULT_TARGETS: readonly FuzzTarget[] = [
  { name: 'urn', describes: 'the urn as a file', seeds: () => [URN], run: runUrn },
  {
    name: 'urn-body',
    describes: 'what the urn holds, rightly sealed',
    seeds: () => [BODY],
    run: runUrnBody,
  },
  { name: 'pending', describes: 'the pending record', seeds: () => [PENDING], run: runPending },
  {
    name: 'pending-plain',
    describes: 'what the pending record holds, rightly sealed',
    seeds: () => [PENDING_PLAIN],
    run: runPendingPlain,
  },
  { name: 'journal', describes: 'the journal', seeds: () => JOURNALS, run: runJournal },
  {
    name: 'journal-body',
    describes: 'what the journal says, rightly authenticated',
    seeds: () => JOURNALS.map((journal) => journal.slice(0, 32)),
    run: runJournalBody,
  },
  {
    name: 'vault-record',
    describes: 'setup and polls record',
    seeds: () => [RECORD],
    run: runRecord,
  },
  {
    name: 'setup-record',
    describes: 'what the setup record says, rightly signed',
    seeds: () => [SETUP],
    run: runSetup,
  },
  {
    name: 'cell-slot',
    describes: 'a slot of a secure cell',
    seeds: () => [encodeKeySlot('outer', KEY), encodeKeySlot('oneTime', KEY)],
    run: runSlot,
  },
];
