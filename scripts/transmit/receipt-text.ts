/** A receipt as officers read it. */
import { type Receipt, receiptNumber } from '#firmware/transmission/receipt.ts';
import { toHex } from '#firmware/vault/bytes.ts';

const WORDS = {
  es: {
    title: 'ACUSE DE RECIBO',
    number: 'Acuse N.º',
    election: 'Elección',
    precinct: 'Mesa',
    digest: 'Paquete, SHA-256',
    receiver: 'Clave del receptor',
  },
  en: {
    title: 'RECEIPT',
    number: 'Receipt no.',
    election: 'Election',
    precinct: 'Precinct',
    digest: 'Package, SHA-256',
    receiver: "Receiver's key",
  },
} as const;

const GROUP = 8;
const grouped = (hex: string): string =>
  (hex.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join(' ');

export const receiptText = (
  { election, precinct, digest }: Receipt,
  /** As it was signed. */
  signed: Uint8Array,
  receiverKey: Uint8Array,
  locale: keyof typeof WORDS,
): string => {
  const words = WORDS[locale];
  return [
    words.title,
    `${words.number} ${receiptNumber(signed)}`,
    `${words.election}: ${election}`,
    `${words.precinct}: ${precinct}`,
    `${words.digest}:`,
    `  ${grouped(digest)}`,
    `${words.receiver}:`,
    `  ${grouped(toHex(receiverKey))}`,
    '',
  ].join('\n');
};
