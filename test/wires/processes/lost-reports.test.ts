/**
 * The booth of a unit of real processes ends while it prints the reports of the setup. It is started anew; what
 * was not printed is not printed by itself, and officers print both once more before they go home.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeMachine } from '#scripts/bench/machine.ts';
import { prepare } from '#scripts/bench/prepare.ts';
import { runOfficers } from '#scripts/bench/robots/officers.ts';
import { makeSession } from '#scripts/bench/session.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';
import { eventually } from '../devices/rig.ts';

const definition = loadOwnDefinition(DEMO_PATH);
const LIMIT_MS = 300_000;
const PATIENCE_MS = 120_000;

test(
  'reports that a booth did not live to print are printed at an officer’s word',
  async () => {
    const prepared = await prepare('friday', { definition, voters: 3, seed: 1, locale: 'es' });
    const folder = mkdtempSync(join(tmpdir(), 'urna-lost-'));
    const machine = await makeMachine(prepared, folder);
    const session = makeSession(prepared, machine);
    const { printer } = machine.devices;
    const never = (): boolean => false;
    const boothPid = (): number => {
      const found = machine
        .pids()
        .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('booth-process'));
      if (found === undefined) throw new Error('no booth runs');
      return found;
    };
    const inTray = (): number =>
      session.papers.list().filter(({ place }) => place === 'tray').length;
    try {
      await machine.start();
      const endBooth = async (): Promise<void> => {
        const prints = (): true | null =>
          (printer.hanging()?.items.length ?? 0) > 3 ? true : null;
        await eventually('the first report', prints, PATIENCE_MS);
        process.kill(boothPid(), 'SIGKILL');
      };
      await Promise.all([runOfficers(session, 'setUp', never), endBooth()]);
      expect(machine.logText()).toMatch(/"processFailed","f":\{"process":"booth"/);
      const before = inTray();
      expect(before).toBeLessThan(2);

      await runOfficers(session, 'printReports', never);
      const over = (): true | null => (printer.hanging() === null ? true : null);
      await eventually('the last cut', over, PATIENCE_MS);
      expect(inTray()).toBe(before + 2);
      // Head and foot of a paper say that the election is a test; above the first may hang what was begun.
      const marks = session.papers
        .all()
        .slice(-2)
        .map(({ piece }) => JSON.stringify(piece).split('SIN VALIDEZ').length - 1);
      expect(Math.min(...marks)).toBeGreaterThanOrEqual(2);
    } finally {
      await session.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);
