/**
 * What every tactile keypad does on every link: each sentence of hal/tactile-keypad.ts, and each
 * fault of the emulated device. After every fault the keypad works again without a restart.
 */
import { describe, expect, test } from 'vitest';
import { STORM_KEYS, STUCK_KEY_MS } from '#drivers/keypad/driver.ts';
import type { TactileKeypadEmulator } from '#drivers/keypad/emulator.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { TactileKey, TactileKeypad, TactileKeypadFault } from '#hal/tactile-keypad.ts';
import { type Heard, listenTo } from './heard.ts';

export type TactileKeypadRig = {
  readonly clock: Clock;
  readonly keypad: TactileKeypad;
  readonly device: TactileKeypadEmulator;
  /** Runs a scene to its end under the rig's clock. */
  run<T>(scene: Promise<T>): Promise<T>;
  close(): Promise<void> | void;
};

const ALL_KEYS: readonly TactileKey[] = [
  'up',
  'down',
  'left',
  'right',
  'select',
  'louder',
  'softer',
  'faster',
  'slower',
  'screen',
];
/** A device that is back is usable again within this. */
const RETURN_LIMIT_MS = 2_000;
const LIMIT_MS = 5_000;

type Scene = TactileKeypadRig & {
  readonly keys: Heard<TactileKey>;
  readonly faults: Heard<TactileKeypadFault>;
};

export const describeTactileKeypad = (
  title: string,
  makeRig: () => Promise<TactileKeypadRig> | TactileKeypadRig,
): void => {
  const play = async (scene: (bench: Scene) => Promise<void>): Promise<void> => {
    const rig = await makeRig();
    const keys = listenTo<TactileKey>(rig.clock, rig.keypad.onKey);
    const faults = listenTo<TactileKeypadFault>(rig.clock, rig.keypad.onFault);
    try {
      await rig.run(scene({ ...rig, keys, faults }));
    } finally {
      await rig.close();
    }
  };
  const kinds = ({ faults }: Scene): readonly string[] => faults.all.map(({ kind }) => kind);

  describe(title, () => {
    test('tells each key once, as it goes down, in order', () =>
      play(async ({ keys, faults, device }) => {
        for (const key of ALL_KEYS) await device.press(key);
        expect(await keys.reach(ALL_KEYS.length, LIMIT_MS)).toEqual(ALL_KEYS);
        expect(keys.all).toEqual(ALL_KEYS);
        expect(faults.all).toEqual([]);
      }));

    test('a key held down does not repeat, nor keep others from being told', () =>
      play(async ({ clock, keys, device }) => {
        device.hold('down');
        await keys.reach(1, LIMIT_MS);
        await wait(clock, 600);
        await device.press('select');
        await device.press('louder');
        device.release('down');
        await device.press('up');
        expect(await keys.reach(4, LIMIT_MS)).toEqual(['down', 'select', 'louder', 'up']);
      }));

    test('two keys at once are two keys, in the order they went down', () =>
      play(async ({ clock, keys, device }) => {
        device.hold('left');
        device.hold('right');
        await keys.reach(2, LIMIT_MS);
        device.release('left');
        device.release('right');
        // As fast as hands are.
        await wait(clock, 160);
        await device.press('down');
        expect(await keys.reach(3, LIMIT_MS)).toEqual(['left', 'right', 'down']);
      }));

    test('says that it is there', () =>
      play(async ({ keypad }) => {
        expect((await keypad.check()).ok).toBe(true);
      }));

    test('unplugged is told once; back again it works within two seconds', () =>
      play(async (bench) => {
        const { clock, keypad, keys, faults, device } = bench;
        device.hold('down');
        await keys.reach(1, LIMIT_MS);
        device.fail('unplugged');
        await faults.reach(1, LIMIT_MS);
        const away = await keypad.check();
        expect(away).toMatchObject({ ok: false, error: { device: 'keypad', kind: 'absent' } });
        device.heal();
        const backAtMs = clock.nowMs();
        while (!(await keypad.check()).ok) {
          if (clock.nowMs() - backAtMs > RETURN_LIMIT_MS) throw new Error('not back in time');
          await wait(clock, 20);
        }
        await device.press('up');
        expect(await keys.reach(2, LIMIT_MS)).toEqual(['down', 'up']);
        expect(kinds(bench)).toEqual(['absent']);
      }));

    test('a stuck key counts once, is told after ten seconds, and the others work on', () =>
      play(async (bench) => {
        const { keypad, keys, faults, device } = bench;
        device.fail('stuckKey');
        await device.press('right');
        await device.press('up');
        await faults.reach(1, STUCK_KEY_MS + LIMIT_MS);
        expect((await keypad.check()).ok).toBe(false);
        await device.press('down');
        await keys.reach(3, LIMIT_MS);
        device.heal();
        await device.press('left');
        await device.press('right');
        expect(await keys.reach(5, LIMIT_MS)).toEqual(['right', 'up', 'down', 'left', 'right']);
        expect(kinds(bench)).toEqual(['broken']);
        expect((await keypad.check()).ok).toBe(true);
      }));

    test('a chattering contact is one key', () =>
      play(async (bench) => {
        const { keys, device } = bench;
        device.fail('bounce');
        const pressed: readonly TactileKey[] = ['down', 'down', 'select', 'louder', 'down'];
        for (const key of pressed) await device.press(key);
        device.heal();
        await device.press('screen');
        expect(await keys.reach(6, LIMIT_MS)).toEqual([...pressed, 'screen']);
        expect(kinds(bench)).toEqual([]);
      }));

    test('a storm of keys is told once, ends in few keys, and passes by itself', () =>
      play(async (bench) => {
        const { clock, keys, faults, device } = bench;
        device.fail('storm');
        await faults.reach(1, LIMIT_MS);
        const told = keys.all.length;
        expect(told).toBeLessThanOrEqual(STORM_KEYS);
        await wait(clock, 4_500);
        expect(keys.all.length).toBe(told);
        device.heal();
        await device.press('screen');
        await keys.reach(told + 1, LIMIT_MS);
        expect(keys.all.at(-1)).toBe('screen');
        expect(kinds(bench)).toEqual(['broken']);
      }));

    test('reports cut short are no keys, are told once, and pass', () =>
      play(async (bench) => {
        const { keys, faults, device } = bench;
        device.fail('garbled');
        for (let count = 0; count < 4; count++) await device.press('down');
        await faults.reach(1, LIMIT_MS);
        device.heal();
        await device.press('select');
        expect(await keys.reach(1, LIMIT_MS)).toEqual(['select']);
        expect(kinds(bench)).toEqual(['garbled']);
      }));

    test('who stopped listening hears nothing any more', () =>
      play(async ({ keypad, keys, device }) => {
        const late: TactileKey[] = [];
        const stop = keypad.onKey((key) => late.push(key));
        await device.press('up');
        await keys.reach(1, LIMIT_MS);
        stop();
        stop();
        await device.press('down');
        await keys.reach(2, LIMIT_MS);
        expect(late).toEqual(['up']);
      }));
  });
};
