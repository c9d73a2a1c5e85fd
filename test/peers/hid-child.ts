/**
 * Opens a touch panel and a keypad through node-hid, as a booth and a desk do, and prints what they
 * tell. Run under umockdev-run, whose sysfs stands at UMOCKDEV_DIR: Node reads folders by calls inside the C
 * library that its preload does not see.
 */
import { join } from 'node:path';
import { openHidLink } from '#drivers/links/hid-link.ts';
import { makeOperatorStation } from '#drivers/operator-station/driver.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { makeTouchscreen } from '#drivers/touchscreen/driver.ts';
import { done, ok } from '#hal/result.ts';

const LIMIT_MS = 20_000;
const [touchesWanted, keysWanted] = process.argv.slice(2).map(Number);
const sysfs = join(process.env.UMOCKDEV_DIR ?? '', 'sys');
const clock = systemClock;
const panel = { widthPx: 1280, heightPx: 800, widthMm: 216.8, heightMm: 135.6 };

const glass = openHidLink({ vendor: '222a', usage: '0d:04' }, clock, { sysfs });
const keypad = openHidLink({ product: '1203', usage: '01:06' }, clock, { sysfs });
const said: { touches: number[][]; keys: string[]; faults: string[] } = {
  touches: [],
  keys: [],
  faults: [],
};
const end = (): void => {
  process.stdout.write(`${JSON.stringify(said)}\n`);
  glass.close();
  keypad.close();
  stopLimit();
};
const stopLimit = clock.after(LIMIT_MS, end);
const look = (): void => {
  if (said.touches.length === touchesWanted && said.keys.length === keysWanted) end();
};

const touchscreen = makeTouchscreen({
  reports: glass,
  display: { present: () => undefined },
  panel,
  clock,
});
touchscreen.onTouch(({ x, y }) => {
  said.touches.push([Math.round(x), Math.round(y)]);
  look();
});
touchscreen.onFault(({ kind, detail }) => said.faults.push(`${kind} ${detail}`));

const station = makeOperatorStation({
  keypad,
  clock,
  display: {
    columns: 20,
    start: async () => done,
    show: async () => done,
    onFault: () => () => undefined,
    onReturn: () => () => undefined,
  },
});
station.onKey((key) => {
  said.keys.push(key);
  look();
});
// Num Lock's light: the keypad sends nothing before it got this.
keypad.onPresence((present) => {
  if (!present) return;
  void keypad.send(Uint8Array.of(0, 1)).then((sent) => {
    if (!sent.ok) said.faults.push(sent.error.kind);
    return ok(sent);
  });
});
