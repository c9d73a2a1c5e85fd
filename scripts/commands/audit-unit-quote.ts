/** The options of `audit unit` about a quote: its file, the nonce, the key from before, the registers expected. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { NONCE_BYTES } from '#drivers/tpm/quote.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { findLogs } from '../audit/find-log.ts';
import { auditQuote, readQuote } from '../audit/unit/check-quote.ts';
import { keysInLog } from '../audit/unit/quote-keys.ts';
import type { QuoteReportInput } from '../audit/unit/unit-report.ts';
import { readImage } from '../image/flash/read-image.ts';
import { registersOf as measuredOf } from '../image/measured.ts';
import { MissingError, UsageError } from './options.ts';

export const QUOTE_OPTIONS = {
  quote: { type: 'string' },
  nonce: { type: 'string' },
  'quote-key': { type: 'string' },
  'event-log': { type: 'string' },
  image: { type: 'string' },
  pcr: { type: 'string', multiple: true },
} as const;

export const QUOTE_HELP = `  --quote FILE        what the unit's field console gave with "quote NONCE" as JSON (scripts/urna console
                      PORT --command 'quote NONCE' --json >FILE; not while the polls are open): what
                      its TPM says of how it was started. It proves what was measured then, to
                      whoever knows the key from before; not what runs now, and nothing where
                      nothing was measured
  --nonce HEX         with --quote: the nonce, 16 to 32 bytes, drawn by you (openssl rand -hex 32)
  --quote-key HEX     the key's fingerprint (SHA-256), as you know it from before
  --event-log PATH    the unit's event log: the key that it names, in what the unit signed
  --image IMAGE       the image that the unit starts, built by you from source (scripts/urna image
                      --signatures DIR): what registers 4, 11 and 12 must hold under Secure Boot is
                      reckoned from it
  --pcr N=HEX         what register N must hold (SHA-256); may be given more than once`;

type Asked = {
  readonly quote?: string | undefined;
  readonly nonce?: string | undefined;
  readonly 'quote-key'?: string | undefined;
  readonly 'event-log'?: string | undefined;
  readonly image?: string | undefined;
  readonly pcr?: readonly string[] | undefined;
};

/** A quote is about a kilobyte and a half of JSON. */
const MAX_QUOTE_BYTES = 64 * 1024;
const DIGEST_BYTES = 32;

const quoteIn = (file: string) => {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new UsageError(`--quote ${file} is no file`);
  if (statSync(file).size > MAX_QUOTE_BYTES) throw new UsageError(`--quote ${file} is too large`);
  const quote = readQuote(readFileSync(file, 'utf8'));
  if (quote === null)
    throw new UsageError(`--quote ${file} holds no answer of a field console to "quote NONCE"`);
  return quote;
};

const nonceOf = (typed: string | undefined): Uint8Array => {
  if (typed === undefined) throw new UsageError('--quote goes with --nonce HEX, as you drew it');
  const { least, most } = NONCE_BYTES;
  const hex = typed.trim().toLowerCase();
  const bytes = bytesOfHex(hex, hex.length / 2);
  if (bytes === null || bytes.length < least || bytes.length > most)
    throw new UsageError(`--nonce "${typed}" is not ${least} to ${most} bytes in hex`);
  return bytes;
};

const digestOf = (option: string, typed: string): string => {
  const hex = typed.trim().toLowerCase();
  if (bytesOfHex(hex, DIGEST_BYTES) === null)
    throw new UsageError(`${option} "${typed}" is not 64 hexadecimal digits`);
  return hex;
};

const registersOf = (typed: readonly string[]): ReadonlyMap<number, string> =>
  new Map(
    typed.map((each) => {
      const [, pcr, hex] = /^(\d{1,2})=(.*)$/.exec(each) ?? [];
      if (pcr === undefined || hex === undefined || Number(pcr) > 23)
        throw new UsageError(`--pcr "${each}" is not N=HEX with N from 0 to 23`);
      return [Number(pcr), digestOf(`--pcr ${pcr}=`, hex)];
    }),
  );

/** What the image gives, and what was typed beside it. */
const expectedOf = ({ image, pcr }: Asked): ReadonlyMap<number, string> => {
  const typed = registersOf(pcr ?? []);
  if (image === undefined) return typed;
  const read = readImage(image);
  if (!read.ok) throw new UsageError(`--image ${image} ${read.error}`);
  const given = measuredOf(read.value);
  for (const [register, hex] of typed)
    if ((given.get(register) ?? hex) !== hex)
      throw new UsageError(`--pcr ${register}= is not what --image ${image} gives`);
  return new Map([...given, ...typed]);
};

const logAt = (path: string): Uint8Array => {
  const [longest] = [...findLogs(path).values()].sort((a, b) => b.length - a.length);
  if (longest === undefined) throw new MissingError(`--event-log ${path}: no event log there`);
  return longest;
};

/** Null: no quote was named. `machineKey`: the unit's identity key, which signs its log. */
export const quoteAsked = (asked: Asked, machineKey: Uint8Array): QuoteReportInput | null => {
  if (asked.quote === undefined) {
    for (const option of ['nonce', 'quote-key', 'event-log', 'image', 'pcr'] as const)
      if (asked[option] !== undefined) throw new UsageError(`--${option} goes with --quote`);
    return null;
  }
  const nonce = nonceOf(asked.nonce);
  const expected = expectedOf(asked);
  const typed = asked['quote-key'];
  const log = asked['event-log'];
  const logged = log === undefined ? null : keysInLog(logAt(log), machineKey);
  const keys = [
    ...(typed === undefined ? [] : [digestOf('--quote-key', typed)]),
    ...(logged?.keys.slice(-1) ?? []),
  ];
  const audit = auditQuote({ quote: quoteIn(asked.quote), nonce, keys, registers: expected });
  return {
    audit: { ...audit, findings: [...audit.findings, ...(logged?.findings ?? [])] },
    keys: keys.length,
    log: log !== undefined,
    expected,
  };
};
