/** `urna device`: each emulated device, met as other programs meet it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { makeFingerprintReader } from '#drivers/fingerprint/driver.ts';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { openSocketReportLink } from '#drivers/links/socket-report-link.ts';
import { openTcpLink } from '#drivers/links/tcp-link.ts';
import { UPS_FAULTS } from '#drivers/power/emulated-ups.ts';
import { makeUpsBattery } from '#drivers/power/ups-driver.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { bindDigitizer } from '#drivers/touchscreen/digitizer.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { eventually } from './rig.ts';

const URNA = fileURLToPath(new URL('../../../scripts/urna', import.meta.url));

type Served = {
  readonly path: string;
  readonly faults: readonly string[];
  say(line: string): void;
  shown(): string;
  end(signal: NodeJS.Signals): Promise<number | null>;
};

const children: ChildProcess[] = [];
const links: { close(): void }[] = [];
afterEach(() => {
  for (const link of links.splice(0)) link.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const serve = async (...args: readonly string[]): Promise<Served> => {
  const child = spawn(URNA, ['device', ...args, '--json'], { stdio: 'pipe' });
  children.push(child);
  let [out, shown] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const line = await eventually(
    'the ready line',
    () => {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${shown}`);
      return out.includes('\n') ? out : null;
    },
    30_000,
  );
  const { path, faults } = JSON.parse(line) as Pick<Served, 'path' | 'faults'>;
  return {
    path,
    faults,
    say: (text) => child.stdin.write(`${text}\n`),
    shown: () => shown,
    end: (signal) =>
      new Promise((resolve) => {
        child.once('exit', (code) => resolve(code));
        child.kill(signal);
      }),
  };
};

const keep = <T extends { close(): void }>(link: T): T => {
  links.push(link);
  return link;
};

const printerOver = async (link: ByteLink) => {
  const printer = makeReceiptPrinter(keep(link), systemClock);
  await eventually('the printer', async () => ((await printer.start()).ok ? true : null));
  return printer;
};

describe('a printer', () => {
  test('on a pseudo-terminal prints, shows its paper, and obeys what is said of its faults', async () => {
    const device = await serve('printer');
    expect(device.faults).toContain('coverOpen');
    const printer = await printerOver(openSerialLink(device.path, 115_200, systemClock));
    const elements = [{ kind: 'text', text: 'Recibo de prueba' } as const];
    expect(await printer.print({ name: 'test', elements })).toEqual({ ok: true });
    expect(await printer.cut()).toEqual({ ok: true });
    await eventually('paper', () => (device.shown().includes('Recibo de prueba') ? true : null));
    device.say('coverOpen on');
    await eventually('an open cover', async () => {
      const status = await printer.status();
      return status.ok && status.value.coverOpen ? true : null;
    });
    device.say('coverOpen off');
    device.say('coverOpen maybe');
    device.say('dance');
    await eventually('both answers', () =>
      /"coverOpen on" or "coverOpen off"[\s\S]*"dance" is no fault/.test(device.shown())
        ? true
        : null,
    );
    expect(await device.end('SIGTERM')).toBe(0);
    expect(existsSync(device.path)).toBe(false);
  });

  test('at a TCP port prints as well, and begins with the fault it was given', async () => {
    const device = await serve('printer', '--port', '0', '--fault', 'nearEnd');
    const { hostname, port } = new URL(device.path);
    const printer = await printerOver(openTcpLink(hostname, Number(port), systemClock));
    const status = await printer.status();
    expect(status).toMatchObject({ ok: true, value: { paper: 'nearEnd' } });
    expect(await device.end('SIGINT')).toBe(0);
  });
});

test('a reader of either family takes a finger by name', async () => {
  const device = await serve('fingerprint', '--family', 'ZFM');
  const reader = makeFingerprintReader(
    keep(openSerialLink(device.path, 57_600, systemClock)),
    systemClock,
  );
  await eventually('the reader', async () => ((await reader.start()).ok ? true : null));
  device.say('finger ana 0.9');
  const enrolled = await reader.enrol(20_000, (guidance) => {
    if (guidance === 'liftFinger') device.say('lift');
    if (guidance === 'placeFinger' || guidance === 'placeAgain') device.say('finger ana 0.9');
  });
  expect(enrolled.ok && enrolled.value?.length).toBe(512);
  expect(await device.end('SIGTERM')).toBe(0);
});

/** `urna enrol` with somebody in front of the reader who does what it says; `named` is the n-th finger put on. */
const enrol = (device: Served, out: string, named: (nth: number) => string) =>
  new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>(
    (resolve) => {
      const args = ['enrol', '--port', device.path, '--out', out, '--wait', '20', '--json'];
      const child = spawn(URNA, args, { stdio: 'pipe' });
      children.push(child);
      let [told, heard, read, nth] = ['', '', 0, 0];
      child.stdout.on('data', (chunk: Buffer) => {
        told += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        heard += chunk.toString();
        const lines = heard.split('\n');
        for (; read < lines.length - 1; read++) {
          const line = lines[read];
          if (line === 'lift it') device.say('lift');
          if (line?.startsWith('put') === true) device.say(`finger ${named(nth++)}`);
        }
      });
      child.on('close', (code) => resolve({ code, out: told, err: heard }));
    },
  );

test('an officer is enrolled, known again, and the print kept for its owner alone', async () => {
  const device = await serve('fingerprint');
  const file = join(mkdtempSync(join(tmpdir(), 'urna-enrol-')), 'of-1.print');
  const first = await enrol(device, file, () => 'ana 0.9');
  expect(first).toMatchObject({ code: 0 });
  expect(JSON.parse(first.out)).toMatchObject({ file, family: 'R503', bytes: 1_536 });
  expect(statSync(file).size).toBe(1_536);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // A print that is there is not lost to a second call.
  const again = await enrol(device, file, () => 'ana 0.9');
  expect(again).toMatchObject({ code: 2, out: '' });
  expect(again.err).toContain('is there already');
  expect(await device.end('SIGTERM')).toBe(0);
});

test('two fingers are no print, and nothing is left of them', async () => {
  const device = await serve('fingerprint');
  const file = join(mkdtempSync(join(tmpdir(), 'urna-enrol-')), 'of-1.print');
  const fingers = ['ana 0.9', 'berta 0.9'];
  const ended = await enrol(device, file, (nth) => fingers[nth % 2] ?? '');
  expect(ended).toMatchObject({ code: 1, out: '' });
  expect(existsSync(file)).toBe(false);
  expect(await device.end('SIGTERM')).toBe(0);
});

test('without a reader it says so, and what to look at', async () => {
  const child = spawn(URNA, ['enrol', '--port', '/dev/urna-none', '--out', '/tmp/urna-none.print']);
  children.push(child);
  let heard = '';
  child.stderr.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(3);
  expect(heard).toContain('Is it the right port');
});

test('a touch panel says what it is and where it is touched', async () => {
  const device = await serve('touchscreen');
  const link = keep(openSocketReportLink(device.path, systemClock));
  await eventually('the panel', () => (link.present() ? true : null));
  const panel = bindDigitizer(link.descriptor());
  if (!panel.ok) throw new Error(panel.error);
  const downs: number[] = [];
  link.onReport((report) => {
    const frame = panel.value.read(report);
    if (frame.ok) for (const { down, x } of frame.value ?? []) if (down) downs.push(x);
  });
  device.say('touch 108.48 20');
  await eventually('a finger', () => (downs.length > 0 ? true : null));
  expect(downs[0]).toBeCloseTo(0.5, 3);
  expect(await device.end('SIGTERM')).toBe(0);
});

test('a UPS tells what its battery holds, loses mains and is pulled out, as it is told', async () => {
  const device = await serve('ups');
  expect(device.faults).toEqual(Object.keys(UPS_FAULTS));
  const battery = makeUpsBattery(keep(openSocketReportLink(device.path, systemClock)), systemClock);
  const seen = async () => {
    const read = await battery.read();
    return read.ok ? read.value : null;
  };
  await eventually('the whole charge', async () => ((await seen())?.percent === 100 ? true : null));
  device.say('mains 0');
  device.say('charge 40');
  await eventually('the rest of it', async () => {
    const reading = await seen();
    return reading?.percent === 40 && reading.flow === 'discharging' ? true : null;
  });
  device.say('charge 140');
  await eventually('a refusal', () =>
    device.shown().includes('charge PERCENT: 0 to 100') ? true : null,
  );
  device.say('upsUnplugged on');
  await eventually('nobody', async () => {
    const read = await battery.read();
    return !read.ok && read.error.kind === 'absent' ? true : null;
  });
  device.say('upsUnplugged off');
  await eventually('the return', async () => ((await seen()) === null ? null : true));
  expect(await device.end('SIGTERM')).toBe(0);
});

describe('what is asked wrongly is refused in words', () => {
  const fails = (...args: readonly string[]): Promise<{ code: unknown; text: string }> =>
    new Promise((resolve) => {
      execFile(URNA, ['device', ...args], (error, _, stderr) =>
        resolve({ code: error?.code, text: stderr }),
      );
    });
  test.each([
    [[], 'which device?'],
    [['toaster'], '"toaster" is none of the devices'],
    [['printer', '--fault', 'bent'], '"bent" is none of the faults of printer'],
    [['power', '--port', '9100'], '--port is for the printer'],
    [['printer', '--port', '70000'], '--port is a whole number'],
    [['printer', 'power'], 'one device at a time'],
  ])('%j', async (args, message) => {
    const { code, text } = await fails(...args);
    expect(code).toBe(2);
    expect(text).toContain(message);
  });
});
