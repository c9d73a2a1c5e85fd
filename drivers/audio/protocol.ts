/**
 * Speech over a link of bytes, for a voice that is another device or program: one JSON document a
 * line, UTF-8, the host's lines numbered. Pure, bounds-checked.
 */
import type { SpokenText, Voice } from '#hal/audio.ts';
import { MAX_TEXT_CHARACTERS, MAX_TEXTS } from './speech.ts';

/** From the host. `id` grows with each line; an answer carries the id of what it answers. */
export type AudioCommand =
  | { readonly kind: 'check'; readonly id: number }
  /** What was being said stops at once. */
  | {
      readonly kind: 'say';
      readonly id: number;
      readonly texts: readonly SpokenText[];
      readonly voice: Voice;
    }
  | { readonly kind: 'stop'; readonly id: number };

/** From the voice. */
export type AudioAnswer =
  | { readonly kind: 'ready'; readonly id: number }
  | { readonly kind: 'finished'; readonly id: number }
  /** It can not speak. */
  | { readonly kind: 'failed'; readonly id: number };

/** The longest line: all texts at their longest, four bytes a character, quotes and names. */
export const MAX_COMMAND_BYTES = MAX_TEXTS * (4 * MAX_TEXT_CHARACTERS + 64);
export const MAX_ANSWER_BYTES = 256;

const NEWLINE = 0x0a;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const encodeLine = (value: AudioCommand | AudioAnswer): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value)}\n`);

export const encodeCommand = (command: AudioCommand): Uint8Array => encodeLine(command);
export const encodeAnswer = (answer: AudioAnswer): Uint8Array => encodeLine(answer);

const readFields = (line: Uint8Array): Fields | null => {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
};

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** An answer out of a line; null: none. */
export const decodeAnswer = (line: Uint8Array): AudioAnswer | null => {
  const { kind, id } = readFields(line) ?? {};
  if (!isId(id)) return null;
  return kind === 'ready' || kind === 'finished' || kind === 'failed' ? { kind, id } : null;
};

const decodeText = (value: unknown): SpokenText | null => {
  if (!isFields(value)) return null;
  const { text, locale } = value;
  if (typeof text !== 'string' || text.length > MAX_TEXT_CHARACTERS) return null;
  return locale === 'es' || locale === 'en' ? { text, locale } : null;
};

/** A command out of a line; null: none. */
export const decodeCommand = (line: Uint8Array): AudioCommand | null => {
  const { kind, id, texts, voice } = readFields(line) ?? {};
  if (!isId(id)) return null;
  if (kind === 'check' || kind === 'stop') return { kind, id };
  if (kind !== 'say' || !Array.isArray(texts) || texts.length > MAX_TEXTS) return null;
  if (!isFields(voice)) return null;
  const { volume, ratePercent } = voice;
  if (typeof volume !== 'number' || typeof ratePercent !== 'number') return null;
  const said = texts.map(decodeText);
  return said.some((text) => text === null)
    ? null
    : { kind, id, texts: said.flatMap((text) => text ?? []), voice: { volume, ratePercent } };
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/**
 * Cuts a stream into lines of at most `maxBytes`: takes chunks cut anywhere, gives whole lines
 * without their end. A line that is too long is dropped and told as null.
 */
export const makeLineSplitter = (
  maxBytes: number,
): ((chunk: Uint8Array) => readonly (Uint8Array | null)[]) => {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let dropping = false;
  return (chunk) => {
    const lines: (Uint8Array | null)[] = [];
    for (let from = 0; from < chunk.length; ) {
      const found = chunk.indexOf(NEWLINE, from);
      const end = found < 0 ? chunk.length : found;
      if (!dropping) held.push(chunk.slice(from, end));
      heldBytes += end - from;
      if (heldBytes > maxBytes) {
        dropping = true;
        held = [];
      }
      if (found < 0) break;
      lines.push(dropping ? null : joined(held));
      held = [];
      heldBytes = 0;
      dropping = false;
      from = found + 1;
    }
    return lines;
  };
};
