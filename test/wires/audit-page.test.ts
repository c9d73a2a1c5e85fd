/** The page of an audit in a browser: alone, at any width, for everybody. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportPage } from '#scripts/audit/report-page.ts';
import { unitReport } from '#scripts/audit/unit/unit-report.ts';
import { says } from '#scripts/audit/words/phrase.ts';
import { violationsOn } from './axe.ts';

const CHROMIUM = '/usr/bin/chromium';
const DIGEST = 'cdfa097beb69bdc1acaeb61730c6bd321b0ecd7ea487127472b0f15f26585f48';

const REPORT = unitReport(
  {
    audit: {
      machineCode: 'MBVG-59B3-KM1W-N0B4-VFKJ',
      precinct: '010203004.01',
      election: null,
      release: DIGEST,
      files: 1_041,
      parts: 11,
      findings: [
        {
          code: 'unit.manifest',
          subject: 'release-manifest',
          message: says('unit.manifest.otherRelease', { digest: DIGEST }),
        },
        {
          code: 'unit.record',
          subject: says('subject.entry', { number: 3 }),
          message: says('unit.record.notBound'),
        },
      ],
    },
    record: null,
    shownCodes: 1,
    register: true,
    inventory: false,
    quote: null,
  },
  'scripts/urna audit unit DELIVERY --key authority-key.pem',
);

describe.skipIf(!existsSync(CHROMIUM))('the page of an audit in chromium', () => {
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = await browser.newPage();
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    await page.setContent(reportPage(REPORT, 'es'));
  }, 120_000);
  afterAll(() => browser?.close());

  test('asks for nothing, and nothing of it is refused', () => {
    expect([asked, complaints]).toEqual([[], []]);
  });

  test.each([360, 450, 1440])(
    'in a window of %i pixels hides nothing of what is wrong',
    async (width) => {
      await page.setViewportSize({ width, height: 800 });
      const hidden = await page.evaluate<readonly number[]>(
        `[document.documentElement, ...document.querySelectorAll('.wide')].map(
          ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)`,
      );
      expect(hidden.filter((each) => each > 0)).toEqual([]);
    },
  );

  test('is usable for everybody, as far as axe can tell', async () => {
    expect(await violationsOn(page)).toEqual([]);
  }, 120_000);
});
