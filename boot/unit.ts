/**
 * The unit's first program: `node boot/unit.ts [FILE]`, as root, with the unit file (boot/unit/unit-file.ts).
 * It takes the machine from its verified root to its supervisor in ordered stages, each told on the console,
 * and stays as the parent of all others. A stage that fails is the last: the unit stays out of service under
 * its code, without a shell, until it is switched off.
 */
import { hashAside } from './release/hash-aside.ts';

// Hashes from here on, while the stages are loaded.
const hashLarge = hashAside();
const { runUnit } = await import('./unit/run-unit.ts');
await runUnit(process.argv[2] ?? '/urna/unit.json', hashLarge);
