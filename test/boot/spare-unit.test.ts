/**
 * A board dies in the middle of the day and its memory module is carried to a spare unit. The authority's
 * list says whose day the spare may continue; without it, or with another, it does not.
 */
import { expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { encodeFormerMachines } from '#firmware/vault/former-machines.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { admit, attend, serve } from '../scenarios/conduct.ts';
import { type Day, finishDay, onSunday, residueFrom, wait } from '../scenarios/rig.ts';
import { startUnitInMemory } from './unit-in-memory.ts';

const DARK_MS = 60_000;

const [first, second, third] = [0, 1, 2];
const voter = (day: Day, index: number) => {
  const person = day.people[index];
  if (person === undefined) throw new Error('too few people');
  return person;
};

test('the spare takes up the vote under way, lets the others vote, and closes right', () =>
  onSunday({ startUnit: startUnitInMemory }, async (day) => {
    await serve(day, voter(day, first!));
    await admit(day, voter(day, second!));
    await day.life().hands.awaitTarget(['vote']);
    day.moveToSpare(residueFrom('the board dies'));
    await wait(day.clock, DARK_MS);
    await day.powerOn();
    await attend(day, voter(day, second!));
    if (voter(day, second!).confirmed === null) await serve(day, voter(day, second!));
    await serve(day, voter(day, third!));
    await finishDay(day);
    expect(day.room.box).toHaveLength(3);
  }));

const someoneElse = makeEd25519KeyPair(makeSeededEntropy(1, 'someone else'));

test.each([
  ['no list', undefined, 'machine.logNotOpened'],
  ['a list that somebody else signed', someoneElse.privateKey, 'machine.notDelivered'],
])(
  'with %s it stays out of service, and what the module holds is left as it is',
  async (_, key, code) => {
    await onSunday({ startUnit: startUnitInMemory }, async (day) => {
      await serve(day, voter(day, first!));
      day.moveToSpare(residueFrom('the board dies'));
      day.mayPark = true;
      const before = new Map(day.board.devices.removable.files());
      const { definition } = day;
      const list =
        key === undefined
          ? {}
          : {
              formerMachines: encodeFormerMachines(
                {
                  election: definition.id,
                  precinct: precinctOf(definition),
                  keys: day.formerIdentities,
                },
                key,
              ),
            };
      const started = startUnitInMemory({
        board: day.board.powerOn(),
        provision: day.given,
        releaseDigest: new Uint8Array(32).fill(1),
        locale: 'es',
        pinCost: { N: 2, r: 1, p: 1 },
        takePollbookKey: () => null,
        onPark: () => undefined,
        ...list,
      });
      const outcome = await Promise.race([
        started.then(
          () => 'runs',
          (error: unknown) => String(error),
        ),
        wait(day.clock, DARK_MS).then(() => day.board.devices.glass.scene()?.name ?? 'dark'),
      ]);
      expect(outcome).toBe('outOfService');
      expect(day.board.devices.glass.scene()?.spoken.join(' ')).toContain(code);
      const after = day.board.devices.removable.files();
      for (const [path, bytes] of before)
        if (path.startsWith('booth/')) expect(after.get(path)).toEqual(bytes);
    });
  },
);
