/** What the page of a hand count is given, as JSON. It has no figure of the machines: who counts must not know them. */

export type CountedOption = {
  readonly card: string;
  readonly candidate: string;
  readonly label: string;
};

export type CountedPart = {
  readonly id: string;
  readonly title: string;
  /** Positions of the contest on each paper that has it. */
  readonly votes: number;
  readonly onEveryBallot: boolean;
  readonly options: readonly CountedOption[];
};

export type CountWords = Readonly<
  Record<
    | 'box'
    | 'nulls'
    | 'sums'
    | 'differs'
    | 'open'
    | 'done'
    | 'of'
    | 'signatures'
    | 'marks'
    | 'ballots'
    | 'papers'
    | 'envelope'
    | 'note',
    string
  >
>;

export type CountData = {
  /** Under this name the browser keeps what was typed. */
  readonly key: string;
  readonly words: CountWords;
  readonly boxColumns: readonly string[];
  readonly voteColumns: readonly string[];
  readonly nullCard: string;
  /** `form`: its place in `forms`. */
  readonly boxes: readonly { readonly id: string; readonly form: number }[];
  readonly forms: readonly (readonly CountedPart[])[];
};
