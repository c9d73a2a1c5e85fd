/** The console at the other end of a line under the virtual clock: keys in, a screen out. */
import { afterEach, describe, expect, test } from 'vitest';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { type FieldConsole, startConsole } from '#firmware/console/console.ts';
import { readJsonLine } from '#firmware/console/json-line.ts';
import { MAX_WAITING_BYTES } from '#firmware/console/output.ts';
import type { ConsoleRequest } from '#firmware/messages/console-catalogue.ts';
import { wait } from '#hal/clock.ts';
import { aLine, aSnapshot } from './samples.ts';

const UP = '\u001b[A';
const LEFT = '\u001b[D';
const CTRL_C = '\u0003';

let running: FieldConsole | null = null;
afterEach(() => running?.stop());

const aTerminal = (baud = 115_200) => {
  const clock = makeVirtualClock(Date.UTC(2026, 11, 6, 12));
  const link = makeMemoryLink(clock, serialPace(baud));
  const asked: ConsoleRequest[] = [];
  let shown = '';
  link.device.onBytes((chunk) => {
    shown += new TextDecoder('latin1').decode(chunk);
  });
  const console = startConsole({
    link: link.host,
    clock,
    locale: 'en',
    unit: 'rack',
    ask: async (request) => {
      asked.push(request);
      await wait(clock, request.name === 'readFinger' ? 2_000 : 50);
      return { outcome: 'refused', reason: 'needsTechnician' };
    },
    onOpened: () => undefined,
  });
  running = console;
  console.snapshot(aSnapshot());
  const pass = (ms: number): Promise<void> => clock.run(wait(clock, ms));
  return {
    clock,
    console,
    asked,
    pass,
    /** What appears while these keys are typed, as bytes. */
    type: async (keys: string | Uint8Array, ms = 1_000): Promise<string> => {
      const from = shown.length;
      void link.device.write(typeof keys === 'string' ? new TextEncoder().encode(keys) : keys);
      await pass(ms);
      return shown.slice(from);
    },
    shown: () => shown,
    unplug: link.unplug,
    plug: link.plug,
  };
};

describe('a person at a terminal', () => {
  test('is greeted at the first key, and given a prompt', async () => {
    const { type } = aTerminal();
    expect(await type('\r')).toMatch(/Field console of rack[\s\S]*urna> /);
  });

  test('edits a line: arrows, insertion, backspace', async () => {
    const { type } = aTerminal();
    expect(
      await type(`statas${LEFT}${LEFT}\u007fu${LEFT}\u007f\u0005\u007f\u007f\u0015status\r`),
    ).toContain('polls open');
    expect(await type(`staXus${LEFT}${LEFT}\u007ft\r`)).toContain('polls open');
  });

  test('completes by Tab and calls the last line back by the arrow', async () => {
    const { type } = aTerminal();
    expect(await type('sta\t\r')).toContain('polls open');
    expect(await type(`${UP}\r`)).toContain('polls open');
    expect(await type('p\t\t')).toMatch(/power +print|print +power|parts/);
  });

  test('reads long answers page by page, and leaves when it has read enough', async () => {
    const { type, console } = aTerminal();
    console.logged(Array.from({ length: 100 }, (_, at) => aLine(`event${at}`)));
    const first = await type('log\r');
    expect(first).toContain('event0');
    expect(first).toContain('-- more');
    expect(first).not.toContain('event30');
    const second = await type(' ');
    expect(second).toContain('event30');
    const line = await type('\r');
    expect(line.match(/event\d+/g)).toHaveLength(1);
    const end = await type('q');
    expect(end).not.toContain('event');
    expect(end).toContain('urna> ');
  });

  test('sees failures as they are logged, with its half-typed line below them', async () => {
    const { type, console, pass, shown } = aTerminal();
    await type('stat');
    const from = shown().length;
    console.logged([aLine('coverClosed'), aLine('tamperOpened', { disposition: 'failure' })]);
    await pass(500);
    const told = shown().slice(from);
    expect(told).toContain('tamperOpened');
    expect(told).not.toContain('coverClosed');
    expect(told.lastIndexOf('urna> stat')).toBeGreaterThan(told.indexOf('tamperOpened'));
    expect(await type('us\r')).toContain('polls open');
  });

  test('follows the log until Ctrl+C', async () => {
    const { type, console, pass, shown } = aTerminal();
    await type('log cover -f\r');
    console.logged([aLine('coverClosed'), aLine('keyTurned')]);
    await pass(500);
    expect(shown()).toContain('coverClosed');
    expect(shown()).not.toContain('keyTurned');
    expect(await type(CTRL_C)).toContain('not followed any more');
    console.logged([aLine('coverOpened')]);
    await pass(500);
    expect(shown()).not.toContain('coverOpened');
  });

  test('can do without VT100', async () => {
    const { type } = aTerminal();
    await type('plain on\r');
    const told = await type('statuz\bs\r');
    expect(told).toContain('polls open');
    expect(told).not.toContain('\u001b');
    expect(await type('plain off\r')).toContain('\u001b');
  });

  test('speaks Spanish as well', async () => {
    const { type } = aTerminal();
    expect(await type('lang es\rstatus\r')).toContain('mesa abierta');
  });

  test('who plugs in next finds nothing of who pulled out: no session, no half a line, no language', async () => {
    const { type, asked, pass, plug, unplug } = aTerminal();
    await type('lang es\rjson on\r');
    await type('reboot ye');
    unplug();
    await pass(100);
    expect(asked).toEqual([{ name: 'logout' }]);
    plug();
    const told = await type('\r');
    expect(told).toMatch(/Field console of rack[\s\S]*urna> /);
    expect(told).not.toContain('reboot');
    expect(asked).toHaveLength(1);
  });

  test('is told what is waited for, and of what is refused at once only that', async () => {
    const { type } = aTerminal();
    expect(await type('read finger\r')).toContain('Put a finger on the reader');
    await type('', 2_000);
    expect(await type('park yes\r')).not.toContain('An officer now');
  });

  test('sees faults as they are logged, but not that the own command was refused', async () => {
    const { type, console, pass, shown } = aTerminal();
    await type('\r');
    void type('read finger\r', 100);
    await pass(300);
    console.logged([aLine('consoleRefused', { disposition: 'failure' })]);
    console.logged([aLine('printFault', { disposition: 'failure' })]);
    await pass(3_000);
    expect(shown()).toContain('printFault');
    expect(shown()).not.toContain('consoleRefused');
  });

  test('is told why a request is refused', async () => {
    const { type, asked } = aTerminal();
    expect(await type('selftest printer\r')).toContain('a technician must log in first');
    expect(asked).toEqual([{ name: 'selfTest', part: 'printer' }]);
  });
});

describe('a program', () => {
  test('gets one object a line, numbered and with a CRC that is right', async () => {
    const { type } = aTerminal();
    await type('json on\r');
    const told = await type('17 status\r18 nonsense\r');
    const lines = told.split('\r\n').filter((line) => line !== '');
    const read = lines.map(readJsonLine);
    expect(read).toMatchObject([
      { kind: 'answer', id: 17, command: 'status', code: null, data: { phase: 'open' }, seq: 3 },
      { kind: 'answer', id: 18, code: 'unknownCommand', seq: 4 },
    ]);
    expect(readJsonLine(lines[0]!.replace('"open"', '"shut"'))).toBeNull();
  });

  test('leaves the mode by Ctrl+C, which a person types who finds the line in it', async () => {
    const { type } = aTerminal();
    await type('json on\r');
    expect(await type(`${CTRL_C}\r`)).toContain('urna> ');
  });
});

describe('whatever comes over the line', () => {
  test.each([
    ['a line of 1 MB', new Uint8Array(1_000_000).fill(0x61)],
    ['zeros, as of a break', new Uint8Array(5_000)],
    ['every byte there is', Uint8Array.from({ length: 4_096 }, (_, at) => (at * 131) & 0xff)],
    ['Ctrl+Z, Ctrl+D and their kin', Uint8Array.of(0x1a, 0x04, 0x1c, 0x13, 0x16, 0x0f, 0x12)],
    ['a sequence without an end', new TextEncoder().encode(`\u001b[${'9;'.repeat(500)}`)],
    ['two thousand lines', new TextEncoder().encode('status\r'.repeat(2_000))],
  ])('%s does no harm: the next command is answered', async (_what, bytes) => {
    const { type } = aTerminal(10_000_000);
    await type(bytes, 5_000);
    await type('q');
    await type(CTRL_C);
    expect(await type('status\r')).toContain('polls open');
  });

  test('a line that is too long is told, and not carried out in part', async () => {
    const { type, asked } = aTerminal();
    expect(await type(`reboot yes ${' '.repeat(300)}\r`)).toContain('longer than 200');
    expect(asked).toEqual([]);
  });

  test('lines that come faster than they are worked off are counted', async () => {
    const { type } = aTerminal(10_000_000);
    expect(await type('touch test\r'.repeat(30), 5_000)).toMatch(
      /\d+ commands were not carried out/,
    );
  });
});

test('what nobody takes is dropped and counted; nothing waits for the line', async () => {
  const { type, console, pass, shown } = aTerminal(1_200);
  await type('log -f\r', 20_000);
  const from = shown().length;
  for (let each = 0; each < 2_000; each++) console.logged([aLine(`event${each}`)]);
  await pass(240_000);
  const told = shown().slice(from);
  expect(told.length).toBeLessThan(2 * MAX_WAITING_BYTES);
  expect(told).toMatch(/\[\d+ bytes did not go out/);
  expect(await type('status\r', 20_000)).toContain('polls open');
});
