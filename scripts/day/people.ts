/** What robots of all kinds share: the objects they hold, and how long people take. */
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import type { PollbookEntry } from '#firmware/desk/pollbook.ts';
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import type { Locale } from '#firmware/election/definition.ts';

/** A token in somebody's pocket. */
export type OfficerHand = { readonly officerId: string; readonly pin: string };

/** What became of a voter, as the voter knows it. */
export type VoterOutcome =
  | { readonly kind: 'voted'; readonly ballot: Ballot; readonly confirmed: Marks }
  | { readonly kind: 'refused'; readonly reason: string };

/** Papers end in one of two places. */
export type PaperEnds = {
  readonly box: PaperPiece[];
  readonly envelope: PaperPiece[];
};

/** Everybody in the room who is no robot of their own. */
export type Room = {
  readonly locale: Locale;
  readonly papers: PaperEnds;
  readonly voterOf: (nationalId: string) => PollbookEntry | undefined;
};
