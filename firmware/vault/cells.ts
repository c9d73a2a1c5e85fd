/**
 * Keys in secure cells. A slot of 64 bytes holds one key with its epoch and a check, so that a write
 * torn by a power cut is no key at all:
 *
 *   0 'URNK' (outer) or 'URNO' (one-time)  4 epoch  8 key  40 zeros  56 first 8 bytes of SHA-256 of 0-55
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { done, err, ok, type Result } from '#hal/result.ts';
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
const CHECKED_BYTES = 56;
const CHECK_BYTES = 8;

export const encodeKeySlot = (kind: KeyKind, { epoch, key }: EpochKey): Uint8Array => {
  const padding = new Uint8Array(CHECKED_BYTES - 8 - AEAD_KEY_BYTES);
  const body = concatBytes(MAGIC[kind], uint32Bytes(epoch), key, padding);
  return concatBytes(body, sha256(body).subarray(0, CHECK_BYTES));
};

/** Null: no whole key of this kind in the slot. */
export const decodeKeySlot = (kind: KeyKind, bytes: Uint8Array): EpochKey | null => {
  if (bytes.length !== CELL_SLOT_BYTES) return null;
  const body = bytes.subarray(0, CHECKED_BYTES);
  if (!equalBytes(body.subarray(0, 4), MAGIC[kind])) return null;
  const check = sha256(body).subarray(0, CHECK_BYTES);
  if (!equalBytes(check, bytes.subarray(CHECKED_BYTES))) return null;
  return { epoch: uint32At(body, 4), key: body.slice(8, 8 + AEAD_KEY_BYTES) };
};

export const sameKey = (a: EpochKey, b: EpochKey): boolean =>
  a.epoch === b.epoch && equalBytes(a.key, b.key);

/** What a cell holds: whole keys, and whether anything at all is in the one-time slot. */
export type CellContent = {
  readonly outer: readonly [EpochKey | null, EpochKey | null];
  readonly oneTime: EpochKey | null;
  readonly blank: Readonly<Record<'0' | '1' | 'oneTime', boolean>>;
};

export const readCell = async (cell: SecureCell): Promise<Result<CellContent, CellFault>> => {
  const first = await cell.read(0);
  if (!first.ok) return first;
  const second = await cell.read(1);
  if (!second.ok) return second;
  const third = await cell.read('oneTime');
  if (!third.ok) return third;
  return ok({
    outer: [decodeKeySlot('outer', first.value), decodeKeySlot('outer', second.value)],
    oneTime: decodeKeySlot('oneTime', third.value),
    blank: {
      0: isBlank(first.value),
      1: isBlank(second.value),
      oneTime: isBlank(third.value),
    },
  });
};

/** Writes a slot and reads it back. */
const writeChecked = async (
  cell: SecureCell,
  slot: CellSlot,
  bytes: Uint8Array,
): Promise<Result<void, CellFault>> => {
  const written = await cell.write(slot, bytes);
  if (!written.ok) return written;
  const back = await cell.read(slot);
  if (!back.ok) return back;
  return equalBytes(back.value, bytes)
    ? done
    : err({ device: 'cell', kind: 'broken', detail: `${cell.name} cell: read back differs` });
};

/** Puts an outer key beside `kept`, whose slot is never touched. Already there: nothing is written. */
export const storeOuterKey = async (
  cell: SecureCell,
  key: EpochKey,
  kept: EpochKey | null,
): Promise<Result<void, CellFault>> => {
  const content = await readCell(cell);
  if (!content.ok) return content;
  const { outer } = content.value;
  if (outer.some((held) => held !== null && sameKey(held, key))) return done;
  const keptInFirst = kept !== null && outer[0] !== null && sameKey(outer[0], kept);
  return writeChecked(cell, keptInFirst ? 1 : 0, encodeKeySlot('outer', key));
};

export const storeOneTimeKey = (
  cell: SecureCell,
  key: EpochKey,
): Promise<Result<void, CellFault>> => writeChecked(cell, 'oneTime', encodeKeySlot('oneTime', key));

/** Erases the one-time key and, when `kept` is given, every outer key but that one. Whole, torn or none: gone. */
export const eraseKeys = async (
  cell: SecureCell,
  which: { readonly kept: EpochKey } | 'oneTimeOnly',
): Promise<Result<void, CellFault>> => {
  const content = await readCell(cell);
  if (!content.ok) return content;
  const { outer, blank } = content.value;
  if (which !== 'oneTimeOnly') {
    for (const slot of [0, 1] as const) {
      const held = outer[slot];
      if (blank[slot] || (held !== null && sameKey(held, which.kept))) continue;
      const erased = await cell.erase(slot);
      if (!erased.ok) return erased;
    }
  }
  return blank.oneTime ? done : cell.erase('oneTime');
};

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
