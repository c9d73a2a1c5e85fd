/**
 * What hal/fingerprint-reader.ts says, sentence by sentence, of any reader of either family on any link,
 * in virtual or in real time; nothing here waits but for what the two say, with a limit.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { FingerprintEmulator, FingerprintFault } from '#drivers/fingerprint/emulator.ts';
import { templateOf } from '#drivers/fingerprint/emulator.ts';
import { FINGERPRINT_FAULTS } from '#drivers/fingerprint/emulator-faults.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { FingerGuidance, FingerprintReader, ReaderFault } from '#hal/fingerprint-reader.ts';
import { timed } from './timed.ts';

export type ReaderRig = {
  readonly family: ReaderFamily;
  readonly reader: FingerprintReader;
  readonly emulator: FingerprintEmulator;
  readonly clock: Clock;
  /** Runs `work` to its end, in the rig's time. */
  run<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void> | void;
};

const QUICK_MS = 2_000;
/** What an operation may take beyond its own limit. */
const BEYOND_MS = 7_500;
const CANCEL_MS = 1_500;
const AT_ONCE_MS = 100;

const ANA = { seed: 'ana', quality: 0.9 };
const LUIS = { seed: 'luis', quality: 0.9 };

/** What each fault is to a load of a template, and to a verification: `ok` where it does not matter. */
type Told = ReaderFault['kind'] | 'ok' | 'noFinger';
const FAULTS: readonly (readonly [FingerprintFault, Told, Told])[] = [
  ['unplugged', 'absent', 'absent'],
  ['silent', 'timeout', 'timeout'],
  ['garbled', 'garbled', 'garbled'],
  ['sensorError', 'ok', 'broken'],
  ['restarts', 'ok', 'ok'],
  ['slow', 'ok', 'ok'],
  ['imageFailed', 'ok', 'noFinger'],
  ['noFeatures', 'ok', 'noFinger'],
  ['imageLost', 'ok', 'noFinger'],
  ['captureTimeout', 'ok', 'timeout'],
  ['noReceiving', 'refused', 'ok'],
  ['noUploading', 'refused', 'ok'],
  ['templateLost', 'refused', 'refused'],
  ['flashError', 'broken', 'ok'],
  ['hardwareError', 'broken', 'broken'],
  ['executionFailed', 'refused', 'refused'],
  ['unsupported', 'refused', 'refused'],
  ['lockedAnew', 'refused', 'refused'],
  ['packetErrors', 'garbled', 'garbled'],
  ['noMerging', 'ok', 'ok'],
];

const kindOf = (
  result: { readonly ok: true } | { readonly ok: false; readonly error: ReaderFault },
): string => (result.ok ? 'ok' : result.error.kind);

const quietly = (): void => undefined;

/** Somebody who does with a finger what the display says. */
const obeying =
  (emulator: FingerprintEmulator, finger: Parameters<FingerprintEmulator['placeFinger']>[0]) =>
  (guidance: FingerGuidance): void =>
    emulator.placeFinger(guidance === 'liftFinger' ? null : finger);

/** Runs the suite against the reader that `makeRig` gives, a fresh one for each test. */
export const describeFingerprintReader = (
  title: string,
  makeRig: () => Promise<ReaderRig> | ReaderRig,
): void => {
  describe(`a fingerprint reader: ${title}`, () => {
    let rigs: ReaderRig[] = [];
    afterEach(async () => {
      for (const rig of rigs) await rig.close();
      rigs = [];
    });
    /** A started reader that holds Ana's template, and `story` told in its time. */
    const tell = async (story: (rig: ReaderRig) => Promise<void>): Promise<void> => {
      const rig = await makeRig();
      rigs.push(rig);
      await rig.run(async () => {
        const started = await timed(rig.clock, rig.reader.start);
        expect(started.value).toMatchObject({ ok: true, value: { family: rig.family } });
        expect(started.awakeMs).toBeLessThan(QUICK_MS);
        const loaded = await timed(rig.clock, () =>
          rig.reader.loadTemplate(templateOf('ana', rig.family)),
        );
        expect(loaded.value).toEqual({ ok: true, value: undefined });
        expect(loaded.awakeMs).toBeLessThan(QUICK_MS);
        await story(rig);
      });
    };
    /** Ana is Ana, and nobody else is. */
    const works = async ({ reader, emulator }: ReaderRig): Promise<void> => {
      expect(await reader.verifyFinger(3_000, obeying(emulator, ANA))).toMatchObject({
        value: { kind: 'match' },
      });
      emulator.placeFinger(LUIS);
      expect(await reader.verifyFinger(3_000, quietly)).toEqual({
        ok: true,
        value: { kind: 'noMatch' },
      });
    };

    test('compares a finger with the template that was loaded last, which stays', () =>
      tell(async (rig) => {
        await works(rig);
        await works(rig);
        expect((await rig.reader.loadTemplate(templateOf('luis', rig.family))).ok).toBe(true);
        rig.emulator.placeFinger(ANA);
        expect(await rig.reader.verifyFinger(3_000, quietly)).toMatchObject({
          value: { kind: 'noMatch' },
        });
      }));

    test('a template of another length is a bad one, and leaves none', () =>
      tell(async ({ reader, emulator }) => {
        expect(kindOf(await reader.loadTemplate(new Uint8Array(7)))).toBe('badTemplate');
        emulator.placeFinger(ANA);
        expect(kindOf(await reader.verifyFinger(1_000, quietly))).toBe('refused');
      }));

    test('waits for a finger as long as it was told, not longer; then there was none', () =>
      tell(async ({ reader, clock }) => {
        const heard: FingerGuidance[] = [];
        const nobody = await timed(clock, () => reader.verifyFinger(700, (one) => heard.push(one)));
        expect(nobody.value).toEqual({ ok: true, value: { kind: 'noFinger' } });
        expect(nobody.tookMs).toBeGreaterThanOrEqual(700);
        expect(nobody.awakeMs).toBeLessThan(700 + CANCEL_MS);
        expect(heard).toEqual(['placeFinger']);
      }));

    test('guides: what each poor image lacks, then another finger, then a match', () =>
      tell(async ({ reader, emulator }) => {
        const heard: FingerGuidance[] = [];
        const next = [
          { ...ANA, skin: 'wet' as const },
          { ...ANA, quality: 0.1 },
          { ...ANA, quality: 0.3 },
        ];
        emulator.placeFinger({ ...ANA, skin: 'dry' });
        const matched = await reader.verifyFinger(30_000, (guidance) => {
          heard.push(guidance);
          if (guidance === 'placeFinger') return;
          emulator.placeFinger(guidance === 'otherFinger' ? ANA : (next.shift() ?? LAST));
        });
        expect(matched).toMatchObject({ ok: true, value: { kind: 'match' } });
        expect(heard).toEqual([
          'placeFinger',
          'moistenFinger',
          'dryFinger',
          'cleanFinger',
          'placeAgain',
          'otherFinger',
        ]);
      }));

    test('cancel ends a wait, and is harmless otherwise', () =>
      tell(async (rig) => {
        rig.reader.cancel();
        rig.clock.after(200, rig.reader.cancel);
        const ended = await timed(rig.clock, () => rig.reader.verifyFinger(60_000, quietly));
        expect(ended.value).toEqual({ ok: true, value: { kind: 'noFinger' } });
        expect(ended.awakeMs).toBeLessThan(200 + CANCEL_MS);
        rig.clock.after(200, rig.reader.cancel);
        expect(await rig.reader.enrol(60_000, quietly)).toEqual({ ok: true, value: null });
        await works(rig);
      }));

    test('one operation at a time: a second one is busy at once; the light is none', () =>
      tell(async (rig) => {
        const { reader, clock } = rig;
        const first = reader.verifyFinger(500, quietly);
        const others = await timed(clock, () =>
          Promise.all([
            reader.start(),
            reader.loadTemplate(templateOf('luis', rig.family)),
            reader.verifyFinger(500, quietly),
            reader.enrol(500, quietly),
          ]),
        );
        expect(others.value.map(kindOf)).toEqual(['busy', 'busy', 'busy', 'busy']);
        expect(others.awakeMs).toBeLessThan(AT_ONCE_MS);
        expect((await reader.light('working')).ok).toBe(true);
        expect((await first).ok).toBe(true);
        await works(rig);
      }));

    test('the turn is given back when guidance throws', () =>
      tell(async (rig) => {
        await expect(
          rig.reader.verifyFinger(500, () => {
            throw new Error('a bug of the caller');
          }),
        ).rejects.toThrow('a bug of the caller');
        await works(rig);
      }));

    test('enrols an officer by two images of one finger; the template then is that finger', () =>
      tell(async ({ reader, emulator, family }) => {
        const officer = { seed: 'officer', quality: 0.9 };
        emulator.placeFinger(officer);
        const heard: FingerGuidance[] = [];
        const enrolled = await reader.enrol(20_000, (guidance) => {
          heard.push(guidance);
          emulator.placeFinger(guidance === 'liftFinger' ? null : officer);
        });
        if (!enrolled.ok || enrolled.value === null) throw new Error('not enrolled');
        expect(heard).toEqual(['placeFinger', 'liftFinger', 'placeAgain']);
        expect(enrolled.value).toHaveLength(family === 'R503' ? 1_536 : 512);
        // What was loaded before still is.
        emulator.placeFinger(ANA);
        expect(await reader.verifyFinger(3_000, quietly)).toMatchObject({
          value: { kind: 'match' },
        });
        expect((await reader.loadTemplate(enrolled.value)).ok).toBe(true);
        emulator.placeFinger(officer);
        expect(await reader.verifyFinger(3_000, quietly)).toMatchObject({
          value: { kind: 'match' },
        });
      }));

    test('a finger that did not match is looked at again only after it was lifted', () =>
      tell(async ({ reader, emulator }) => {
        emulator.placeFinger(LUIS);
        expect(await reader.verifyFinger(5_000, quietly)).toEqual({
          ok: true,
          value: { kind: 'noMatch' },
        });
        expect(await reader.verifyFinger(1_500, quietly)).toEqual({
          ok: true,
          value: { kind: 'noFinger' },
        });
        const heard: FingerGuidance[] = [];
        const again = await reader.verifyFinger(10_000, (guidance) => {
          heard.push(guidance);
          if (guidance === 'liftFinger') emulator.placeFinger(null);
          if (guidance === 'placeAgain') emulator.placeFinger(ANA);
        });
        expect(again).toMatchObject({ ok: true, value: { kind: 'match' } });
        expect(heard).toEqual(['placeFinger', 'liftFinger', 'placeAgain']);
      }));

    test('two fingers are no print: refused after three tries', () =>
      tell(async ({ reader, emulator }) => {
        let turn = 0;
        emulator.placeFinger(ANA);
        const enrolled = await reader.enrol(60_000, (guidance) => {
          if (guidance === 'liftFinger') emulator.placeFinger(null);
          else emulator.placeFinger(turn++ % 2 === 0 ? ANA : LUIS);
        });
        expect(kindOf(enrolled)).toBe('refused');
      }));

    test.each(FAULTS)(
      '%s: a load is %s, a verification %s; then all is well again',
      (fault, load, verify) =>
        tell(async (rig) => {
          const { reader, emulator, clock, family } = rig;
          emulator.placeFinger(ANA);
          emulator.fail(fault);
          const verified = await timed(clock, () => reader.verifyFinger(1_500, quietly));
          const outcome = verified.value.ok
            ? verified.value.value.kind
            : (verified.value.error.kind as string);
          expect(outcome).toBe(verify === 'ok' ? 'match' : verify);
          expect(verified.awakeMs).toBeLessThan(1_500 + BEYOND_MS);
          const loaded = await timed(clock, () => reader.loadTemplate(templateOf('ana', family)));
          expect(kindOf(loaded.value)).toBe(load);
          expect(loaded.awakeMs).toBeLessThan(QUICK_MS + AT_ONCE_MS);
          emulator.heal();
          // Within 2 s of its return, without a call to start.
          const deadlineMs = clock.nowMs() + QUICK_MS;
          let again = await reader.loadTemplate(templateOf('ana', family));
          while (!again.ok && clock.nowMs() < deadlineMs) {
            await wait(clock, 20);
            again = await reader.loadTemplate(templateOf('ana', family));
          }
          expect(again).toEqual({ ok: true, value: undefined });
          await works(rig);
        }),
    );

    test('a wrong password is refused, by every operation', () =>
      tell(async ({ reader, emulator }) => {
        emulator.fail('wrongPassword');
        expect(kindOf(await reader.start())).toBe('refused');
        emulator.heal();
        expect(kindOf(await reader.start())).toBe('ok');
      }));

    test('no fault that the device knows is left untried', () => {
      const tried = new Set([...FAULTS.map(([fault]) => fault), 'wrongPassword']);
      expect([...tried].sort()).toEqual([...FINGERPRINT_FAULTS].sort());
    });

    test('the light is as it was told after the reader was away', () =>
      tell(async ({ reader, emulator, clock, family }) => {
        expect((await reader.light('refused')).ok).toBe(true);
        const before = emulator.ring();
        emulator.fail('unplugged');
        expect(kindOf(await reader.verifyFinger(200, quietly))).toBe('absent');
        emulator.heal();
        const deadlineMs = clock.nowMs() + QUICK_MS;
        while (!(await reader.start()).ok && clock.nowMs() < deadlineMs) await wait(clock, 20);
        expect(emulator.ring()).toEqual(before);
        expect(before === null).toBe(family === 'ZFM');
      }));
  });
};

/** What stays on the glass when the row of poor fingers is at its end. */
const LAST = { ...ANA, quality: 0.3 };
