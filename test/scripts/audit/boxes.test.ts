/** Boxes counted by hand: every difference is named, a wrong outcome is found, bad tables are refused whole. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allocateSeats } from '#firmware/election/seats.ts';
import type { RejectionCode } from '#firmware/nation/aggregate.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { assertionsOf, competitorOf } from '#scripts/audit/boxes/assertions.ts';
import { type BoxesAudit, boxesReport } from '#scripts/audit/boxes/boxes-report.ts';
import { contestRisks } from '#scripts/audit/boxes/contest-risk.ts';
import { type Country, partOf } from '#scripts/audit/boxes/country.ts';
import type { CountedBox } from '#scripts/audit/boxes/counts.ts';
import { reconcileBox } from '#scripts/audit/boxes/reconcile.ts';
import type { Finding } from '#scripts/audit/finding.ts';
import { drawOrder } from '#scripts/audit/sampler.ts';
import { tell } from '#scripts/audit/words/phrase.ts';
import { REJECTIONS } from '#scripts/nation/result-words.ts';
import { COUNTRY, PACKAGES } from '../../nation/country.ts';
import { urna } from '../nation/command.ts';
import { makeLanguageCheck } from './both-languages.ts';
import { boxesOf, boxOf, countryWith, withMoved } from './boxes-rig.ts';

const SEED = '20598147036618275930';
const country = countryWith();
const boxes = boxesOf(country);
const first = boxes[0]!;
const LANGUAGES = makeLanguageCheck(['norte', 'sur', 'cerro', 'nacional', 'two jams']);
const AUDIT: BoxesAudit = {
  boxes: [],
  packages: 12,
  rejected: [],
  draw: null,
  risks: [],
  limit: 0.05,
};
const hold = (changes: Partial<BoxesAudit>): readonly Finding[] => {
  const report = boxesReport({ ...AUDIT, ...changes }, 'scripts/urna audit boxes x');
  LANGUAGES.hold(report);
  return report.findings;
};
const codesOf = (box: CountedBox) => hold({ boxes: [box] }).map(({ code }) => code);

describe('a box', () => {
  test('that agrees has no finding', () => expect(boxes.flatMap(reconcileBox)).toEqual([]));

  test.each([
    ['signatures', ['boxes.signatures']],
    ['marks', ['boxes.signatures', 'boxes.marks']],
    ['ballots', ['boxes.papers', 'boxes.ballots']],
    ['envelope', ['boxes.envelope']],
  ] as const)('with one more in %s is named', (what, codes) =>
    expect(codesOf({ ...first, [what]: first[what] + 1 })).toEqual(codes),
  );

  test('with a paper too few is named, and its counts do not add up', () =>
    expect(codesOf({ ...first, papers: first.papers - 1 })).toEqual(
      expect.arrayContaining(['boxes.papers', 'boxes.sum']),
    ));

  test('with a vote for another on paper is named for both options', () => {
    const findings = reconcileBox(withMoved(first, 'l-norte', [0, 1], 1));
    expect(findings.map(({ code }) => code)).toEqual(['boxes.votes', 'boxes.votes']);
    expect(findings[0]!.subject).toBe(`${first.precinct.id} l-norte t-1`);
  });

  test('with a null that the machine counted as a vote is named', () => {
    const counted = first.contests.get('l-norte')!;
    const votes = counted.votes.map((each, at) => (at === 0 ? each - 1 : each));
    const box = {
      ...first,
      contests: new Map(first.contests).set('l-norte', { votes, nulls: counted.nulls + 1 }),
    };
    expect(codesOf(box)).toEqual(['boxes.votes', 'boxes.nulls']);
  });

  test('with a contest that nobody counted is named', () => {
    const contests = new Map(first.contests);
    contests.delete('n-norte');
    expect(codesOf({ ...first, contests })).toEqual(['boxes.contestMissing']);
  });

  test('of a precinct without a package is named', () => {
    const partly = countryWith([1]);
    const precinct = partly.precincts.get(first.precinct.id)!;
    expect(codesOf({ ...first, precinct })).toEqual(['boxes.noPackage']);
  });

  test('keeps its finding when it is explained', () => {
    const box = { ...first, envelope: first.envelope + 1, note: 'two jams' };
    const [finding] = hold({ boxes: [box] });
    expect(finding).toMatchObject({ code: 'boxes.envelope' });
    expect(tell('en', finding!.message)).toContain('two jams');
  });
});

describe('the risk of a contest', () => {
  test('is nothing with every box counted, and everything with none', () => {
    for (const { risk, state } of contestRisks(country, boxes, SEED))
      expect([state, risk]).toEqual(['counted', 0]);
    for (const { risk, state, next } of contestRisks(country, [], SEED))
      if (state === 'measured') expect([risk, next === null]).toEqual([1, false]);
  });

  test('counts boxes in the order of the draw alone: a box that somebody chose changes nothing', () => {
    const order = drawOrder([...country.precincts.keys()], (id) => id, SEED).map(
      ({ item }) => item,
    );
    const all = new Map(boxes.map((box) => [box.precinct.id, box]));
    const north = order.filter((id) => partOf(country.precincts.get(id)!, 'l-norte') !== undefined);
    const chosen = north.slice(1).map((id) => all.get(id)!);
    const risk = contestRisks(country, chosen, SEED).find(({ id }) => id === 'l-norte')!;
    expect(risk).toMatchObject({ inOrder: 0, counted: north.length - 1, risk: 1, next: north[0] });
  });

  test('a box whose count does not add up is not relied on', () => {
    const broken = boxes.map((box) => ({ ...box, papers: box.papers + 1 }));
    expect(contestRisks(country, broken, SEED).find(({ id }) => id === 'l-norte')!.inOrder).toBe(0);
  });

  test('a tie that was announced is confirmed by all boxes alone', () => {
    const tied = {
      ...country,
      seats: country.seats.map((result) =>
        result.id === 'n-sur'
          ? { ...result, competitors: result.competitors.map((each) => ({ ...each, votes: 100 })) }
          : result,
      ),
    };
    const riskOf = (counted: readonly CountedBox[]) =>
      contestRisks(tied, counted, SEED).find(({ id }) => id === 'n-sur')!;
    expect(riskOf(boxes.slice(0, -1))).toMatchObject({ state: 'tied', risk: 1 });
    expect(hold({ risks: [riskOf(boxes.slice(0, -1))] }).map(({ code }) => code)).toEqual([
      'boxes.risk',
    ]);
    // The papers of this country are no tie.
    expect(riskOf(boxes)).toMatchObject({ state: 'counted', risk: 1 });
  });

  test('papers that say otherwise are found when all are counted', () => {
    // The two cards of the north with each other's votes.
    const moved = boxes.map((box) => {
      const votes = box.contests.get('l-norte')?.votes;
      if (votes === undefined) return box;
      return withMoved(box, 'l-norte', [0, 1], votes[0]! - votes[1]!);
    });
    const risks = contestRisks(country, moved, SEED);
    const codes = hold({ boxes: moved, risks });
    expect(risks.find(({ id }) => id === 'l-norte')!.risk).toBe(1);
    expect(
      codes.filter(({ code }) => code === 'boxes.outcome').map(({ subject }) => subject),
    ).toContain('l-norte');
  });
});

describe('the report', () => {
  const draw = {
    seed: SEED,
    share: { millionths: 545_000 },
    by: 'state',
    drawn: [...country.precincts.keys()],
  } as const;

  test('of a draw that nobody counted names each box and each risk', () => {
    const findings = hold({ draw, risks: contestRisks(country, [], SEED) });
    expect(new Set(findings.map(({ code }) => code))).toEqual(
      new Set(['boxes.notCounted', 'boxes.risk']),
    );
  });

  test.each(Object.keys(REJECTIONS.es) as RejectionCode[])(
    'says why a package was rejected: %s',
    (code) => {
      const rejection = { precinct: null, code, detail: 'in the words of the code', origin: 'a/b' };
      expect(hold({ rejected: [rejection] })).toMatchObject([{ code: 'boxes.package' }]);
    },
  );

  test('has told every code in both languages', () =>
    expect(LANGUAGES.untold(boxesReport(AUDIT, ''))).toEqual([]));
});

test("d'Hondt's assertions hold for the seats it gave, and not for others", () => {
  const competitors = [
    { id: 'a', votes: 100, seats: 2 },
    { id: 'b', votes: 60, seats: 1 },
    { id: 'c', votes: 30, seats: 0 },
  ];
  const seats = {
    id: 'x',
    kind: 'list',
    name: { es: '', en: '' },
    districtId: null,
    seats: 3,
    elected: [],
    tie: null,
    vacant: 0,
  } as const;
  expect(assertionsOf({ ...seats, competitors }).every(({ margin }) => margin > 0)).toBe(true);
  const wrong = competitors.map((each) => ({
    ...each,
    seats: each.id === 'c' ? 1 : each.id === 'a' ? 2 : 0,
  }));
  expect(assertionsOf({ ...seats, competitors: wrong }).some(({ margin }) => margin <= 0)).toBe(
    true,
  );
});

/** The small country's precincts again and again under other numbers, so that a sample means something. */
const enlarged = (times: number): Country => {
  const precincts = Array.from({ length: times }, (_, round) =>
    [...country.precincts.values()].map((precinct) => {
      const id = `${precinct.id}-${round}`;
      return [id, { ...precinct, id }] as const;
    }),
  ).flat();
  const seats = country.seats.map((result) => ({
    ...result,
    competitors: result.competitors.map((each) => ({ ...each, votes: each.votes * times })),
  }));
  return { ...country, precincts: new Map(precincts), seats };
};

describe('a machine that moved votes', () => {
  const large = enlarged(20);
  /** Announced as the seats say; on paper the leading list lost half of what it has, everywhere alike. */
  const truth = [...large.precincts.values()].map((precinct) => {
    const box = boxOf(precinct);
    const votes = box.contests.get('l-sur')?.votes;
    return votes === undefined ? box : withMoved(box, 'l-sur', [0, 1], Math.ceil(votes[0]! * 0.6));
  });

  test('is of such a kind that the papers give other seats', () => {
    const whose = competitorOf(large.offer);
    const { competitors, seats } = large.seats.find(({ id }) => id === 'l-sur')!;
    const papers = new Map(competitors.map(({ id }) => [id, 0]));
    for (const { precinct, contests } of truth)
      partOf(precinct, 'l-sur')?.options.forEach((option, at) => {
        const id = whose(option);
        papers.set(id, papers.get(id)! + contests.get('l-sur')!.votes[at]!);
      });
    const tallies = [...papers].map(([id, votes]) => ({ id, votes }));
    expect(allocateSeats(tallies, seats).seats).not.toEqual(competitors.map((each) => each.seats));
  });

  test('to change the seats does not pass a draw more often than the limit', () => {
    const limit = 0.1;
    let passed = 0;
    const runs = 60;
    for (let round = 0; round < runs; round += 1) {
      const seed = `${10n ** 19n + BigInt(round)}`;
      const order = drawOrder(truth, ({ precinct }) => precinct.id, seed).map(({ item }) => item);
      const risk = contestRisks(large, order.slice(0, 120), seed).find(({ id }) => id === 'l-sur')!;
      if (risk.risk <= limit) passed += 1;
    }
    expect(passed / runs).toBeLessThanOrEqual(limit);
  });

  test('and without any difference the same draw confirms the seats', () => {
    const honest = [...large.precincts.values()].map(boxOf);
    const order = drawOrder(honest, ({ precinct }) => precinct.id, SEED).map(({ item }) => item);
    const risks = [40, 80, 120, 200].map(
      (count) =>
        contestRisks(large, order.slice(0, count), SEED).find(({ id }) => id === 'l-sur')!.risk,
    );
    expect([...risks].sort((a, b) => b - a)).toEqual(risks);
    expect(risks.at(-1)).toBeLessThan(0.1);
  });
});

describe('the command', () => {
  const root = mkdtempSync(join(tmpdir(), 'urna-boxes-'));
  const site = join(root, 'site');
  const put = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(root, name), content);
    return join(root, name);
  };
  const DRAW = ['--seed', SEED, '--percent', '100'] as const;

  /** The forms of the command, filled in from the boxes. */
  const fill = (folder: string): { boxes: string; votes: string } => {
    const all = new Map(boxes.map((box) => [box.precinct.id, box]));
    const table = (
      file: string,
      row: (fields: string[]) => readonly (string | number)[],
    ): string => {
      const [head = '', ...lines] = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
      return `${[head, ...lines.map((line) => row(line.split(',')).join(','))].join('\n')}\n`;
    };
    return {
      boxes: table('boxes.csv', ([id = '']) => {
        const { signatures, marks, ballots, papers, envelope } = all.get(id)!;
        return [id, signatures, marks, ballots, papers, envelope, ''];
      }),
      votes: table('votes.csv', ([id = '', contest = '', card = '', candidate = '']) => {
        const box = all.get(id)!;
        const { options } = partOf(box.precinct, contest)!;
        const counted = box.contests.get(contest)!;
        const at = options.findIndex(
          (o) => o.cardId === card && (o.candidateId ?? '') === candidate,
        );
        return [id, contest, card, candidate, card === 'NULL' ? counted.nulls : counted.votes[at]!];
      }),
    };
  };

  let filled = { boxes: '', votes: '' };
  let byState: readonly (typeof filled)[] = [];
  beforeAll(() => {
    mkdirSync(site);
    const put = (name: string, content: string | Uint8Array) =>
      writeFileSync(join(site, name), content);
    put('election.json', COUNTRY.offerBytes);
    put('election.sig', COUNTRY.offerSignature);
    put('precincts.json', COUNTRY.registerBytes);
    put('precincts.sig', COUNTRY.registerSignature);
    put('authority-key.pem', publicKeyPem(COUNTRY.authority.publicKey));
    COUNTRY.register.precincts.forEach(({ id }, at) => {
      mkdirSync(join(site, id));
      put(`${id}/result-package.json`, PACKAGES[at]!.bytes);
      put(`${id}/result-package.sig`, PACKAGES[at]!.signature);
    });
    const forms = join(root, 'forms');
    expect(urna('audit', 'boxes', site, '--forms', forms, ...DRAW).code).toBe(0);
    const [north, south] = [fill(join(forms, 'norte')), fill(join(forms, 'sur'))];
    byState = [north, south];
    const both = (what: 'boxes' | 'votes'): string =>
      `${north[what]}${south[what].slice(south[what].indexOf('\n') + 1)}`;
    filled = { boxes: both('boxes'), votes: both('votes') };
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const run = (boxesText: string, votesText: string | Uint8Array, ...more: readonly string[]) =>
    urna(
      'audit',
      'boxes',
      site,
      '--boxes',
      put('b.csv', boxesText),
      '--votes',
      put('v.csv', votesText),
      ...more,
    );

  test('its own forms, filled in by whoever counts right, have no finding', () => {
    const page = join(root, 'page.html');
    const { code, out } = run(filled.boxes, filled.votes, ...DRAW, '--json', '--html', page);
    const json = JSON.parse(out);
    expect(json.findings).toEqual([]);
    expect(code).toBe(0);
    expect(json.boxes).toBe(12);
    expect(readFileSync(page, 'utf8')).toContain('Riesgo de cada contienda');
  });

  test('each state may count into files of its own; a box in two of them is refused', () => {
    const [north, south] = byState.map(({ boxes: boxRows, votes }, at) => [
      '--boxes',
      put(`b-${at}.csv`, boxRows),
      '--votes',
      put(`v-${at}.csv`, votes),
    ]);
    const apart = urna('audit', 'boxes', site, ...north!, ...south!, ...DRAW, '--json');
    expect(JSON.parse(apart.out)).toMatchObject({ findings: [], boxes: 12 });
    const twice = urna('audit', 'boxes', site, ...north!, ...north!, '--json');
    expect(twice.code).toBe(2);
    expect(JSON.parse(twice.out).errors.at(-1).message).toContain('b-0.csv:');
  });

  test('a vote less on paper, a box that was not counted: both are told, exit code 1', () => {
    const [head, line, ...lines] = filled.boxes.trimEnd().split('\n');
    const id = line!.split(',')[0]!;
    const votes = filled.votes
      .split('\n')
      .filter((each) => !each.startsWith(id))
      .join('\n');
    const other = lines[0]!.split(',')[0]!;
    const changed = votes.replace(
      new RegExp(`^(${other},[^,]+,t-1,,)(\\d+)$`, 'm'),
      (_, row, n) => `${row}${Number(n) + 1}`,
    );
    expect(changed).not.toBe(votes);
    const { code, out } = run(`${[head, ...lines].join('\n')}\n`, changed, ...DRAW, '--json');
    const codes = JSON.parse(out).findings.map((each: { code: string }) => each.code);
    expect(code).toBe(1);
    expect(codes).toEqual(
      expect.arrayContaining(['boxes.notCounted', 'boxes.sum', 'boxes.votes', 'boxes.risk']),
    );
  });

  test('without a draw it compares, and says that it measures no risk', () => {
    const { code, out } = run(filled.boxes, filled.votes);
    expect(code).toBe(0);
    expect(out).toContain('Cajas que alguien escogió no miden ningún riesgo');
  });

  test('a package that was edited is told', () => {
    const file = join(site, COUNTRY.register.precincts[3]!.id, 'result-package.json');
    const before = readFileSync(file);
    writeFileSync(
      file,
      before
        .toString()
        .replace('"ballots": 2', '"ballots": 3')
        .replace('"ballots": 1', '"ballots": 2'),
    );
    const { code, out } = run(filled.boxes, filled.votes, '--json');
    writeFileSync(file, before);
    expect(code).toBe(1);
    const codes = JSON.parse(out).findings.map((each: { code: string }) => each.code);
    expect(codes).toEqual(expect.arrayContaining(['boxes.package', 'boxes.noPackage']));
  });

  const lineOf = (text: string, change: (line: string) => string): string =>
    text
      .split('\n')
      .map((line, at) => (at === 1 ? change(line) : line))
      .join('\n');
  test.each([
    ['cut', (t: string) => t.slice(0, -1), 'v.csv'],
    ['with a row twice', (t: string) => lineOf(t, (line) => `${line}\n${line}`), 'v.csv:3'],
    [
      'not filled in',
      (t: string) => lineOf(t, (line) => line.replace(/\d+$/, '')),
      'v.csv:2:votes',
    ],
    [
      'with a negative count',
      (t: string) => lineOf(t, (line) => line.replace(/\d+$/, '-1')),
      'v.csv:2:votes',
    ],
    [
      'with a huge count',
      (t: string) => lineOf(t, (line) => line.replace(/\d+$/, '99999999999')),
      'v.csv:2:votes',
    ],
    [
      'of another precinct',
      (t: string) => lineOf(t, (line) => line.replace(/^[^,]+/, '999999999.01')),
      'v.csv:2:precinct',
    ],
    [
      'with an unknown contest',
      (t: string) => lineOf(t, (line) => line.replace(/,[^,]+/, ',x')),
      'v.csv:2:contest',
    ],
    [
      'with an unknown card',
      (t: string) => lineOf(t, (line) => line.replace(/t-\d/, 't-9')),
      'v.csv:2:card',
    ],
    ['in UTF-16', (t: string) => Uint8Array.from(Buffer.from(`\ufeff${t}`, 'utf16le')), 'v.csv:1'],
    ['nested deep', () => `${'['.repeat(100_000)}`, 'v.csv'],
  ])('votes that are %s: file and line, nothing written, exit code 2', (_, change, path) => {
    const page = join(root, 'never.html');
    const { code, out } = run(filled.boxes, change(filled.votes), '--json', '--html', page);
    expect(code).toBe(2);
    expect(JSON.parse(out).errors[0].path).toContain(path);
    expect(existsSync(page)).toBe(false);
  });

  test('files for Arlo: every batch with its ballots, and its votes by candidate over all cards', () => {
    const folder = join(root, 'arlo');
    expect(urna('audit', 'boxes', site, '--arlo', folder).code).toBe(0);
    const rows = (file: string) =>
      readFileSync(join(folder, file), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.split(','));
    expect(rows('n-norte/ballot-manifest.csv')).toHaveLength(1 + 8);
    const [head, ...tallies] = rows('n-norte/batch-tallies.csv');
    expect(head).toEqual(['Batch Name', 'Aurora Peña (a)', 'Benito Rondón (b)', 'Clara Núñez (c)']);
    const sum = (at: number) => tallies.reduce((all, row) => all + Number(row[at]), 0);
    const announced = country.seats.find(({ id }) => id === 'n-norte')!.competitors;
    expect([1, 2, 3].map(sum)).toEqual(announced.map(({ votes }) => votes));
    expect(existsSync(join(folder, 'l-norte'))).toBe(false);
    // What Arlo's readers of the two files refuse: a name twice, other batches, more votes than positions.
    const [, ...manifest] = rows('n-norte/ballot-manifest.csv');
    const ballots = new Map(manifest.map(([name, count]) => [name!, Number(count)]));
    expect(ballots.size).toBe(manifest.length);
    expect(tallies.map(([name]) => name)).toEqual(manifest.map(([name]) => name));
    const { votes } = country.offer.contests.find(({ id }) => id === 'n-norte')!;
    for (const [name = '', ...figures] of tallies)
      expect(figures.reduce((all, each) => all + Number(each), 0)).toBeLessThanOrEqual(
        ballots.get(name)! * votes,
      );
  });
});
