/** What the fuzzer aims at: one reader of bytes, valid inputs to begin from, and what must hold. */

/**
 * `accepted`: the reader took the input for valid, and what must then hold does. `refused`: it said
 * that the input is wrong. Anything else is a finding, as is whatever it throws and a hang.
 */
export type FuzzVerdict = 'accepted' | 'refused' | { readonly finding: string };

export type FuzzTarget = {
  /** In lower case with hyphens; unique. */
  readonly name: string;
  /** What reads the bytes, in a few words. */
  readonly describes: string;
  /** Valid inputs, of every kind there is: what is mutated. At least one. */
  seeds(): readonly Uint8Array[];
  run(input: Uint8Array): FuzzVerdict | Promise<FuzzVerdict>;
};

export const finding = (text: string): FuzzVerdict => ({ finding: text });

/** The usual thing to hold of an accepted input: written again it is the same. */
export const sameAgain = (input: Uint8Array, again: Uint8Array): FuzzVerdict =>
  input.length === again.length && Buffer.compare(input, again) === 0
    ? 'accepted'
    : finding('accepted, and written again it is another');

/** An input longer than this is cut, bytes. */
export const MAX_INPUT_BYTES = 65_536;
