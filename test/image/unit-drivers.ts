/**
 * Runs inside the guest: the booth's board as a unit opens it, on the virtual unit's board file. Says what it
 * meets, a word a line; prints what the named pipe `/run/orders` asks for: `NAME LINES`.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const URNA = '/urna';
const load = (path: string) => import(`${URNA}/${path}`);
const { openBoothBoard } = await load('drivers/physical-board.ts');
const { readBoardFile } = await load('drivers/board-file.ts');
const { makeSystemClock } = await load('drivers/system/system-clock.ts');
const { systemEntropy } = await load('drivers/system/system-entropy.ts');

const file = readBoardFile(readFileSync(`${URNA}/boot/boards/virtual-x64.json`, 'utf8'));
const nobody = {
  present: () => false,
  write: () => Promise.resolve({ ok: true, value: undefined }),
  onBytes: () => () => undefined,
  onPresence: () => () => undefined,
  close: () => undefined,
};
const system = { clock: makeSystemClock(), entropy: systemEntropy };
const { board } = await openBoothBoard(file.value, system, nobody);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

let before = '';
const look = async (): Promise<void> => {
  const status = await board.printer.status();
  const now = status.ok ? 'printer: online' : `printer: ${status.error.kind}`;
  if (now !== before) say(now);
  before = now;
};
const print = async (order: string): Promise<void> => {
  const [name, lines] = order.split(' ');
  const line = { kind: 'text', text: `a line of ${name}` };
  const elements = Array.from({ length: Number(lines) }, () => line);
  const printed = await board.printer.print({ name, elements });
  const { fault, progress } = printed.ok ? {} : printed.error;
  say(`paper ${name}: ${printed.ok ? 'printed' : `${fault.kind} ${progress}`}`);
};
const orders: string[] = [];
// Opened for writing too, it does not end when a writer leaves.
const pipe = createReadStream('/run/orders', { flags: 'r+' });
createInterface({ input: pipe }).on('line', (order) => orders.push(order));
const turn = async (): Promise<void> => {
  const order = orders.shift();
  await (order === undefined ? look() : print(order));
  setTimeout(turn, 200);
};
board.touchscreen.onTouch((touch: { x: number; y: number }) =>
  say(`touch: ${Math.round(touch.x)} ${Math.round(touch.y)}`),
);
board.touchscreen.show({ name: 'empty', background: '#ffffff', nodes: [], spoken: [] });
const shown = await board.touchscreen.check();
say(shown.ok ? 'screen: fine' : `screen: ${shown.error.kind}`);
await turn();
