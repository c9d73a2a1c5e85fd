/** A unit against the signed list of its parts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMULATED_MODULE, EMULATED_PARTS } from '#drivers/inventory/emulator.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { eventProblem } from '#firmware/events/catalogue.ts';
import { partEvents, partWord } from '#firmware/parts/part-events.ts';
import {
  compareParts,
  type ListedPart,
  PARTS_LIST_FORMAT,
  PARTS_LIST_PURPOSE,
  type PartsList,
  readPartsList,
} from '#firmware/parts/parts-list.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { openSignedFile, signFile } from '#firmware/vault/signed-file.ts';
import type { Part } from '#hal/inventory.ts';

const usb = (path: string, vendor: string, product = '0001'): Part => ({
  kind: 'usb',
  path,
  vendor,
  product,
  serial: null,
  name: null,
});
const LIST: PartsList = {
  format: PARTS_LIST_FORMAT,
  unit: 'unit-17',
  parts: [
    { label: 'reader', kind: 'usb', vendor: '1a86', path: '1-1.1' },
    { label: 'printer', kind: 'usb', vendor: '04b8' },
    { label: 'module', kind: 'usb', vendor: '0951', optional: true },
  ],
};
const READER = usb('1-1.1', '1a86');
const PRINTER = usb('1-1.2', '04b8');
const MODULE = usb('1-4', '0951');

describe('a comparison', () => {
  test('finds nothing where all is as listed, with and without what may be missing', () => {
    const nothing = { missing: [], extra: [] };
    expect(compareParts(LIST, [READER, PRINTER])).toEqual(nothing);
    expect(compareParts(LIST, [MODULE, PRINTER, READER])).toEqual(nothing);
  });

  test('names what is missing and what is too much', () => {
    const stranger = { ...usb('1-3', '046d'), kind: 'hid' } as const;
    const { missing, extra } = compareParts(LIST, [READER, stranger]);
    expect(missing.map(({ label }) => label)).toEqual(['printer']);
    expect(extra).toEqual([stranger]);
  });

  test('a part on another port, or a second one of the same kind, is not the listed one', () => {
    const elsewhere = usb('1-3', '1a86');
    expect(compareParts(LIST, [elsewhere, PRINTER])).toEqual({
      missing: [LIST.parts[0]],
      extra: [elsewhere],
    });
    const second = usb('1-3', '04b8');
    expect(compareParts(LIST, [READER, PRINTER, second]).extra).toEqual([second]);
  });

  test('the same device as another kind of part is another part', () => {
    const keyboard: Part = { ...PRINTER, kind: 'hid' };
    expect(compareParts(LIST, [READER, PRINTER, keyboard]).extra).toEqual([keyboard]);
  });

  const some = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined });
  const listed = fc
    .record({
      kind: fc.constantFrom('usb' as const, 'hid' as const),
      path: fc.constantFrom('1', '2', undefined),
      vendor: fc.constantFrom('aaaa', 'bbbb', undefined),
      optional: some(true),
    })
    .map((made) =>
      Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)),
    );
  const found = fc
    .record({
      kind: fc.constantFrom('usb' as const, 'hid' as const),
      path: fc.constantFrom('1', '2', '3'),
      vendor: fc.constantFrom('aaaa', 'bbbb'),
    })
    .map((made): Part => ({ ...made, product: null, serial: null, name: null }));

  /** The best there is, by trying every assignment: fewest missing, then fewest too much. */
  const best = (list: readonly ListedPart[], parts: readonly Part[]): readonly [number, number] => {
    const [entry, ...others] = list;
    if (entry === undefined) return [0, parts.length];
    const without = best(others, parts);
    let least: readonly [number, number] = [
      without[0] + (entry.optional === true ? 0 : 1),
      without[1],
    ];
    for (const [at, part] of parts.entries()) {
      const fits =
        entry.kind === part.kind &&
        (entry.path ?? part.path) === part.path &&
        (entry.vendor ?? part.vendor) === part.vendor;
      if (!fits) continue;
      const [missing, extra] = best(others, parts.toSpliced(at, 1));
      if (missing < least[0] || (missing === least[0] && extra < least[1]))
        least = [missing, extra];
    }
    return least;
  };

  test('leaves as little over as can be, whatever fits whatever', () => {
    fc.assert(
      fc.property(
        fc.array(listed, { maxLength: 5 }),
        fc.array(found, { maxLength: 5 }),
        (entries, parts) => {
          const list = entries.map(
            (entry, index) => ({ ...entry, label: `p${index}` }) as unknown as ListedPart,
          );
          const { missing, extra } = compareParts({ parts: list }, parts);
          expect([missing.length, extra.length]).toEqual(best(list, parts));
        },
      ),
      { seed: 20201206, numRuns: 300 },
    );
  });
});

describe('a list', () => {
  test('comes back as it was, from its signed file, by the right key and purpose alone', () => {
    const maker = makeEd25519KeyPair(makeSeededEntropy(1, 'maker'));
    const other = makeEd25519KeyPair(makeSeededEntropy(2, 'maker'));
    const file = signFile(PARTS_LIST_PURPOSE, LIST, maker.privateKey);
    const opened = openSignedFile(PARTS_LIST_PURPOSE, file, maker.publicKey);
    expect(opened !== null && readPartsList(opened.json)).toEqual({ ok: true, value: LIST });
    expect(openSignedFile(PARTS_LIST_PURPOSE, file, other.publicKey)).toBeNull();
    expect(openSignedFile('another purpose', file, maker.publicKey)).toBeNull();
    for (let at = 0; at < file.length; at++)
      for (const mask of [1, 0x20]) {
        const changed = file.slice();
        changed[at]! ^= mask;
        expect(openSignedFile(PARTS_LIST_PURPOSE, changed, maker.publicKey)).toBeNull();
      }
  });

  test.each([
    ['null', null],
    ['another format', { ...LIST, format: 'x' }],
    ['a further field', { ...LIST, more: 1 }],
    ['no unit', { ...LIST, unit: '' }],
    ['no parts', { ...LIST, parts: {} }],
    ['a part of no kind', { ...LIST, parts: [{ label: 'a', kind: 'psychic' }] }],
    ['a part with a further field', { ...LIST, parts: [{ label: 'a', kind: 'usb', x: 1 }] }],
    ['a label that is no word', { ...LIST, parts: [{ label: 'a b', kind: 'usb' }] }],
    ['a vendor in capitals', { ...LIST, parts: [{ label: 'a', kind: 'usb', vendor: '1A86' }] }],
    ['a label twice', { ...LIST, parts: [LIST.parts[0], LIST.parts[0]] }],
  ])('with %s is refused', (_, json) => {
    expect(readPartsList(json).ok).toBe(false);
  });
});

describe('what the log says', () => {
  test('one entry that all is as listed', () => {
    const events = partEvents({ missing: [], extra: [] }, 14);
    expect(events).toEqual([{ id: 'inventoryMatched', fields: { parts: 14 } }]);
  });

  test('an entry for each difference, each of the catalogue, however the part calls itself', () => {
    const strange: Part = { ...usb('1-3', '046d'), name: '\u001b[2J' };
    const events = partEvents(compareParts(LIST, [READER, strange]), 2);
    expect(events).toEqual([
      { id: 'inventoryMissing', fields: { part: 'printer' } },
      { id: 'inventoryExtra', fields: { part: 'usb_1-3_046d_0001' } },
    ]);
    for (const { id, fields } of events) expect(eventProblem(id, fields)).toBeNull();
  });

  test('of very many only the first are named', () => {
    const many = Array.from({ length: 100 }, (_, index) => usb(`2-${index}`, 'ffff'));
    const events = partEvents({ missing: [], extra: many }, 100);
    expect(events).toHaveLength(33);
    for (const { id, fields } of events) expect(eventProblem(id, fields)).toBeNull();
  });

  test('the emulated unit’s own parts have words of their own', () => {
    const words = [...EMULATED_PARTS, ...EMULATED_MODULE].map(partWord);
    expect(new Set(words).size).toBe(words.length);
  });
});
