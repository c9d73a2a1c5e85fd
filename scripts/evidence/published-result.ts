/** What of a published national result does not follow from its packages: what else was collected, when, and the page's language. */
import type { Locale } from '#firmware/election/definition.ts';
import type { Rejection, RejectionCode } from '#firmware/nation/aggregate.ts';
import { jsonObject, textOf } from '#firmware/vault/bytes.ts';
import { sayRejection } from '../nation/result-words.ts';

export type PublishedResult = {
  readonly rejected: readonly Rejection[];
  readonly repeated: number;
  readonly at: string;
  readonly locale: Locale;
};

const AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const isCode = (value: unknown): value is RejectionCode => {
  try {
    return typeof value === 'string' && sayRejection('es', value as RejectionCode) !== '';
  } catch {
    return false;
  }
};

const rejectionOf = (value: unknown): Rejection | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { precinct, code, file, detail } = value as Readonly<Record<string, unknown>>;
  const named = precinct === null || typeof precinct === 'string';
  if (!named || !isCode(code) || typeof file !== 'string' || typeof detail !== 'string')
    return null;
  return { precinct, code, detail, origin: file };
};

/** Null: it is not a national result. */
export const readPublished = (bytes: Uint8Array): PublishedResult | null => {
  const found = jsonObject(textOf(bytes) ?? '');
  if (found === null) return null;
  const { rejected, repeated, at, locale } = found;
  if (!Array.isArray(rejected) || !Number.isSafeInteger(repeated)) return null;
  if (typeof at !== 'string' || !AT.test(at) || (locale !== 'es' && locale !== 'en')) return null;
  const read = rejected.map(rejectionOf);
  return read.every((each) => each !== null)
    ? { rejected: read, repeated: Number(repeated), at, locale }
    : null;
};
