import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareJournals,
  coversPending,
  decodeJournal,
  encodeJournal,
  JOURNAL_BYTES,
} from '#firmware/vault/journal.ts';
import type { Journal, JournalPhase, PrintMark } from '#firmware/vault/vault.ts';

const CONTEXT = { electionId: 'test-2026', precinctId: '123456789-01', trusted: [] };
const KEY = new Uint8Array(32).fill(7);
const PENDING = new Uint8Array(100).fill(9);
const SEEDED = { seed: 2026, numRuns: 300 };

const uint32 = fc.nat({ max: 0xffff_ffff });
const journals: fc.Arbitrary<Journal> = fc
  .record({
    generation: uint32,
    epoch: uint32,
    reprints: uint32,
    spoils: uint32,
    phase: fc.constantFrom<JournalPhase>('OUTCOME', 'IDLE', 'ACTIVE', 'PREPARED', 'SPOILED'),
    print: fc.constantFrom<PrintMark>('NONE', 'STARTED', 'PARTIAL', 'DONE', 'CONFIRMED'),
  })
  .map((journal) => (journal.phase === 'PREPARED' ? journal : { ...journal, print: 'NONE' }));
const pendingOf = (journal: Journal) => (journal.phase === 'PREPARED' ? PENDING : null);

describe('journal', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(journals, uint32, (journal, sequence) => {
        const bytes = encodeJournal({ journal, sequence }, KEY, CONTEXT, pendingOf(journal));
        expect(bytes.length).toBe(JOURNAL_BYTES);
        expect(decodeJournal(bytes, KEY, CONTEXT)).toEqual({ journal, sequence });
      }),
      SEEDED,
    );
  });

  test('any changed byte is noticed', () => {
    fc.assert(
      fc.property(
        journals,
        fc.nat({ max: JOURNAL_BYTES - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (journal, at, mask) => {
          const record = { journal, sequence: 5 };
          const bytes = encodeJournal(record, KEY, CONTEXT, pendingOf(journal));
          bytes[at]! ^= mask;
          expect(decodeJournal(bytes, KEY, CONTEXT)).toBeNull();
        },
      ),
      SEEDED,
    );
  });

  test('noise of any length is no journal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeJournal(bytes, KEY, CONTEXT)).toBeNull();
      }),
      SEEDED,
    );
  });

  test('another key, precinct or pending record does not verify', () => {
    const journal: Journal = {
      generation: 1,
      epoch: 4,
      phase: 'PREPARED',
      print: 'DONE',
      reprints: 0,
      spoils: 0,
    };
    const bytes = encodeJournal({ journal, sequence: 1 }, KEY, CONTEXT, PENDING);
    expect(coversPending(bytes, KEY, CONTEXT, PENDING)).toBe(true);
    expect(coversPending(bytes, KEY, CONTEXT, new Uint8Array(100))).toBe(false);
    expect(decodeJournal(bytes, new Uint8Array(32), CONTEXT)).toBeNull();
    expect(decodeJournal(bytes, KEY, { ...CONTEXT, precinctId: '123456789-02' })).toBeNull();
  });

  test('a cut leaves the old bytes up to any point and the new after it: never a third journal', () => {
    const base = { generation: 1, epoch: 4, print: 'NONE', reprints: 0, spoils: 0 } as const;
    const write = (phase: JournalPhase, sequence: number) =>
      encodeJournal({ journal: { ...base, phase }, sequence }, KEY, CONTEXT, null);
    const [before, after] = [write('IDLE', 1), write('ACTIVE', 3)];
    for (let at = 0; at <= JOURNAL_BYTES; at++) {
      const torn = before.slice();
      torn.set(after.subarray(0, at));
      const read = decodeJournal(torn, KEY, CONTEXT);
      if (read !== null) expect(['IDLE', 'ACTIVE']).toContain(read.journal.phase);
      if (at > 10 && at < 60) expect(read).toBeNull();
    }
  });

  test('a cut in the middle of marking a prepared vote leaves the old journal, the new one, or none', () => {
    const base = { generation: 1, epoch: 4, phase: 'PREPARED', reprints: 0, spoils: 0 } as const;
    const write = (print: PrintMark, sequence: number) =>
      encodeJournal({ journal: { ...base, print }, sequence }, KEY, CONTEXT, PENDING);
    const [before, after] = [write('NONE', 4), write('DONE', 6)];
    for (let at = 0; at <= JOURNAL_BYTES; at++) {
      const torn = before.slice();
      torn.set(after.subarray(0, at));
      // A torn one must not pass for a journal whose pending record is damaged: that would be the end of it.
      if (decodeJournal(torn, KEY, CONTEXT) !== null)
        expect({ at, covers: coversPending(torn, KEY, CONTEXT, PENDING) }).toEqual({
          at,
          covers: true,
        });
    }
  });

  test('newer is by generation, epoch, sequence, and for a tie by rank', () => {
    const j = (change: Partial<Journal>): Journal => ({
      generation: 1,
      epoch: 3,
      phase: 'IDLE',
      print: 'NONE',
      reprints: 0,
      spoils: 0,
      ...change,
    });
    const ascending: readonly Journal[] = [
      j({ epoch: 2, phase: 'SPOILED', spoils: 1 }),
      j({ phase: 'OUTCOME' }),
      j({ phase: 'IDLE' }),
      j({ phase: 'ACTIVE' }),
      j({ phase: 'PREPARED' }),
      j({ phase: 'PREPARED', print: 'STARTED' }),
      j({ phase: 'PREPARED', print: 'PARTIAL', reprints: 1 }),
      j({ phase: 'PREPARED', print: 'DONE' }),
      j({ phase: 'PREPARED', print: 'CONFIRMED' }),
      j({ phase: 'SPOILED', spoils: 1 }),
      j({ epoch: 4, phase: 'OUTCOME' }),
      j({ generation: 2, epoch: 0 }),
    ];
    for (const [a, first] of ascending.entries())
      for (const [b, second] of ascending.entries()) {
        const tied = compareJournals(
          { journal: first, sequence: 4 },
          { journal: second, sequence: 4 },
        );
        expect(Math.sign(tied)).toBe(Math.sign(a - b));
      }
    const spoiled = { journal: j({ phase: 'SPOILED', spoils: 1 }), sequence: 5 };
    const preparedAgain = { journal: j({ phase: 'PREPARED', spoils: 1 }), sequence: 7 };
    expect(compareJournals(preparedAgain, spoiled)).toBeGreaterThan(0);
  });
});
