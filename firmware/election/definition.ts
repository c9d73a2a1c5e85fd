/**
 * The election as data: what is on offer, in which precinct, under which rules. Everything that can
 * differ from one election to the next is here; the machines only read it. Loaded from JSON by
 * `check-definition.ts`, which names every mistake with its path.
 */
export type Locale = 'es' | 'en';
export type Localized = Readonly<Record<Locale, string>>;

/** A party or group of voters that presents cards. */
export type Organisation = {
  readonly id: string;
  readonly name: string;
  readonly shortName: string;
  /** One to three colours, `#rrggbb`. */
  readonly colours: readonly `#${string}`[];
};

export type Alliance = {
  readonly id: string;
  readonly name: string;
  readonly organisationIds: readonly string[];
};

export type District = { readonly id: string; readonly name: string };

/**
 * A contest gives each voter `votes` positions ("cargos"). `list`: one option a card that has a list.
 * `nominal` and `indigenous`: one option for each candidate on each card that presents them.
 */
export type Contest = {
  readonly id: string;
  readonly kind: 'list' | 'nominal' | 'indigenous';
  readonly name: Localized;
  readonly districtId: string;
  /** Positions a voter may mark: k. List contests: 1. */
  readonly votes: number;
};

export type Candidate = { readonly id: string; readonly contestId: string; readonly name: string };

/** A party card ("tarjeta") on the ballot, in the order of the ballot. */
export type PartyCard = {
  readonly id: string;
  readonly organisationId: string;
  /** List contests in which this card has a list. */
  readonly listContestIds: readonly string[];
  /** Candidates this card presents; several cards may present the same one. */
  readonly candidateIds: readonly string[];
};

export type BallotStyle = { readonly id: string; readonly contestIds: readonly string[] };

export type OfficerRole = 'presidingOfficer' | 'pollWorker' | 'observer' | 'authority';
export type Officer = {
  readonly id: string;
  readonly role: OfficerRole;
  readonly name: string;
  /** Holds a share of the precinct's private key. */
  readonly holdsShare: boolean;
};

export type Precinct = {
  /** Nine digits. */
  readonly pollingPlaceCode: string;
  /** Two digits. */
  readonly number: string;
  readonly pollingPlaceName: string;
  readonly address: string;
  readonly districtIds: readonly string[];
  /** Identifier of its tally report, as in the QR line. */
  readonly reportId: string;
};

export type Rules = {
  /** Time a voter has, ms (180,000 or 360,000); the warning comes this long before the end, ms; one extension, ms (0: none). */
  readonly votingTimeMs: number;
  readonly warningMs: number;
  readonly extensionMs: number;
  /** In a one-position contest a second mark replaces the first instead of being refused. */
  readonly replaceInSinglePosition: boolean;
  /** Ask the voter to accept the printed record (one rejection). */
  readonly verifyPaper: boolean;
  readonly consecutiveNoMatchLimit: number;
  /** Share of the precinct without a stored print that may be authorised, per cent. */
  readonly noStoredPrintLimitPercent: number;
  readonly consecutiveNoLimbsLimit: number;
  /** Tries of a finger before the outcome is no match. */
  readonly fingerAttempts: number;
  readonly fingerWaitMs: number;
  /** Shares needed to open the urn: t of the officers with `holdsShare`. */
  readonly shareThreshold: number;
  readonly tallyCopies: number;
};

/** Calendar times, ISO 8601 with offset. Outside a window officers override; the clock alone refuses nothing. */
export type ElectionCalendar = {
  readonly setupFrom: string;
  readonly opensAt: string;
  readonly closesAt: string;
  /** After this the package is expired: no setup, no opening. */
  readonly validUntil: string;
};

export type ElectionDefinition = {
  readonly id: string;
  readonly title: Localized;
  readonly authority: string;
  /** A test election may run on stand-ins and say so on every paper; a real one refuses. */
  readonly test: boolean;
  /** First language of screen and paper. */
  readonly locale: Locale;
  readonly calendar: ElectionCalendar;
  readonly districts: readonly District[];
  readonly organisations: readonly Organisation[];
  readonly alliances: readonly Alliance[];
  readonly contests: readonly Contest[];
  readonly candidates: readonly Candidate[];
  readonly cards: readonly PartyCard[];
  readonly ballotStyles: readonly BallotStyle[];
  readonly precinct: Precinct;
  readonly officers: readonly Officer[];
  readonly rules: Rules;
};
