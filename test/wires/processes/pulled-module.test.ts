/**
 * The memory module is pulled out of a unit of real processes in the middle of voting: voting suspends, the
 * module is named and an officer called; put back, it is synchronised with an officer, and the next voter votes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { initialState } from '#firmware/booth/state.ts';
import { targetsOf } from '#firmware/screen/hit-test.ts';
import { sceneOf } from '#firmware/screen/scene-of.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { makeMachine } from '#scripts/bench/machine.ts';
import { prepare } from '#scripts/bench/prepare.ts';
import type { Task } from '#scripts/bench/robots/crew.ts';
import { typePinOnScreen } from '#scripts/bench/robots/pin-pad.ts';
import { makeSession } from '#scripts/bench/session.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';

const definition = loadOwnDefinition(DEMO_PATH);
const LIMIT_MS = 300_000;
const PATIENCE_MS = 60_000;
const GLANCE_MS = 50;

/** Where voting that is suspended with both media in offers to synchronise them. */
const spotOf = (panel: Panel) => {
  const stage = { name: 'suspended', check: null, synchronising: false, failed: null } as const;
  const media = { fixed: 'inStep', removable: 'outOfStep' } as const;
  const scene = sceneOf({ ...initialState('es'), stage, media }, definition, panel);
  const box = targetsOf(scene).find(({ target }) => target === 'media:synchronise')?.box;
  if (box === undefined) throw new Error('nothing offers to synchronise');
  return { xMm: box.x + box.width / 2, yMm: box.y + box.height / 2 };
};

test(
  'voting suspends, and goes on with the module back and synchronised',
  async () => {
    const prepared = await prepare('open', { definition, voters: 6, seed: 1, locale: 'es' });
    const folder = mkdtempSync(join(tmpdir(), 'urna-pulled-'));
    const machine = await makeMachine(prepared, folder);
    const session = makeSession(prepared, machine);
    const { tokens, power, glass } = machine.devices;
    const { removable } = machine.memory;
    const synchronise = spotOf(machine.screen);
    const does = async (task: Task): Promise<void> => {
      expect(session.crew.begin(task)).toBe(true);
      await session.crew.idle();
      expect(session.crew.view().failure).toBeNull();
    };
    const until = async (what: string, seen: () => boolean): Promise<void> => {
      const endMs = performance.now() + PATIENCE_MS;
      while (!seen()) {
        if (performance.now() > endMs) throw new Error(`waited for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
      }
    };
    const logged = (id: string): string | undefined =>
      machine
        .logText()
        .split('\n')
        .findLast((line) => line.includes(`"${id}"`));
    try {
      await machine.start();
      await does('resume');
      await does('vote');

      removable.pull();
      await until('voting to suspend', () => logged('pollsSuspended') !== undefined);
      expect(logged('mediumLost')).toContain('"removable"');
      await until('the alarm', power.lamp);

      removable.putBack();
      await until('the module', () => logged('mediumReturned') !== undefined);
      const presiding = definition.officers.find(({ role }) => role === 'presidingOfficer');
      const kit = prepared.given.officers.find(({ officerId }) => officerId === presiding?.id);
      if (kit === undefined) throw new Error('nobody presides');
      await glass.touch(synchronise.xMm, synchronise.yMm);
      tokens.insert(kit.token);
      expect(await typePinOnScreen(session, kit.pin)).toEqual({ ok: true, value: undefined });
      await until('both in step', () => logged('mediumSynchronised') !== undefined);
      tokens.remove();
      await until('the alarm to end', () => !power.lamp());

      await does('vote');
      await machine.shutDown();
      expect(
        machine
          .logText()
          .split('\n')
          .filter((line) => line.includes('ballotCast')),
      ).toHaveLength(2);
    } finally {
      await session.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);
