/** What technicians bring to an audit: the record of a unit's audits, cast vote records of a test election. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { scriptFor } from '../../audit/mock/robots.ts';
import { mockElection } from '../../audit/mock/script.ts';
import { cvrReport } from '../../audit/records/cvr-report.ts';
import { readCvr } from '../../audit/records/read-cvr.ts';
import { nextEntry, readRecord } from '../../audit/unit/record.ts';
import { loadOwnDefinition, SMALL_PATH } from '../../elections/load.ts';
import { type FuzzTarget, type FuzzVerdict, finding } from '../target.ts';

const utf8 = new TextEncoder();

const TECHNICIAN = makeEd25519KeyPair(makeSeededEntropy(1, 'technician of the fuzzer'));
const ENTRY = {
  at: '2026-11-28T12:00Z',
  unit: '0'.repeat(64),
  machineCode: '0000-0000-0000-0000-0000',
  release: '1'.repeat(64),
  findings: [{ code: 'unit.fileChanged', subject: 'boot/supervisor.ts' }],
};
const RECORD = [1, 2, 3].reduce(
  (bytes: Uint8Array) =>
    Uint8Array.from([...bytes, ...nextEntry(readRecord(bytes), ENTRY, TECHNICIAN.privateKey)]),
  new Uint8Array(0),
);

/** Nobody here has the key: what is accepted is a beginning of what was signed. */
const runRecord = (input: Uint8Array): FuzzVerdict => {
  const { entries, heads, problem } = readRecord(input);
  if (problem !== null) return 'refused';
  if (entries.length !== heads.length) return finding('entries without a head');
  const isBeginning = Buffer.compare(RECORD.subarray(0, input.length), input) === 0;
  return isBeginning ? 'accepted' : finding('a record that nobody signed is whole');
};

const DEFINITION = mockElection(loadOwnDefinition(SMALL_PATH), true);
const VOTES = scriptFor({ definition: DEFINITION, voters: 7, seed: '20598147036618275930' }).voters;
const documentOf = (votes: typeof VOTES | ReturnType<typeof readCvr>): string => {
  const report = cvrReport(DEFINITION, votes, '2026-11-28T12:00:00Z');
  if (!report.ok) throw new Error(report.error);
  return JSON.stringify(report.value);
};

const runCvr = (input: Uint8Array): FuzzVerdict => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(input));
  } catch {
    return 'refused';
  }
  let wrong = 0;
  const votes = readCvr(json, DEFINITION, () => (wrong += 1));
  if (wrong > 0) return 'refused';
  const again = readCvr(JSON.parse(documentOf(votes)), DEFINITION, () => (wrong += 1));
  if (wrong > 0) return finding('accepted, and written again it is refused');
  const sums = [votes, again].map((each) => JSON.stringify(tabulate(DEFINITION, each)));
  return sums[0] === sums[1] ? 'accepted' : finding('written again it has other sums');
};

export const AUDIT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'audit-record',
    describes: "the record of a unit's audits",
    seeds: () => [RECORD, RECORD.subarray(0, RECORD.length / 3)],
    run: runRecord,
  },
  {
    name: 'cast-vote-records',
    describes: 'cast vote records, NIST SP 1500-103',
    seeds: () => [utf8.encode(documentOf(VOTES)), utf8.encode(documentOf([]))],
    run: runCvr,
  },
];
