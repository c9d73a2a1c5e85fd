/**
 * What starting a process loads: no package of a device that its board does not name. Each part is
 * imported, and each process' board opened on a rack of emulated devices, in a process of its own, which
 * tells the packages it has by then and the time it took.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { startRack } from '../devices/rack.ts';
import { type Figure, figureOf } from './figure.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = ['escpos', 'escpos-usb', 'johnny-five', 'node-hid', 'usb', 'serialport'] as const;
type Package = (typeof PACKAGES)[number];

/** What is imported, and the packages that it may bring with it. */
const ENTRIES: readonly {
  readonly name: string;
  readonly specifier: string;
  readonly may: readonly Package[];
}[] = [
  { name: 'the board', specifier: '#drivers/physical-board.ts', may: [] },
  { name: 'the printer', specifier: '#drivers/printer/driver.ts', may: [] },
  { name: 'the fingerprint reader', specifier: '#drivers/fingerprint/driver.ts', may: [] },
  { name: 'a serial port', specifier: '#drivers/links/serial-link.ts', may: ['serialport'] },
  { name: 'a network link', specifier: '#drivers/links/tcp-link.ts', may: [] },
];

/** Each process of a unit with the rack's board file: serial ports, sockets in place of USB. */
const BOARDS: readonly { readonly name: string; readonly may: readonly Package[] }[] = [
  { name: 'Supervisor', may: ['serialport', 'johnny-five'] },
  { name: 'Desk', may: ['serialport', 'johnny-five'] },
  { name: 'Booth', may: ['serialport'] },
];

/** Counts modules of each package: CommonJS ones are cached under their file, however imported. */
const TELL = `
const tookMs = performance.now() - beganMs;
const { default: Module } = await import('node:module');
const files = Object.keys(Module._cache);
const loaded = JSON.parse(process.argv[2]).filter((name) =>
  files.some((file) => file.includes('/node_modules/' + name + '/')));
process.stdout.write(JSON.stringify({ tookMs, loaded }));`;

const IMPORT = `
const beganMs = performance.now();
await import(process.argv[1]);
${TELL}`;

const OPEN = `
const beganMs = performance.now();
const [{ readFileSync }, board, { readBoardFile }, { systemClock }, { systemEntropy }] = [
  await import('node:fs'),
  await import('#drivers/physical-board.ts'),
  await import('#drivers/board-file.ts'),
  await import('#drivers/system/system-clock.ts'),
  await import('#drivers/system/system-entropy.ts'),
];
const [name, path] = process.argv[1].split('@');
const file = readBoardFile(readFileSync(path, 'utf8'));
if (!file.ok) throw new Error(JSON.stringify(file.error));
const nobody = { present: () => true, close() {}, onPresence: () => () => {}, onBytes: () => () => {},
  write: async () => ({ ok: true, value: undefined }) };
const system = { clock: systemClock, entropy: systemEntropy };
const opened = await board['open' + name + 'Board'](file.value, system, nobody);
${TELL}
await opened.close();`;

type Loaded = { readonly tookMs: number; readonly loaded: readonly Package[] };

const tell = async (script: string, what: string): Promise<Loaded> => {
  // Resolved from the project's root, where the "#" imports are known.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, '--input-type=module', '-e', script, what, JSON.stringify(PACKAGES)],
    { cwd: ROOT, timeout: 60_000 },
  );
  return JSON.parse(stdout) as Loaded;
};

const figuresOf = (
  name: string,
  { tookMs, loaded }: Loaded,
  may: readonly Package[],
): readonly Figure[] => {
  const tooMany = loaded.filter((each) => !may.includes(each));
  const named = tooMany.length === 0 ? '' : ` (${tooMany.join(', ')})`;
  const what = `device packages loaded with ${name} and not its own${named}`;
  return [
    figureOf(what, 'packages', [tooMany.length], 0),
    figureOf(`start of ${name}`, 'ms', [tookMs]),
  ];
};

/** Opens each process' board on a rack that this process serves. */
const measureBoards = async (): Promise<readonly Figure[]> => {
  const runDir = await mkdtemp(join(tmpdir(), 'urna-load-'));
  const rack = await startRack({ runDir, clock: systemClock, entropy: systemEntropy });
  try {
    const figures: Figure[] = [];
    for (const { name, may } of BOARDS) {
      const loaded = await tell(OPEN, `${name}@${rack.boardFile}`);
      figures.push(...figuresOf(`the ${name.toLowerCase()}'s board`, loaded, may));
    }
    return figures;
  } finally {
    rack.close();
    await rm(runDir, { recursive: true, force: true });
  }
};

/** For each part and board the packages too many, none allowed, and the time it took. */
export const measureLoads = async (): Promise<readonly Figure[]> => {
  // A look that finds nothing has to be one that could find something.
  for (const name of ['escpos', 'serialport'] as const) {
    const { loaded } = await tell(IMPORT, name);
    if (!loaded.includes(name)) throw new Error(`${name} was loaded, and not seen`);
  }
  const figures: Figure[] = [];
  for (const { name, specifier, may } of ENTRIES)
    figures.push(...figuresOf(name, await tell(IMPORT, specifier), may));
  return [...figures, ...(await measureBoards())];
};
