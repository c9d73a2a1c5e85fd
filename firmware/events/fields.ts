/**
 * What an event of the log may carry. Kinds are narrow on purpose: there is no free text, a word
 * starts with a letter and a count is too small for a national ID, so that neither a voter nor a
 * selection has a place in the log.
 */

/** A largest count: more than any counter of a precinct, less than the national ID of anyone alive. */
export const MAX_COUNT = 99_999;
/** Characters of a word: identifiers, codes of faults and reasons. */
export const MAX_WORD_LENGTH = 48;

export type FieldKind =
  /** A letter, then letters, digits, `.`, `-` or `_`. */
  | 'word'
  /** A whole number, 0 to `MAX_COUNT`. */
  | 'count'
  | 'flag'
  /** SHA-256 or an Ed25519 public key: 64 hex digits, lower case. */
  | 'digest'
  /** One of the words listed. */
  | readonly string[];

export type FieldValue<Kind extends FieldKind> = Kind extends 'count'
  ? number
  : Kind extends 'flag'
    ? boolean
    : Kind extends readonly (infer Word)[]
      ? Word
      : string;

/** `EventLogging.EventDispositionType` of NIST SP 1500-101. */
export type Disposition = 'success' | 'failure' | 'na' | 'other';

/**
 * Event types. NIST SP 1500-101 leaves `Event.Type` to the maker, who documents it
 * (`EventTypeDescription`); these are the groups of VVSG 2.0, 15.1-D, table 15-1.
 */
export const EVENT_TYPES = {
  system: 'General system functions: start, stop, errors, integrity, readiness, configuration',
  power: 'Changes of the power supply',
  media: 'Removable and fixed media: insertion, removal, errors, synchronisation',
  authentication: 'Authentication and access control: tokens, voters, overrides, locks',
  software: 'Software and election package: verification, loading, refusal',
  cryptography: 'Keys, key shares, signatures and seals',
  voting: 'Voting functions: opening, casting, closing, tabulation',
  printing: 'Paper records and reports',
  networking: 'Transmission of results',
  log: 'The log itself: checkpoints, repeats, resumption',
} as const satisfies Readonly<Record<string, string>>;

export type EventType = keyof typeof EVENT_TYPES;

export type EventFields = Readonly<Record<string, FieldKind>>;

/** One row of the catalogue: type, disposition, meaning, fields. */
export type EventRow = readonly [EventType, Disposition, string, EventFields];

const WORD = /^[A-Za-z][A-Za-z0-9._-]*$/;
const DIGEST = /^[0-9a-f]{64}$/;

/** Null when `value` is of that kind; otherwise what is wrong. */
export const fieldProblem = (kind: FieldKind, value: unknown): string | null => {
  if (kind === 'count') {
    const fine = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_COUNT;
    return fine ? null : `not a count of 0 to ${MAX_COUNT}`;
  }
  if (kind === 'flag') return typeof value === 'boolean' ? null : 'not a flag';
  if (typeof value !== 'string') return 'not a string';
  if (kind === 'digest') return DIGEST.test(value) ? null : 'not 64 hex digits';
  if (kind === 'word')
    return value.length <= MAX_WORD_LENGTH && WORD.test(value) ? null : 'not a word';
  return kind.includes(value) ? null : `not one of ${kind.join(', ')}`;
};
