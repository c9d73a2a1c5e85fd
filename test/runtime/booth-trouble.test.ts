import { describe, expect, test } from 'vitest';
import { wait } from '#hal/clock.ts';
import { makeBoothBench, SMALL } from './booth-bench.ts';

const VERIFY = { ...SMALL, rules: { ...SMALL.rules, verifyPaper: true } };

/** Set up, open, a voter with a whole card marked in front of the review. */
const atReview = async (bench: ReturnType<typeof makeBoothBench>): Promise<void> => {
  bench.start();
  await bench.setUp();
  await bench.open();
  await bench.admit();
  await bench.markCard('t-1');
  await bench.press('vote');
};

/** The record that a voter may drop into the box; a partial one has no code. */
const records = (papers: readonly string[]): number =>
  papers.filter((paper) => paper.includes('COMPROBANTE') && paper.includes('CÓDIGO')).length;

/** From the finger on VOTAR to the settled journal a vote takes about this long, ms. */
const VOTE_MS = 3_000;
const CUTS = 24;
const CUT_TIMES = Array.from({ length: CUTS }, (_, index) => Math.round((index * VOTE_MS) / CUTS));

describe('the power goes while a vote is stored', () => {
  test.each([
    ['VERIFY off', SMALL, 'IDLE'],
    ['VERIFY on', VERIFY, 'PREPARED-DONE'],
  ] as const)(
    '%s: at any moment it is in the urn once with one record, or not at all',
    async (_name, definition, last) => {
      const rows = new Set<string>();
      for (const cutMs of CUT_TIMES) {
        const bench = makeBoothBench(definition);
        await bench.run(async () => {
          await atReview(bench);
          const before = bench.clock.nowMs();
          void bench.press('review:confirm');
          while (bench.booth().state().stage.name === 'ballot') await wait(bench.clock, 1);
          expect(bench.clock.nowMs() - before).toBeLessThan(2_000);
          await wait(bench.clock, cutMs);
          bench.cutPower();
          bench.hardware.devices.printer.tearOff();
          bench.start();
          await bench.helpUntilWaiting();
        });
        expect(bench.parked).toEqual([]);
        const { votes, reprints, spoils, polls } = bench.booth().state();
        const prepared = votes === 1;
        expect(votes).toBeLessThanOrEqual(1);
        expect(records(bench.papers) - reprints - spoils).toBeLessThanOrEqual(votes);
        if (prepared) expect(records(bench.papers)).toBeGreaterThanOrEqual(1);
        else expect(records(bench.papers)).toBe(0);
        expect(polls).toBe('open');
        expect(bench.heard.at(-1)).toMatchObject({ kind: 'idle' });
        for (const event of bench.logged)
          if (event.id === 'recoveryPerformed') rows.add(event.fields.row);
      }
      for (const row of ['ACTIVE', 'PREPARED-STARTED', last]) expect(rows).toContain(row);
    },
  );
});

describe('media', () => {
  test('the module is pulled while the record prints: finished on the other, then suspended', async () => {
    const bench = makeBoothBench();
    const { removable } = bench.hardware.devices;
    await bench.run(async () => {
      await atReview(bench);
      await bench.press('review:confirm');
      await bench.reach('printing');
      removable.pull();
      await bench.press('paper:taken');
      await bench.reach('suspended');
      removable.putBack();
      await bench.helpUntilWaiting();
    });
    expect(bench.parked).toEqual([]);
    expect(bench.booth().state().votes).toBe(1);
    expect(records(bench.papers)).toBe(1);
  });

  test('a fresh module takes the place of a broken one', async () => {
    const bench = makeBoothBench();
    const { removable, moduleCell } = bench.hardware.devices;
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      removable.pull();
      await bench.reach('suspended');
      moduleCell.replaceByFresh();
      removable.replaceByFresh();
      await bench.helpUntilWaiting();
      await bench.admit();
      await bench.markCard('t-2');
      await bench.press('vote');
      await bench.press('review:confirm');
      await bench.press('paper:taken');
      await bench.reach('waiting');
    });
    expect(bench.parked).toEqual([]);
    expect(bench.booth().state()).toMatchObject({
      votes: 1,
      media: { fixed: 'inStep', removable: 'inStep' },
    });
  });

  test('the second medium goes before the first is in step: waits for both, then goes on', async () => {
    const bench = makeBoothBench();
    const { fixed, removable } = bench.hardware.devices;
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      removable.pull();
      await bench.reach('suspended');
      removable.putBack();
      fixed.pull();
      await bench.reach('recovering');
      await wait(bench.clock, 5_000);
      expect(bench.booth().state().stage).toMatchObject({ name: 'recovering', stuck: true });
      fixed.putBack();
      await bench.helpUntilWaiting();
    });
    expect(bench.parked).toEqual([]);
    expect(bench.booth().state().media).toEqual({ fixed: 'inStep', removable: 'inStep' });
  });
});

describe('counting', () => {
  test('after a restart the same report comes again, with the same signature', async () => {
    const bench = makeBoothBench();
    await bench.run(async () => {
      await atReview(bench);
      await bench.press('review:confirm');
      await bench.press('paper:taken');
      await bench.reach('waiting');
      await bench.closeAndCount();
      bench.cutPower();
      bench.start();
      await bench.press('tally:copy');
      await bench.reach('report');
      await bench.reach('finished');
    });
    const signature = (paper: string | undefined): string =>
      /Firma de la máquina:([\s\S]*?)(OBSERVACIONES|─)/.exec(paper ?? '')?.[1] ?? 'none';
    const [first, last] = [
      bench.papers.find((paper) => paper.includes('ESCRUTINIO')),
      bench.papers.at(-1),
    ];
    expect(last).toContain('REIMPRESIÓN');
    expect(signature(last).trim().length).toBeGreaterThan(80);
    expect(signature(last)).toBe(signature(first));
    expect(last).toContain('Cierre antes de la hora');
  });

  test('a cut between the shares: they are given again', async () => {
    const bench = makeBoothBench();
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      await bench.showToken('of-1');
      await bench.press('polls:close');
      await bench.reach('closingOverride');
      bench.pull();
      await bench.showToken('of-2');
      await bench.press('queue:empty');
      await bench.reach('shares');
      bench.pull();
      await bench.showToken('of-2');
      await wait(bench.clock, 1_000);
      bench.cutPower();
      bench.start();
      await bench.reach('shares');
      expect(bench.booth().state().stage).toMatchObject({ given: 0 });
      bench.pull();
      for (const officer of ['of-2', 'of-2', 'of-3', 'of-4']) {
        await wait(bench.clock, 1_000);
        await bench.showToken(officer);
        await wait(bench.clock, 1_000);
        bench.pull();
      }
      await bench.reach('finished');
    });
    expect(bench.parked).toEqual([]);
    expect(bench.logged.filter(({ id }) => id === 'shareAccepted')).toHaveLength(4);
  });
});
