/**
 * People at a unit of real processes on a rack of devices, robots that see pixels and touch glass: a vote,
 * the power cut to all of them at once, and the next vote on what is durable.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeMachine } from '#scripts/bench/machine.ts';
import { prepare } from '#scripts/bench/prepare.ts';
import type { Task } from '#scripts/bench/robots/crew.ts';
import { makeSession } from '#scripts/bench/session.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';

const definition = loadOwnDefinition(DEMO_PATH);
const LIMIT_MS = 300_000;

test(
  'officers resume after a cut, and the next voter votes',
  async () => {
    const prepared = await prepare('open', { definition, voters: 6, seed: 1, locale: 'es' });
    const folder = mkdtempSync(join(tmpdir(), 'urna-voting-'));
    const machine = await makeMachine(prepared, folder);
    const session = makeSession(prepared, machine);
    const { crew } = session;
    const does = async (task: Task): Promise<void> => {
      expect(crew.begin(task)).toBe(true);
      await crew.idle();
      expect(crew.view().failure).toBeNull();
    };
    try {
      await machine.start();
      await does('resume');
      await does('vote');
      await machine.cutPower();
      expect(machine.pids()).toEqual([]);

      await machine.start();
      await does('resume');
      await does('vote');
      await machine.shutDown();
      const log = await machine.logText();
      expect(log).toContain('"afterCut":true');
      expect(log.split('\n').filter((line) => line.includes('ballotCast'))).toHaveLength(2);
      const box = session.papers.list().filter(({ place }) => place === 'box');
      expect(box).toHaveLength(2);
    } finally {
      await session.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);
