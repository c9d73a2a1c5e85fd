/** The field console of a running unit, over the serial cable, as a person uses it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SMALL_PATH } from '#scripts/elections/load.ts';
import { type StartedBench, startBench } from '../bench-rig.ts';
import { type Laptop, plugIn } from './rig.ts';

const UP = '\u001b[A';
const LEFT = '\u001b[D';
const CTRL_C = '\u0003';
const PROMPT = /urna> .{0,5}$/;

type State = {
  readonly console: string;
  readonly machine: { readonly power: string };
  readonly display: { readonly keys: readonly (string | null)[] };
};
const LOOK_MS = 200;

let bench: StartedBench;
let laptop: Laptop;

const state = async (): Promise<State> => (await (await bench.get('/state')).json()) as State;

describe('a person with a laptop and a cable', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    bench = await startBench('--election', SMALL_PATH, '--voters', '3', '--locale', 'en');
    laptop = await plugIn((await state()).console);
  }, 90_000);
  afterAll(async () => {
    laptop?.close();
    await bench?.end();
  }, 60_000);

  test('types Enter and has a prompt, in the unit’s language', async () => {
    await laptop.wake();
    expect(laptop.shown()).toContain('Field console of rack');
    // Robots let voting go on first.
    while (!(await state()).display.keys.includes('askId'))
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  });

  test('completes a command by Tab, and mends one with the arrows', async () => {
    const status = (): Promise<string> => laptop.type('sta\t\r', /faults? now[\s\S]*urna> /i);
    let completed = await status();
    // On a busy computer the officers' display may be late once.
    while (/Faults now: station station\.timeout\r/.test(completed)) completed = await status();
    expect(completed).toContain('No fault now');
    expect(completed).toMatch(/Processes: +desk running, booth running/);
    expect(completed).toContain('polls open');
    const mended = await laptop.type(`tiXe${LEFT}\u007fm\r`, /UTC[\s\S]*urna> /);
    expect(mended).toContain('The machine has');
    expect(await laptop.type(`${UP}\r`, /UTC[\s\S]*urna> /)).toContain('The machine has');
  });

  test('reads what needs more than a screen page by page', async () => {
    const first = await laptop.type('help\r', '-- more');
    expect(first).toContain('status');
    const rest = await laptop.type(' ', PROMPT);
    expect(rest).toContain('lang es|en');
  });

  test('sees a fault of the room as it is logged, and what it means', async () => {
    await laptop.type('log cover -f\r', 'Ctrl+C');
    const from = laptop.type('', /coverOpened[\s\S]*urna> /);
    await bench.post('/switch', { cover: 'open' });
    await from;
    await bench.post('/switch', { cover: 'closed' });
    await laptop.type(CTRL_C, /not followed any more[\s\S]*urna> /);
    const told = await laptop.type('explain unit.coverOpen\r', /goes on[\s\S]*urna> /);
    expect(told).toContain('Close the cover.');
  });

  test('finds a stabilizer that failed, by its own volts', async () => {
    await bench.post('/power', { stabilizers: { a: false } });
    await laptop.type('', /stabilizerFault/);
    const told = await laptop.type('device stabilizerA\r', /outputVolts[\s\S]*urna> /);
    expect(told).toContain('stabilizerA: stabilizer.broken');
    expect(told).toMatch(/outputVolts +0/);
    await bench.post('/power', { stabilizers: { a: true } });
  });

  test('does no harm with a flood, garbage and a break; voting goes on', async () => {
    await laptop.send(new Uint8Array(40_000).fill(0x61));
    await laptop.send(Uint8Array.from({ length: 4_096 }, (_, at) => (at * 131) & 0xff));
    await laptop.send(new Uint8Array(2_000));
    await laptop.send(Uint8Array.of(0x1a, 0x04, 0x13, 0x71, 0x03, 0x15));
    expect(await laptop.type('\rtime\r', /UTC[\s\S]*urna> /)).toContain('The machine has');
    expect((await state()).machine.power).toBe('on');
  });

  test('may look at everything and touch nothing', async () => {
    const told = await laptop.type('selftest\r', /Refused[\s\S]*urna> /);
    expect(told).toContain('Refused: a technician must log in first');
    expect(await laptop.type('reboot yes\r', /Refused[\s\S]*urna> /)).toContain('technician');
    expect((await state()).machine.power).toBe('on');
  });
});
