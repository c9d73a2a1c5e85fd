/**
 * The picture of the bench's page: a browser at a real bench whose robots have let one voter vote and
 * the next one is at the booth, with the ballot on the screen.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { makeBench } from '../bench/bench.ts';
import { readDisplay } from '../bench/display.ts';
import { startServer } from '../bench/server.ts';
import type { Session } from '../bench/session.ts';
import { openStateFolder } from '../bench/state-folder.ts';

const CHROMIUM = '/usr/bin/chromium';
const VOTERS = 12;
const SEED = 1;
const LOOK_MS = 100;
const STEP_LIMIT_MS = 60_000;
/** The page draws what has changed in the meantime. */
const DRAWN_MS = 2_000;
const VIEW = { width: 1440, height: 900 } as const;

const until = async (what: string, seen: () => boolean): Promise<void> => {
  const endMs = performance.now() + STEP_LIMIT_MS;
  while (!seen()) {
    if (performance.now() > endMs) throw new Error(`the picture waits in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

const robotsAreDone = ({ crew }: Session) =>
  until('the robots', () => {
    const { task, failure } = crew.view();
    if (failure !== null) throw new Error(failure);
    return task === null;
  });

/** One voter has been, the next one is admitted, by the buttons of the page. */
const act = async (page: Page, session: Session): Promise<void> => {
  const display = (key: string) =>
    until(key, () => readDisplay(session.machine.devices.lcd).keys.some((each) => each === key));
  await robotsAreDone(session);
  session.crew.begin('vote');
  await robotsAreDone(session);
  await page.click('#tour-close');
  await page.click('#type-id');
  await display('placeFinger');
  await page.click('#place-finger');
  await display('atBooth1');
  await page.waitForTimeout(DRAWN_MS);
};

/** A PNG of the whole page; null: there is no browser on this computer. */
export const benchPicture = async (
  definition: ElectionDefinition,
  locale: Locale,
): Promise<Uint8Array | null> => {
  if (!existsSync(CHROMIUM)) return null;
  const folder = await mkdtemp(join(tmpdir(), 'urna-picture-'));
  const options = { definition, voters: VOTERS, seed: SEED, locale };
  const bench = makeBench({ ...options, state: openStateFolder(folder, options) });
  const server = await startServer(bench, 0);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    await bench.takeUp('open');
    const session = bench.session();
    if (session === null) throw new Error('no machine is on the bench');
    const page = await browser.newPage({ viewport: VIEW, locale });
    await page.goto(server.url);
    await act(page, session);
    return new Uint8Array(await page.screenshot());
  } finally {
    await browser.close();
    await server.close();
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  }
};
