/**
 * Keys in secure cells. A slot of 64 bytes holds one key with its epoch and a check, so that a write
 * torn by a power cut is no key at all:
 *
 *   0 'URNK' (outer) or 'URNO' (one-time)  4 epoch  8 key  40 zeros  56 first 8 bytes of SHA-256 of 0-55
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { done, err, ok, type Result } from '#hal/result.ts';
import { forget, joinSecret, secretBytes } from '#hal/secret-bytes.ts';
import {
  CELL_SLOT_BYTES,
  type CellFault,
  type CellSlot,
  type SecureCell,
} from '#hal/secure-cell.ts';
import { AEAD_KEY_BYTES } from './aead.ts';
import { equalBytes, isBlank, uint32At, uint32Bytes } from './fields.ts';

/** An outer key with the epoch of its urn, or a one-time key with the epoch in which it was drawn. */
export type EpochKey = { readonly epoch: number; readonly key: Uint8Array };

type KeyKind = 'outer' | 'oneTime';
const MAGIC = {
  outer: utf8ToBytes('URNK'),
  oneTime: utf8ToBytes('URNO'),
} as const satisfies Record<KeyKind, Uint8Array>;
const EPOCH_AT = 4;
const KEY_AT = 8;
const CHECKED_BYTES = 56;
const CHECK_BYTES = 8;

const checkOf = (slot: Uint8Array): Uint8Array =>
  sha256(slot.subarray(0, CHECKED_BYTES)).subarray(0, CHECK_BYTES);

export const encodeKeySlot = (kind: KeyKind, { epoch, key }: EpochKey): Uint8Array => {
  const slot = secretBytes(CELL_SLOT_BYTES);
  slot.set(MAGIC[kind]);
  slot.set(uint32Bytes(epoch), EPOCH_AT);
  slot.set(key, KEY_AT);
  slot.set(checkOf(slot), CHECKED_BYTES);
  return slot;
};

/** Null: no whole key of this kind in the slot. */
export const decodeKeySlot = (kind: KeyKind, bytes: Uint8Array): EpochKey | null => {
  if (bytes.length !== CELL_SLOT_BYTES) return null;
  const body = bytes.subarray(0, CHECKED_BYTES);
  if (!equalBytes(body.subarray(0, 4), MAGIC[kind])) return null;
  if (!equalBytes(checkOf(bytes), bytes.subarray(CHECKED_BYTES))) return null;
  const key = joinSecret(body.subarray(KEY_AT, KEY_AT + AEAD_KEY_BYTES));
  return { epoch: uint32At(body, EPOCH_AT), key };
};

export const sameKey = (a: EpochKey, b: EpochKey): boolean =>
  a.epoch === b.epoch && equalBytes(a.key, b.key);

/** What a cell holds: whole keys, and whether anything at all is in the one-time slot. */
export type CellContent = {
  readonly outer: readonly [EpochKey | null, EpochKey | null];
  readonly oneTime: EpochKey | null;
  readonly blank: Readonly<Record<'0' | '1' | 'oneTime', boolean>>;
};

/** A slot, read for as long as `look` takes. */
const lookAt = async <T>(
  cell: SecureCell,
  slot: CellSlot,
  look: (bytes: Uint8Array) => T,
): Promise<Result<T, CellFault>> => {
  const read = await cell.read(slot);
  if (!read.ok) return read;
  const seen = look(read.value);
  forget(read.value);
  return ok(seen);
};

const SLOTS = [
  [0, 'outer'],
  [1, 'outer'],
  ['oneTime', 'oneTime'],
] as const satisfies readonly (readonly [CellSlot, KeyKind])[];

/** The keys are the caller's to forget (`forgetKeys`). */
export const readCell = async (cell: SecureCell): Promise<Result<CellContent, CellFault>> => {
  const found: { readonly key: EpochKey | null; readonly blank: boolean }[] = [];
  for (const [slot, kind] of SLOTS) {
    const seen = await lookAt(cell, slot, (bytes) => ({
      key: decodeKeySlot(kind, bytes),
      blank: isBlank(bytes),
    }));
    if (!seen.ok) {
      for (const { key } of found) forget(key?.key);
      return seen;
    }
    found.push(seen.value);
  }
  const [first, second, oneTime] = [found[0]!, found[1]!, found[2]!];
  return ok({
    outer: [first.key, second.key],
    oneTime: oneTime.key,
    blank: { 0: first.blank, 1: second.blank, oneTime: oneTime.blank },
  });
};

/** Every key of these cells. */
const keysIn = (cells: readonly CellContent[]): readonly EpochKey[] =>
  cells.flatMap(({ outer, oneTime }) => [...outer, oneTime].filter((key) => key !== null));

/**
 * Overwrites the keys of these cells but those that are `kept`. Old urns stay readable on flash: in memory
 * too, the keys of all of them would tell the order.
 */
export const forgetKeys = (cells: readonly CellContent[], kept: readonly EpochKey[] = []): void => {
  for (const key of keysIn(cells)) if (!kept.includes(key)) forget(key.key);
};

/** Writes a slot, reads it back, and forgets it. */
const writeChecked = async (
  cell: SecureCell,
  slot: CellSlot,
  bytes: Uint8Array,
): Promise<Result<void, CellFault>> => {
  try {
    const written = await cell.write(slot, bytes);
    if (!written.ok) return written;
    const same = await lookAt(cell, slot, (back) => equalBytes(back, bytes));
    if (!same.ok) return same;
    return same.value
      ? done
      : err({ device: 'cell', kind: 'broken', detail: `${cell.name} cell: read back differs` });
  } finally {
    forget(bytes);
  }
};

/** A cell's keys, for as long as `use` takes. */
const withKeys = async (
  cell: SecureCell,
  use: (content: CellContent) => Promise<Result<void, CellFault>>,
): Promise<Result<void, CellFault>> => {
  const content = await readCell(cell);
  if (!content.ok) return content;
  try {
    return await use(content.value);
  } finally {
    forgetKeys([content.value]);
  }
};

/** Puts an outer key beside `kept`, whose slot is never touched. Already there: nothing is written. */
export const storeOuterKey = (
  cell: SecureCell,
  key: EpochKey,
  kept: EpochKey | null,
): Promise<Result<void, CellFault>> =>
  withKeys(cell, async ({ outer }) => {
    if (outer.some((held) => held !== null && sameKey(held, key))) return done;
    const keptInFirst = kept !== null && outer[0] !== null && sameKey(outer[0], kept);
    return writeChecked(cell, keptInFirst ? 1 : 0, encodeKeySlot('outer', key));
  });

export const storeOneTimeKey = (
  cell: SecureCell,
  key: EpochKey,
): Promise<Result<void, CellFault>> => writeChecked(cell, 'oneTime', encodeKeySlot('oneTime', key));

/** Erases the one-time key and, when `kept` is given, every outer key but that one. Whole, torn or none: gone. */
export const eraseKeys = (
  cell: SecureCell,
  which: { readonly kept: EpochKey } | 'oneTimeOnly',
): Promise<Result<void, CellFault>> =>
  withKeys(cell, async ({ outer, blank }) => {
    if (which !== 'oneTimeOnly') {
      for (const slot of [0, 1] as const) {
        const held = outer[slot];
        if (blank[slot] || (held !== null && sameKey(held, which.kept))) continue;
        const erased = await cell.erase(slot);
        if (!erased.ok) return erased;
      }
    }
    return blank.oneTime ? done : cell.erase('oneTime');
  });

/** Every whole key of these cells, each once. */
export const openableKeys = (
  cells: readonly CellContent[],
): { readonly outer: readonly EpochKey[]; readonly oneTime: readonly EpochKey[] } => {
  const distinct = (keys: readonly (EpochKey | null)[]): readonly EpochKey[] => {
    const whole = keys.filter((key) => key !== null);
    return whole.filter((key, index) => whole.findIndex((other) => sameKey(other, key)) === index);
  };
  return {
    outer: distinct(cells.flatMap(({ outer }) => outer)),
    oneTime: distinct(cells.map(({ oneTime }) => oneTime)),
  };
};
