/** The field console's protocol for programs, over the serial cable of a running unit. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asReleased } from '#boot/release/untyped.ts';
import { JSON_FORMAT, readJsonLine } from '#firmware/console/json-line.ts';
import { COMMAND_NAMES } from '#firmware/locale/console.ts';
import { ROOT } from '#scripts/commands/run-tool.ts';
import { SMALL_PATH } from '#scripts/elections/load.ts';
import { attachConsole } from '#scripts/field/console-client.ts';
import { openConsolePort } from '#scripts/field/console-port.ts';
import { type StartedBench, startBench } from '../bench-rig.ts';
import { type Laptop, plugIn } from './rig.ts';

let bench: StartedBench;
let laptop: Laptop;

type Line = Readonly<Record<string, unknown>>;

/** Sends a command under a number and takes its answer out of all lines. */
const linesIn = (text: string): readonly Line[] =>
  text.split('\r\n').flatMap((line) => {
    const read = readJsonLine(line);
    return read === null ? [] : [read];
  });

const ask = async (id: number, command: string): Promise<Line> => {
  const text = await laptop.type(
    `${id} ${command}\r`,
    new RegExp(`"id":${id},.*"crc":"\\w{8}"}\r\n`),
  );
  const answer = linesIn(text).find((line) => line.id === id);
  if (answer === undefined) throw new Error(`no sound answer to ${command} in ${text}`);
  return answer;
};

describe('a program at the console', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    bench = await startBench('--election', SMALL_PATH, '--voters', '3', '--locale', 'en');
    const { console } = (await (await bench.get('/state')).json()) as { readonly console: string };
    laptop = await plugIn(console);
  }, 90_000);
  afterAll(async () => {
    laptop?.close();
    await bench?.end();
  }, 60_000);

  test('is told the format first', async () => {
    await laptop.wake();
    const text = await laptop.type('\u0003\rjson on\r', /"kind":"ready".*\r\n/);
    const [ready] = linesIn(text);
    expect(ready).toMatchObject({ kind: 'ready', format: JSON_FORMAT, unit: 'rack' });
  });

  test('gets every command’s answer as one object', async () => {
    const quiet = COMMAND_NAMES.filter((name) => !['json', 'plain'].includes(name));
    for (const [at, name] of quiet.entries()) {
      const answer = await ask(100 + at, name);
      expect(answer, name).toMatchObject({ kind: 'answer', id: 100 + at, command: name });
      expect(answer.seq).toBeTypeOf('number');
    }
  });

  test('counts its lines without a gap', async () => {
    const numbers = linesIn(laptop.shown()).map(({ seq }) => seq);
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  test('follows the log as objects', async () => {
    await ask(500, 'log -f');
    const told = laptop.type('', /"kind":"log".*coverOpened.*\r\n/);
    await bench.post('/switch', { cover: 'open' });
    expect(await told).toContain('"id":"coverOpened"');
  });

  test('reads the digest of a file that runs, and whether it is the one that was signed', async () => {
    const path = 'firmware/booth/step.ts';
    const sha256 = createHash('sha256')
      .update(asReleased(path, readFileSync(join(ROOT, path))))
      .digest('hex');
    expect(await ask(600, `hash ${path}`)).toMatchObject({
      code: null,
      data: { sha256, expected: sha256 },
    });
    expect(await ask(601, 'hash scripts/main.ts')).toMatchObject({ code: 'notInManifest' });
    expect(await ask(602, 'release')).toMatchObject({ data: { manifest: { compared: 'never' } } });
  });

  test('is answered through a local socket as well: what a virtual unit has for a cable', async () => {
    const { console } = (await (await bench.get('/state')).json()) as { readonly console: string };
    laptop.close();
    const port = await openConsolePort(console);
    const folder = mkdtempSync(join(tmpdir(), 'urna-socket-'));
    const path = join(folder, 'console');
    const server = createServer((socket) => {
      socket.on('data', (chunk: Buffer) => void port.write(new Uint8Array(chunk)));
      const readOn = async (): Promise<void> => {
        for (let chunk = await port.read(); chunk !== null; chunk = await port.read())
          socket.write(chunk);
      };
      void readOn();
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      const client = await attachConsole(path);
      expect(client.unit).toBe('rack');
      expect(await client.ask('status')).toMatchObject({ code: null });
      await client.close();
    } finally {
      server.close();
      port.close();
    }
    // Nobody is there any more: said with the path, as for a port.
    await expect(attachConsole(path)).rejects.toThrow(path);
    rmSync(folder, { recursive: true });
  });
});
