/** One contract, every slot for officers' tokens: a folder on removable memory, and the emulated one. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeEmulatedToken, makeEmulatedTokenSlot } from '#drivers/storage/emulator-token.ts';
import { makeTokenFileSlot, TOKEN_FILE } from '#drivers/storage/token-file.ts';
import { describeOfficerToken, type TokenRig } from '#test/contracts/officer-token.ts';
import { endFifo, makeFifo, makeRigClock, makeScratch, until } from './folder-rig.ts';

const freshFolder = makeScratch('tokens');

const folderRig = (): TokenRig => {
  const root = freshFolder();
  const folder = join(root, 'slot');
  for (const name of ['first', 'second']) mkdirSync(join(root, name));
  const { clock, endByLimit, pass } = makeRigClock();
  const slot = makeTokenFileSlot({ clock, folder });
  let inserted: string | null = null;
  let hanging: string | null = null;
  return {
    slot,
    end: (operation) => operation,
    endByLimit,
    pass,
    nowMs: clock.nowMs,
    insert: (token) => {
      renameSync(join(root, token), folder);
      inserted = token;
    },
    remove: () => {
      renameSync(folder, join(root, inserted!));
      inserted = null;
    },
    hang: () => {
      hanging = inserted;
      renameSync(join(folder, TOKEN_FILE), join(folder, 'aside'));
      makeFifo(join(folder, TOKEN_FILE));
    },
    answer: async () => {
      const places = [folder, join(root, hanging!)];
      const place = places.find((each) => existsSync(join(each, 'aside')))!;
      endFifo(join(place, TOKEN_FILE));
      renameSync(join(place, 'aside'), join(place, TOKEN_FILE));
      await until(async () => (await slot.read()).ok);
    },
  };
};

const emulatedRig = (): TokenRig => {
  const { clock, endByLimit, pass } = makeRigClock();
  const slot = makeEmulatedTokenSlot(clock);
  const tokens = { first: makeEmulatedToken('first'), second: makeEmulatedToken('second') };
  return {
    slot,
    end: (operation) => clock.run(operation),
    endByLimit,
    pass,
    nowMs: clock.nowMs,
    insert: (token) => slot.insert(tokens[token]),
    remove: () => void slot.remove(),
    hang: () => slot.behave({ kind: 'silent' }),
    answer: async () => slot.behave(null),
  };
};

describeOfficerToken('a folder on removable memory', folderRig);
describeOfficerToken('the emulated slot', emulatedRig);

test('a mount point with nothing mounted on it holds no token', async () => {
  const { clock, pass } = makeRigClock();
  const slot = makeTokenFileSlot({ clock, folder: freshFolder(), mountPoint: true });
  await pass(1_000);
  expect(slot.present()).toBe(false);
  expect(await slot.write(Uint8Array.of(1))).toMatchObject({ error: { kind: 'absent' } });
});
