/**
 * Completes package-lock.json after `npm install`.
 *
 * Some packages ship one optional part per platform (`@napi-rs/canvas-darwin-arm64`, …). A registry
 * that does not carry the parts of foreign platforms makes npm leave them out of the lock file, and
 * then `npm ci` refuses with "Missing: NAME@ from lock file". This adds for each missing part the
 * entry that a complete registry would have given, so that `npm ci` works on npm 10 and 11.
 *
 *     node scripts/mend-lock.ts        (with the pinned Node, after each npm install)
 */
import { readFileSync, writeFileSync } from 'node:fs';

type LockEntry = {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly cpu?: readonly string[];
  readonly os?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
type Lock = { packages: Record<string, LockEntry> };

const CPUS = ['x64', 'arm64', 'arm', 'ia32', 'riscv64', 'ppc64', 's390x', 'wasm32'] as const;
const SYSTEMS = ['linux', 'darwin', 'win32', 'android', 'freebsd', 'openharmony'] as const;

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock;
const added: string[] = [];

for (const [owner, entry] of Object.entries(lock.packages)) {
  if (owner === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const own = `${owner}/node_modules/${name}`;
    const key = `node_modules/${name}`;
    if (lock.packages[own] !== undefined || lock.packages[key] !== undefined) continue;
    const parts = name.replace(/^@[^/]+\//, '').split('-');
    const cpu = CPUS.filter((each) => parts.includes(each));
    const os = SYSTEMS.filter((each) => parts.includes(each));
    lock.packages[key] = {
      version,
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(entry.dev === true ? { dev: true } : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
    added.push(name);
  }
}

lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} platform parts added to package-lock.json\n`);
for (const name of added) process.stdout.write(`  ${name}\n`);
