/**
 * A unit's life inside the guest: `node guest-life.ts FOLDER SEED PORT CONTROL`. The room comes and goes over
 * a serial port, a line at a time; after each line the unit waits for an answer, so that whoever keeps the
 * log of the disk's writes knows how long it is at that moment.
 */
import { openSync, readSync, writeSync } from 'node:fs';
import { live } from '../life.ts';
import type { World } from '../session.ts';
import { isControl, TAMPERED } from './controls.ts';

const [folder = '', seed = '1', port = '', control = 'none'] = process.argv.slice(2);
const line = openSync(port, 'r+');
const say = (text: string): void => {
  const bytes = Buffer.from(`${text}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(line, bytes, at);
};
const hear = (): string => {
  const byte = Buffer.alloc(1);
  let text = '';
  for (;;) {
    if (readSync(line, byte) === 0) continue;
    if (byte[0] === 0x0a) return text;
    text += byte.toString('latin1');
  }
};

say('ready');
const world = JSON.parse(hear()) as World;
try {
  if (!isControl(control)) throw new Error(`no control ${control}`);
  const room = (text: string): void => {
    say(text);
    hear();
  };
  await live(folder, Number(seed), world, room, TAMPERED[control]());
  say('finished');
} catch (error) {
  say(`failed ${error instanceof Error ? error.message : String(error)}`);
}
