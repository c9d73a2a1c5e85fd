/** What the lines of a unit show of its release: of whole units under the virtual clock, and line by line. */
import { describe, expect, test } from 'vitest';
import { type ReleaseProof, watchForProof } from '#boot/supervisor/release-proof.ts';
import type { UnitLine } from '#firmware/supervisor/unit-line.ts';
import { wait } from '#hal/clock.ts';
import { makeWorld } from '#scripts/day/world.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { type MemoryUnitOptions, startMemoryUnit } from './unit-in-memory.ts';

/** Longer than any start, with a process that hangs in it and is started anew. */
const START_MS = 180_000;

/** What a unit has shown once its start is over, and under which code it then stands still. */
const shownBy = (changes: Partial<MemoryUnitOptions>) => {
  const { clock, board, given } = makeWorld(
    {
      ...{ definition: loadOwnDefinition(SMALL_PATH), voters: 2, seed: 3, locale: 'en' },
      pinCost: { N: 2, r: 1, p: 1 },
    },
    (error) => {
      throw error;
    },
  );
  const proofs: ReleaseProof[] = [];
  return clock.run(
    (async () => {
      const unit = startMemoryUnit({
        board: board.powerOn(),
        provision: given,
        releaseDigest: new Uint8Array(32).fill(7),
        locale: 'en',
        pinCost: { N: 2, r: 1, p: 1 },
        takePollbookKey: () => given.pollbookKey,
        onLine: watchForProof((proof) => proofs.push(proof)),
        ...changes,
      });
      await wait(clock, START_MS);
      await unit.supervisor.shutDown();
      const safe = unit.lines.find((line) => line.kind === 'safeMode');
      return { proofs, code: safe?.kind === 'safeMode' ? safe.code : null };
    })(),
  );
};

/** A delivery that is none yet: who receives the result was appointed by nobody. */
const undelivered = { receivers: new Map([['1.signed', new Uint8Array(100)]]) };

/** Another's certificate is none. */
const NOBODYS = { report: new Uint8Array(64).fill(1), key: new Uint8Array(64).fill(2) };

describe('a unit', () => {
  test('that serves has shown it', async () => {
    expect(await shownBy({})).toEqual({ proofs: ['serves'], code: null });
  });

  test('that has no delivery waits, and is well', async () => {
    expect(await shownBy(undelivered)).toEqual({ proofs: ['waits'], code: 'machine.notDelivered' });
  });

  test('that is not certified waits, and is well', async () => {
    expect(await shownBy({ certificates: () => NOBODYS })).toEqual({
      proofs: ['waits'],
      code: 'machine.notCertified',
    });
  });

  test.each(['desk', 'booth'] as const)(
    'whose %s dies at every start has shown nothing',
    async (name) => {
      const stillborn = (body: string) => (body === name ? ('dies' as const) : null);
      expect((await shownBy({ ...undelivered, stillborn })).proofs).toEqual([]);
    },
  );

  test('whose booth opens no board has shown nothing', async () => {
    const openBooth = () => Promise.reject(new Error('no frame buffer'));
    expect((await shownBy({ ...undelivered, openBooth })).proofs).toEqual([]);
  });

  test('that stands still for another reason has shown nothing', async () => {
    const formerMachines = new Uint8Array(100);
    const { proofs, code } = await shownBy({
      releaseManifest: new Uint8Array(100),
      formerMachines,
    });
    expect([proofs, code]).toEqual([[], 'unit.releaseRefused']);
  });
});

describe('line by line', () => {
  const shown = (...lines: readonly UnitLine[]): readonly ReleaseProof[] => {
    const proofs: ReleaseProof[] = [];
    const watch = watchForProof((proof) => proofs.push(proof));
    for (const line of lines) watch(line);
    return proofs;
  };
  const parked = (process: 'desk' | 'booth', code = 'machine.notDelivered'): UnitLine => ({
    kind: 'parked',
    process,
    code,
    detail: null,
  });
  const failed: UnitLine = { kind: 'failed', process: 'desk', reason: 'code-70', again: true };

  test('a proof takes both processes, and is told once', () => {
    expect(shown(parked('desk'), parked('desk'))).toEqual([]);
    expect(shown(parked('desk'), parked('booth'), parked('booth'))).toEqual(['waits']);
  });

  test('who failed meanwhile has to show it anew', () => {
    expect(shown(parked('desk'), failed, parked('booth'))).toEqual([]);
    expect(shown(parked('desk'), failed, parked('booth'), parked('desk'))).toEqual(['waits']);
  });

  test('a supervisor that stands still for its own failures is no proof', () => {
    const code = 'unit.supervisorFailed';
    expect(shown(parked('desk', code), parked('booth', code))).toEqual([]);
  });
});
