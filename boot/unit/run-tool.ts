/**
 * The few programs of Debian that the unit's first one runs as root, by their paths and with an environment
 * that says nothing: they are in the verified root, and no shell stands between.
 */
import { spawn } from 'node:child_process';
import { err, ok, type Result } from '#hal/result.ts';

export const TOOLS = {
  modprobe: '/usr/sbin/modprobe',
  mount: '/usr/bin/mount',
  umount: '/usr/bin/umount',
  cryptsetup: '/usr/sbin/cryptsetup',
  mkfs: '/usr/sbin/mke2fs',
  label: '/usr/sbin/tune2fs',
} as const;
export type Tool = keyof typeof TOOLS;

/** Characters of what a tool says that are kept. */
export const MAX_WORDS = 65_536;
/** Device nodes are made by libdevmapper itself: a unit has no udev. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C', DM_DISABLE_UDEV: '1' } as const;

export type RunTool = (
  tool: Tool,
  args: readonly string[],
  input?: Uint8Array,
) => Promise<Result<string, string>>;

/** What it printed; or, when it failed, what it complained of. `input` goes to its standard input. */
export const runTool: RunTool = (tool, args, input) =>
  new Promise((resolve) => {
    const child = spawn(TOOLS[tool], [...args], { env: ENVIRONMENT, cwd: '/' });
    let [printed, complained] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      printed = `${printed}${chunk}`.slice(0, MAX_WORDS);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complained = `${complained}${chunk}`.slice(0, MAX_WORDS);
    });
    child.on('error', () => resolve(err(`${tool} is not there`)));
    child.on('close', (code) =>
      resolve(code === 0 ? ok(printed) : err(`${tool}: ${complained.trim() || `code ${code}`}`)),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? new Uint8Array(0));
  });
