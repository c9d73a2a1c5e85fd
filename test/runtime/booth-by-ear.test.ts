/**
 * A voter who sees nothing, at a whole emulated unit: keypad and headphones with their real drivers,
 * the screen dark, from the first key to the paper in the box.
 */
import { describe, expect, test } from 'vitest';
import { DEFAULT_AIDS } from '#firmware/booth/state.ts';
import { wait } from '#hal/clock.ts';
import type { TactileKey } from '#hal/tactile-keypad.ts';
import { makeBoothBench } from './booth-bench.ts';

/** From a key to the first word, at most, ms. */
const ANSWER_MS = 700;
/** Nobody goes down a longer list. */
const STEPS_MAX = 60;

const makeListener = (bench: ReturnType<typeof makeBoothBench>) => {
  const { headphones, voterKeypad } = bench.hardware.devices;
  const texts = (): readonly string[] => headphones.heard().map(({ text }) => text);
  /** What is heard after a key, as far as one waits. */
  const press = async (key: TactileKey): Promise<readonly string[]> => {
    const before = texts().length;
    await voterKeypad.press(key);
    await wait(bench.clock, ANSWER_MS);
    return texts().slice(before);
  };
  /** Goes on until the wanted words are heard, and selects them. */
  const choose = async (words: string): Promise<void> => {
    for (let step = 0; step < STEPS_MAX; step += 1) {
      const [heard] = await press('down');
      if (heard?.startsWith(words) !== true) continue;
      await press('select');
      return;
    }
    throw new Error(`"${words}" was never heard; last: ${texts().slice(-5).join(' | ')}`);
  };
  return { texts, press, choose, saying: () => headphones.saying() };
};

describe('a voter with keypad and headphones', () => {
  test('votes in the dark; nothing is said before the first key or after the voter', async () => {
    const bench = makeBoothBench();
    const names: string[] = [];
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      await bench.admit();
      const { texts, press, choose, saying } = makeListener(bench);
      await wait(bench.clock, 2_000);
      expect(texts()).toEqual([]);
      const stop = bench.hardware.devices.glass.onScene(({ name }) => names.push(name));
      await press('screen');
      expect(texts()[0]).toBe('Voz encendida.');
      await press('faster');
      const card = bench.definition.organisations.find(({ id }) =>
        bench.definition.cards.some((each) => each.id === 't-2' && each.organisationId === id),
      );
      await choose(`${card?.name},`);
      await choose('SELECCIONAR TODO');
      expect(bench.booth().state().stage).toMatchObject({ marks: [[1], [2, 3]] });
      await choose('VOLVER A LAS TARJETAS');
      await choose('VOTAR');
      await choose('VOTAR');
      await bench.reach('takePaper');
      expect(names.every((name) => name === 'dark')).toBe(true);
      stop();
      await choose('YA LO TOMÉ');
      await bench.reach('waiting');
      expect(bench.booth().state().aids).toEqual(DEFAULT_AIDS);
      await wait(bench.clock, ANSWER_MS);
      expect(saying()).toBeNull();
      const said = texts().length;
      await bench.admit();
      await wait(bench.clock, 2_000);
      expect(texts().length).toBe(said);
      const voices = bench.hardware.devices.headphones
        .heard()
        .map(({ voice }) => voice.ratePercent);
      expect(new Set(voices)).toEqual(new Set([100, 125]));
    });
    expect(bench.parked).toEqual([]);
    const ids = bench.logged.map(({ id }) => id);
    expect(ids.slice(ids.indexOf('pollsOpened'))).toEqual([
      'pollsOpened',
      'recordPrinted',
      'ballotCast',
    ]);
  });

  test('goes on without headphones: a voice that is gone stops nobody', async () => {
    const bench = makeBoothBench();
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      await bench.admit();
      bench.hardware.devices.headphones.fail('unplugged');
      const { press } = makeListener(bench);
      await press('down');
      await press('down');
      await press('select');
      expect(bench.booth().state().stage).toMatchObject({ view: { kind: 'card', cardId: 't-2' } });
    });
    expect(bench.parked).toEqual([]);
  });
});
