/**
 * What starting a process loads: no package of a device that its board does not name. Each entry is
 * imported in a process of its own, which tells the packages it has by then and the time it took.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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

/** Counts modules of each package: CommonJS ones are cached under their file, however imported. */
const SCRIPT = `
const beganMs = performance.now();
await import(process.argv[1]);
const tookMs = performance.now() - beganMs;
const { default: Module } = await import('node:module');
const files = Object.keys(Module._cache);
const loaded = JSON.parse(process.argv[2]).filter((name) =>
  files.some((file) => file.includes('/node_modules/' + name + '/')));
console.log(JSON.stringify({ tookMs, loaded }));`;

type Loaded = { readonly tookMs: number; readonly loaded: readonly Package[] };

const load = async (specifier: string): Promise<Loaded> => {
  // Resolved from the project's root, where the "#" imports are known.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, '--input-type=module', '-e', SCRIPT, specifier, JSON.stringify(PACKAGES)],
    { cwd: ROOT, timeout: 60_000 },
  );
  return JSON.parse(stdout) as Loaded;
};

/** For each entry the packages too many, none allowed, and the time of its import. */
export const measureLoads = async (): Promise<readonly Figure[]> => {
  // A look that finds nothing has to be one that could find something.
  for (const name of ['escpos', 'serialport'] as const) {
    const { loaded } = await load(name);
    if (!loaded.includes(name)) throw new Error(`${name} was loaded, and not seen`);
  }
  const figures: Figure[] = [];
  for (const { name, specifier, may } of ENTRIES) {
    const { tookMs, loaded } = await load(specifier);
    const tooMany = loaded.filter((each) => !may.includes(each));
    const named = tooMany.length === 0 ? '' : ` (${tooMany.join(', ')})`;
    figures.push(
      figureOf(
        `device packages loaded with ${name} and not its own${named}`,
        'packages',
        [tooMany.length],
        0,
      ),
      figureOf(`import of ${name}`, 'ms', [tookMs]),
    );
  }
  return figures;
};
