/** Puts packages into a store until somebody kills it; a line for each that was kept. */
import { writeSync } from 'node:fs';
import { openEmbeddedStore } from '#scripts/store/embedded-store.ts';

const [file = '', round = '0'] = process.argv.slice(2);
const store = openEmbeddedStore(file);
const signature = new Uint8Array(64);
for (let at = 0; at < 100_000; at++) {
  const precinct = `${round}${String(at).padStart(8, '0')}.01`;
  await store.put({ precinct, bytes: new Uint8Array(20_000).fill(at & 0xff), signature });
  writeSync(1, `${precinct}\n`);
}
