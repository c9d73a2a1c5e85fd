/** A box counted by hand on the page: what people type and touch becomes the tables that the audit reads. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countPage } from '#scripts/audit/boxes/count-page.ts';
import { type CountedBox, readCounts } from '#scripts/audit/boxes/counts.ts';
import { reconcileBox } from '#scripts/audit/boxes/reconcile.ts';
import { withoutMistakes } from '#scripts/audit/read-table.ts';
import { OFFER } from '../nation/country.ts';
import { boxesOf, countryWith } from '../scripts/audit/boxes-rig.ts';
import { violationsOn } from './axe.ts';

const CHROMIUM = '/usr/bin/chromium';

describe.skipIf(!existsSync(CHROMIUM))('the page of a hand count in chromium', () => {
  const country = countryWith();
  const counted = boxesOf(country).slice(0, 2);
  const folder = mkdtempSync(join(tmpdir(), 'urna-count-'));
  const file = join(folder, 'count.html');
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const asked: string[] = [];
  const complaints: string[] = [];

  const field = (name: string) => page.locator(`input[data-field="${name}"]`);
  const openAll = () =>
    page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');

  const typeBox = async (box: CountedBox): Promise<void> => {
    await page.locator('#box').selectOption(box.precinct.id);
    await openAll();
    for (const name of ['signatures', 'marks', 'ballots', 'papers', 'envelope'] as const)
      await field(name).fill(String(box[name]));
    for (const { contest, options } of box.precinct.form.contests) {
      const { votes, nulls } = box.contests.get(contest.id)!;
      for (const at of options.keys())
        if (votes[at] !== 0) await field(`${contest.id} ${at}`).fill(String(votes[at]));
      await field(`${contest.id} NULL`).fill(String(nulls));
    }
  };

  const saved = async (button: string): Promise<string> => {
    const download = page.waitForEvent('download');
    await page.locator(button).click();
    return readFileSync(await (await download).path(), 'utf8');
  };

  const readBack = async (): Promise<readonly CountedBox[]> => {
    const [boxes, votes] = [join(folder, 'boxes.csv'), join(folder, 'votes.csv')];
    writeFileSync(boxes, await saved('#save-boxes'));
    writeFileSync(votes, await saved('#save-votes'));
    return withoutMistakes((report) => readCounts([boxes], [votes], country, report));
  };

  beforeAll(async () => {
    const precincts = counted.map(({ precinct }) => precinct);
    writeFileSync(file, countPage(OFFER, 'norte </script>', precincts, 'es'));
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    context = await browser.newContext();
    page = await context.newPage();
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(pathToFileURL(file).href);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test('gives tables in which the audit finds nothing, when people count right', async () => {
    for (const box of counted) await typeBox(box);
    expect(await page.locator('#status').textContent()).toBe('2 de 2 mesas completas');
    expect((await readBack()).flatMap(reconcileBox)).toEqual([]);
  }, 120_000);

  test('keeps what was typed when it is closed', async () => {
    await page.close();
    page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    expect(await field('papers').inputValue()).toBe(String(counted[0]!.papers));
  }, 60_000);

  test('says which contest does not add up, and one touch more is one vote more', async () => {
    const [contest] = counted[0]!.precinct.form.contests;
    const id = contest!.contest.id;
    await openAll();
    await page.locator(`tr:has(input[data-field="${id} 0"]) button`).click();
    expect(await page.locator(`[data-contest="${id}"]`).textContent()).toContain('no cuadra');
    expect(await page.locator('#status').textContent()).toBe('1 de 2 mesas completas');
    const [first] = await readBack();
    expect(first!.contests.get(id)!.votes[0]).toBe(counted[0]!.contests.get(id)!.votes[0]! + 1);
    expect(reconcileBox(first!).map(({ code }) => code)).toContain('boxes.sum');
  }, 60_000);

  test('takes figures alone, and a remark with commas and quotation marks', async () => {
    await field('envelope').fill('1a2-');
    expect(await field('envelope').inputValue()).toBe('12');
    await field('note').fill('rota, "mojada"');
    const [first] = await readBack();
    expect([first!.envelope, first!.note]).toEqual([12, 'rota, "mojada"']);
  }, 60_000);

  test('asks for nothing else, and nothing of it is refused', () =>
    expect([[...new Set(asked.filter((url) => !url.startsWith('blob:')))], complaints]).toEqual([
      [pathToFileURL(file).href],
      [],
    ]));

  test.each([360, 1280])('is no wider than a window of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(widest).toBeLessThanOrEqual(width);
  });

  test('is usable for everybody, as far as axe can tell', async () => {
    expect(await violationsOn(page)).toEqual([]);
  }, 120_000);
});
