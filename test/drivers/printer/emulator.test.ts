import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { makePrinterEmulator } from '#drivers/printer/emulator.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';

/** An emulator with a bare wire in front of it: what a foreign host would see. */
const makeBench = () => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(115_200));
  const emulator = makePrinterEmulator(wire.device, clock);
  const replies: number[] = [];
  wire.host.onBytes((chunk) => replies.push(...chunk));
  const send = async (hex: string | Uint8Array, forMs = 3_000): Promise<string> => {
    replies.length = 0;
    const bytes = typeof hex === 'string' ? Buffer.from(hex.replaceAll(' ', ''), 'hex') : hex;
    await clock.run(wire.host.write(Uint8Array.from(bytes)));
    await clock.run(wait(clock, forMs));
    return Buffer.from(replies).toString('hex');
  };
  return { emulator, send };
};

const LINE = '41 42 0a ';

describe('the printer on the wire', () => {
  test('paper that goes on moving costs no start for each line, on a clock that goes on too', async () => {
    const virtual = makeVirtualClock(0);
    let looks = 0;
    /** As in real time, each look is a little later than the one before. */
    const clock = { ...virtual, nowMs: () => virtual.nowMs() + ++looks * 1e-4 };
    const wire = makeMemoryLink(virtual, serialPace(115_200));
    const emulator = makePrinterEmulator(wire.device, clock, { startMs: 1_000 });
    await virtual.run(wire.host.write(Buffer.from(LINE.repeat(20).replaceAll(' ', ''), 'hex')));
    await virtual.run(wait(virtual, 3_000));
    expect(emulator.hanging()?.lengthMm).toBeGreaterThan(60);
  });

  test('answers DLE EOT while offline, GS r only online and in order', async () => {
    const { emulator, send } = makeBench();
    expect(await send('10 04 01 10 04 02 10 04 03 10 04 04')).toBe('12121212');
    expect(await send('1d 72 01')).toBe('00');
    emulator.setFault('coverOpen', true);
    expect(await send('1d 72 01 10 04 01 10 04 02')).toBe('1a16');
    emulator.setFault('coverOpen', false);
    expect(await send('10 04 01')).toBe('0012');
  });

  test('reports by itself once GS a asked for it, until ESC @', async () => {
    const { emulator, send } = makeBench();
    expect(await send('1d 61 0e')).toBe('1000000f');
    emulator.setFault('coverOpen', true);
    expect(await send('10 04 02', 50)).toBe('3800000f16');
    emulator.setFault('coverOpen', false);
    await send('1b 40');
    emulator.setFault('coverOpen', true);
    expect(await send('10 04 02')).toBe('16');
  });

  test('reports only what GS a asked for', async () => {
    const { emulator, send } = makeBench();
    expect(await send('1d 61 08')).toBe('1000000f');
    emulator.setFault('coverOpen', true);
    expect(await send('')).toBe('');
    emulator.setFault('nearEnd', true);
    // The report for the paper says the rest as well; it came before the reply to the question.
    expect(await send('10 04 04', 50)).toBe('3800030f1e');
    emulator.setFault('coverOpen', false);
    expect(await send('1d 61 00 10 04 01')).toBe('12');
    emulator.setFault('nearEnd', false);
    expect(await send('10 04 04')).toBe('12');
  });

  test('identifies itself to GS I', async () => {
    const { send } = makeBench();
    expect(Buffer.from(await send('1d 49 42'), 'hex').toString('latin1')).toBe('_URNA\0');
  });

  test('status inside image data is answered, and the image printed', async () => {
    const { emulator, send } = makeBench();
    expect(await send('1d 76 30 00 03 00 01 00 10 04 01')).toBe('12');
    expect(emulator.hanging()?.items).toMatchObject([{ kind: 'raster', heightDots: 1 }]);
  });

  test('a cut without feeding leaves what stands between head and blade', async () => {
    const { emulator, send } = makeBench();
    // 10 lines of 3.75 mm: the last 18 mm have not reached the blade.
    await send(`${LINE.repeat(10)}1d 56 00`);
    const [piece] = emulator.takePapers();
    expect(renderText(piece!)).toBe('AB\n'.repeat(6));
    expect(emulator.hanging()?.items).toHaveLength(4);
    expect(renderText(emulator.tearOff()!)).toBe('AB\n'.repeat(4));
    expect(emulator.hanging()).toBeNull();
  });

  test('the roll ends where it ends', async () => {
    const { emulator, send } = makeBench();
    emulator.loadPaper(20);
    expect(await send(`1d 61 0e ${LINE.repeat(10)}`)).toMatch(/18000f0f$/);
    expect(emulator.paperLeftMm()).toBe(0);
    expect(emulator.hanging()?.lengthMm).toBe(38);
    // A new roll: it goes on by itself, which is why a host clears the buffers.
    emulator.loadPaper();
    await send('');
    expect(emulator.hanging()?.items.length).toBeGreaterThan(9);
  });

  test('DLE ENQ does nothing without an error; with one, 1 goes on and 2 clears', async () => {
    for (const [enq, lines] of [
      ['10 05 01', 10],
      ['10 05 02', 4],
    ] as const) {
      const { emulator, send } = makeBench();
      emulator.failAfterMm('jam', 3.75 * 4);
      await send(`10 05 02 ${LINE.repeat(10)}`);
      expect(await send('10 04 03')).toBe('16');
      emulator.setFault('jam', false);
      expect(await send('10 04 03')).toBe('16');
      expect(await send(`${enq} 10 04 03`)).toBe('12');
      expect(emulator.hanging()?.items).toHaveLength(lines);
    }
  });

  test('a full buffer says XOFF and, worked off, XON; nothing is lost meanwhile', async () => {
    const { emulator, send } = makeBench();
    const text = Buffer.from(LINE.replaceAll(' ', '').repeat(1_200), 'hex');
    expect(await send(text, 60_000)).toBe('1311');
    expect(emulator.hanging()?.items).toHaveLength(1_200);
  });

  test('any bytes: it goes on answering', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
        const { emulator, send } = makeBench();
        await send(noise, 600_000);
        emulator.setFault('powerCut', true);
        emulator.setFault('powerCut', false);
        await send('', 1_000);
        expect(await send('10 04 01 10 04 04')).toHaveLength(4);
        expect(await send('1b 40 1d 72 01')).toHaveLength(2);
      }),
      { seed: 3, numRuns: 150 },
    );
  });
});
