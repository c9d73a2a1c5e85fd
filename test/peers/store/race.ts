/** A receiver among others: puts its own package of every precinct, when it is told to; a line for each. */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { openOrMakeStore } from '#scripts/store/open-store.ts';

const [url = '', who = '0', count = '0'] = process.argv.slice(2);
const store = await openOrMakeStore(url);
const bytes = new Uint8Array(20_000).fill(Number(who));
const signature = new Uint8Array(64).fill(Number(who));
writeSync(1, 'ready\n');
await once(process.stdin, 'data');
const precincts = Array.from(
  { length: Number(count) },
  (_, at) => `${String(at).padStart(9, '0')}.01`,
);
await Promise.all(
  precincts.map(async (precinct) => {
    const told = await store.put({ precinct, bytes, signature });
    writeSync(1, `${precinct} ${told}\n`);
  }),
);
await store.close();
process.stdin.destroy();
