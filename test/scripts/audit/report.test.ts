/** A report in its forms: every finding belongs to a check, long lists are cut and said to be, names stay text. */
import { describe, expect, test } from 'vitest';
import { type AuditReport, tellReport, uncheckedCodes } from '#scripts/audit/report.ts';
import { reportPage } from '#scripts/audit/report-page.ts';
import { says } from '#scripts/audit/words/phrase.ts';
import { urna } from '../nation/command.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"&\'';
const REPORT: AuditReport = {
  title: says('package.chart', { contest: HOSTILE }),
  facts: [[says('election'), HOSTILE]],
  checks: [
    { what: says('ballots'), done: 10, codes: ['x.accounts'] },
    { what: says('package.votes'), done: 5_000, codes: ['x.votes'] },
  ],
  charts: [
    {
      title: says('package.chart', { contest: HOSTILE }),
      note: says('mock.chart', { contest: HOSTILE }),
      bars: [{ label: HOSTILE, share: 0.5, text: HOSTILE }],
    },
  ],
  tables: [
    {
      title: says('boxes.contests'),
      heads: [says('contest'), says('ballots')],
      rows: [
        [HOSTILE, 12],
        ['b', 3],
      ],
    },
  ],
  findings: Array.from({ length: 2_500 }, (_, at) => ({
    code: 'x.votes',
    subject: `${at} ${HOSTILE}`,
    message: says('package.otherLog', { precinct: HOSTILE, election: HOSTILE }),
  })),
  limits: [says('package.limitAbsent', { what: HOSTILE })],
  again: HOSTILE,
};

describe('the page', () => {
  const page = reportPage(REPORT, 'en');
  test('needs nothing else, and nothing in it runs', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<(?:img|script|link|iframe)\b/);
    expect(page).not.toMatch(/\s(?:src|href)="/);
    expect(page).toContain('&#60;img src=x');
  });

  test('says how many failed of how many, and how many findings are not shown', () => {
    expect(page).toContain('2500 findings.');
    expect(page).toContain('and 500 more');
    expect(page).toMatch(/votes<\/th>.*5000<\/td><td class="figure">2500/);
  });
});

test('the text says the same, cut shorter', () => {
  const text = tellReport(REPORT, 'en');
  expect(text).toContain('votes    5000 checked, 2500 failed');
  expect(text).toContain('ballots  10 checked, none failed');
  expect(text).toContain('FOUND 2500');
  expect(text).toContain('and 2400 more');
});

test('a finding that belongs to no check is noticed', () => {
  expect(uncheckedCodes(REPORT)).toEqual([]);
  expect(uncheckedCodes({ ...REPORT, checks: REPORT.checks.slice(0, 1) })).toEqual(['x.votes']);
});

describe('the command', () => {
  const AUDITS = ['sample', 'boxes', 'package', 'unit', 'mock', 'records', 'log'];

  test('lists every audit', () => {
    const { code, out } = urna('audit', '--help');
    expect(code).toBe(0);
    for (const name of AUDITS) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(urna('audit', 'nothing').code).toBe(2);
  });

  test.each(AUDITS)('%s says how it is used, and takes no option that it does not have', (name) => {
    const { code, out } = urna('audit', name, '--help');
    expect(code).toBe(0);
    for (const part of [
      `usage: scripts/urna audit ${name}`,
      '--json',
      '--html',
      '--locale',
      'exit code',
    ])
      expect(out).toContain(part);
    const wrong = urna('audit', name, '--no-such-option');
    expect([wrong.code, wrong.err.split('\n', 1)[0]]).toEqual([
      2,
      expect.stringContaining('--no-such-option'),
    ]);
  });
});
