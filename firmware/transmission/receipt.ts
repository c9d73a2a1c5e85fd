/**
 * A receiver's signed word that it has a precinct's package, on its disk. It says which bytes and nothing of
 * when, so that the same package always has the same receipt, however often it is sent.
 */
import { textOf, utf8 } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { openSignedFile, signFile } from '#firmware/vault/signed-file.ts';
import { MAX_ANSWER_BYTES } from './submission.ts';

const PURPOSE = 'urna receipt v1';
export const RECEIPT_FORMAT = 'urna-receipt-1';

export type Receipt = {
  readonly election: string;
  /** Nine digits, a point, two digits. */
  readonly precinct: string;
  /** SHA-256 of the package's bytes, hex. */
  readonly digest: string;
};

const contentOf = ({ election, precinct, digest }: Receipt) => ({
  format: RECEIPT_FORMAT,
  election,
  precinct,
  digest,
});

/** `receiverKey`: Ed25519, private. */
export const signReceipt = (receipt: Receipt, receiverKey: Uint8Array): Uint8Array =>
  signFile(PURPOSE, contentOf(receipt), receiverKey);

/** Null: this receiver did not sign it. */
export const openReceipt = (bytes: Uint8Array, receiverPublicKey: Uint8Array): Receipt | null => {
  if (bytes.length > MAX_ANSWER_BYTES) return null;
  const opened = openSignedFile(PURPOSE, bytes, receiverPublicKey);
  if (typeof opened?.json !== 'object' || opened.json === null) return null;
  const found = opened.json as Readonly<Record<string, unknown>>;
  const { format, election, precinct, digest } = found;
  if (format !== RECEIPT_FORMAT) return null;
  if (typeof election !== 'string' || typeof precinct !== 'string') return null;
  return typeof digest === 'string' ? { election, precinct, digest } : null;
};

/** Whether it is for exactly this package of this precinct. */
export const isReceiptFor = (
  { election, precinct, digest }: Receipt,
  sent: { readonly election: string; readonly precinct: string; readonly bytes: Uint8Array },
): boolean =>
  election === sent.election && precinct === sent.precinct && digest === sha256Hex(sent.bytes);

const NUMBER_DIGITS = 8;

/**
 * What people call a receipt by, aloud and on paper: the first eight hex digits of its SHA-256, `3F2A-91BC`.
 * The same receipt has the same number, whoever reckons it.
 */
export const receiptNumber = (receipt: Uint8Array): string => {
  const digits = sha256Hex(receipt).slice(0, NUMBER_DIGITS).toUpperCase();
  return `${digits.slice(0, NUMBER_DIGITS / 2)}-${digits.slice(NUMBER_DIGITS / 2)}`;
};

/** A receipt as one line of printable ASCII, for a QR code: its own two lines with a blank between. */
export const receiptQrText = (receipt: Uint8Array): string =>
  (textOf(receipt) ?? '').trimEnd().replace('\n', ' ');

/** The receipt that a QR code was made of. What is none stays none: nothing is verified here. */
export const receiptOfQr = (text: string): Uint8Array => {
  const line = text.trim();
  const at = line.lastIndexOf(' ');
  return utf8(`${line.slice(0, Math.max(0, at))}\n${line.slice(at + 1)}\n`);
};
