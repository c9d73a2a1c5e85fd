/**
 * Is a quote what the unit's TPM says, over this nonce? What a TPM signs begins as nothing from outside can that its key
 * signs; the nonce was drawn by the auditor; the key is the one known from before; the registers are those expected.
 *
 * It says nothing by itself: who can make a key can make a quote, so that without a key from before it shows only that
 * its parts belong together; and a unit that measures nothing as it starts has nothing in its registers to say.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import {
  type Attestation,
  decodeAttestation,
  decodeSignature,
  digestOfRegisters,
  fingerprintOf,
  qualifiedNameOf,
  readAttestationKey,
} from '#drivers/tpm/attestation.ts';
import type { QuoteText } from '#firmware/messages/console-catalogue.ts';
import { readToConsole } from '#firmware/messages/read-console-message.ts';
import { equalBytes, jsonObject, toHex } from '#firmware/vault/bytes.ts';
import type { Finding } from '../finding.ts';
import { type Phrase, says } from '../words/phrase.ts';

export type QuoteInput = {
  readonly quote: QuoteText;
  /** As the auditor drew it. */
  readonly nonce: Uint8Array;
  /** Fingerprints of the key, in hex, from before: typed, or of the unit's log. Empty: none is known. */
  readonly keys: readonly string[];
  /** What registers must hold, in hex. */
  readonly registers: ReadonlyMap<number, string>;
};

export type QuoteAudit = {
  /** The fingerprint of the key that signed. */
  readonly key: string;
  /** How often its TPM was started, and went on after a suspension, in all; null: it does not say. */
  readonly resets: number | null;
  readonly restarts: number | null;
  readonly registers: QuoteText['registers'];
  readonly findings: readonly Finding[];
};

export const QUOTE_CODES = {
  form: ['unit.quoteForm'],
  signature: ['unit.quoteSignature'],
  nonce: ['unit.quoteNonce'],
  key: ['unit.quoteKey'],
  digest: ['unit.quoteDigest'],
  registers: ['unit.quoteRegister'],
} as const;
type Code = (typeof QUOTE_CODES)[keyof typeof QUOTE_CODES][number];

/** What a field console gave with `quote NONCE`: its JSON, or the part of it that is the quote. Null: it is none. */
export const readQuote = (text: string): QuoteText | null => {
  const json = jsonObject(text);
  const given = json?.data ?? json;
  const message = readToConsole({ kind: 'answer', ask: 0, answer: given });
  return message?.kind === 'answer' && message.answer.outcome === 'quoted' ? message.answer : null;
};

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** Null: not on the curve. */
const keyObject = (point: NonNullable<ReturnType<typeof readAttestationKey>>): KeyObject | null => {
  const [x, y] = [point.x, point.y].map((each) => Buffer.from(each).toString('base64url'));
  try {
    return createPublicKey({
      format: 'jwk',
      key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' },
    });
  } catch {
    return null;
  }
};

const isSigned = ({ attest, signature }: QuoteText, key: KeyObject): boolean => {
  const signed = decodeSignature(bytesOf(signature));
  return (
    signed !== null && verify('sha256', bytesOf(attest), { key, dsaEncoding: 'ieee-p1363' }, signed)
  );
};

/** What is wrong with the key; null: nothing. */
const keyProblem = (
  publicArea: Uint8Array,
  attested: Attestation | null,
  keys: QuoteInput['keys'],
): Phrase | null => {
  const fingerprint = toHex(fingerprintOf(publicArea));
  const other = keys.find((each) => each !== fingerprint);
  if (other !== undefined) return says('unit.quoteKey.other', { expected: other });
  if (attested !== null && !equalBytes(attested.signer, qualifiedNameOf(publicArea)))
    return says('unit.quoteKey.signer');
  return null;
};

/** Whether the values that stand beside the quote are those of which it signs the digest. */
const fits = ({ pcrs, digest }: Attestation, registers: QuoteText['registers']): boolean =>
  pcrs.length === registers.length &&
  pcrs.every((pcr, at) => pcr === registers[at]?.pcr) &&
  equalBytes(digest, digestOfRegisters(registers.map(({ sha256 }) => bytesOf(sha256))));

export const auditQuote = ({ quote, nonce, keys, registers }: QuoteInput): QuoteAudit => {
  const publicArea = bytesOf(quote.publicArea);
  const key = toHex(fingerprintOf(publicArea));
  const findings: Finding[] = [];
  const find = (code: Code, message: Phrase, subject: Finding['subject'] = key): void => {
    findings.push({ code, subject, message });
  };
  const decoded = decodeAttestation(bytesOf(quote.attest));
  const attested = typeof decoded === 'string' ? null : decoded;
  if (typeof decoded === 'string') find('unit.quoteForm', says(`unit.quoteForm.${decoded}`));

  const point = readAttestationKey(publicArea);
  const signer = point === null ? null : keyObject(point);
  if (signer === null) find('unit.quoteKey', says('unit.quoteKey.template'));
  else if (!isSigned(quote, signer)) find('unit.quoteSignature', says('unit.quoteSignature'));
  const problem = keyProblem(publicArea, attested, keys);
  if (problem !== null) find('unit.quoteKey', problem);

  if (attested !== null && !equalBytes(attested.nonce, nonce))
    find('unit.quoteNonce', says('unit.quoteNonce', { nonce: toHex(attested.nonce) }));
  if (attested !== null && !fits(attested, quote.registers))
    find('unit.quoteDigest', says('unit.quoteDigest'));
  for (const [pcr, expected] of registers) {
    const held = quote.registers.find((each) => each.pcr === pcr)?.sha256;
    const subject = `PCR ${pcr}`;
    if (held === undefined) find('unit.quoteRegister', says('unit.quoteRegister.missing'), subject);
    else if (held !== expected)
      find('unit.quoteRegister', says('unit.quoteRegister.other', { held, expected }), subject);
  }
  return {
    key,
    resets: attested?.resets ?? null,
    restarts: attested?.restarts ?? null,
    registers: quote.registers,
    findings,
  };
};
