/** What whoever adds up a country is given: the register, packages, and what others published. */
import { makeAggregation } from '#firmware/nation/aggregate.ts';
import { makeJudge } from '#firmware/nation/judge-package.ts';
import { readRegister } from '#firmware/nation/read-register.ts';
import { registerText } from '#firmware/nation/register.ts';
import { decodeResultPackage } from '#firmware/vault/result-package.ts';
import { readPublished } from '../../evidence/published-result.ts';
import { pictureProblem } from '../../evidence/report-picture.ts';
import { makeNationalElection } from '../../nation/made-up.ts';
import { makeSyntheticCountry } from '../../nation/synthetic-country.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const utf8 = new TextEncoder();
const ELECTION = makeNationalElection(1, 2);
const COUNTRY = makeSyntheticCountry(ELECTION, 1);
const { offer } = ELECTION;
const { register } = COUNTRY;
const JUDGE = makeJudge({ offer, register, authorityKey: COUNTRY.authority.publicKey });

/** Whatever the bytes are, the precinct's own machine signs them. */
const runPackage = (input: Uint8Array): FuzzVerdict => {
  const aggregation = makeAggregation(offer, register, JUDGE);
  const { bytes, signature } = COUNTRY.signBytesAs(0, input);
  const { kind } = aggregation.take('fuzz', bytes, signature);
  const { accepted, rejected, contests } = aggregation.sums();
  if (kind === 'rejected')
    return accepted === 0 && rejected.length === 1 ? 'refused' : finding('refused, and counted');
  const decoded = decodeResultPackage(bytes);
  if (!decoded.ok) return finding('counted, and not a result package');
  for (const { id, nulls, options } of decoded.value.contests) {
    const sum = contests.find(({ contest }) => contest.id === id);
    const votes = options.map((each) => each.votes);
    if (sum?.nulls !== nulls || sum.votes.join() !== votes.join())
      return finding(`${id} is counted otherwise than it stands in the package`);
  }
  return 'accepted';
};

const runRegister = (input: Uint8Array): FuzzVerdict => {
  const read = readRegister(input);
  if (read.ok) return sameAgain(input, utf8.encode(registerText(read.value)));
  return read.error.length > 0 ? 'refused' : finding('wrong, without reason');
};

const PUBLISHED = utf8.encode(
  JSON.stringify({
    repeated: 1,
    rejected: [{ precinct: null, code: 'malformed', file: 'a', detail: 'b' }],
    at: '2026-12-07T01:02:03Z',
    locale: 'es',
  }),
);

/** A picture of one point, made by hand: CRCs are not looked at. */
const chunk = (type: string, content: readonly number[]): readonly number[] => [
  0,
  0,
  0,
  content.length,
  ...utf8.encode(type),
  ...content,
  0,
  0,
  0,
  0,
];
const PICTURE = Uint8Array.from([
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ...chunk('IHDR', [0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]),
  ...chunk('IDAT', [1, 2, 3]),
  ...chunk('IEND', []),
]);

export const RESULT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'national-package',
    describes: 'result packages as they are added up, signed whatever they say',
    seeds: () => [COUNTRY.packageOf(0).bytes],
    run: runPackage,
  },
  {
    name: 'precincts-register',
    describes: "the authority's register of precincts and machines",
    seeds: () => [COUNTRY.registerBytes],
    run: runRegister,
  },
  {
    name: 'published-result',
    describes: 'the national result as somebody published it',
    seeds: () => [PUBLISHED],
    run: (input) => (readPublished(input) === null ? 'refused' : 'accepted'),
  },
  {
    name: 'report-picture',
    describes: 'pictures of reports, for what else may be in them',
    seeds: () => [PICTURE],
    run: (input) => (pictureProblem(input) === null ? 'accepted' : 'refused'),
  },
];
