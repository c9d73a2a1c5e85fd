/**
 * A stranger at the bench, in a real browser: votes on the page, cuts the power in the middle of the
 * print, switches on again, finishes, closes the polls and reads the tally. Where to touch the screen is
 * found by looking at its picture.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { confirms, type OfficerPurpose, type Stage, type StageOf } from '#firmware/booth/state.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { READING_MS } from '#firmware/screen/reading-time.ts';
import { type Eyes, makeEyes } from '#scripts/bench/robots/eyes.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { isAlive, type StartedBench, screenOf, startBench } from './bench-rig.ts';

const CHROMIUM = '/usr/bin/chromium';
const without = existsSync(CHROMIUM) ? '' : ` (skipped: no ${CHROMIUM}; apt-get install chromium)`;
const DRAWERS = ['officers', 'voter-keys', 'power', 'inside', 'faults', 'papers', 'log', 'begin'];
const LOOK_MS = 150;
const STEP_LIMIT_MS = 90_000;

const definition = loadOwnDefinition(SMALL_PATH);
const ballot = resolveBallot(definition, definition.ballotStyles[0]?.id ?? '');

let bench: StartedBench;
let browser: Browser;
let page: Page;
let eyes: Eyes;
const problems: string[] = [];

const until = async <T>(what: string, look: () => Promise<T | null>): Promise<T> => {
  const endMs = performance.now() + STEP_LIMIT_MS;
  while (performance.now() < endMs) {
    const found = await look();
    if (found !== null) return found;
    await page.waitForTimeout(LOOK_MS);
  }
  throw new Error(`the visitor waits in vain for ${what}`);
};

const clickAt = async (spot: { readonly xMm: number; readonly yMm: number }): Promise<void> => {
  const box = await page.locator('#screen').boundingBox();
  if (box === null) throw new Error('the page shows no screen');
  const x = box.x + (spot.xMm / DEFAULT_PANEL.widthMm) * box.width;
  const y = box.y + (spot.yMm / DEFAULT_PANEL.heightMm) * box.height;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.waitForTimeout(60);
  await page.mouse.up();
};

/** Touches a target as it looks at a stage, once the screen shows it. */
const touch = async (stage: Stage, target: string): Promise<void> => {
  const spot = await until(`${target} at ${stage.name}`, () => eyes.spot(stage, target));
  // Whoever confirms has read what.
  if (confirms(target)) await page.waitForTimeout(READING_MS);
  await clickAt(spot);
};

const typePin = async (stage: Stage, pin: string): Promise<void> => {
  for (const digit of pin) {
    await touch(stage, `pin:${digit}`);
    await page.waitForTimeout(2 * LOOK_MS);
  }
  await touch(stage, 'pin:enter');
};

const lcd = async (): Promise<string> => (await page.locator('#lcd').textContent()) ?? '';
const lcdSays = (words: string): Promise<true> =>
  until(`"${words}" on the operator's display`, async () =>
    (await lcd()).includes(words) ? true : null,
  );

const drawer = (name: string): Promise<void> => page.locator(`#tab-${name}`).click();

const turnFault = async (name: string, on: boolean): Promise<void> => {
  await drawer('faults');
  await page.locator(`[data-fault="${name}"] input`).setChecked(on);
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

const asking = (purpose: OfficerPurpose) =>
  ({ purpose, step: 'enterPin', pin: '', refusal: null }) as const;

/** The presiding officer's token goes in, the PIN from the slip is typed. */
const proveOfficer = async (stage: Stage): Promise<void> => {
  await drawer('officers');
  const presiding = page.locator('.officer').first();
  const slip = (await presiding.locator('.slip').textContent()) ?? '';
  const pin = /\d{6,8}/.exec(slip)?.[0] ?? '';
  await presiding.getByRole('button').click();
  await typePin(stage, pin);
};

const removeToken = async (): Promise<void> => {
  await drawer('officers');
  await page.locator('.officer.in button').click();
  await until('the slot to be empty', async () =>
    (await page.locator('.officer.in').count()) === 0 ? true : null,
  );
};

describe.skipIf(without !== '')(`the bench in a browser${without}`, () => {
  beforeAll(async () => {
    bench = await startBench('--election', SMALL_PATH, '--voters', '4');
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'es-VE' });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(bench.url) && !request.url().startsWith('blob:'))
        problems.push(`asks elsewhere: ${request.url()}`);
    });
    eyes = await makeEyes(screenOf(bench), definition, definition.locale);
    await page.goto(bench.url);
  });
  afterAll(async () => {
    await browser?.close();
    await bench?.end();
  });

  test('a visitor votes, survives a power cut in the middle of the print, closes and reads the tally', async () => {
    // Robots let voting go on after the night.
    await lcdSays('CEDULA Y ENTER');
    // The tour leads through the first vote.
    const onTour = page.locator('#tour-buttons button.main');
    const tourSays = (words: string): Promise<void> =>
      page.locator('#tour-title', { hasText: words }).waitFor({ timeout: STEP_LIMIT_MS });
    await tourSays('Vote en dos minutos');
    await onTour.click();
    await tourSays('En la mesa');
    await onTour.click();
    await lcdSays('PONGA EL DEDO');
    await tourSays('La huella');
    await onTour.click();
    await lcdSays('VOTANDO');
    await tourSays('Vote en la pantalla');

    const cards = onBallot({ kind: 'cards' });
    const whole = ['all:t-1', 'card:t-1'].find((target) => eyes.expects(cards, target)) ?? '';
    await touch(cards, whole);
    if (whole === 'card:t-1') {
      const card = onBallot({ kind: 'card', cardId: 't-1' });
      await touch(card, 'all:t-1');
      await touch(card, 'card:close');
    }
    // A slow head, so that a hand is in time for the middle of the print.
    await turnFault('printer slow', true);
    await drawer('power');
    await touch(cards, 'vote');
    await touch(onBallot({ kind: 'review' }), 'review:confirm');

    // The paper has begun to come out: everything goes dark.
    await page.locator('#tape').waitFor({ state: 'visible', timeout: STEP_LIMIT_MS });
    await page.click('#cut-power');
    await page.locator('#switch-on').waitFor({ timeout: STEP_LIMIT_MS });
    // The paper in the mouth is what the tour speaks of next, through all that follows.
    await tourSays('Su comprobante');
    expect(await page.locator('#paper-hands').getAttribute('class')).toContain('pointed');
    expect(bench.offspring(), 'processes without power').toEqual([]);
    expect(await page.locator('#tear').isEnabled(), 'a part of the record hangs').toBe(true);
    expect(await page.locator('#veil').textContent()).toContain('Sin corriente');

    await turnFault('printer slow', false);
    await drawer('power');
    await page.click('#switch-on');
    await finishVote();
    await lcdSays('CEDULA Y ENTER');
    expect(await page.locator('#box-count').textContent()).toBe('1');
    // The tour has seen the paper go into the box, and shows what else can be tried.
    await tourSays('Ha votado');
    await page.locator('#tour-buttons button', { hasText: 'Fallas' }).click();
    expect(await page.locator('#tour').isVisible()).toBe(false);
    expect(await page.locator('#drawer-faults').isVisible()).toBe(true);

    await drawer('officers');
    await page.click('#task-close');
    await until('the tally report', async () => {
      const state = (await (await bench.get('/state')).json()) as {
        readonly crew: { readonly task: string | null; readonly failure: string | null };
      };
      expect(state.crew.failure).toBeNull();
      return state.crew.task === null ? true : null;
    });
    expect(await readTally()).toMatch(/^MR \.+1\b/m);
    await page.click('#viewer-close');
    expect(problems).toEqual([]);
  }, 400_000);

  test('the page is usable for everybody, as far as axe can tell', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(axe);
    const found: string[] = [];
    await page.click('#open-tour');
    for (const name of DRAWERS) {
      await drawer(name);
      const violations = await page.evaluate(async () => {
        const { run } = Reflect.get(globalThis, 'axe') as {
          run: () => Promise<{
            violations: readonly { id: string; nodes: readonly { html: string }[] }[];
          }>;
        };
        return (await run()).violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
        );
      });
      found.push(...violations.map((each) => `${name}: ${each}`));
    }
    await page.click('#tour-close');
    expect(found).toEqual([]);
  }, 120_000);

  test('nothing is left of it when it ends', async () => {
    const before = bench.offspring();
    expect(before.length).toBeGreaterThan(0);
    expect(await bench.end()).toBe(0);
    expect([bench.pid, ...before].filter(isAlive)).toEqual([]);
  }, 60_000);
});

/** Answers what the machine asks after the power is back, until the paper is in the box. */
const finishVote = async (): Promise<void> => {
  const resuming: Stage = { name: 'resuming', check: asking('resume') };
  const confirm: Stage = { name: 'confirmVoter', attempt: null, check: asking('confirmVoter') };
  const confirmAsk: Stage = { name: 'confirmVoter', attempt: null, check: 'ask' };
  const askPrinted: Stage = { name: 'askPrinted', attempt: null, left: false, fault: null };
  const fold: Stage = { name: 'foldPartial', attempt: null, left: false };
  const take: Stage = { name: 'takePaper', left: false };
  const telling: Stage = { name: 'telling', check: asking('resume'), left: false };
  const insertNow = (stage: Stage): Stage =>
    'check' in stage && typeof stage.check === 'object' && stage.check !== null
      ? ({ ...stage, check: { ...stage.check, step: 'insertToken' } } as Stage)
      : stage;
  for (let step = 0; step < 12; step++) {
    const next = await until('a question of the machine', async () => {
      for (const stage of [resuming, confirm, telling])
        if (await eyes.looksLike(insertNow(stage))) return { does: 'prove', stage } as const;
      for (const [stage, target] of [
        [confirmAsk, 'voter:there'],
        [askPrinted, 'paper:something'],
        [fold, 'paper:folded'],
        [take, 'paper:taken'],
      ] as const)
        if ((await eyes.spot(stage, target)) !== null) return { does: target, stage } as const;
      const done = (await lcd()).includes('CEDULA Y ENTER');
      return done ? ({ does: 'done', stage: resuming } as const) : null;
    });
    switch (next.does) {
      case 'done':
        return;
      case 'prove':
        await proveOfficer(next.stage);
        await page.waitForTimeout(LOOK_MS);
        await removeTokenWhenTold();
        break;
      case 'paper:folded':
        if (await page.locator('#tear').isEnabled()) await page.click('#tear');
        await page.locator('#to-kept:enabled').click();
        await touch(next.stage, next.does);
        break;
      case 'paper:taken':
        await page.locator('#to-box:enabled').click();
        await touch(next.stage, next.does);
        break;
      case 'voter:there':
      case 'paper:something':
        await touch(next.stage, next.does);
        break;
    }
  }
  throw new Error('the machine asks without end');
};

/** The token stays in until the PIN was looked at. */
const removeTokenWhenTold = async (): Promise<void> => {
  await until('the PIN to be checked', async () => {
    for (const stage of [
      { name: 'resuming', check: { ...asking('resume'), step: 'checking' } },
      {
        name: 'confirmVoter',
        attempt: null,
        check: { ...asking('confirmVoter'), step: 'checking' },
      },
    ] as const satisfies readonly Stage[])
      if (await eyes.looksLike(stage)) return null;
    return true;
  });
  await removeToken();
};

/** The newest tally report, read in the viewer. */
const readTally = async (): Promise<string> => {
  await drawer('papers');
  await page.locator('.papers .thumb').first().click();
  return until('the words of the report', async () => {
    const words = await page.locator('#viewer-image').getAttribute('alt');
    return words === null || words === '' ? null : words;
  });
};
