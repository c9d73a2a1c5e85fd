/** What the authority gives a unit: the election, the voters, the package around them. */
import { readFileSync } from 'node:fs';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { emptyContent } from '#firmware/desk/desk-content.ts';
import { decodeDeskFile, encodeDeskFile } from '#firmware/desk/desk-file.ts';
import { parseNationalId } from '#firmware/desk/national-id.ts';
import { decodePollbook, encodePollbook, type Pollbook } from '#firmware/desk/pollbook.ts';
import {
  ballotBytes,
  encodeBallot,
  makeBallotDecoder,
} from '#firmware/election/cast-vote-record.ts';
import { checkDefinition } from '#firmware/election/check-definition.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import {
  buildElectionPackage,
  decryptPollbook,
  openElectionPackage,
  sealEnvelope,
} from '#firmware/vault/election-package.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { loadOwnDefinition, SMALL_PATH } from '../../elections/load.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const utf8 = new TextEncoder();
const entropy = makeSeededEntropy(1, 'fuzz seeds of elections');
const SMALL: ElectionDefinition = loadOwnDefinition(SMALL_PATH);
const AUTHORITY = makeEd25519KeyPair(entropy);
const POLLBOOK_KEY = entropy.bytes(32);
const EXPECTED = {
  pollingPlaceCode: SMALL.precinct.pollingPlaceCode,
  precinctNumber: SMALL.precinct.number,
};

const jsonOf = (input: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(input));
  } catch {
    return undefined;
  }
};

/** What every part of the firmware takes for granted of a definition that was accepted. */
const useDefinition = (definition: ElectionDefinition): FuzzVerdict => {
  const bytes = ballotBytes(definition);
  if (!(bytes > 0) || !(bytes < 65_536)) return finding(`a ballot of ${bytes} bytes`);
  const decode = makeBallotDecoder(definition);
  for (const style of definition.ballotStyles) {
    const ballot = resolveBallot(definition, style.id);
    const blank = ballot.contests.map(() => []);
    if (!decode(encodeBallot(definition, ballot, blank)).ok)
      return finding('a blank ballot that can not be read back');
  }
  tabulate(definition, []);
  const again = checkDefinition(JSON.parse(JSON.stringify(definition)));
  return again.ok ? 'accepted' : finding('accepted, and written again it is not');
};

const runDefinition = (input: Uint8Array): FuzzVerdict => {
  const checked = checkDefinition(jsonOf(input));
  return checked.ok ? useDefinition(checked.value) : 'refused';
};

const POLLBOOK: Pollbook = {
  voters: [
    {
      nationalId: 'V-12345678',
      name: 'Ana Ñáñez',
      ballotStyleId: SMALL.ballotStyles[0]!.id,
      template: entropy.bytes(40),
      hasUpperLimbs: true,
    },
    {
      nationalId: 'E-81234567',
      name: 'Luis',
      ballotStyleId: SMALL.ballotStyles[0]!.id,
      template: null,
      hasUpperLimbs: false,
    },
  ],
  officers: [{ officerId: 'presiding', role: 'presidingOfficer', template: entropy.bytes(40) }],
  codeSalt: entropy.bytes(16),
  codes: [{ kind: 'authorisation', digest: entropy.bytes(32) }],
};

const runPollbook = (input: Uint8Array): FuzzVerdict => {
  const book = decodePollbook(input);
  return book.ok ? sameAgain(input, encodePollbook(book.value)) : 'refused';
};

const VOTERS = 5;
const DESK_FILES: readonly Uint8Array[] = [
  emptyContent(VOTERS),
  {
    ...emptyContent(VOTERS),
    voters: Uint8Array.of(0x11, 0x09, 0x02, 0, 0x13),
    admission: { voter: 1, companion: 'V-5555555' },
    companions: ['V-7654321', 'V-9876543'],
    usedCodes: [0, 3],
    runs: { noMatch: 1, noStoredPrint: 2, noUpperLimbs: 0 },
    lock: 'noMatch' as const,
    locksCleared: 2,
  },
].map((content) => encodeDeskFile({ generation: 3, version: 17, content }));

const runDeskFile = (input: Uint8Array): FuzzVerdict => {
  const file = decodeDeskFile(input);
  return file.ok ? sameAgain(input, encodeDeskFile(file.value)) : 'refused';
};

const PACKAGE = buildElectionPackage(
  {
    definition: SMALL,
    registered: 2,
    pollbook: encodePollbook(POLLBOOK),
    pollbookKey: POLLBOOK_KEY,
  },
  AUTHORITY.privateKey,
  entropy,
);
const payloadOf = (bytes: Uint8Array): Uint8Array => {
  const { payload } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly payload: string };
  return new Uint8Array(Buffer.from(payload, 'base64'));
};

const runPackage = (input: Uint8Array): FuzzVerdict => {
  const opened = openElectionPackage(input, AUTHORITY.publicKey, EXPECTED, null);
  if (!opened.ok) return 'refused';
  decryptPollbook(opened.value, POLLBOOK_KEY);
  return useDefinition(opened.value.definition);
};

const runPackageFile = (input: Uint8Array): FuzzVerdict => {
  const verdict = runPackage(input);
  return verdict === 'accepted' ? sameAgain(input, PACKAGE) : verdict;
};

const decodeBallot = makeBallotDecoder(SMALL);
const runBallot = (input: Uint8Array): FuzzVerdict => {
  const vote = decodeBallot(input);
  if (!vote.ok) return 'refused';
  const ballot = resolveBallot(SMALL, vote.value.styleId);
  return sameAgain(input, encodeBallot(SMALL, ballot, vote.value.marks));
};

const ballots = (): readonly Uint8Array[] =>
  SMALL.ballotStyles.map((style) => {
    const ballot = resolveBallot(SMALL, style.id);
    return encodeBallot(
      SMALL,
      ballot,
      ballot.contests.map(() => [0]),
    );
  });

const runNationalId = (input: Uint8Array): FuzzVerdict => {
  const read = parseNationalId(new TextDecoder().decode(input));
  if (!read.ok) return 'refused';
  const again = parseNationalId(read.value);
  return again.ok && again.value === read.value ? 'accepted' : finding('not in its one form');
};

export const ELECTION_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'definition',
    describes: 'election definitions (JSON)',
    seeds: () => [new Uint8Array(readFileSync(SMALL_PATH))],
    run: runDefinition,
  },
  {
    name: 'election-package',
    describes: 'election packages as files: signature, spelling',
    seeds: () => [PACKAGE],
    run: runPackageFile,
  },
  {
    name: 'election-payload',
    describes: 'what an election package holds, rightly signed',
    seeds: () => [payloadOf(PACKAGE)],
    run: (input) => runPackage(sealEnvelope(input, AUTHORITY.privateKey)),
  },
  {
    name: 'pollbook',
    describes: 'the pollbook, deciphered',
    seeds: () => [encodePollbook(POLLBOOK), encodePollbook({ ...POLLBOOK, voters: [] })],
    run: runPollbook,
  },
  {
    name: 'desk-file',
    describes: 'the desk file, deciphered',
    seeds: () => DESK_FILES,
    run: runDeskFile,
  },
  {
    name: 'ballot',
    describes: 'an opened ballot of the urn',
    seeds: ballots,
    run: runBallot,
  },
  {
    name: 'national-id',
    describes: "a voter's national ID as it is typed or read",
    seeds: () => ['V-12.345.678', 'E-81234567', '00012345'].map((text) => utf8.encode(text)),
    run: runNationalId,
  },
];
