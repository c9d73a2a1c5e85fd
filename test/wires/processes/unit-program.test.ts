/**
 * The unit's first program in real processes: its stages, one after the other and each told; then the whole
 * unit under it, as it is on a bench and, where the tests run as root, with users and sandboxes as on a unit.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BUBBLEWRAP } from '#boot/process/sandbox.ts';
import { makeUnitProgram, USERS } from './unit-program.ts';
import { isAlive, until } from './unit-rig.ts';

type Program = Awaited<ReturnType<typeof makeUnitProgram>>;
let program: Program | null = null;
const make = async (...given: Parameters<typeof makeUnitProgram>): Promise<Program> => {
  program = await makeUnitProgram(...given);
  return program;
};
afterEach(async () => {
  await program?.close();
  program = null;
});

const ran = ({ lines }: Program, process: string): number =>
  lines.filter(
    (line) => line.kind === 'process' && line.process === process && line.state === 'running',
  ).length;
const runs = (here: Program, times = 1): boolean =>
  ran(here, 'desk') >= times && ran(here, 'booth') >= times;

/** Fields of proc_pid_stat(5) from the third on; none: it is gone. */
const stat = (pid: number): readonly string[] => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
};
const commandOf = (pid: number): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
};
const parentOf = (pid: number): number => Number(stat(pid)[1] ?? 0);
const niceOf = (pid: number): number => Number(stat(pid)[16]);

/** Processes of the unit by their program; bubblewrap's own are not among them. */
const processesOf = (leader: number): ReadonlyMap<string, number> => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const isBelow = (pid: number): boolean => pid === leader || (pid > 1 && isBelow(parentOf(pid)));
  return new Map(
    all.filter(isBelow).flatMap((pid) => {
      const words = commandOf(pid);
      const name = /boot\/([a-z]+)(?:-process)?\.ts/.exec(
        words.find((each) => each.endsWith('.ts')) ?? '',
      );
      return name === null || words[0]?.endsWith('bwrap') ? [] : [[name[1]!, pid] as const];
    }),
  );
};
const statusOf = (pid: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map((line) => [line.split(':')[0] ?? '', line.split(':')[1]?.trim() ?? '']),
  );

test('stages pass one after the other, the unit runs, and ends in good order', async () => {
  const here = await make();
  const unit = here.start();
  await until('the unit', () => runs(here));
  expect(here.console.filter((line) => line.includes(': ok'))).toEqual([
    expect.stringMatching(/^urna: \[1\/7\] unit: ok/),
    expect.stringMatching(/^urna: \[2\/7\] release: ok, release [\d.]+, \d+ files/),
    expect.stringMatching(/^urna: \[3\/7\] device: ok, whole: \d+ bytes/),
    expect.stringMatching(/^urna: \[4\/7\] devices: ok/),
    expect.stringMatching(/^urna: \[5\/7\] version: ok/),
    expect.stringMatching(/^urna: \[6\/7\] data: ok/),
    expect.stringMatching(/^urna: \[7\/7\] supervisor: ok/),
  ]);
  const pids = [...processesOf(unit.pid).values()];
  expect(pids).toHaveLength(5);
  unit.switchOff();
  expect(await unit.exited).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
  for (const stage of ['unit', 'release', 'device', 'devices', 'version', 'data'])
    expect(here.log()).toMatch(
      new RegExp(`"startStagePassed","f":\\{"stage":"${stage}","result":"[^"]+","tookMs":\\d+\\}`),
    );
  expect(here.log()).toContain('machineStopped');
});

test.each([
  ['a manifest with one bit changed', 'unit.releaseRefused', 'release-manifest'],
  ['another key', 'unit.releaseRefused', 'release-key'],
  ['a unit file that is none', 'unit.badUnitFile', 'unit.json'],
])('with %s it stays out of service, says why, and starts nothing', async (_, code, file) => {
  const here = await make();
  const path = join(here.own, file);
  const bytes = readFileSync(path);
  bytes[10]! ^= 1;
  writeFileSync(path, bytes);
  const unit = here.start();
  await until('the code', () =>
    here.console.some((line) => line.includes(`OUT OF SERVICE: ${code}`)),
  );
  expect(here.console.at(-1)).toMatch(/^urna: [A-Z].*\.$/);
  expect([...processesOf(unit.pid).keys()]).toEqual(['unit']);
  expect(here.lines).toEqual([]);
  expect(isAlive(unit.pid)).toBe(true);
});

test('a device that can not be read keeps it out of service', async () => {
  const here = await make({ verifiedDevice: '/nowhere' });
  const unit = here.start();
  await until('the code', () => here.console.some((line) => line.includes('unit.deviceDamaged')));
  expect([...processesOf(unit.pid).keys()]).toEqual(['unit']);
});

test('a delivery for another release is refused', async () => {
  const here = await make();
  const path = join(here.unit.delivery, 'unit.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/[0-9a-f]{64}/, '0'.repeat(64)));
  here.start();
  await until('safe mode', () =>
    here.lines.some((line) => line.kind === 'safeMode' && line.code === 'unit.otherRelease'),
  );
});

test('a supervisor that is killed comes back once, then in safe mode, then no more', async () => {
  const here = await make();
  const unit = here.start();
  await until('the unit', () => runs(here));
  const first = processesOf(unit.pid);
  process.kill(first.get('supervisor')!, 'SIGKILL');
  await until('the unit again', () => runs(here, 2));
  for (const name of ['supervisor', 'desk', 'booth', 'console'])
    expect(isAlive(first.get(name)!)).toBe(false);
  await until('the log', () => here.log().includes('"process":"supervisor"'));

  process.kill(processesOf(unit.pid).get('supervisor')!, 'SIGKILL');
  await until('safe mode', () =>
    here.lines.some((line) => line.kind === 'safeMode' && line.code === 'unit.supervisorFailed'),
  );
  await until('the code on the display', () =>
    here.rack.devices.lcd.screen().join(' ').includes('unit.supervisorF'),
  );

  process.kill(processesOf(unit.pid).get('supervisor')!, 'SIGKILL');
  await until('the end', () => here.console.some((line) => line.includes('stayOut')));
  expect([...processesOf(unit.pid).keys()]).toEqual(['unit']);
  expect(isAlive(unit.pid)).toBe(true);
});

const mayConfine = process.getuid?.() === 0 && existsSync(BUBBLEWRAP);
test.skipIf(!mayConfine)(
  `as root each process is a user of its own, confined${mayConfine ? '' : ' (skipped: not root, or bubblewrap is not installed)'}`,
  async () => {
    const here = await make({ users: USERS });
    const unit = here.start();
    await until('the unit', () => runs(here));
    const found = processesOf(unit.pid);
    expect([...found.keys()].sort()).toEqual(['booth', 'console', 'desk', 'supervisor', 'unit']);
    for (const name of ['supervisor', 'desk', 'booth', 'console'] as const) {
      const status = statusOf(found.get(name)!);
      expect(status.Uid?.split('\t'), name).toEqual(Array(4).fill(String(USERS[name])));
      expect(status.Groups, name).toBe('');
      expect([status.CapEff, status.CapPrm, status.CapBnd], name).toEqual(
        Array(3).fill('0000000000000000'),
      );
      expect([status.NoNewPrivs, status.Seccomp], name).toEqual(['1', '2']);
      for (const space of ['user', 'pid', 'net', 'ipc', 'uts', 'mnt'])
        expect(statSync(`/proc/${found.get(name)}/ns/${space}`).ino, `${name} ${space}`).not.toBe(
          statSync(`/proc/self/ns/${space}`).ino,
        );
    }
    // Whoever asks at the console waits for voters.
    const nice = [...found].map(([name, pid]) => [name, niceOf(pid) - niceOf(unit.pid)]);
    expect(Object.fromEntries(nice)).toEqual({
      ...{ unit: 0, supervisor: 0, desk: 0, booth: 0 },
      console: 10,
    });
    await until('desk and booth to meet', () => here.log().includes('linkRestarted'));
    // One that is killed is started again through its door.
    process.kill(found.get('desk')!, 'SIGKILL');
    await until('the desk again', () => ran(here, 'desk') === 2);
    expect(here.lines.filter((line) => line.kind === 'failed')).toEqual([
      { kind: 'failed', process: 'desk', reason: 'signal-SIGKILL', again: true },
    ]);
    // With its sandbox everything in it ends, and what it held is free for the next: devices, the desk's socket.
    const links = (): number => here.log().split('linkRestarted').length;
    const before = links();
    process.kill(parentOf(found.get('booth')!), 'SIGKILL');
    await until('the booth again', () => ran(here, 'booth') === 2);
    await until('desk and booth to meet again', () => links() > before);
    unit.switchOff();
    expect(await unit.exited).toBe(0);
    expect([...found.values()].filter(isAlive)).toEqual([]);
  },
);

test.skipIf(!mayConfine)(
  'as root a booth that dies before its first word is started again at once, and serves',
  async () => {
    const here = await make({ users: USERS });
    const unit = here.start();
    await until('the booth', () => processesOf(unit.pid).has('booth'));
    process.kill(processesOf(unit.pid).get('booth')!, 'SIGKILL');
    await until('the unit', () => runs(here));
    expect(here.lines.filter((line) => line.kind === 'failed')).toEqual([
      { kind: 'failed', process: 'booth', reason: 'signal-SIGKILL', again: true },
    ]);
    await until('desk and booth to meet', () => here.log().includes('linkRestarted'));
    unit.switchOff();
    expect(await unit.exited).toBe(0);
  },
);
