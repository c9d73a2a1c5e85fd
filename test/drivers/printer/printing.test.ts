import { describe, expect, test } from 'vitest';
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { PrinterFaultName } from '#drivers/printer/emulator.ts';
import { wait } from '#hal/clock.ts';
import type { PaperDocument, PrinterStatus } from '#hal/receipt-printer.ts';
import { makePrinterRig } from './rig.ts';

/** About as long as a paper record: 27 lines of 3.5 mm. */
const RECORD: PaperDocument = {
  name: 'record',
  elements: Array.from({ length: 27 }, (_, index) => ({
    kind: 'text' as const,
    text: `Línea ${index + 1}: Año Nuevo, ¿cuánto?`,
  })),
};
const LAST_LINE = 'Línea 27';

const startedRig = async (options?: Parameters<typeof makePrinterRig>[0]) => {
  const rig = makePrinterRig(options);
  const started = await rig.run(rig.printer.start());
  expect(started.value).toMatchObject({ ok: true, value: { online: true, fault: null } });
  return rig;
};

describe('a good print', () => {
  test('a record of about 120 mm takes 0.85 to 1.4 s, and stands on the paper', async () => {
    const rig = await startedRig();
    const printed = await rig.run(rig.printer.print(RECORD));
    expect(printed.value.ok).toBe(true);
    expect(rig.emulator.takePapers()).toEqual([]);
    expect(rig.emulator.hanging()).not.toBeNull();
    const cut = await rig.run(rig.printer.cut());
    expect(cut.value.ok).toBe(true);
    const [piece] = rig.emulator.takePapers();
    expect(piece?.cut).toBe(true);
    expect(piece?.lengthMm).toBeGreaterThan(105);
    expect(piece?.lengthMm).toBeLessThan(125);
    expect(printed.ms + cut.ms).toBeGreaterThan(850);
    expect(printed.ms + cut.ms).toBeLessThan(1400);
    expect(renderText(piece!)).toBe(
      `${RECORD.elements.map((element) => ('text' in element ? element.text : '')).join('\n')}\n`,
    );
    // Nothing was sent that the manual does not know: only ESC R and the QR model are without effect.
    expect(
      rig.emulator.ignoredCommands().map((bytes) => Buffer.from(bytes).toString('hex')),
    ).toEqual(['1b5200']);
  });

  test('a printer that lost its power while it held the wire back takes the next print', async () => {
    const rig = await startedRig({ receiveBufferBytes: 1_024 });
    rig.emulator.setFault('stalled', true);
    const elements = Array.from({ length: 60 }, () => ({
      kind: 'text' as const,
      text: 'x'.repeat(40),
    }));
    const printing = rig.printer.print({ name: 'long', elements });
    await rig.run(wait(rig.clock, 1_000));
    rig.emulator.setFault('powerCut', true);
    rig.emulator.setFault('stalled', false);
    expect((await rig.run(printing)).value).toMatchObject({ ok: false });
    rig.emulator.setFault('powerCut', false);
    await rig.run(wait(rig.clock, 3_000));
    expect((await rig.run(rig.printer.print(RECORD))).value).toEqual({
      ok: true,
      value: undefined,
    });
  });

  test('a long report goes through the flow control without a byte lost', async () => {
    const rig = await startedRig({ receiveBufferBytes: 1_024 });
    const lines = Array.from({ length: 400 }, (_, index) => `${index} ${'x'.repeat(40)}`);
    const elements = lines.map((text) => ({ kind: 'text' as const, text }));
    expect((await rig.run(rig.printer.print({ name: 'long', elements }))).value.ok).toBe(true);
    expect((await rig.run(rig.printer.cut())).value.ok).toBe(true);
    const [piece] = rig.emulator.takePapers();
    expect(renderText(piece!)).toBe(`${lines.join('\n')}\n`);
  });

  test('cutting again does no harm: a blank scrap, no paper', async () => {
    const rig = await startedRig();
    await rig.run(rig.printer.print(RECORD));
    expect((await rig.run(rig.printer.cut())).value.ok).toBe(true);
    expect((await rig.run(rig.printer.cut())).value.ok).toBe(true);
    expect(rig.emulator.takePapers()).toHaveLength(1);
    expect(rig.emulator.blankScraps()).toBe(1);
  });

  test('the same bytes and times on every run', async () => {
    const runOnce = async () => {
      const rig = await startedRig();
      const first = await rig.run(rig.printer.print(RECORD));
      const cut = await rig.run(rig.printer.cut());
      return [first.ms, cut.ms, rig.wire.carried(), rig.emulator.takePapers()];
    };
    expect(await runOnce()).toEqual(await runOnce());
  });
});

describe('faults before a print', () => {
  test.each([
    ['paperEnd', 'paperEnd'],
    ['coverOpen', 'coverOpen'],
    ['jam', 'jam'],
    ['overheated', 'overheated'],
    ['unrecoverable', 'unrecoverable'],
    ['silent', 'timeout'],
    ['powerCut', 'timeout'],
    ['garbled', 'garbled'],
    ['unplugged', 'absent'],
    ['mechanical', 'jam'],
    ['feeding', 'timeout'],
  ] as const)('%s: %s, and no dot was printed', async (fault, kind) => {
    const rig = await startedRig();
    rig.emulator.setFault(fault, true);
    const printed = await rig.run(rig.printer.print(RECORD));
    expect(printed.value).toMatchObject({
      ok: false,
      error: { progress: 'nothing', fault: { device: 'printer', kind } },
    });
    expect(printed.ms).toBeLessThan(2_000);
    expect(rig.emulator.hanging()).toBeNull();
  });

  test('near end is a warning: it prints', async () => {
    const rig = await startedRig();
    rig.emulator.setFault('nearEnd', true);
    expect((await rig.run(rig.printer.status())).value).toMatchObject({
      ok: true,
      value: { paper: 'nearEnd', fault: null },
    });
    expect((await rig.run(rig.printer.print(RECORD))).value.ok).toBe(true);
  });
});

describe('faults in the middle of a print', () => {
  test.each([
    ['paperEnd', 'paperEnd'],
    ['coverOpen', 'coverOpen'],
    ['jam', 'jam'],
    ['overheated', 'overheated'],
    ['unrecoverable', 'unrecoverable'],
    ['silent', 'timeout'],
    ['powerCut', 'timeout'],
    ['unplugged', 'absent'],
    ['mechanical', 'jam'],
    ['stalled', 'timeout'],
  ] as const)(
    '%s: %s, partly on paper; mended, the next print is whole and holds nothing of the last',
    async (fault, kind) => {
      const rig = await startedRig();
      rig.emulator.failAfterMm(fault, 40);
      const printed = await rig.run(rig.printer.print(RECORD));
      expect(printed.value).toMatchObject({
        ok: false,
        error: { progress: 'partly', fault: { kind } },
      });
      expect(printed.ms).toBeLessThan(30_000);
      const hanging = rig.emulator.hanging();
      expect(hanging?.cut).toBe(false);
      if (fault !== 'unplugged') expect(renderText(hanging!)).not.toContain(LAST_LINE);

      rig.emulator.setFault(fault, false);
      // A printer takes half a second from power to its first answer.
      if (fault === 'powerCut') await rig.run(wait(rig.clock, 600));
      const recovered = await rig.run(rig.printer.recover());
      expect(recovered.value).toMatchObject({ ok: true, value: { online: true, fault: null } });
      expect(recovered.ms).toBeLessThan(2_000);
      expect((await rig.run(rig.printer.cut())).value.ok).toBe(true);
      const [partial] = rig.emulator.takePapers();
      expect(partial).toBeDefined();

      expect((await rig.run(rig.printer.print(RECORD))).value.ok).toBe(true);
      expect((await rig.run(rig.printer.cut())).value.ok).toBe(true);
      const [whole] = rig.emulator.takePapers();
      expect(renderText(whole!).split('\n')).toHaveLength(RECORD.elements.length + 1);
      expect(renderText(whole!)).toContain(LAST_LINE);
    },
  );

  test('a printer that lost its power for a moment, or a cable for an instant, is no success', async () => {
    const elements = Array.from({ length: 300 }, (_, index) => ({
      kind: 'text' as const,
      text: `${index} ${'x'.repeat(40)}`,
    }));
    for (const atMs of [20, 300, 900, 1_500, 2_500, 4_000]) {
      for (const [fault, offMs] of [
        ['powerCut', 600],
        ['powerCut', 1],
        ['unplugged', 1],
      ] as const) {
        const rig = await startedRig();
        rig.clock.after(atMs, () => rig.emulator.setFault(fault, true));
        rig.clock.after(atMs + offMs, () => rig.emulator.setFault(fault, false));
        const printed = await rig.run(rig.printer.print({ name: 'long', elements }));
        expect(printed.value, `${fault} at ${atMs} for ${offMs}`).toMatchObject({
          ok: false,
          error: { progress: atMs < 100 ? 'unknown' : 'partly' },
        });
        expect(printed.ms).toBeLessThan(10_500);
      }
    }
  });

  test('a slow printer is no fault, and one that stands still is told apart from it', async () => {
    const slow = await startedRig();
    slow.emulator.setFault('slow', true);
    expect((await slow.run(slow.printer.print(RECORD))).value.ok).toBe(true);
    const stalled = await startedRig();
    stalled.emulator.setFault('stalled', true);
    const printed = await stalled.run(stalled.printer.print(RECORD));
    expect(printed.value).toMatchObject({
      ok: false,
      error: { progress: 'unknown', fault: { kind: 'timeout' } },
    });
    expect(printed.ms).toBeLessThan(7_000);
  });

  test('the feed button is waited for, for a moment', async () => {
    const rig = await startedRig();
    rig.emulator.setFault('feeding', true);
    rig.clock.after(500, () => rig.emulator.setFault('feeding', false));
    expect((await rig.run(rig.printer.print(RECORD))).value.ok).toBe(true);
  });

  test('the roll that ends with the last line leaves a whole record, and it is known', async () => {
    const rig = await startedRig();
    const [height = 0] = [RECORD.elements.length * 28];
    rig.emulator.loadPaper(height / 8);
    const printed = await rig.run(rig.printer.print(RECORD));
    expect(printed.value).toMatchObject({
      ok: false,
      error: { fault: { kind: 'paperEnd' } },
    });
    expect(renderText(rig.emulator.hanging()!)).toContain(LAST_LINE);
  });

  test('closing the cover does not print the rest of the record', async () => {
    const rig = await startedRig();
    rig.emulator.failAfterMm('coverOpen', 40);
    await rig.run(rig.printer.print(RECORD));
    rig.emulator.setFault('coverOpen', false);
    await rig.run(wait(rig.clock, 5_000));
    expect(renderText(rig.emulator.hanging()!)).not.toContain(LAST_LINE);
  });

  test('the cut fails: cutter, then mended and cut', async () => {
    const rig = await startedRig();
    rig.emulator.setFault('cutter', true);
    expect((await rig.run(rig.printer.print(RECORD))).value.ok).toBe(true);
    expect((await rig.run(rig.printer.cut())).value).toMatchObject({
      ok: false,
      error: { kind: 'cutter' },
    });
    expect(rig.emulator.takePapers()).toEqual([]);
    rig.emulator.setFault('cutter', false);
    expect((await rig.run(rig.printer.recover())).value.ok).toBe(true);
    expect((await rig.run(rig.printer.cut())).value.ok).toBe(true);
    expect(rig.emulator.takePapers()).toHaveLength(1);
  });

  test('a jam is not over because its cause is: it needs recover', async () => {
    const rig = await startedRig();
    rig.emulator.setFault('jam', true);
    rig.emulator.setFault('jam', false);
    expect((await rig.run(rig.printer.status())).value).toMatchObject({
      ok: true,
      value: { online: false, fault: { kind: 'jam' } },
    });
    expect((await rig.run(rig.printer.recover())).value).toMatchObject({
      ok: true,
      value: { online: true, fault: null },
    });
  });
});

describe('the driver', () => {
  test('refuses a second operation and changes nothing', async () => {
    const rig = await startedRig();
    const first = rig.printer.print(RECORD);
    expect((await rig.run(rig.printer.print(RECORD))).value).toMatchObject({
      ok: false,
      error: { fault: { kind: 'busy' }, progress: 'nothing' },
    });
    expect((await rig.run(rig.printer.cut())).value).toMatchObject({ error: { kind: 'busy' } });
    expect((await rig.run(first)).value.ok).toBe(true);
    expect((await rig.run(rig.printer.cut())).value.ok).toBe(true);
    expect(rig.emulator.takePapers()).toHaveLength(1);
  });

  test('lets go of its lock when a document is impossible', async () => {
    const rig = await startedRig();
    const impossible: PaperDocument = {
      name: 'impossible',
      elements: [{ kind: 'qr', text: '', moduleDots: 4, correction: 'M' }],
    };
    await expect(rig.run(rig.printer.print(impossible))).rejects.toThrow(RangeError);
    expect((await rig.run(rig.printer.print(RECORD))).value.ok).toBe(true);
  });

  test('is back within 2 s after unplug and replug, without a call to start', async () => {
    const rig = await startedRig();
    rig.wire.unplug();
    expect((await rig.run(rig.printer.status())).value).toMatchObject({
      ok: false,
      error: { kind: 'absent' },
    });
    rig.wire.plug();
    const back = await rig.run(rig.printer.status());
    expect(back.value).toMatchObject({ ok: true, value: { online: true } });
    expect(back.ms).toBeLessThan(2_000);
    expect((await rig.run(rig.printer.print(RECORD))).value.ok).toBe(true);
  });

  test('tells each change of status as the printer reports it', async () => {
    const rig = await startedRig();
    const heard: (PrinterStatus['fault'] | string)[] = [];
    rig.printer.onStatus((status) => heard.push(status.fault?.kind ?? status.paper));
    const faults: readonly PrinterFaultName[] = ['nearEnd', 'coverOpen'];
    for (const fault of faults) {
      rig.emulator.setFault(fault, true);
      await rig.run(wait(rig.clock, 50));
    }
    rig.emulator.setFault('coverOpen', false);
    await rig.run(wait(rig.clock, 50));
    rig.wire.unplug();
    // Without power meanwhile: it forgets that it was asked to report.
    rig.emulator.setFault('powerCut', true);
    rig.emulator.setFault('powerCut', false);
    await rig.run(wait(rig.clock, 600));
    rig.wire.plug();
    await rig.run(wait(rig.clock, 50));
    rig.emulator.setFault('coverOpen', true);
    await rig.run(wait(rig.clock, 50));
    expect(heard).toEqual(['nearEnd', 'coverOpen', 'nearEnd', 'absent', 'nearEnd', 'coverOpen']);
  });
});
