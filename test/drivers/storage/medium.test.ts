/** One contract, every medium: folders of a real file system, and emulated flash at several paces. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MEDIUM_PACES, makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { describeMedium, MEDIUM_BUDGET_BYTES, type MediumRig } from '#test/contracts/medium.ts';
import {
  endFifo,
  makeFifo,
  makeRigClock,
  makeScratch,
  moveAway,
  moveBack,
  until,
} from './folder-rig.ts';

const freshFolder = makeScratch('media');
const budgetBytes = MEDIUM_BUDGET_BYTES;

const folderRig = (): MediumRig => {
  const root = freshFolder();
  const { clock, endByLimit, pass } = makeRigClock();
  const medium = makeMediumFiles({ name: 'fixed', root, budgetBytes, clock });
  return {
    medium,
    end: (operation) => operation,
    endByLimit,
    pass,
    nowMs: clock.nowMs,
    pull: () => moveAway(root),
    putBack: () => moveBack(root),
    hang: () => makeFifo(join(root, 'stuck')),
    answer: async () => {
      for (const place of [root, `${root}-away`]) endFifo(join(place, 'stuck'));
      await until(async () => {
        const asked = await medium.freeBytes();
        return asked.ok || asked.error.kind === 'absent';
      });
    },
  };
};

const emulatedRig = (pace: keyof typeof MEDIUM_PACES) => (): MediumRig => {
  const { clock, endByLimit, pass } = makeRigClock();
  const emulated = makeEmulatedMedium({
    name: 'fixed',
    clock,
    budgetBytes,
    pace: MEDIUM_PACES[pace],
  });
  return {
    medium: emulated.connect(),
    end: (operation) => clock.run(operation),
    endByLimit,
    pass,
    nowMs: clock.nowMs,
    pull: () => emulated.pull(),
    putBack: () => emulated.putBack(),
    hang: () => emulated.behave({ kind: 'hung', lateEffect: false }),
    answer: async () => emulated.behave(null),
  };
};

describeMedium('a folder', folderRig);
describeMedium('emulated flash', emulatedRig('immediate'));
describeMedium('an emulated memory module at its pace', emulatedRig('memoryModule'));

test('a mount point with nothing mounted on it is no medium', async () => {
  const root = freshFolder();
  const { clock } = makeRigClock();
  const options = { name: 'removable', budgetBytes, clock, mountPoint: true } as const;
  const medium = makeMediumFiles({ ...options, root });
  expect(medium.present()).toBe(false);
  expect(await medium.write('file', Uint8Array.of(1))).toMatchObject({ error: { kind: 'absent' } });
  expect(existsSync(join(root, 'file'))).toBe(false);
  // /proc is a mount point on every Linux.
  expect(makeMediumFiles({ ...options, root: '/proc' }).present()).toBe(true);
});

test('a file in the place of the folder is no medium', async () => {
  const { clock } = makeRigClock();
  const root = join(freshFolder(), 'file');
  makeFifo(root);
  const medium = makeMediumFiles({ name: 'fixed', root, budgetBytes, clock });
  expect(medium.present()).toBe(false);
  expect(await medium.read('file')).toMatchObject({ error: { kind: 'absent' } });
});

test('a folder medium leaves nothing outside its root', () => {
  expect(existsSync(join(freshFolder(), '..', 'out'))).toBe(false);
});

test('what a hung medium does late is not undone: its caller was told that nothing is known', async () => {
  const { clock } = makeRigClock();
  const emulated = makeEmulatedMedium({ name: 'removable', clock, budgetBytes });
  const medium = emulated.connect();
  emulated.behave({ kind: 'hung', lateEffect: true });
  expect(await clock.run(medium.write('late', Uint8Array.of(1)))).toMatchObject({
    error: { kind: 'timeout' },
  });
  expect(await clock.run(medium.write('other', Uint8Array.of(2)))).toMatchObject({
    error: { kind: 'timeout' },
  });
  emulated.behave(null);
  expect(await clock.run(medium.read('late'))).toEqual({ ok: true, value: Uint8Array.of(1) });
  expect(await clock.run(medium.read('other'))).toEqual({ ok: true, value: null });
});
