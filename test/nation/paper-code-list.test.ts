/** The commitment to the codes of paper records, held to the authority's key and the election's register. */
import { describe, expect, test } from 'vitest';
import type { Nation } from '#firmware/nation/judge-package.ts';
import {
  PAPER_CODES_FORMAT,
  type PaperCodeList,
  paperCodeListText,
  paperCodeProblems,
} from '#firmware/nation/paper-code-list.ts';
import { utf8 } from '#firmware/vault/bytes.ts';
import { sign } from '#firmware/vault/keys.ts';
import { paperCodesFor } from '#firmware/vault/paper-codes.ts';
import { COUNTRY, OFFER } from './country.ts';

const { register, authority } = COUNTRY;
const NATION: Nation = { offer: OFFER, register, authorityKey: authority.publicKey };
const commitments = register.precincts.map(({ id, registered }) => ({
  id,
  count: paperCodesFor(registered),
  sha256: 'ab'.repeat(32),
}));
const LIST: PaperCodeList = {
  format: PAPER_CODES_FORMAT,
  election: OFFER.id,
  precincts: commitments,
};
const [first, ...others] = commitments as [(typeof commitments)[0], ...typeof commitments];

const problemsOf = (text: string, nation = NATION): readonly string[] =>
  paperCodeProblems(utf8(text), sign(authority.privateKey, utf8(text)), nation).map(
    ({ code, message }) => `${code} ${message}`,
  );

describe('committed paper codes', () => {
  test('of the whole election, of a part of it and of none are sound', () => {
    for (const precincts of [commitments, others, []])
      expect(problemsOf(paperCodeListText({ ...LIST, precincts }))).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['edited after they were signed', '', 'wrongSignature'],
    ['no JSON', 'codes', 'malformed $ is not a JSON object'],
    ['nested deep', '['.repeat(100_000), 'malformed $ is not a JSON object'],
    ['spelled otherwise', JSON.stringify(LIST), 'malformed $ is spelled otherwise'],
    ['of another election', paperCodeListText({ ...LIST, election: 'otra' }), 'otherElection'],
    [
      'of a precinct that is not registered',
      paperCodeListText({ ...LIST, precincts: [{ ...first, id: '999999999.99' }] }),
      'otherElection $.precincts[0] 999999999.99 is not registered',
    ],
    [
      'of a precinct twice',
      paperCodeListText({ ...LIST, precincts: [first, { ...first, sha256: 'cd'.repeat(32) }] }),
      `malformed $.precincts[1] ${first.id} stands in the list twice`,
    ],
    [
      'of more papers than a precinct has',
      paperCodeListText({ ...LIST, precincts: [{ ...first, count: first.count + 1 }] }),
      'malformed $.precincts[0].count',
    ],
    [
      'without a digest',
      paperCodeListText({ ...LIST, precincts: [{ ...first, sha256: '' }] }),
      'malformed $.precincts[0].sha256',
    ],
  ])('%s are not', (_, text, expected) => {
    const problems =
      text === ''
        ? paperCodeProblems(
            utf8(paperCodeListText({ ...LIST, precincts: [] })),
            sign(authority.privateKey, utf8(paperCodeListText(LIST))),
            NATION,
          ).map(({ code }) => code)
        : problemsOf(text);
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });
});
