import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import { makeNationalElection } from '#scripts/nation/made-up.ts';
import { nistBallot, settingsOf } from '#scripts/nation/nist-ballot.ts';
import { exportNist, importNist } from '#scripts/nation/nist-folder.ts';
import { readNistBallot } from '#scripts/nation/read-nist-ballot.ts';
import { edit, electionFolder, removeFolders, removePattern, temporary } from './folders.ts';

const AT = '2020-11-01T12:00:00-04:00';

const schemaErrors = (document: unknown): unknown => {
  const path = new URL('../../vectors/nist-1500-20-v1.schema.json', import.meta.url);
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));
  return validate(document) ? [] : validate.errors?.slice(0, 5);
};

const exported = (offer: NationalOffer, places: Parameters<typeof nistBallot>[1] = []) =>
  JSON.parse(JSON.stringify(nistBallot(offer, places, AT)));

describe('a ballot definition by NIST SP 1500-20', () => {
  const { offer, places } = makeNationalElection(1, 6);

  test('is one by the schema', () => {
    const document = exported(offer, places);
    expect(schemaErrors(document)).toEqual([]);
    // The schema is looked at: something that is wrong is found.
    expect(schemaErrors({ ...document, GpUnit: [{ '@id': 1 }] })).not.toEqual([]);
  });

  test('has a style for each combination of districts, with its contests in order', () => {
    const [election] = exported(offer, places).Election;
    const styles = election.BallotStyle.map(
      (style: { GpUnitIds: string[]; OrderedContent: { ContestId: string }[] }) => [
        style.GpUnitIds.length,
        style.OrderedContent.map(({ ContestId }) => ContestId.split('-')[1]),
      ],
    );
    expect(styles).toContainEqual([4, ['lista', 'nominal', 'representacion']]);
    expect(styles).toContainEqual([3, ['lista', 'nominal']]);
  });

  test('whatever country it was made from comes back, with the settings that it can not say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 1000 }),
        (count, seed) => {
          const country = makeNationalElection(seed, count).offer;
          const back = readNistBallot(exported(country), settingsOf(country));
          expect(back).toEqual({ ok: true, value: country });
        },
      ),
      { numRuns: 8 },
    );
  });

  test('a card that is in no early contest keeps its place on the ballot', () => {
    const [first, ...rest] = offer.cards;
    const [list] = offer.contests;
    const country = {
      ...offer,
      cards: [
        { ...first!, listContestIds: first!.listContestIds.filter((id) => id !== list!.id) },
        ...rest,
      ],
    };
    const back = readNistBallot(exported(country), settingsOf(country));
    expect(back).toEqual({ ok: true, value: country });
  });

  test('of others: a party has a card, in the order of the options', () => {
    const document = exported(offer);
    for (const contest of document.Election[0].Contest)
      for (const [at, option] of contest.ContestOption.entries())
        option['@id'] = `${contest['@id']}_${at}`;
    const back = readNistBallot(document, settingsOf(offer));
    expect(back.ok && back.value.cards.map(({ organisationId }) => organisationId)).toEqual(
      offer.cards.map(({ organisationId }) => organisationId),
    );
  });

  test.each([
    ['something else', () => ({}), '$: is no BallotDefinition of NIST SP 1500-20'],
    ['a list', () => [], '$: is no BallotDefinition of NIST SP 1500-20'],
    [
      'no election',
      (d: { Election: unknown }) => ({ ...d, Election: [] }),
      '$: has 0 elections instead of 1',
    ],
    [
      'no parties',
      (d: object) => ({ ...d, Party: 'x' }),
      '$.organisations: has 0 entries, needs at least 1',
    ],
    [
      'no districts',
      (d: object) => ({ ...d, GpUnit: null }),
      '$.districts: has 0 entries, needs at least 1',
    ],
  ])('%s is refused and named', (_, spoil, error) => {
    const back = readNistBallot(spoil(exported(offer)), settingsOf(offer));
    expect(back.ok ? [] : back.error.map(({ path, message }) => `${path}: ${message}`)).toContain(
      error,
    );
  });
});

describe('an offer as a folder for other programs', () => {
  afterEach(removeFolders);
  afterAll(removePattern);

  test('comes back as the same election.json', () => {
    const [nist, back] = [join(temporary(), 'nist'), join(temporary(), 'back')];
    const folder = electionFolder();
    expect(exportNist(folder, nist, AT)).toEqual([]);
    expect(importNist(nist, back)).toEqual([]);
    const offerIn = (at: string): unknown =>
      JSON.parse(readFileSync(join(at, 'election.json'), 'utf8'));
    expect(offerIn(back)).toEqual(offerIn(folder));
  });

  test('a mistake is told, and nothing is written', () => {
    const [nist, back] = [join(temporary(), 'nist'), join(temporary(), 'back')];
    exportNist(electionFolder(), nist, AT);
    edit(nist, 'settings.json', (text) =>
      text.replace('"votingTimeMs": 360000', '"votingTimeMs": 1'),
    );
    expect(importNist(nist, back)).toEqual([
      {
        path: 'ballot-definition.json: $.rules.votingTimeMs',
        message: 'must be between 30000 and 1800000, is 1',
      },
    ]);
    edit(nist, 'ballot-definition.json', (text) => text.slice(1));
    rmSync(join(nist, 'settings.json'));
    expect(importNist(nist, back)).toEqual([
      { path: 'ballot-definition.json', message: 'is not a JSON object' },
      { path: 'settings.json', message: 'is missing' },
    ]);
    expect(existsSync(back)).toBe(false);
  });
});
