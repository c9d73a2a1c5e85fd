/**
 * A national election as data: what is on offer in the whole country and where. From it each
 * precinct's `ElectionDefinition` is derived (precinct-definition.ts), and by it the sums of all
 * precincts become seats. Every part of it that a voter's machine reads keeps the machine's own type.
 */
import type {
  Alliance,
  Candidate,
  Contest,
  District,
  ElectionCalendar,
  Localized,
  Officer,
  Organisation,
  PartyCard,
  Rules,
} from '#firmware/election/definition.ts';
import { precinctId } from '#firmware/vault/result-package.ts';

/** `parentId`: the district this one lies in, as a constituency in its state; null for the widest. */
export type NationalDistrict = District & {
  readonly kind: 'nation' | 'state' | 'constituency' | 'indigenousRegion';
  readonly parentId: string | null;
};

/** A contest with the seats it fills. Nominal: usually as many as a voter has votes. */
export type NationalContest = Contest & { readonly seats: number };

/** Seats given by the sum of other contests' votes: the national list has no vote of its own. */
export type SummedList = {
  readonly id: string;
  readonly name: Localized;
  readonly seats: number;
  /** The list contests that are added up. */
  readonly contestIds: readonly string[];
};

/** The people of a list in its order, so that seats get names. */
export type Slate = {
  /** A list contest, or a summed list. */
  readonly contestId: string;
  /** An alliance, or an organisation in none. */
  readonly competitorId: string;
  readonly names: readonly string[];
};

/**
 * What decides when votes do not. `ballotOrder`: who stands earlier on the ballot. `lot`: an order
 * drawn from SHA-256 over a seed that is made public after the vote. `open`: nothing; the authority does.
 */
export type TieRule =
  | { readonly kind: 'ballotOrder' }
  | { readonly kind: 'lot'; readonly seed: string }
  | { readonly kind: 'open' };

export type NationalOffer = {
  readonly id: string;
  readonly title: Localized;
  readonly authority: string;
  readonly test: boolean;
  readonly locale: 'es' | 'en';
  readonly calendar: ElectionCalendar;
  readonly rules: Rules;
  readonly districts: readonly NationalDistrict[];
  readonly organisations: readonly Organisation[];
  readonly alliances: readonly Alliance[];
  readonly contests: readonly NationalContest[];
  readonly candidates: readonly Candidate[];
  /** In the order of the ballot; a precinct shows those that offer something there. */
  readonly cards: readonly PartyCard[];
  readonly summedLists: readonly SummedList[];
  readonly slates: readonly Slate[];
  readonly tieRule: TieRule;
};

export type PollingPlace = {
  /** Nine digits. */
  readonly code: string;
  readonly name: string;
  readonly address: string;
  /** Every district it lies in: nation, state, constituency, and an indigenous region where there is one. */
  readonly districtIds: readonly string[];
};

export type NationalPrecinct = {
  readonly pollingPlaceCode: string;
  /** Two digits. */
  readonly number: string;
  readonly registered: number;
  readonly reportId: string;
  readonly officers: readonly Officer[];
};

/** A whole national election but for its voters. */
export type NationalElection = {
  readonly offer: NationalOffer;
  readonly places: readonly PollingPlace[];
  /** Those of one polling place stand together, in the order of their numbers. */
  readonly precincts: readonly NationalPrecinct[];
};

/** As certificates, result packages and the register name a precinct. */
export const precinctIdOf = ({
  pollingPlaceCode,
  number,
}: Pick<NationalPrecinct, 'pollingPlaceCode' | 'number'>): string =>
  precinctId({ pollingPlaceCode, precinctNumber: number });
