/** The draw of the precincts to audit: Rivest's sampler, the same for everybody, and an announced draw held to it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  compareDraw,
  drawSample,
  listDigest,
  placesOf,
  readPercent,
  readSeed,
  sizeOf,
} from '#scripts/audit/draw-sample.ts';
import { METHOD, sampleReport } from '#scripts/audit/sample-report.ts';
import { drawOrder, ticketNumber } from '#scripts/audit/sampler.ts';
import { COUNTRY, OFFER } from '../../nation/country.ts';
import { FIRST_TICKETS, ORDER } from '../../vectors/consistent-sampler.ts';
import { urna } from '../nation/command.ts';
import { makeLanguageCheck } from './both-languages.ts';

const SEED = '01382438112797316654';
const places = Array.from({ length: 1_000 }, (_, at) => ({
  id: `p-${at}`,
  state: ['norte', 'sur', 'este'][at % 3]!,
}));
const draw = (percent: string, by: 'state' | 'nation' = 'state', seed = SEED) => ({
  seed,
  share: readPercent(percent)!,
  by,
});
const idsOf = (drawn: ReturnType<typeof drawSample>) => drawn.map(({ item }) => item.id);

const folder = mkdtempSync(join(tmpdir(), 'urna-sample-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe("Rivest's sampler", () => {
  test.each(FIRST_TICKETS)('gives $name the ticket that its author publishes', (each) => {
    expect(ticketNumber(each.name, each.seed)).toBe(each.ticket);
  });

  test('draws the published example in the published order', () => {
    const order = drawOrder(ORDER.names, (name) => name, ORDER.seed).map(({ item }) => item);
    expect(order.slice(0, 4)).toEqual(ORDER.firstFour);
  });
});

describe('a draw', () => {
  test('does not depend on the order of the list', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (shuffled) => {
        expect(idsOf(drawSample(shuffled, draw('1')))).toEqual(
          idsOf(drawSample(places, draw('1'))),
        );
        expect(listDigest(shuffled)).toBe(listDigest(places));
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  test('takes of every state its share, rounded up', () => {
    const counts = Map.groupBy(drawSample(places, draw('0.5')), ({ item }) => item.state);
    expect([...counts.values()].map((each) => each.length).sort()).toEqual([2, 2, 2]);
    expect(drawSample(places, draw('54'))).toHaveLength(181 + 180 + 180);
    expect(drawSample(places, draw('0.5', 'nation'))).toHaveLength(5);
    expect(drawSample(places, draw('100'))).toHaveLength(1_000);
  });

  test('holds every smaller draw of the same seed', () => {
    const larger = new Set(idsOf(drawSample(places, draw('54'))));
    expect(idsOf(drawSample(places, draw('1'))).every((id) => larger.has(id))).toBe(true);
  });

  test('is another with another seed', () => {
    const other = draw('1', 'state', '99999999999999999999');
    expect(idsOf(drawSample(places, other))).not.toEqual(idsOf(drawSample(places, draw('1'))));
  });

  test('gives each place its chance', () => {
    const drawn = new Map<string, number>();
    for (let round = 0; round < 400; round += 1) {
      const seed = `${10n ** 20n + BigInt(round)}`;
      for (const id of idsOf(drawSample(places.slice(0, 40), draw('25', 'nation', seed))))
        drawn.set(id, (drawn.get(id) ?? 0) + 1);
    }
    // 400 draws of a quarter: 100 expected, standard deviation 8.7.
    for (const { id } of places.slice(0, 40)) {
      expect(drawn.get(id)).toBeGreaterThan(60);
      expect(drawn.get(id)).toBeLessThan(140);
    }
  });

  test('takes the precincts of a register by their states', () => {
    const all = placesOf(OFFER, COUNTRY.register);
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['norte', 'sur']));
    expect(drawSample(all, draw('1'))).toHaveLength(2);
  });
});

test.each([
  ['0.5', 5_000],
  ['1', 10_000],
  ['54', 540_000],
  ['0.0001', 1],
  ['100', 1_000_000],
])('%s per cent is exact', (text, millionths) => expect(readPercent(text)).toEqual({ millionths }));

test.each(['', '0', '-1', '100.0001', '1e1', '0.00001', '.5', '1.', ' 1', 'NaN'])(
  '"%s" is no share',
  (text) => expect(readPercent(text)).toBeNull(),
);

test('a share of a list is rounded up', () => {
  expect(sizeOf({ millionths: 5_000 }, 200)).toBe(1);
  expect(sizeOf({ millionths: 5_000 }, 201)).toBe(2);
  expect(sizeOf({ millionths: 10_000 }, 29_622)).toBe(297);
});

test('a seed is twenty digits or more', () => {
  expect(readSeed('0138 2438 1127 9731 6654')).toBe(SEED);
  for (const wrong of [
    '',
    '0138243811279731665',
    `${SEED}x`,
    '٠١٣٨٢٤٣٨١١٢٧٩٧٣١٦٦٥٤',
    '1'.repeat(201),
  ])
    expect(readSeed(wrong)).toBeNull();
});

describe('an announced draw', () => {
  const drawn = drawSample(places, draw('1'));
  const rows = drawn.map(({ item, ticket }) => ({ id: item.id, ticket }));
  const LANGUAGES = makeLanguageCheck([...new Set(places.map(({ state }) => state)), 'mine']);
  const reportOf = (announced: typeof rows | null) => {
    const findings = announced === null ? [] : compareDraw(drawn, announced);
    const given = { places, draw: draw('1'), drawn, announced: announced?.length ?? null };
    return sampleReport({ ...given, findings }, 'scripts/urna audit sample x');
  };
  const codes = (announced: typeof rows) => {
    const report = reportOf(announced);
    LANGUAGES.hold(report, [METHOD]);
    return report.findings.map(({ code }) => code);
  };

  test('that is this one has no finding', () => expect(codes(rows)).toEqual([]));
  test('that leaves one out is named', () =>
    expect(codes(rows.slice(1))).toEqual(['sample.missing']));
  test('that has one more is named', () =>
    expect(codes([...rows, { id: 'mine', ticket: '0.1' }])).toEqual(['sample.extra']));
  test('that swaps one for another is named twice', () =>
    expect(codes([{ id: 'mine', ticket: rows[0]!.ticket }, ...rows.slice(1)])).toEqual([
      'sample.missing',
      'sample.extra',
    ]));
  test('that has one twice is named', () =>
    expect(codes([...rows, rows[0]!])).toEqual(['sample.twice']));
  test('with another ticket is named', () =>
    expect(codes([{ ...rows[0]!, ticket: '0.1' }, ...rows.slice(1)])).toEqual(['sample.ticket']));
  test('has told every code in both languages, and one that nobody announced too', () => {
    LANGUAGES.hold(reportOf(null), [METHOD]);
    expect(LANGUAGES.untold(reportOf(rows))).toEqual([]);
  });
});

describe('the command', () => {
  const list = put(
    'list.csv',
    `id,state\n${places.map(({ id, state }) => `${id},${state}`).join('\n')}\n`,
  );

  test('draws, writes the draw, and finds that draw sound', () => {
    const out = join(folder, 'draw.csv');
    const page = join(folder, 'draw.html');
    const first = urna(
      'audit',
      'sample',
      list,
      '--seed',
      SEED,
      '--percent',
      '1',
      '--out',
      out,
      '--json',
    );
    expect(first.code).toBe(0);
    const json = JSON.parse(first.out);
    expect(json).toMatchObject({ ok: true, findings: [], seed: SEED, list: { count: 1_000 } });
    expect(json.drawn).toHaveLength(12);
    const again = urna(
      'audit',
      'sample',
      list,
      '--seed',
      SEED,
      '--percent',
      '1',
      '--check',
      out,
      '--html',
      page,
    );
    expect(again.code).toBe(0);
    expect(again.out).toContain(json.list.sha256);
    expect(readFileSync(page, 'utf8')).toContain('<svg class="bar"');
    put('wrong.csv', readFileSync(out, 'utf8').replace(json.drawn[0].id, 'p-other'));
    const wrong = urna(
      'audit',
      'sample',
      list,
      '--seed',
      SEED,
      '--percent',
      '1',
      '--check',
      join(folder, 'wrong.csv'),
      '--html',
      page,
      '--json',
    );
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.out).findings.map(({ code }: { code: string }) => code)).toEqual([
      'sample.missing',
      'sample.extra',
    ]);
    expect(readFileSync(page, 'utf8')).toContain('salió en el sorteo y no está anunciada');
  });

  test.each([
    ['doubled', 'id,state\na,norte\na,norte\n', 'doubled.csv:3:id'],
    ['cut', 'id,state\na,nor', 'cut.csv'],
    ['empty', '', 'empty.csv'],
    ['ragged', 'id,state\na,norte,x\n', 'ragged.csv:2'],
    ['latin', Uint8Array.of(...Buffer.from('id,state\na,Gu'), 0xe1, 0x0a), 'latin.csv:2'],
    ['other', 'name,state\na,norte\n', 'other.csv:1'],
  ])('a list that is %s is named and nothing is written', (name, content, path) => {
    const out = join(folder, `${name}-out.csv`);
    const { code, out: told } = urna(
      'audit',
      'sample',
      put(`${name}.csv`, content),
      '--seed',
      SEED,
      '--percent',
      '1',
      '--out',
      out,
      '--json',
    );
    expect(code).toBe(2);
    expect(JSON.parse(told).errors[0].path).toContain(path);
    expect(existsSync(out)).toBe(false);
  });

  test('wants dice and a share', () => {
    expect(urna('audit', 'sample', list, '--seed', '1234', '--percent', '1').code).toBe(2);
    expect(urna('audit', 'sample', list, '--seed', SEED).code).toBe(2);
    expect(
      urna('audit', 'sample', join(folder, 'none'), '--seed', SEED, '--percent', '1').code,
    ).toBe(3);
  });
});
