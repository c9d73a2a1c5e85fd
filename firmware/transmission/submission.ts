/**
 * What a machine posts: its signature, 64 bytes, then the exact bytes of its result package. And what a
 * receiver answers when it does not take it: a code, for programs, and words, for people.
 */
import { concatBytes, jsonBytes, jsonObject, textOf } from '#firmware/vault/bytes.ts';
import { SIGNATURE_BYTES } from '#firmware/vault/keys.ts';
import { MAX_RESULT_BYTES } from '#firmware/vault/result-package.ts';

export const MAX_SUBMISSION_BYTES = SIGNATURE_BYTES + MAX_RESULT_BYTES;
/** Of a receipt, and of a refusal. */
export const MAX_ANSWER_BYTES = 4096;
const MAX_DETAIL = 300;

/** Where a receiver takes packages, below its address. */
export const SUBMISSION_PATH = '/packages';

export type Submission = { readonly bytes: Uint8Array; readonly signature: Uint8Array };

/** Throws on a signature that is none, or on a package larger than any. */
export const writeSubmission = ({ bytes, signature }: Submission): Uint8Array => {
  if (signature.length !== SIGNATURE_BYTES || bytes.length > MAX_RESULT_BYTES)
    throw new Error(`${signature.length} bytes of signature, ${bytes.length} of package`);
  return concatBytes(signature, bytes);
};

/** Null: shorter than a signature and a byte, or longer than any. The parts share the message's memory. */
export const readSubmission = (message: Uint8Array): Submission | null =>
  message.length <= SIGNATURE_BYTES || message.length > MAX_SUBMISSION_BYTES
    ? null
    : { signature: message.subarray(0, SIGNATURE_BYTES), bytes: message.subarray(SIGNATURE_BYTES) };

export type RefusalAnswer = { readonly code: string; readonly detail: string };

export const writeRefusal = ({ code, detail }: RefusalAnswer): Uint8Array =>
  jsonBytes({ code, detail: [...detail].slice(0, MAX_DETAIL).join('') });

/** Null: not a refusal. */
export const readRefusal = (body: Uint8Array): RefusalAnswer | null => {
  if (body.length > MAX_ANSWER_BYTES) return null;
  const found = jsonObject(textOf(body) ?? '');
  const { code, detail } = found ?? {};
  return typeof code === 'string' && /^[a-zA-Z]{1,40}$/.test(code) && typeof detail === 'string'
    ? { code, detail }
    : null;
};
