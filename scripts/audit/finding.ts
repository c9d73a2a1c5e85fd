/** What an audit found wrong: a stable code for programs, what it is about, and a sentence for people. */
export type Finding = {
  readonly code: string;
  readonly subject: string;
  readonly message: string;
};
