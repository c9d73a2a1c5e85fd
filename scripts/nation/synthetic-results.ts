/**
 * Results of precincts where no machine ran: figures as a day gives them, drawn from a seed, so that a
 * country can be added up in its real size. Signed and certified like any other, they say nothing of
 * where they come from; only a made-up election is ever given them.
 */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { BallotOption } from '#firmware/election/ballot.ts';
import { contestOptions } from '#firmware/election/resolve-ballot.ts';
import type { NationalContest, NationalOffer } from '#firmware/nation/offer.ts';
import { makeOfferIn } from '#firmware/nation/precinct-definition.ts';
import type { RegisteredMachine, RegisteredPrecinct } from '#firmware/nation/register.ts';
import {
  RESULT_FORMAT,
  type ResultAuthentication,
  type ResultContest,
  type ResultPackage,
} from '#firmware/vault/result-package.ts';

const TURNOUT_LEAST = 0.2;
const TURNOUT_SPAN = 0.3;
/** Of the voters of a precinct, those of an indigenous community. */
const COMMUNITY_SHARE = 0.3;
/** Votes fall with the rank of who gets them, by this power. */
const FALL = 1.4;
/** Positions that are left unmarked. */
const NULL_SHARE = 0.06;
const NOISE = 0.6;

type Drawn = {
  readonly contest: NationalContest;
  readonly options: readonly BallotOption[];
  /** Share of the marked positions, an option; together 1. */
  readonly shares: readonly number[];
};

/** How a country votes in one contest: who leads, by how much. */
const drawContest = (offer: NationalOffer, contest: NationalContest, seed: number): Drawn => {
  const options = contestOptions(offer, contest);
  // A party is about as strong in one contest as in the other.
  const drawn = (of: string): number => makeSeededEntropy(seed, of).bytes(1)[0]!;
  const strength = (id: string): number => 3 * drawn(id) + drawn(`${id} in ${contest.id}`);
  const local = makeSeededEntropy(seed, contest.id).bytes(options.length);
  const ranks = new Map(
    [...new Set(options.map(({ cardId }) => cardId))]
      .map((id) => ({ id, strength: strength(id) }))
      .sort((a, b) => b.strength - a.strength)
      .map(({ id }, rank) => [id, rank]),
  );
  const weights = options.map(
    ({ cardId }, index) => (1 + ranks.get(cardId)!) ** -FALL * (1 + (NOISE * local[index]!) / 255),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { contest, options, shares: weights.map((weight) => weight / sum) };
};

const resultOf = (
  { contest, options, shares }: Drawn,
  ballots: number,
  chance: Uint8Array,
): ResultContest => {
  const positions = ballots * contest.votes;
  let left = positions;
  const votes = shares.map((share, index) => {
    const noisy = share * (1 - NULL_SHARE) * (1 + NOISE * ((chance[index] ?? 0) / 255 - 0.5));
    const given = Math.min(Math.floor(positions * noisy), ballots, left);
    left -= given;
    return given;
  });
  return {
    id: contest.id,
    positions: contest.votes,
    ballots,
    nulls: left,
    options: options.map(({ cardId, candidateId }, index) => ({
      card: cardId,
      candidate: candidateId,
      votes: votes[index] ?? 0,
    })),
  };
};

const authenticationOf = (
  registered: number,
  voted: number,
  chance: Uint8Array,
): ResultAuthentication => {
  const part = (of: number, at: number, share: number): number =>
    Math.floor((of * share * (chance[at] ?? 0)) / 255);
  const noStoredPrint = part(voted, 0, 0.05);
  const noUpperLimbs = part(voted, 1, 0.002);
  const unmatched = part(voted, 2, 0.1);
  const left = Math.min(part(voted, 3, 0.01), registered - voted);
  return {
    match: voted - noStoredPrint - noUpperLimbs - unmatched,
    noMatch: unmatched + left,
    noStoredPrint,
    noUpperLimbs,
    overrides: unmatched,
    votersMarked: voted,
    registered,
  };
};

export type SyntheticMachine = RegisteredMachine & {
  /** The authority's signature over its key, hex. */
  readonly certificate: string;
};

/** The results of any precinct of the offer; the same seed gives the same figures. */
export const makeSyntheticResults = (
  offer: NationalOffer,
  seed: number,
): ((precinct: RegisteredPrecinct, machine: SyntheticMachine) => ResultPackage) => {
  const offerIn = makeOfferIn(offer);
  const drawn = new Map<string, Drawn>();
  const drawnOf = (contest: NationalContest): Drawn => {
    const found = drawn.get(contest.id) ?? drawContest(offer, contest, seed);
    drawn.set(contest.id, found);
    return found;
  };
  return ({ id, districtIds, registered, reportId }, machine) => {
    const here = new Set(offerIn(districtIds).contests.map((contest) => contest.id));
    const entropy = makeSeededEntropy(seed, `results of ${id}`);
    const [turnout = 0, community = 0, ...rest] = entropy.bytes(6);
    const ballots = Math.floor(registered * (TURNOUT_LEAST + (TURNOUT_SPAN * turnout) / 255));
    const ofCommunity = Math.floor((ballots * COMMUNITY_SHARE * community) / 255);
    const [pollingPlaceCode = '', precinctNumber = ''] = id.split('.');
    return {
      format: RESULT_FORMAT,
      election: offer.id,
      test: offer.test,
      pollingPlaceCode,
      precinctNumber,
      reportId,
      ballots,
      contests: offer.contests
        .filter((contest) => here.has(contest.id))
        .map((contest) => {
          const of = drawnOf(contest);
          const chance = entropy.bytes(of.options.length);
          return resultOf(of, contest.kind === 'indigenous' ? ofCommunity : ballots, chance);
        }),
      authentication: authenticationOf(registered, ballots, Uint8Array.from(rest)),
      reprints: turnout % 7 === 0 ? 1 : 0,
      spoils: 0,
      copies: offer.rules.tallyCopies,
      machineCode: machine.code,
      logHead: Buffer.from(entropy.bytes(32)).toString('hex'),
      machineKey: machine.key,
      certificate: machine.certificate,
    };
  };
};
