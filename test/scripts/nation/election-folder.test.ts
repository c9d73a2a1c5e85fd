import {
  appendFileSync,
  copyFileSync,
  existsSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { precinctIdOf } from '#firmware/nation/offer.ts';
import { collectMistakes, readElectionFolder } from '#scripts/nation/election-folder.ts';
import {
  ELECTION,
  edit,
  electionFolder,
  provisionTo,
  removeFolders,
  removePattern,
  temporary,
} from './folders.ts';

afterEach(removeFolders);
afterAll(removePattern);

const [FIRST = '', SECOND = ''] = ELECTION.precincts.map(precinctIdOf);
const BOOK = `pollbooks/${FIRST}.csv`;

const mistakesIn = (folder: string): readonly string[] => {
  const out = join(temporary(), 'out');
  const { errors, precincts } = provisionTo(out, folder);
  expect(precincts.length === 0).toBe(errors.length > 0);
  // With a mistake nothing is written, whole or half.
  expect(existsSync(out)).toBe(errors.length === 0);
  expect(existsSync(`${out}.unfinished`)).toBe(false);
  return errors.map(({ path, message }) => `${path}: ${message}`);
};

const line = (text: string, number: number): string => text.split('\n')[number - 1] ?? '';
const changeLine = (number: number, change: (line: string) => string) => (text: string) =>
  text
    .split('\n')
    .map((each, at) => (at === number - 1 ? change(each) : each))
    .join('\n');

describe('an election folder', () => {
  test('is read as it was written', () => {
    const mistakes = collectMistakes();
    const read = readElectionFolder(electionFolder(), mistakes.report);
    expect(mistakes.list()).toEqual([]);
    expect(read?.offer).toEqual(ELECTION.offer);
    expect(read?.places).toEqual(ELECTION.places);
    expect(read?.precincts).toEqual(ELECTION.precincts);
    expect(mistakesIn(electionFolder())).toEqual([]);
  });

  const CASES: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
    ['no offer', (f) => rmSync(join(f, 'election.json')), /^election\.json: is missing$/],
    [
      'a folder for a file',
      (f) => {
        rmSync(join(f, 'officers.csv'));
        renameSync(join(f, 'prints'), join(f, 'officers.csv'));
      },
      /^officers\.csv: is not a file$/,
    ],
    [
      'a cut offer',
      (f) => edit(f, 'election.json', (t) => t.slice(0, -100)),
      /^election\.json: is not JSON/,
    ],
    [
      'a deeply nested offer',
      (f) => writeFileSync(join(f, 'election.json'), '['.repeat(200_000)),
      /^election\.json: is not JSON/,
    ],
    [
      'an offer that is something else',
      (f) => writeFileSync(join(f, 'election.json'), '[]'),
      /^election\.json: \$: must be an object/,
    ],
    [
      'an offer in Latin-1',
      (f) => writeFileSync(join(f, 'election.json'), Buffer.from('{\n"a": "ñ"}', 'latin1')),
      /^election\.json:2: is not UTF-8$/,
    ],
    [
      'a field too many',
      (f) => edit(f, 'election.json', (t) => t.replace('{', '{"extra":1,')),
      /\$\.extra: is not a field known here/,
    ],
    [
      'a field twice',
      (f) =>
        edit(f, 'election.json', (t) => t.replace('"test": true', '"test": false, "test": true')),
      /^election\.json:\d+: has the field "test" twice$/,
    ],
    [
      'a list of two votes',
      (f) => edit(f, 'election.json', (t) => t.replace('"votes": 1', '"votes": 2')),
      /contests\[0\]\.votes: must be 1 in a list contest, is 2/,
    ],
    [
      'a district in the wrong one',
      (f) =>
        edit(f, 'election.json', (t) =>
          t.replace(/"parentId": "estado-\d\d"/, '"parentId": "nacion"'),
        ),
      /parentId: a district of kind constituency lies in one of kind state/,
    ],
    [
      'a slate of nobody',
      (f) =>
        edit(f, 'election.json', (t) =>
          t.replace(/"competitorId": "[^"]+"/, '"competitorId": "nadie"'),
        ),
      /slates\[0\]\.competitorId: nadie is neither an alliance nor an organisation/,
    ],
    [
      'a slate twice',
      (f) =>
        edit(f, 'election.json', (t) => {
          const o = JSON.parse(t);
          o.slates.push(o.slates[0]);
          return JSON.stringify(o);
        }),
      /there is a slate of .* already/,
    ],
    [
      'a summed list of nominal contests',
      (f) =>
        edit(f, 'election.json', (t) => {
          const o = JSON.parse(t);
          o.summedLists[0].contestIds[0] = o.contests.find(
            (c: { kind: string }) => c.kind === 'nominal',
          ).id;
          return JSON.stringify(o);
        }),
      /summedLists\[0\]\.contestIds\[0\]: .* is not a list contest/,
    ],
    [
      'a tie rule that there is not',
      (f) => edit(f, 'election.json', (t) => t.replace('"kind": "lot"', '"kind": "dice"')),
      /tieRule\.kind: must be one of/,
    ],
    [
      'too many cards in one place',
      (f) =>
        edit(f, 'election.json', (t) => {
          const o = JSON.parse(t);
          const card = o.cards[0];
          for (let i = 0; i < 20; i++) o.cards.push({ ...card, id: `x-${i}` });
          return JSON.stringify(o);
        }),
      /in nacion estado-\d\d circuito.*: \$\.cards: has 12\d entries, at most 110/,
    ],
    [
      'a place in no district',
      (f) => edit(f, 'polling-places.csv', (t) => t.replace('nacion ', 'nada ')),
      /^polling-places\.csv:2:districtIds: nada is not a district/,
    ],
    [
      'a place without state',
      (f) => edit(f, 'polling-places.csv', (t) => t.replace(/ estado-\d\d/, '')),
      /^polling-places\.csv:2:districtIds: has 0 of kind state/,
    ],
    [
      'a place twice',
      (f) => edit(f, 'polling-places.csv', (t) => `${t}${line(t, 2)}\n`),
      /^polling-places\.csv:\d+:code: repeats the polling place of line 2$/,
    ],
    [
      'a table without its end',
      (f) => edit(f, 'precincts.csv', (t) => t.slice(0, -1)),
      /^precincts\.csv: its last line has no end/,
    ],
    [
      'a precinct twice',
      (f) => edit(f, 'precincts.csv', (t) => t.replace(line(t, 2), `${line(t, 2)}\n${line(t, 2)}`)),
      /^precincts\.csv:3: repeats the precinct of line 2$/,
    ],
    [
      'a precinct less',
      (f) => edit(f, 'precincts.csv', (t) => t.replace(`${line(t, 2)}\n`, '')),
      new RegExp(`^pollbooks/${FIRST}\\.csv: belongs to no precinct`),
    ],
    [
      'a report of another precinct',
      (f) =>
        edit(
          f,
          'precincts.csv',
          changeLine(2, (l) => l.replace(/[^,]+$/, `${SECOND}.1.0001`)),
        ),
      /^precincts\.csv:2:reportId: must begin with/,
    ],
    [
      'no presiding officer',
      (f) => edit(f, 'officers.csv', (t) => t.replace('presidingOfficer', 'pollWorker')),
      /^officers\.csv:2: .*: must have one presiding officer, has 0/,
    ],
    [
      'a role that there is not',
      (f) => edit(f, 'officers.csv', (t) => t.replace('presidingOfficer', 'king')),
      /^officers\.csv:2:role: must be one of/,
    ],
    [
      'an officer twice',
      (f) => edit(f, 'officers.csv', (t) => t.replace('of-2', 'of-1')),
      /^officers\.csv:3:id: repeats the officer of line 2$/,
    ],
    [
      'nobody at a precinct',
      (f) =>
        edit(f, 'officers.csv', (t) =>
          t
            .split('\n')
            .filter((l) => !l.startsWith(FIRST))
            .join('\n'),
        ),
      new RegExp(`^officers\\.csv: ${FIRST} has no officers$`),
    ],
    ['no pollbook', (f) => rmSync(join(f, BOOK)), /^pollbooks\/.*: is missing$/],
    [
      'a renamed pollbook',
      (f) => renameSync(join(f, BOOK), join(f, 'pollbooks/999999999.01.csv')),
      /^pollbooks\/999999999\.01\.csv: belongs to no precinct/,
    ],
    [
      'a voter less',
      (f) => edit(f, BOOK, (t) => t.replace(`${line(t, 2)}\n`, '')),
      new RegExp(`^${BOOK}: has 11 voters instead of 12$`),
    ],
    [
      'a row of another table',
      (f) =>
        edit(
          f,
          BOOK,
          changeLine(3, () => 'V-12345'),
        ),
      new RegExp(`^${BOOK}:3: has 1 field instead of 5`),
    ],
    [
      'a voter twice',
      (f) => edit(f, BOOK, (t) => t.replace(line(t, 3), line(t, 2))),
      new RegExp(`^${BOOK}:3:nationalId: repeats the voter of line 2$`),
    ],
    [
      'a national ID that is none',
      (f) =>
        edit(
          f,
          BOOK,
          changeLine(3, (l) => `12${l}`),
        ),
      new RegExp(`^${BOOK}:3:nationalId: must be a national ID like`),
    ],
    [
      'a style of another election',
      (f) => edit(f, BOOK, (t) => t.replace(/,(general|completa),/, ',otra,')),
      new RegExp(`^${BOOK}:2:ballotStyleId: is not a ballot style of the precinct`),
    ],
    [
      'a template that is not base64',
      (f) => edit(f, BOOK, (t) => t.replace(/,true,\S{8}/, ',true,????????')),
      /template: is not base64$/,
    ],
    [
      'limbs that are neither',
      (f) => edit(f, BOOK, (t) => t.replace(',true,', ',TRUE,')),
      /hasUpperLimbs: must be one of true, false$/,
    ],
    [
      'a print of a stranger',
      (f) => edit(f, `prints/${FIRST}.csv`, (t) => t.replace('of-2', 'of-77')),
      /:3:officerId: of-77 is not an officer of the precinct$/,
    ],
  ];

  test.each(CASES)('%s is told with its place, and nothing is written', (_, spoil, error) => {
    const folder = electionFolder();
    spoil(folder);
    const found = mistakesIn(folder);
    expect(
      found.some((mistake) => error.test(mistake)),
      found.join('\n'),
    ).toBe(true);
  });

  test("a pollbook in another precinct's place is told by the last two digits or by who is there twice", () => {
    const folder = electionFolder();
    copyFileSync(join(folder, BOOK), join(folder, `pollbooks/${SECOND}.csv`));
    const found = mistakesIn(folder);
    expect(found.filter((each) => each.includes('nobody votes twice')).length).toBe(12);
    expect(found.at(-1)).toMatch(
      /^pollbooks\/[\d.]+\.csv:\d+:nationalId: is in pollbooks\/[\d.]+\.csv:\d+ too/,
    );
    // No mistake tells who it is about.
    for (const mistake of found) expect(mistake).not.toMatch(/[VE]-\d/);
  });

  test('two precincts of one place may not share last two digits', () => {
    const folder = electionFolder();
    // The first precinct has voters of 00 to 49.
    edit(
      folder,
      `pollbooks/${SECOND}.csv`,
      changeLine(2, (row) => row.replace(/^[^,]+/, 'V-1234503')),
    );
    expect(mistakesIn(folder)).toEqual([
      `pollbooks/${SECOND}.csv:2:nationalId: its last two digits send the voter to ${FIRST}, which has voters with the same`,
    ]);
  });

  test('many mistakes are told together, and those beyond the limit counted', () => {
    const folder = electionFolder();
    edit(folder, 'election.json', (text) =>
      text.replaceAll('"votes"', '"vote"').replaceAll('"name"', '"nome"'),
    );
    appendFileSync(join(folder, 'precincts.csv'), 'x\n');
    const found = mistakesIn(folder);
    expect(found.length).toBe(501);
    expect(found.at(-1)).toMatch(/and \d+ more that are not listed/);
  });
});
