/** Puts packages into a store until somebody kills it; a line for each that was kept. What the store failed at is put again. */
import { writeSync } from 'node:fs';
import { openOrMakeStore } from '#scripts/store/open-store.ts';
import type { ReceivedPackage } from '#scripts/store/result-store.ts';

const [name = '', round = '0'] = process.argv.slice(2);
const store = await openOrMakeStore(name);
const signature = new Uint8Array(64);
const TRIES = 600;
const AGAIN_MS = 50;

const putAtLast = async (received: ReceivedPackage): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      await store.put(received);
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
};

for (let at = 0; at < 100_000; at++) {
  const precinct = `${round}${String(at).padStart(8, '0')}.01`;
  await putAtLast({ precinct, bytes: new Uint8Array(20_000).fill(at & 0xff), signature });
  writeSync(1, `${precinct}\n`);
}
