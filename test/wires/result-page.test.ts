/** The page of national results in a browser: alone, at any width, for everybody. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madeUpResultPage } from '#scripts/pictures/results.ts';
import { violationsOn } from './axe.ts';

const CHROMIUM = '/usr/bin/chromium';

describe.skipIf(!existsSync(CHROMIUM))('the page of results in chromium', () => {
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
    await page.setContent(madeUpResultPage('es'));
  }, 120_000);
  afterAll(() => browser?.close());

  test('asks for nothing, and nothing of it is refused', () => {
    expect([asked, complaints]).toEqual([[], []]);
  });

  test.each([360, 800, 1440])('is no wider than a window of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(widest).toBeLessThanOrEqual(width);
  });

  test('draws a dot for every seat', async () => {
    expect(await page.locator('svg.chamber circle').count()).toBe(277);
  });

  test('is usable for everybody, as far as axe can tell', async () => {
    expect(await violationsOn(page)).toEqual([]);
  }, 120_000);
});
