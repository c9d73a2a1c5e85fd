/** The bench as a program uses it: JSON in, JSON and pictures out, without a browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SMALL_PATH } from '#scripts/elections/load.ts';
import { isAlive, type StartedBench, startBench } from './bench-rig.ts';

const LIMIT_MS = 60_000;
const LOOK_MS = 150;
/** What the display may say without mains. */
const ON_BATTERY = ['batteryLeft', 'onBattery', 'powerLowLeft'];

type State = {
  readonly machine: { readonly power: string };
  readonly display: {
    readonly lines: readonly string[];
    readonly keys: readonly (string | null)[];
  };
  readonly reader: { readonly finger: boolean };
  readonly token: { readonly officer: string | null };
  readonly crew: { readonly task: string | null; readonly failure: string | null };
  readonly papers: readonly { readonly id: number; readonly place: string }[];
  readonly power: {
    readonly a: { readonly lineVolts: number; readonly outputVolts: number };
    readonly battery: { readonly percent: number; readonly flow: number };
  };
  readonly modules: { readonly fixed: boolean; readonly removable: boolean };
  readonly faults: Readonly<Record<string, readonly string[]>>;
  readonly switches: { readonly key: string; readonly cover: string };
  readonly headphones: { readonly captions: readonly { readonly text: string }[] };
  readonly calendar: string;
};
type People = {
  readonly voters: readonly { readonly id: string; readonly print: string }[];
  readonly officers: readonly { readonly id: string; readonly pin: string }[];
};

let bench: StartedBench;
const state = async (): Promise<State> => (await (await bench.get('/state')).json()) as State;
const people = async (): Promise<People> => (await (await bench.get('/people')).json()) as People;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

const until = async (what: string, seen: (now: State) => boolean): Promise<State> => {
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    const now = await state();
    if (seen(now)) return now;
    if (performance.now() > endMs)
      throw new Error(`in vain for ${what}: ${JSON.stringify(now.display)}`);
    await pause();
  }
};
const shows = (key: string): Promise<State> =>
  until(key, ({ display }) => display.keys.includes(key));
const fine = { status: 200, said: { ok: true } };

/** What each `view` among Server-Sent Events (WHATWG HTML, section 9.2) says. */
async function* viewsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Partial<State>> {
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events)
      if (event.startsWith('event: view\n')) yield JSON.parse(event.slice(event.indexOf('{')));
  }
}

describe('the bench for programs', () => {
  beforeAll(async () => {
    bench = await startBench('--election', SMALL_PATH, '--voters', '3', '--locale', 'en');
    await shows('askId');
    await until('the robots to be done', ({ crew }) => crew.task === null);
  }, LIMIT_MS);
  afterAll(async () => {
    await bench.end();
  });

  test('shows screen and papers as PNG', async () => {
    for (const path of ['/screen.png', '/paper.png']) {
      const answer = await bench.get(path);
      expect(answer.headers.get('content-type'), path).toBe('image/png');
      const bytes = new Uint8Array(await answer.arrayBuffer());
      expect([...bytes.subarray(1, 4)], path).toEqual([...Buffer.from('PNG')]);
    }
    const words = await (await bench.get('/papers/1.txt')).text();
    expect(words).toContain('Test election');
  });

  test('tells a page in one event what it sees at one look', async () => {
    const { body } = await bench.get('/events');
    if (body === null) throw new Error('there are no events');
    let seen: Partial<State> = {};
    for await (const changed of viewsOf(body)) {
      seen = { ...seen, ...changed };
      if (seen.power?.a.lineVolts === 120) {
        // All of it comes first.
        expect(Object.keys(changed)).toEqual(
          expect.arrayContaining(['session', 'settingUp', ...Object.keys(await state())]),
        );
        await bench.post('power', { mains: false });
      }
      // A display that tells of the battery is never seen beside mains that are still there.
      if (seen.display?.keys.some((key) => ON_BATTERY.includes(key ?? '')) === true) break;
    }
    expect(seen.power?.a.lineVolts).toBe(0);
    await bench.post('power', { mains: true });
  });

  test('takes keys, a finger and touches, as far as the ballot and a language on it', async () => {
    const [voter] = (await people()).voters.filter(({ print }) => print === 'stored');
    const id = voter?.id ?? '';
    expect(await bench.post('key', { keys: id.replace(/\D/g, '') })).toEqual(fine);
    expect(await bench.post('key', { keys: 'enter' })).toEqual(fine);
    await shows('placeFinger');
    expect(await bench.post('finger', { voter: id, quality: 'clean' })).toEqual(fine);
    expect((await state()).reader.finger).toBe(true);
    await shows('atBooth1');
    const before = await (await bench.get('/screen.png')).bytes();
    // The language button stands at the upper right.
    expect(await bench.post('touch', { x: 1210, y: 50 })).toEqual(fine);
    for (let look = 0; look < LIMIT_MS / LOOK_MS; look++) {
      if (Buffer.compare(before, await (await bench.get('/screen.png')).bytes()) !== 0) return;
      await pause();
    }
    throw new Error('the screen does not answer');
  });

  test('speaks to a voter who uses the tactile keypad', async () => {
    await bench.post('voter-key', { key: 'louder' });
    await bench.post('voter-key', { key: 'down' });
    const { headphones } = await until('a voice', (now) => now.headphones.captions.length > 0);
    expect(headphones.captions.at(-1)?.text).not.toBe('');
  });

  test('moves tokens, switches, mains, battery and modules', async () => {
    const [presiding] = (await people()).officers;
    await bench.post('token', { officer: presiding?.id });
    expect((await state()).token.officer).toBe(presiding?.id);
    await bench.post('token', { officer: null });
    expect((await state()).token.officer).toBeNull();
    await bench.post('switch', { key: 'on', cover: 'open' });
    expect((await state()).switches).toMatchObject({ key: 'on', cover: 'open' });
    await bench.post('switch', { key: 'off', cover: 'closed' });
    await bench.post('power', { mains: false, drain: 55 });
    expect((await state()).power).toMatchObject({
      a: { lineVolts: 0, outputVolts: 0 },
      battery: { percent: 55, flow: -1 },
    });
    await bench.post('power', { mains: true, stabilizers: { a: false } });
    expect((await state()).power.a).toMatchObject({ lineVolts: 120, outputVolts: 0 });
    await bench.post('power', { stabilizers: { a: true } });
    await bench.post('module', { name: 'removable', in: false });
    expect((await state()).modules.removable).toBe(false);
    await bench.post('module', { name: 'removable', in: true });
    expect((await state()).modules.removable).toBe(true);
  });

  test('turns every fault on and off', async () => {
    const names = (await (await bench.get('/faults')).json()) as Readonly<
      Record<string, readonly string[]>
    >;
    expect(Object.keys(names).length).toBeGreaterThan(8);
    expect(await bench.post('fault', { device: 'printer', name: 'coverOpen', on: true })).toEqual(
      fine,
    );
    expect((await state()).faults.printer).toEqual(['coverOpen']);
    await bench.post('fault', { device: 'printer', name: 'coverOpen', on: false });
    await bench.post('fault', { device: 'power', name: 'gaugeLying', on: true });
    await bench.post('fault', { device: 'power', name: 'gaugeFrozen', on: true });
    expect((await state()).faults.power).toEqual(['gaugeLying', 'gaugeFrozen']);
    for (const name of ['gaugeLying', 'gaugeFrozen'])
      await bench.post('fault', { device: 'power', name, on: false });
    expect((await state()).faults.power).toEqual([]);
  });

  test('sets the clock, and cuts and gives the power', async () => {
    await bench.post('clock', { calendar: '2020-12-06T18:05:00-04:00' });
    expect((await state()).calendar).toBe('2020-12-06T22:05:00.000Z');
    expect(bench.offspring().length).toBeGreaterThanOrEqual(3);
    await bench.post('power', { cut: true });
    expect((await state()).machine.power).toBe('off');
    expect(bench.offspring()).toEqual([]);
    await bench.post('power', { on: true });
    expect((await state()).machine.power).toBe('on');
    await shows('askKey1');
  });

  test.each([
    ['touch', { x: 5000, y: 1 }, '$.x'],
    ['touch', { x: 1 }, '$.y'],
    ['key', { keys: '12x' }, '$.keys[2]'],
    ['key', {}, '$.keys'],
    ['finger', { voter: 'V-1' }, '$.voter'],
    ['finger', { voter: null, quality: 'painted' }, '$.quality'],
    ['token', { officer: 'nobody' }, '$.officer'],
    ['token', { officer: 'nobody', pin: '12345' }, '$.pin'],
    ['token', { officer: 'nobody', pin: 'secret7' }, '$.pin'],
    ['token', { officer: null, pin: '123456' }, '$.pin'],
    ['fault', { device: 'toaster', name: 'hot', on: true }, '$.device'],
    ['fault', { device: 'printer', name: 'hot', on: true }, '$.name'],
    ['fault', { device: 'constructor', name: 'hot', on: true }, '$.device'],
    ['power', { mains: 5000 }, '$.mains'],
    ['clock', { calendar: 'tomorrow' }, '$.calendar'],
    ['paper', { id: 999, to: 'box' }, '$.id'],
    ['paper', { tear: true }, '$.tear'],
    ['module', { name: 'floppy', in: true }, '$.name'],
    ['module', { name: 'fixed', in: true, other: 'fresh' }, '$.name'],
    ['module', { name: 'removable', in: false, other: 'older' }, '$.in'],
    ['module', { name: 'removable', in: true, other: 'lost' }, '$.other'],
    ['robots', { task: 'dance' }, '$.task'],
    ['begin', { at: 'monday' }, '$.at'],
    ['switch', '[', '$'],
  ])('refuses %s %j at its path', async (command, body, path) => {
    const { status, said } = await bench.post(command, body);
    expect({ status, said }).toMatchObject({ status: 400, said: { path } });
  });

  test('knows its addresses and methods, its host and its origin, and takes no long letters', async () => {
    expect((await bench.get('/secrets')).status).toBe(404);
    expect((await bench.get('/papers/999.png')).status).toBe(404);
    expect((await bench.get('/page/..%2fserver.ts')).status).toBe(404);
    expect((await bench.get('/page/tsconfig.json')).status).toBe(404);
    expect((await bench.get('/touch')).status).toBe(405);
    expect((await fetch(new URL('/state', bench.url), { method: 'POST', body: '{}' })).status).toBe(
      405,
    );
    const foreign = await fetch(new URL('/power', bench.url), {
      method: 'POST',
      body: '{"cut":true}',
      headers: { origin: 'http://evil.example' },
    });
    expect(foreign.status).toBe(403);
    const long = await fetch(new URL('/key', bench.url), {
      method: 'POST',
      body: 'x'.repeat(10_000),
    });
    expect(long.status).toBe(413);
    expect((await bench.get('/')).headers.get('content-security-policy')).toContain(
      "default-src 'self'",
    );
  });

  test('ends with all that it started', async () => {
    const before = bench.offspring();
    expect(await bench.end()).toBe(0);
    expect([bench.pid, ...before].filter(isAlive)).toEqual([]);
  });
});

describe('a machine that is laid aside', () => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-bench-test-'));
  const options = ['--election', SMALL_PATH, '--voters', '3', '--locale', 'en', '--state', folder];
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('goes on where it was: papers, clock, polls, and the token that its officer has', async () => {
    bench = await startBench(...options);
    await shows('askId');
    await until('the robots to be done', ({ crew }) => crew.task === null);
    await bench.post('paper', { id: 1, to: 'box' });
    await bench.post('clock', { calendar: '2020-12-06T12:00:00-04:00' });
    expect(await bench.end()).toBe(0);

    bench = await startBench(...options);
    const taken = await shows('askKey1');
    expect(taken.papers.map(({ place }) => place)).toEqual(['box', 'kept', 'kept']);
    expect(taken.calendar).toMatch(/^2020-12-06T16:0/);
    const [presiding] = (await people()).officers;
    const wrong = `${presiding?.pin.slice(1)}${presiding?.pin.slice(0, 1)}`;
    for (const pin of [wrong, presiding?.pin])
      expect(await bench.post('token', { officer: presiding?.id, pin })).toEqual(fine);
    await shows('askId');
    // Nothing asks for a PIN any more.
    const { status, said } = await bench.post('token', { officer: presiding?.id, pin: '123456' });
    expect({ status, said }).toMatchObject({ status: 400, said: { path: '$.pin' } });
    expect(await bench.end()).toBe(0);
  }, 120_000);

  test('is not taken up by a bench with other voters', async () => {
    await expect(startBench(...options.slice(0, 2), '--state', folder)).rejects.toThrow(
      'ended with 2',
    );
  });
});
