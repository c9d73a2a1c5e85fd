/**
 * The list of what each process may open (boot/unit/sandboxes.ts), held against the kernel: a probe runs in the
 * sandbox of each, as its user, and tries what is on the list and what is not. Root alone may make users' sandboxes.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemCallFilter } from '#boot/process/filter.ts';
import { BUBBLEWRAP, sandboxArguments } from '#boot/process/sandbox.ts';
import { makeFolder, ownedFolders } from '#boot/unit/places.ts';
import { runFolders, sandboxOf } from '#boot/unit/sandboxes.ts';
import { PROGRAMS, type ProgramName, type UnitFile } from '#boot/unit/unit-file.ts';
import { type BoardFile, readBoardFile } from '#drivers/board-file.ts';
import { USERS } from './unit-program.ts';

const FILTER = 3;
const ROOT = new URL('../../../', import.meta.url).pathname;
const mayConfine = process.getuid?.() === 0 && existsSync(BUBBLEWRAP);
const REASON = mayConfine ? '' : ' (skipped: not root, or bubblewrap is not installed)';

let folder = '';
let unit: Pick<UnitFile, 'board' | 'delivery' | 'run' | 'media'>;
let board: BoardFile;
let server: Server;
let port = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'urna-sandbox-'));
  chmodSync(folder, 0o755);
  const text = readFileSync(join(ROOT, 'boot/boards/mini-pc-x64.json'), 'utf8')
    .replaceAll('/var/lib/urna', join(folder, 'data'))
    .replaceAll('/media/urna', join(folder, 'media'));
  const read = readBoardFile(text);
  if (!read.ok) throw new Error('no board file');
  board = read.value;
  const place = (name: string) => join(folder, 'media', name);
  unit = {
    board: 'boot/boards/mini-pc-x64.json',
    delivery: join(folder, 'data', 'delivery'),
    run: join(folder, 'run'),
    media: [
      { place: place('module'), usbPath: '1-8', filesystem: 'ext4', owner: null },
      { place: place('token'), usbPath: '1-9', filesystem: 'vfat', owner: 'booth' },
    ],
  };
  for (const name of ['module', 'token']) mkdirSync(place(name), { recursive: true });
  if (!mayConfine) return;
  for (const owned of ownedFolders(unit, board)) makeFolder(owned, USERS);
  makeFolder({ path: place('token'), owner: 'booth', group: null }, USERS);
  for (const asker of ['supervisor', 'booth'])
    mkdirSync(join(runFolders(unit).doors, asker), { recursive: true });
  writeFileSync(join(folder, 'release-key'), 'key');
  server = createServer((socket) => socket.end('here')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The arguments of bubblewrap for a body of asynchronous JavaScript, whose value comes back as JSON; and the filter. */
const confined = (program: ProgramName, body: string) => {
  const release = [join(folder, 'release-key')];
  const { sandbox, rules } = sandboxOf(program, { unit, board, release });
  const filter = join(folder, `${program}.filter`);
  writeFileSync(filter, systemCallFilter(rules, process.arch === 'arm64' ? 'arm64' : 'x64'));
  const code = `
    const fs = require('node:fs');
    const said = (act) => { try { act(); return 'done'; } catch (error) { return error.code ?? String(error); } };
    (async () => { ${body} })().then((value) => process.stdout.write(JSON.stringify(value)));`;
  const command = [process.execPath, '-e', code];
  return { filter, args: sandboxArguments(sandbox, { HOME: '/' }, FILTER, command) };
};

/** Runs it in the sandbox of a process. */
const probe = (program: ProgramName, body: string): Promise<unknown> => {
  const { filter, args } = confined(program, body);
  const descriptor = openSync(filter, 'r');
  return new Promise((resolve, reject) => {
    const user = USERS[program];
    const child = spawn(BUBBLEWRAP, [...args], {
      cwd: '/',
      env: {},
      uid: user,
      gid: user,
      stdio: ['ignore', 'pipe', 'inherit', descriptor],
    });
    closeSync(descriptor);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    child.once('close', (exit) => {
      if (exit === 0) resolve(JSON.parse(text));
      else reject(new Error(`the probe ended with ${exit}`));
    });
  });
};

/** Where a process may write, and nobody else but root. */
const OWN: Readonly<Record<ProgramName, () => readonly string[]>> = {
  supervisor: () => [
    board.supervisor.media.fixed.folder,
    board.supervisor.media.removable.folder,
    unit.delivery,
    runFolders(unit).own,
  ],
  desk: () => [board.desk.media.fixed.folder, board.desk.media.removable.folder],
  booth: () => [
    board.booth.media.fixed.folder,
    board.booth.media.removable.folder,
    board.booth.tokens.folder,
    runFolders(unit).link,
  ],
  counting: () => [],
  console: () => [],
  sender: () => [],
};

describe.skipIf(!mayConfine)(`sandboxes${REASON}`, () => {
  test.each(PROGRAMS)('%s writes where the list says, and nowhere else', async (program) => {
    const everywhere = [
      ...PROGRAMS.flatMap((each) => OWN[each]()),
      ...['/', '/tmp/..', '/usr/lib', '/etc', '/sys', '/proc', join(ROOT, 'boot'), '/root'],
    ];
    const found = (await probe(
      program,
      `return ${JSON.stringify(everywhere)}.filter((path) => said(() => fs.writeFileSync(path + '/probe', '')) === 'done');`,
    )) as readonly string[];
    expect(found).toEqual(OWN[program]());
  });

  test.each(PROGRAMS)(
    '%s reads the release and not the unit’s secrets of others',
    async (program) => {
      const asked = [
        join(ROOT, 'boot/unit.ts'),
        ...[
          '/etc/shadow',
          '/etc/passwd',
          join(ROOT, 'test/tidy.test.ts'),
          join(folder, 'release-key'),
        ],
        ...['/dev/mem', '/dev/kmsg', '/proc/kcore', '/proc/1/root/etc/shadow'],
      ];
      const found = await probe(
        program,
        `return ${JSON.stringify(asked)}.filter((path) => said(() => fs.closeSync(fs.openSync(path, 'r'))) === 'done');`,
      );
      const key = program === 'supervisor' ? [join(folder, 'release-key')] : [];
      expect(found).toEqual([join(ROOT, 'boot/unit.ts'), ...key]);
    },
  );

  test.each(PROGRAMS)('%s sees itself alone, with no right to anything', async (program) => {
    const found = (await probe(
      program,
      `const status = fs.readFileSync('/proc/self/status', 'utf8');
       const field = (name) => new RegExp(name + ':[^\\\\S\\\\n]*(.*)').exec(status)[1];
       return { pids: fs.readdirSync('/proc').filter((each) => /^\\d+$/.test(each)), uid: process.getuid(),
         groups: field('Groups').trim(), caps: [field('CapEff'), field('CapBnd')], rest: [field('NoNewPrivs'), field('Seccomp')],
         names: Object.keys(process.env).sort() };`,
    )) as Readonly<Record<string, unknown>>;
    expect(found).toEqual({
      pids: ['1'],
      uid: USERS[program],
      groups: '',
      caps: ['0000000000000000', '0000000000000000'],
      rest: ['1', '2'],
      names: ['HOME', 'PWD'],
    });
  });

  test.each(PROGRAMS)('%s reaches the network only if it is the sender', async (program) => {
    const found = await probe(
      program,
      `return new Promise((resolve) => {
         const socket = require('node:net').connect(${port}, '127.0.0.1');
         socket.on('data', () => resolve('reached')); socket.on('error', (error) => resolve(error.code)); });`,
    );
    expect(found).toBe(program === 'sender' ? 'reached' : 'EPERM');
  });

  test.each(PROGRAMS)('%s starts no other program', async (program) => {
    const found = await probe(
      program,
      `const run = (file, args) => said(() => require('node:child_process').execFileSync(file, args, { stdio: 'pipe' }));
       return [run(process.execPath, ['--version']), run('/bin/sh', ['-c', 'true']), run('${BUBBLEWRAP}', ['--version'])];`,
    );
    // The booth speaks by espeak-ng where the board file says so, and may start that; a shell is not there.
    expect(found).toEqual(
      program === 'booth' ? ['done', 'ENOENT', 'ENOENT'] : ['EPERM', 'EPERM', 'EPERM'],
    );
  });

  test.each(PROGRAMS)('%s asks the kernel in vain for what no process needs', async (program) => {
    const found = await probe(
      program,
      `const koffi = require('${ROOT}node_modules/koffi');
       const libc = koffi.load('libc.so.6');
       const call = (text, ...given) => { const result = libc.func(text)(...given); return result === -1 ? koffi.errno() : result; };
       return [
         call('int ptrace(int request, int pid, void *a, void *d)', 16, 1, null, null),
         call('int mount(str s, str t, str f, ulong l, void *d)', 'none', '/tmp', 'tmpfs', 0, null),
         call('int unshare(int flags)', 0x10000000),
         call('int setns(int fd, int kind)', 0, 0),
         call('int chroot(str path)', '/tmp'),
         call('int setuid(int id)', 0),
         call('int reboot(int how)', 0),
         call('int sethostname(str name, size_t length)', 'x', 1),
         call('int personality(ulong persona)', 0x0040000),
       ];`,
    );
    const EPERM = 1;
    expect(found).toEqual(Array(9).fill(EPERM));
  });
  test('what is mounted while it runs is there for it, and gone when it is taken away', async () => {
    const link = runFolders(unit).link;
    const token = board.booth.tokens.folder;
    const { filter, args } = confined(
      'booth',
      `const until = async (holds) => { while (!holds()) await new Promise((go) => setTimeout(go, 20)); };
       fs.writeFileSync('${link}/ready', '');
       await until(() => fs.existsSync('${token}/here'));
       fs.writeFileSync('${link}/seen', '');
       await until(() => !fs.existsSync('${token}/here'));
       return 'gone';`,
    );
    const script = `
      mount --make-rshared /
      setpriv --reuid ${USERS.booth} --regid ${USERS.booth} --clear-groups "$@" ${FILTER}<${filter} &
      until [ -e ${link}/ready ]; do sleep 0.02; done
      mount -t tmpfs -o mode=755 none ${token}; : > ${token}/here
      until [ -e ${link}/seen ]; do sleep 0.02; done
      umount --lazy ${token}; wait $!`;
    // A mount namespace of its own: this computer's mounts are nobody's business here.
    const child = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', BUBBLEWRAP, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(text).toBe('"gone"');
  });
});
