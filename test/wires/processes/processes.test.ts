/**
 * A unit's real processes: they start on a rack of devices, show themselves on frame buffer and display,
 * keep nothing secret where others can look, and end as they should, whoever kills whom.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isAlive, makeUnitRig, type UnitRig, until } from './unit-rig.ts';

const MOST_PSS_BYTES = 400e6;
const PROCESSES = ['supervisor', 'booth-process', 'desk-process', 'console-process'];

let rig: UnitRig | null = null;
const open = async (): Promise<UnitRig> => {
  rig = await makeUnitRig();
  return rig;
};
afterEach(async () => {
  await rig?.close();
  rig = null;
});

const pidOf = (unit: ReturnType<UnitRig['start']>, name: string): number => {
  const found = unit.pss().find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} runs`);
  return found.pid;
};
const runningTimes = ({ lines }: UnitRig, process: string): number =>
  lines.filter(
    (line) => line.kind === 'process' && line.process === process && line.state === 'running',
  ).length;

test('four processes start, draw the screen, light the display, and end in good order', async () => {
  const here = await open();
  const unit = here.start();
  await until('a picture', () => here.screen() !== '');
  const first = here.screen();
  await unit.running;
  await until('another picture', () => here.screen() !== first);
  await until('the display', () => here.display().trim() !== '');

  const memory = unit.pss();
  expect(memory.map(({ name }) => name).sort()).toEqual([...PROCESSES].sort());
  expect(memory.reduce((sum, { pssBytes }) => sum + pssBytes, 0)).toBeLessThan(MOST_PSS_BYTES);

  const pids = unit.pids();
  await unit.shutDown();
  expect(await unit.exited).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(here.log()).toContain('machineStopped');
  expect(here.log().trimEnd().split('\n').at(-1)).toContain('checkpointSigned');
});

test('nothing secret stands in arguments or environments', async () => {
  const here = await open();
  const unit = here.start();
  await unit.running;
  const identity = JSON.parse(
    readFileSync(join(here.rack.devices.fixed.folder, 'log', 'identity'), 'utf8'),
  ) as { readonly privateKey: string };
  const key = readFileSync(join(here.folder, 'delivery', 'pollbook-key'), 'utf8');
  for (const pid of unit.pids())
    for (const file of ['cmdline', 'environ']) {
      const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
      expect(text).not.toContain(identity.privateKey);
      expect(text).not.toContain(key);
    }
});

test('a child that is killed comes back once; the second time all stand still under the code', async () => {
  const here = await open();
  const unit = here.start();
  await unit.running;
  process.kill(pidOf(unit, 'desk-process'), 'SIGKILL');
  await until('the desk to run again', () => runningTimes(here, 'desk') === 2);
  process.kill(pidOf(unit, 'desk-process'), 'SIGKILL');
  await until('safe mode', () =>
    here.lines.some((line) => line.kind === 'safeMode' && line.code === 'process.deskFailed'),
  );
  await until('the code on the display', () => here.display().includes('process.deskFail'));
  await until('the log', () => here.log().includes('safeModeEntered'));
  const pids = unit.pids();
  await unit.shutDown();
  expect(pids.filter(isAlive)).toEqual([]);
});

test('the booth is killed: it takes up its vault again, and the desk stays', async () => {
  const here = await open();
  const unit = here.start();
  await unit.running;
  const desk = pidOf(unit, 'desk-process');
  process.kill(pidOf(unit, 'booth-process'), 'SIGKILL');
  await until('the booth to run again', () => runningTimes(here, 'booth') === 2);
  expect(pidOf(unit, 'desk-process')).toBe(desk);
  expect(isAlive(desk)).toBe(true);
});

test('when the supervisor is killed nothing of the unit is left', async () => {
  const here = await open();
  const unit = here.start();
  await unit.running;
  const pids = unit.pids();
  expect(pids).toHaveLength(PROCESSES.length);
  process.kill(pidOf(unit, 'supervisor'), 'SIGKILL');
  expect(await unit.exited).toBeNull();
  await until('the children to end', () => pids.every((pid) => !isAlive(pid)));
});

test('the power is cut, and the unit starts again on what is durable', async () => {
  const here = await open();
  const unit = here.start();
  await unit.running;
  const pids = unit.pids();
  await unit.cutPower();
  here.rack.cutPower();
  await until('the dark', () => pids.every((pid) => !isAlive(pid)));
  here.rack.powerOn();

  const again = here.start();
  await again.running;
  await until('the log', () => here.log().includes('"afterCut":true'));
  // The certificate of the first start is good for the second.
  expect(here.lines.some(({ kind }) => kind === 'certificateWanted')).toBe(false);
  await again.shutDown();
  expect(await again.exited).toBe(0);
});

test('a unit whose delivery is incomplete stays out of service, and says why', async () => {
  const here = await open();
  const first = here.start();
  await first.running;
  await first.shutDown();
  const { rmSync } = await import('node:fs');
  rmSync(join(here.folder, 'delivery', 'election-package'));
  const unit = here.start();
  await expect(unit.running).rejects.toThrow('machine.notDelivered');
  await until('the display', () => here.display().includes('machine.notDeliv'));
  expect(existsSync(join(here.folder, 'delivery', 'unit.json'))).toBe(true);
  await unit.shutDown();
});
