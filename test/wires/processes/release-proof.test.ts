/** Before any delivery, in real processes: confined where the tests run as root, a unit shows that it is well. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openBoardFile } from '#boot/process/open-file.ts';
import { BUBBLEWRAP } from '#boot/process/sandbox.ts';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import type { ReleaseProof } from '#boot/supervisor/release-proof.ts';
import { makeFolders, startKeeper } from '#boot/unit/keeper.ts';
import { makeUnitProgram, USERS } from './unit-program.ts';
import { until } from './unit-rig.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test('a unit without a delivery waits for it, and says so to its first program', async () => {
  const mayConfine = process.getuid?.() === 0 && existsSync(BUBBLEWRAP);
  const here = await makeUnitProgram({ users: mayConfine ? USERS : null });
  ends.push(here.close);
  const { unit } = here;
  rmSync(join(unit.delivery, DELIVERY_FILES.authority));
  const board = await openBoardFile(unit.board);
  makeFolders({ unit, board });
  const proofs: ReleaseProof[] = [];
  const ended = Promise.withResolvers<string>();
  const keeper = await startKeeper({
    ...{ unit, board, quoter: null, folder: here.own, results: [] },
    say: () => undefined,
    onProof: (proof) => proofs.push(proof),
    onEnd: ended.resolve,
  });
  ends.push(async () => {
    keeper.switchOff();
    await ended.promise;
  });
  await until('the proof', () => proofs.length > 0);
  expect(proofs).toEqual(['waits']);
  await until('the code on the display', () =>
    here.rack.devices.lcd.screen().join(' ').includes('machine.notDeliv'),
  );
});
