/**
 * Whole days in this process: voters, tally, paper, pollbook and urn agree; a seed is a day; what is
 * printed and signed can be checked by programs that are not ours; and the accounts find a difference.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderPng, renderText } from '#drivers/printer/emulator/render.ts';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import { parseSignedQr, verifySignedQr } from '#firmware/paper/qr-payloads.ts';
import { verifyEventLog } from '#firmware/vault/event-log-format.ts';
import { publicKeyFromPem, verify } from '#firmware/vault/keys.ts';
import { type Evidence, reconcile } from '#scripts/day/accounts.ts';
import { resultFile } from '#scripts/day/artefacts.ts';
import { evidenceOf } from '#scripts/day/evidence.ts';
import { authorityPublicKey } from '#scripts/day/provision.ts';
import type { DayOutcome } from '#scripts/day/run-day.ts';
import { readQr } from '../drivers/printer/read-qr.ts';
import { dayOf, ELECTIONS, leftBy } from './rig.ts';

const ELECTION_NAMES = ['small', 'demo'] as const;
const LOCALES = ['es', 'en'] as const;

/** Of the processor, with both cores busy. */
const DAY_LIMIT_MS = 60_000;

/** Blank dots that the picture has above the first line, and a symbol around itself. */
const PICTURE_TOP_DOTS = 24;
const QUIET_DOTS = 14;

/** Every QR symbol of a paper, read from its picture. */
const readSymbols = async (piece: PaperPiece): Promise<readonly (string | null)[]> => {
  const png = await renderPng(piece);
  const first = Math.min(...piece.items.map(({ topDots }) => topDots));
  const symbols = piece.items.filter(({ kind }) => kind === 'qr');
  return Promise.all(
    symbols.map(({ topDots, heightDots }) =>
      readQr(png, topDots - first + PICTURE_TOP_DOTS - QUIET_DOTS, heightDots + 2 * QUIET_DOTS),
    ),
  );
};

const logOf = (outcome: DayOutcome) => {
  const bytes = outcome.media.removable.get('log/event-log/log.jsonl');
  const key = publicKeyFromPem(Buffer.from(resultFile(outcome, 'machineKey')).toString('utf8'));
  if (bytes === undefined || key === null) throw new Error('no log, or no machine key');
  return { bytes, key };
};

describe('a day agrees with itself', () => {
  const days = ELECTION_NAMES.flatMap((election) =>
    LOCALES.flatMap((locale) =>
      [1, 2, 3].flatMap((seed) => [1, 12].map((voters) => ({ election, locale, seed, voters }))),
    ),
  );
  test.each(days)('$election election, $locale, seed $seed, $voters voters', async (day) => {
    const outcome = await dayOf(day.election, day.voters, day.seed, day.locale);
    const evidence = evidenceOf(ELECTIONS[day.election], outcome);
    expect(reconcile(evidence)).toEqual([]);
    expect(evidence.result.ballots).toBe(outcome.voted.size);
    expect(day.voters - outcome.voted.size).toBeLessThanOrEqual(outcome.refused.length);
    if (day.voters >= 12)
      expect(new Set(outcome.refused.map(({ reason }) => reason))).toEqual(
        new Set(['idUnknown', 'alreadyVoted']),
      );
    expect(outcome.reports.tally).toHaveLength(ELECTIONS[day.election].rules.tallyCopies);
  });
});

describe('a seed is a day', () => {
  test.each(ELECTION_NAMES)(
    '%s election: the same seed leaves the same bytes',
    async (election) => {
      const [one, other] = [await dayOf(election, 6, 7, 'es'), await dayOf(election, 6, 7, 'es')];
      expect(leftBy(other)).toEqual(leftBy(one));
    },
  );

  test('another seed leaves other ones', async () => {
    const [one, other] = [
      leftBy(await dayOf('small', 6, 7, 'es')),
      leftBy(await dayOf('small', 6, 8, 'es')),
    ];
    expect(other.media).not.toEqual(one.media);
    expect(other.papers).not.toEqual(one.papers);
    expect(other.machineCode).not.toBe(one.machineCode);
  });
});

describe.each(ELECTION_NAMES)('what the %s election leaves can be checked', (election) => {
  const definition = ELECTIONS[election];
  let outcome: DayOutcome;
  let evidence: Evidence;
  beforeAll(async () => {
    outcome = await dayOf(election, 12, 5, 'es');
    evidence = evidenceOf(definition, outcome);
  }, DAY_LIMIT_MS);

  test('the QR symbols of each copy of the tally report say the totals, signed and certified', async () => {
    const authority = authorityPublicKey(outcome.provision);
    const [first, ...copies] = await Promise.all(outcome.reports.tally.map(readSymbols));
    for (const copy of copies) expect(copy).toEqual(first);
    const [publicLine, ...parts] = first ?? [];
    const lists = definition.contests.find(({ kind }) => kind === 'list');
    const counted = evidence.result.contests.find(({ id }) => id === lists?.id);
    const votes = counted?.options.map((option) => option.votes).join(',');
    expect(publicLine).toBe(`${definition.precinct.reportId}!${votes}!${counted?.nulls}!0`);

    const texts = parts.map((part) => part ?? 'not read');
    const parsed = parseSignedQr(texts);
    if (!parsed.ok) throw new Error(parsed.error.kind);
    const verified = verifySignedQr(parsed.value, authority, verify);
    if (!verified.ok) throw new Error(verified.error);
    expect(verified.value.contests).toEqual(
      evidence.result.contests.map(({ id, ballots, positions, nulls, options }) => ({
        contestId: id,
        ballots,
        positions,
        nulls,
        votes: options.map((option) => option.votes),
      })),
    );
    const other = { ...parsed.value.tally, ballots: parsed.value.tally.ballots + 1 };
    expect(verifySignedQr({ ...parsed.value, tally: other }, authority, verify)).toEqual({
      ok: false,
      error: 'signature',
    });
    const stranger = authorityPublicKey({
      ...outcome.provision,
      authority: { ...outcome.provision.authority, signing: outcome.provision.authority.escrow },
    });
    expect(verifySignedQr(parsed.value, stranger, verify)).toEqual({
      ok: false,
      error: 'certificate',
    });
  });

  test('the event log verifies, and zero and tally report print its head at their time', () => {
    const { bytes, key } = logOf(outcome);
    const log = verifyEventLog(bytes, key, null);
    if (!log.ok) throw new Error(JSON.stringify(log.error));
    const { entries } = log.value;
    /** The entry whose chain value a paper shows, spaces and line ends aside. */
    const witnessed = (piece: PaperPiece): number => {
      const text = renderText(piece).replace(/\s/g, '');
      return entries.findIndex(({ hash }) => text.includes(hash));
    };
    const { setupZero, zero, tally } = outcome.reports;
    const printed = (id: string): readonly number[] =>
      entries.flatMap((entry, index) => (entry.id === id ? [index] : []));
    const zeroPrinted = printed('zeroReportPrinted');
    expect(zeroPrinted).toHaveLength(2);
    for (const [piece, at] of [
      [setupZero, zeroPrinted[0]],
      [zero, zeroPrinted[1]],
      ...tally.map((copy) => [copy, printed('tallyReportPrinted')[0]] as const),
    ] as const) {
      const head = witnessed(piece);
      expect(entries[head]?.id).toBe('checkpointSigned');
      // Nothing but what the printing itself tells stands between the head and its paper.
      const between = entries.slice(head + 1, at).map(({ id }) => id);
      expect(between).not.toContain('checkpointSigned');
      expect(between.filter((id) => id.startsWith('vote') || id.startsWith('polls'))).toEqual([]);
    }
    expect(evidence.result.logHead).toBe(entries[witnessed(tally[0] as PaperPiece)]?.hash);
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  test.skipIf(!openssl)(
    'openssl verifies the result package (skipped where there is no openssl)',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'urna-openssl-'));
      try {
        const at = (name: string): string => join(folder, name);
        await writeFile(at('key.pem'), resultFile(outcome, 'machineKey'));
        await writeFile(at('package'), resultFile(outcome, 'package'));
        await writeFile(at('signature'), resultFile(outcome, 'signature'));
        const check = () =>
          spawnSync('openssl', [
            ...['pkeyutl', '-verify', '-pubin', '-rawin', '-inkey', at('key.pem')],
            ...['-in', at('package'), '-sigfile', at('signature')],
          ]).status;
        expect(check()).toBe(0);
        const changed = Buffer.from(resultFile(outcome, 'package'));
        changed[10] = (changed[10] ?? 0) ^ 1;
        await writeFile(at('package'), changed);
        expect(check()).not.toBe(0);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );

  test('the accounts name every difference that is planted', () => {
    const { result, box, confirmed, marked, voted } = evidence;
    const [contest, ...others] = result.contests;
    const [option, ...rest] = contest?.options ?? [];
    if (contest === undefined || option === undefined) throw new Error('no contest');
    const moved = { ...contest, options: [{ ...option, votes: option.votes + 1 }, ...rest] };
    const somebody = [...voted][0] ?? '';
    const without = new Set([...marked].filter((id) => id !== somebody));
    const [first] = confirmed;
    if (first === undefined) throw new Error('nobody voted');
    const marks = first.marks.map((each, index) =>
      index === 0 ? (each.length > 0 ? [] : [0]) : each,
    );
    const planted: readonly (readonly [string, Partial<Evidence>, RegExp])[] = [
      ['a total', { result: { ...result, contests: [moved, ...others] } }, /^tally: contest/],
      ['a missing contest', { result: { ...result, contests: others } }, /is missing/],
      ['ballots', { result: { ...result, ballots: result.ballots - 1 } }, /^ballots of the tally/],
      ['a removed paper', { box: box.slice(1) }, /^papers in the box/],
      ['a paper too many', { box: [...box, ...box.slice(0, 1)] }, /^paper: contest/],
      [
        'an unreadable paper',
        { box: box.map((text, at) => (at === 0 ? 'x' : text)) },
        /can not be read/,
      ],
      ['a removed mark', { marked: without }, /is not marked$/],
      ['a mark too many', { marked: new Set([...marked, 'V-1']) }, /did not vote$/],
      ['a slot too many', { occupiedSlots: (evidence.occupiedSlots ?? 0) + 1 }, /^occupied slots/],
      ['a paper in the envelope', { envelope: evidence.envelope + 1 }, /^envelope/],
      [
        'another vote',
        { confirmed: [{ ...first, marks }, ...confirmed.slice(1)] },
        /^(tally|paper): contest/,
      ],
    ];
    for (const [what, change, expected] of planted) {
      const findings = reconcile({ ...evidence, ...change });
      expect(
        findings.some((finding) => expected.test(finding)),
        what,
      ).toBe(true);
    }
  });
});
