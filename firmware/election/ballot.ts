/**
 * A ballot style resolved: the contests a voter sees, and in each the options that can be marked.
 * Everything after loading (screen, booth, vault, paper, tabulation) speaks of options by their index.
 */
import type { Contest, PartyCard } from './definition.ts';

export type BallotOption = {
  readonly cardId: string;
  /** Null: the card's list. */
  readonly candidateId: string | null;
};

export type BallotContest = {
  readonly contest: Contest;
  /** In the order of the cards, then of the card's candidates. */
  readonly options: readonly BallotOption[];
};

export type Ballot = {
  readonly styleId: string;
  readonly contests: readonly BallotContest[];
  /** The cards that have an option on this ballot. */
  readonly cards: readonly PartyCard[];
};

/**
 * What is marked: for each contest of the ballot the option indexes, ascending. Ascending, so that
 * the order in which a voter marked is nowhere.
 */
export type Marks = readonly (readonly number[])[];

/** Totals of one contest. `votes` has one figure an option of the ballot contest. */
export type ContestTotals = {
  readonly contestId: string;
  readonly options: readonly BallotOption[];
  readonly votes: readonly number[];
  readonly nulls: number;
  /** Ballots that had this contest. votes + nulls = ballots x positions, always. */
  readonly ballots: number;
  readonly positions: number;
};

export type Totals = { readonly ballots: number; readonly contests: readonly ContestTotals[] };
