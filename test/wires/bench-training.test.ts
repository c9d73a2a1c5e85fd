/**
 * A poll worker's training in a real browser: robots do the tasks, and the page sees each of them done by
 * what can be seen in the room; a mistake is told and counted.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stage, StageOf } from '#firmware/booth/state.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { makeEyes } from '#scripts/bench/robots/eyes.ts';
import type { RobotHands } from '#scripts/bench/robots/hands.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { handsAt, type StartedBench, screenOf, startBench } from './bench-rig.ts';

const CHROMIUM = '/usr/bin/chromium';
const without = existsSync(CHROMIUM) ? '' : ` (skipped: no ${CHROMIUM}; apt-get install chromium)`;
const STEP_LIMIT_MS = 200_000;

type State = {
  readonly crew: { readonly task: string | null; readonly failure: string | null };
  readonly display: { readonly keys: readonly (string | null)[] };
  readonly papers: readonly { readonly id: number; readonly place: string }[];
  readonly machine: { readonly power: string };
  readonly faults: Readonly<Record<string, readonly string[]>>;
};

const definition = loadOwnDefinition(SMALL_PATH);
const ballot = resolveBallot(definition, definition.ballotStyles[0]?.id ?? '');

let bench: StartedBench;
let browser: Browser;
let page: Page;
let hands: RobotHands;
const problems: string[] = [];

const says = (words: string): Promise<void> =>
  page.locator('#tour-title', { hasText: words }).waitFor({ timeout: STEP_LIMIT_MS });
const offer = (words: string) => page.locator('#tour-buttons button', { hasText: words });
const state = async (): Promise<State> => (await (await bench.get('/state')).json()) as State;
const until = async (what: string, holds: (now: State) => boolean): Promise<State> => {
  const endMs = performance.now() + STEP_LIMIT_MS;
  while (performance.now() < endMs) {
    const now = await state();
    if (holds(now)) return now;
    await page.waitForTimeout(150);
  }
  throw new Error(`in vain: ${what}`);
};

const onBallot = (view: StageOf<'ballot'>['view']): Stage => ({
  name: 'ballot',
  attempt: { ballot, rejectedOnce: false },
  marks: ballot.contests.map(() => []),
  page: 0,
  part: 0,
  view,
  time: 'running',
  extended: false,
  officer: null,
});

/** A blank vote: three touches. */
const vote = async (): Promise<void> => {
  await hands.press(onBallot({ kind: 'cards' }), 'vote');
  await hands.press(onBallot({ kind: 'review' }), 'review:confirm');
  await hands.press(onBallot({ kind: 'blank' }), 'blank:null');
};

const newestPaper = async () => {
  const paper = (await state()).papers.at(-1);
  if (paper === undefined) throw new Error('there is no paper');
  return paper;
};

/** Takes what comes out of the printer until the page says this. */
const keepPapersUntil = async (words: string): Promise<void> => {
  const title = page.locator('#tour-title');
  const endMs = performance.now() + STEP_LIMIT_MS;
  while (!(await title.textContent())?.includes(words)) {
    if (performance.now() > endMs) throw new Error(`in vain: "${words}"`);
    for (const { id, place } of (await state()).papers)
      if (place === 'tray') await bench.post('paper', { id, to: 'kept' });
    await page.waitForTimeout(150);
  }
};

/** Robots do the task; on a busy machine one may be lost before the screen is there, and is asked again. */
const byRobots = async (what: string): Promise<void> => {
  for (let tries = 0; tries < 3; tries++) {
    await offer('robots').click();
    await until(`${what} to begin`, ({ crew }) => crew.task !== null || crew.failure !== null);
    const { crew } = await until(what, (now) => now.crew.task === null);
    if (crew.failure === null) return;
    process.stderr.write(`${what}: ${crew.failure}\n`);
  }
  throw new Error(`robots are lost: ${what}`);
};

describe.skipIf(without !== '')(`a poll worker's training${without}`, () => {
  beforeAll(async () => {
    bench = await startBench('--election', SMALL_PATH, '--voters', '8', '--training');
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
    });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'es-VE' });
    page.on('pageerror', (error) => problems.push(error.message));
    hands = handsAt(bench, await makeEyes(screenOf(bench), definition, definition.locale));
    await page.goto(bench.url);
  });
  afterAll(async () => {
    await browser?.close();
    await bench?.end();
  });

  test('leads from the keys on Friday to the module on Sunday night', async () => {
    await says('Su día de elección');
    await offer('Empezar').click();
    await says('Viernes: las llaves');
    await byRobots('the ceremony');
    await says('Apague hasta el domingo');
    await page.click('#switch-off');
    await says('Domingo, seis de la mañana');
    await offer('Que sea domingo').click();
    await page.click('#switch-on');
    await says('Abra la mesa');
    await byRobots('the opening');
    await says('El primer elector');
    await byRobots('the first voter');
    await says('Una huella que no coincide');

    await page.selectOption('#quality', 'other');
    await page.click('#type-id');
    await until('the reader', ({ display }) => display.keys.includes('placeFinger'));
    await page.click('#place-finger');
    await until('a refusal', ({ display }) => display.keys.includes('liftFinger'));
    await page.selectOption('#quality', 'clean');
    await until('the finger to be wanted again', ({ display }) => display.keys.includes('again'));
    await page.click('#place-finger');
    await says('El papel se atasca');
    await until('the jam', ({ faults }) => faults.printer?.includes('jam') === true);
    // It is freed at once: what the machine asks after a real jam is tested elsewhere.
    await bench.post('fault', { device: 'printer', name: 'jam', on: false });
    await vote();
    // A record that is kept is a mistake; it may be put right.
    await page.locator('#to-kept:enabled').click();
    await page.locator('#tab-papers').click();
    await bench.post('paper', { id: (await newestPaper()).id, to: 'box' });
    await hands.press({ name: 'takePaper', left: false }, 'paper:taken');

    await says('Se va la luz');
    await offer('Vuelve la luz').click();
    await says('Cierre la mesa');
    await bench.post('power', { cut: true });
    await page.locator('#toast', { hasText: 'se apagó' }).waitFor({ timeout: STEP_LIMIT_MS });
    await bench.post('power', { on: true });
    await bench.post('robots', { task: 'resume' });
    await until(
      'voting to go on',
      ({ crew, display }) => crew.task === null && display.keys.includes('askId'),
    );
    await byRobots('the close');
    // They take the tally reports along, too; the receipt of the centre comes when it comes.
    await keepPapersUntil('Apague y entregue el módulo');
    // The machine sends its result by itself; the centre beside the bench says that it came.
    await page.locator('#tab-inside').click();
    await page
      .locator('#centre-state', { hasText: 'Recibió el resultado' })
      .waitFor({ timeout: STEP_LIMIT_MS });
    await page
      .locator('#network-state', { hasText: 'apagada' })
      .waitFor({ timeout: STEP_LIMIT_MS });
    await page.locator('#tab-power').click();
    await page.click('#switch-off');
    await until('the machine to be off', ({ machine }) => machine.power === 'off');
    await bench.post('module', { name: 'removable', in: false });
    await says('El día terminó');
    const told = (await page.locator('#tour-text').textContent()) ?? '';
    expect(told).toContain('Para repasar');
    expect(told.match(/\(1×\)/g)).toHaveLength(1);
    expect(problems).toEqual([]);
  }, 900_000);
});
