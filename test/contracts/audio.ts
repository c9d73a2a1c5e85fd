/**
 * What every voice behind a link does: each sentence of hal/audio.ts, and each fault of the emulated
 * headphones. After every fault speech works again without a restart.
 */
import { describe, expect, test } from 'vitest';
import type { HeadphonesEmulator, Utterance } from '#drivers/audio/emulator.ts';
import { MAX_TEXT_CHARACTERS, speechMs } from '#drivers/audio/speech.ts';
import type { Audio, SpokenText, Voice } from '#hal/audio.ts';
import { type Clock, wait } from '#hal/clock.ts';
import { type Heard, listenTo } from './heard.ts';

export type AudioRig = {
  readonly clock: Clock;
  readonly audio: Audio;
  readonly device: HeadphonesEmulator;
  run<T>(scene: Promise<T>): Promise<T>;
  close(): Promise<void> | void;
};

const VOICE: Voice = { volume: 70, ratePercent: 300 };
const es = (text: string): SpokenText => ({ text, locale: 'es' });
const en = (text: string): SpokenText => ({ text, locale: 'en' });
const LIMIT_MS = 5_000;
const RETURN_LIMIT_MS = 2_000;
const CHECK_LIMIT_MS = 4_000;
/** What a busy machine may add. */
const SLACK_MS = 1_000;
const LONG = es('una frase que dura un buen rato, para que alguien la pueda cortar'.repeat(8));

type Scene = AudioRig & { readonly spoken: Heard<Utterance> };

export const describeAudio = (title: string, makeRig: () => Promise<AudioRig> | AudioRig): void => {
  const play = async (scene: (bench: Scene) => Promise<void>): Promise<void> => {
    const rig = await makeRig();
    const spoken = listenTo<Utterance>(rig.clock, rig.device.onSpoken);
    try {
      await rig.run(scene({ ...rig, spoken }));
    } finally {
      await rig.close();
    }
  };
  const words = ({ spoken }: Scene): readonly string[] => spoken.all.map(({ text }) => text);
  const untilBack = async ({ audio, clock }: Scene): Promise<void> => {
    const fromMs = clock.nowMs();
    while (!(await audio.check()).ok) {
      if (clock.nowMs() - fromMs > RETURN_LIMIT_MS) throw new Error('not back in time');
      await wait(clock, 20);
    }
  };

  describe(title, () => {
    test('says the texts in order, each in its language, and then has finished', () =>
      play(async (bench) => {
        const texts = [es('Señor votante, elija'), en('Choose "one" <b>\\'), es('Ñandú 🗳')];
        expect(await bench.audio.speak(texts, VOICE)).toEqual({ ok: true, value: 'finished' });
        expect(bench.spoken.all.map(({ text, locale }) => ({ text, locale }))).toEqual(texts);
        expect(bench.spoken.all[0]?.voice).toEqual(VOICE);
        expect(bench.device.saying()).toBeNull();
      }));

    test('takes about as long as it takes to say it', () =>
      play(async ({ audio, clock }) => {
        const texts = [es('Treinta y tres'), es('uno')];
        const beganMs = clock.nowMs();
        await audio.speak(texts, VOICE);
        const tookMs = clock.nowMs() - beganMs;
        expect(tookMs).toBeGreaterThanOrEqual(speechMs(texts, VOICE) - 2);
        expect(tookMs).toBeLessThan(speechMs(texts, VOICE) + 500);
      }));

    test('of two calls the last wins, at once', () =>
      play(async (bench) => {
        const first = bench.audio.speak([LONG, es('nunca')], VOICE);
        await bench.spoken.reach(1, LIMIT_MS);
        const second = bench.audio.speak([es('dos')], VOICE);
        expect(await first).toEqual({ ok: true, value: 'interrupted' });
        expect(await second).toEqual({ ok: true, value: 'finished' });
        expect(words(bench)).toEqual([LONG.text, 'dos']);
      }));

    test('of twenty calls in one breath only the last is answered as finished', () =>
      play(async (bench) => {
        const calls = Array.from({ length: 20 }, (_, index) =>
          bench.audio.speak([es(`tarjeta ${index}`)], VOICE),
        );
        const outcomes = await Promise.all(calls);
        const values = outcomes.map((outcome) => outcome.ok && outcome.value);
        expect(values.slice(0, -1).every((value) => value === 'interrupted')).toBe(true);
        expect(values.at(-1)).toBe('finished');
        expect(words(bench).at(-1)).toBe('tarjeta 19');
      }));

    test('silence stops at once, and may be called at any time', () =>
      play(async (bench) => {
        bench.audio.silence();
        const silenced = listenTo<undefined>(bench.clock, (listener) =>
          bench.device.onSilence(() => listener(undefined)),
        );
        const speech = bench.audio.speak([LONG, es('nunca')], VOICE);
        await bench.spoken.reach(1, LIMIT_MS);
        bench.audio.silence();
        bench.audio.silence();
        expect(await speech).toEqual({ ok: true, value: 'interrupted' });
        await silenced.reach(1, LIMIT_MS);
        expect(bench.device.saying()).toBeNull();
        expect(words(bench)).toEqual([LONG.text]);
      }));

    test('nothing to say is finished', () =>
      play(async ({ audio, spoken }) => {
        for (const texts of [[], [es('')], [es(' \n\t ')]])
          expect(await audio.speak(texts, VOICE)).toEqual({ ok: true, value: 'finished' });
        expect(spoken.all).toEqual([]);
      }));

    test('voice and texts are kept within their limits', () =>
      play(async ({ audio, spoken }) => {
        await audio.speak([es('a')], { volume: 1_000, ratePercent: Number.NaN });
        const long = audio.speak(
          [es(`b\u0000\u0007${'c'.repeat(3 * MAX_TEXT_CHARACTERS)}`)],
          VOICE,
        );
        await spoken.reach(2, LIMIT_MS);
        audio.silence();
        await long;
        const [first, second] = spoken.all;
        expect(first?.voice).toEqual({ volume: 100, ratePercent: 50 });
        expect(second?.text.startsWith('b c')).toBe(true);
        expect(second?.text.length).toBeLessThanOrEqual(MAX_TEXT_CHARACTERS);
      }));

    test('says that it can speak', () =>
      play(async ({ audio }) => {
        expect((await audio.check()).ok).toBe(true);
      }));

    test('unplugged: what was said fails, new calls fail at once; back again within two seconds', () =>
      play(async (bench) => {
        const { audio, device, spoken } = bench;
        const cut = audio.speak([LONG], VOICE);
        await spoken.reach(1, LIMIT_MS);
        device.fail('unplugged');
        const absent = { ok: false, error: { device: 'audio', kind: 'absent' } };
        expect(await cut).toMatchObject(absent);
        expect(await audio.speak([es('no')], VOICE)).toMatchObject(absent);
        expect(await audio.check()).toMatchObject(absent);
        device.heal();
        await untilBack(bench);
        expect((await audio.speak([es('sí')], VOICE)).ok).toBe(true);
        expect(words(bench).at(-1)).toBe('sí');
      }));

    test('a voice that says nothing is told within its limit', () =>
      play(async (bench) => {
        const { audio, clock } = bench;
        bench.device.fail('silentVoice');
        const timeout = { ok: false, error: { kind: 'timeout' } };
        const askedMs = clock.nowMs();
        expect(await audio.check()).toMatchObject(timeout);
        expect(clock.nowMs() - askedMs).toBeLessThan(CHECK_LIMIT_MS);
        const texts = [es('a')];
        const beganMs = clock.nowMs();
        expect(await audio.speak(texts, VOICE)).toMatchObject(timeout);
        const mostMs = 5_000 + 8 * speechMs(texts, VOICE);
        expect(clock.nowMs() - beganMs).toBeLessThan(mostMs + SLACK_MS);
        bench.device.heal();
        expect((await bench.audio.speak([es('b')], VOICE)).ok).toBe(true);
      }));

    test.each([
      ['brokenVoice', 'broken'],
      ['garbled', 'garbled'],
    ] as const)('%s is told as %s, and passes', (fault, kind) =>
      play(async (bench) => {
        const { audio, device } = bench;
        device.fail(fault);
        expect(await audio.check()).toMatchObject({ ok: false, error: { kind } });
        expect(await audio.speak([es('a')], VOICE)).toMatchObject({ ok: false, error: { kind } });
        device.heal();
        await untilBack(bench);
        expect(await audio.speak([es('b')], VOICE)).toEqual({ ok: true, value: 'finished' });
      }),
    );
  });
};
