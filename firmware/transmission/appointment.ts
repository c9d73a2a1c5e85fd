/**
 * The authority's word on a receiver: where it is and with which key it proves itself and signs receipts.
 * A signed file (firmware/vault/signed-file.ts), the same for every machine of the election.
 */
import { bytesOfHex, toHex } from '#firmware/vault/bytes.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { openSignedFile, signFile } from '#firmware/vault/signed-file.ts';

const PURPOSE = 'urna receiver v1';
export const APPOINTMENT_FORMAT = 'urna-receiver-1';
const MAX_URL = 200;

export type Appointment = {
  readonly election: string;
  /** `https://host:port`, without a path. */
  readonly url: string;
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
};

/** An address that a receiver may have. */
export const isReceiverUrl = (text: string): boolean =>
  text.length <= MAX_URL &&
  /^https:\/\/(?:[a-z0-9.-]{1,150}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/.test(text);

export const signAppointment = (
  { election, url, key }: Appointment,
  authorityKey: Uint8Array,
): Uint8Array =>
  signFile(PURPOSE, { format: APPOINTMENT_FORMAT, election, url, key: toHex(key) }, authorityKey);

/** Null: not what this authority signed, or no appointment. */
export const openAppointment = (
  bytes: Uint8Array,
  authorityPublicKey: Uint8Array,
): Appointment | null => {
  const opened = openSignedFile(PURPOSE, bytes, authorityPublicKey);
  if (typeof opened?.json !== 'object' || opened.json === null) return null;
  const { format, election, url, key: hex } = opened.json as Readonly<Record<string, unknown>>;
  const key = bytesOfHex(hex, KEY_BYTES);
  if (format !== APPOINTMENT_FORMAT || typeof election !== 'string' || key === null) return null;
  return typeof url === 'string' && isReceiverUrl(url) ? { election, url, key } : null;
};
