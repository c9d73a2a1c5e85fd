/**
 * What hal/receipt-printer.ts says, sentence by sentence, of any printer on any link. The rig gives a
 * printer and the device at the far end of its wire, in virtual or in real time; nothing here waits
 * but for what the two say, with a limit.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { PRINTER_FAULTS } from '#drivers/printer/emulator/faults.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { PrinterEmulator, PrinterFaultName } from '#drivers/printer/emulator.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type {
  PaperDocument,
  PrinterFaultKind,
  PrinterStatus,
  ReceiptPrinter,
} from '#hal/receipt-printer.ts';
import { timed } from './timed.ts';

export type PrinterRig = {
  readonly printer: ReceiptPrinter;
  readonly emulator: PrinterEmulator;
  readonly clock: Clock;
  /** Runs `work` to its end, in the rig's time. */
  run<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void> | void;
};

const LINES = Array.from({ length: 24 }, (_, index) => `Línea ${index + 1}: año ${index}, ¿qué?`);
const RECORD: PaperDocument = {
  name: 'record',
  elements: LINES.map((text) => ({ kind: 'text' as const, text })),
};
const WHOLE = `${LINES.join('\n')}\n`;

/** Nothing waits longer. */
const OPERATION_MS = 30_000;
/** `start`, `status` and `recover`; what was wrong before an operation; the return of a device. */
const QUICK_MS = 2_000;
const STATUS_KNOWN_MS = 100;
/** Where in the record a fault strikes: behind the first line, before the last. */
const STRIKE_MM = 30;
/** A printer listens half a second after its power is back. */
const BOOT_MS = 600;

/** What each fault is called when it was there before, and when it comes in the middle. */
const STOPPING: readonly (readonly [PrinterFaultName, PrinterFaultKind])[] = [
  ['paperEnd', 'paperEnd'],
  ['coverOpen', 'coverOpen'],
  ['jam', 'jam'],
  ['mechanical', 'jam'],
  ['overheated', 'overheated'],
  ['unrecoverable', 'unrecoverable'],
  ['silent', 'timeout'],
  ['powerCut', 'timeout'],
  ['unplugged', 'absent'],
];

/** Faults that have tests of their own. */
const BY_ITSELF: readonly PrinterFaultName[] = [
  'nearEnd',
  'feeding',
  'garbled',
  'stalled',
  'cutter',
  'slow',
];

/** Resolves once `done()`; throws when it is not so within `limitMs`. */
const until = async (clock: Clock, what: string, limitMs: number, done: () => boolean) => {
  const deadlineMs = clock.nowMs() + limitMs;
  while (!done()) {
    if (clock.nowMs() >= deadlineMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await wait(clock, 5);
  }
};

const hangingText = (emulator: PrinterEmulator): string => {
  const hanging = emulator.hanging();
  return hanging === null ? '' : renderText(hanging);
};

/** `ask` until it succeeds: within 2 s of a device's return it does. */
const backWithin2s = async <T extends { readonly ok: boolean }>(
  clock: Clock,
  ask: () => Promise<T>,
): Promise<T> => {
  const deadlineMs = clock.nowMs() + QUICK_MS;
  for (;;) {
    const asked = await ask();
    expect(clock.nowMs()).toBeLessThan(deadlineMs);
    if (asked.ok) return asked;
    await wait(clock, 20);
  }
};

/** Takes the cause away, as a person would. */
const mend = async ({ emulator, clock }: PrinterRig): Promise<void> => {
  const faults = emulator.faults();
  for (const fault of faults) emulator.setFault(fault, false);
  if (faults.includes('powerCut')) await wait(clock, BOOT_MS);
};

const printAndCut = async ({ printer, emulator }: PrinterRig): Promise<void> => {
  emulator.tearOff();
  emulator.takePapers();
  expect(await printer.print(RECORD)).toEqual({ ok: true, value: undefined });
  expect(hangingText(emulator)).toBe(WHOLE);
  expect(await printer.cut()).toEqual({ ok: true, value: undefined });
  expect(emulator.takePapers().map(renderText)).toEqual([WHOLE]);
};

/** Runs the suite against the printer that `makeRig` gives, a fresh one for each test. */
export const describeReceiptPrinter = (
  title: string,
  makeRig: () => Promise<PrinterRig> | PrinterRig,
): void => {
  describe(`a receipt printer: ${title}`, () => {
    let rigs: PrinterRig[] = [];
    afterEach(async () => {
      for (const rig of rigs) await rig.close();
      rigs = [];
    });
    /** A started printer, and `story` told in its time. */
    const tell = async (story: (rig: PrinterRig) => Promise<void>): Promise<void> => {
      const rig = await makeRig();
      rigs.push(rig);
      await rig.run(async () => {
        const started = await timed(rig.clock, rig.printer.start);
        expect(started.value).toMatchObject({ ok: true, value: { online: true, fault: null } });
        expect(started.awakeMs).toBeLessThan(QUICK_MS);
        await story(rig);
      });
    };

    test('prints a whole document, and only then cuts it', () =>
      tell(async (rig) => {
        expect(await rig.printer.print(RECORD)).toEqual({ ok: true, value: undefined });
        expect(rig.emulator.takePapers()).toEqual([]);
        expect(hangingText(rig.emulator)).toBe(WHOLE);
        expect(await rig.printer.cut()).toEqual({ ok: true, value: undefined });
        expect(rig.emulator.takePapers().map(renderText)).toEqual([WHOLE]);
      }));

    test('one operation at a time: a second one is busy at once and has done nothing', () =>
      tell(async ({ printer, emulator, clock }) => {
        const first = printer.print(RECORD);
        const { value, awakeMs } = await timed(clock, () =>
          Promise.all([
            printer.print(RECORD),
            printer.cut(),
            printer.status(),
            printer.start(),
            printer.recover(),
          ]),
        );
        const kinds = value.map((one) =>
          one.ok ? 'ok' : 'fault' in one.error ? one.error.fault.kind : one.error.kind,
        );
        expect(kinds).toEqual(['busy', 'busy', 'busy', 'busy', 'busy']);
        expect(value[0]).toMatchObject({ error: { progress: 'nothing' } });
        expect(awakeMs).toBeLessThan(STATUS_KNOWN_MS);
        expect((await first).ok).toBe(true);
        expect((await printer.cut()).ok).toBe(true);
        expect(emulator.takePapers().map(renderText)).toEqual([WHOLE]);
      }));

    test('the turn is given back when a document can not be printed', () =>
      tell(async (rig) => {
        const impossible: PaperDocument = {
          name: 'impossible',
          elements: [{ kind: 'qr', text: '', moduleDots: 4, correction: 'M' }],
        };
        await expect(rig.printer.print(impossible)).rejects.toThrow(RangeError);
        await printAndCut(rig);
      }));

    test('near end is a warning: told, and printed on', () =>
      tell(async (rig) => {
        rig.emulator.setFault('nearEnd', true);
        expect(await rig.printer.status()).toMatchObject({
          ok: true,
          value: { paper: 'nearEnd', fault: null },
        });
        await printAndCut(rig);
      }));

    test.each([...STOPPING, ['feeding', 'timeout'], ['garbled', 'garbled']] as const)(
      '%s before a print is %s within 2 s; no dot is printed; mended, it prints',
      (name, kind) =>
        tell(async (rig) => {
          const { printer, emulator, clock } = rig;
          emulator.setFault(name, true);
          const printed = await timed(clock, () => printer.print(RECORD));
          expect(printed.value).toMatchObject({
            ok: false,
            error: { progress: 'nothing', fault: { device: 'printer', kind } },
          });
          expect(printed.awakeMs).toBeLessThan(QUICK_MS);
          expect(emulator.hanging()).toBeNull();
          const cut = await timed(clock, printer.cut);
          expect(cut.value).toMatchObject({ ok: false, error: { kind } });
          expect(cut.awakeMs).toBeLessThan(QUICK_MS);
          await mend(rig);
          expect(await backWithin2s(clock, printer.recover)).toMatchObject({
            value: { online: true, fault: null },
          });
          await printAndCut(rig);
        }),
    );

    test.each([...STOPPING, ['stalled', 'timeout']] as const)(
      '%s in the middle of a print is %s, and the paper is as the result says; mended, it prints',
      (name, kind) =>
        tell(async (rig) => {
          const { printer, emulator, clock } = rig;
          emulator.failAfterMm(name, STRIKE_MM);
          const printed = await timed(clock, () => printer.print(RECORD));
          expect(printed.value).toMatchObject({ ok: false, error: { fault: { kind } } });
          expect(printed.awakeMs).toBeLessThan(OPERATION_MS);
          const progress = printed.value.ok ? 'ok' : printed.value.error.progress;
          // The first line's answer came before the fault, unless the cable ate it.
          expect(progress).toBe('partly');
          expect(hangingText(emulator)).not.toBe('');
          await mend(rig);
          expect(await backWithin2s(clock, printer.recover)).toMatchObject({
            value: { online: true, fault: null },
          });
          await printAndCut(rig);
        }),
    );

    test('what a failed print has left behind is not printed when the cause is gone', () =>
      tell(async (rig) => {
        rig.emulator.failAfterMm('coverOpen', STRIKE_MM);
        expect((await rig.printer.print(RECORD)).ok).toBe(false);
        const before = hangingText(rig.emulator);
        rig.emulator.setFault('coverOpen', false);
        await wait(rig.clock, 1_000);
        expect(hangingText(rig.emulator)).toBe(before);
      }));

    test('the cutter: told, the paper hangs; mended, cut; again, no harm', () =>
      tell(async (rig) => {
        const { printer, emulator } = rig;
        emulator.setFault('cutter', true);
        expect((await printer.print(RECORD)).ok).toBe(true);
        expect(await printer.cut()).toMatchObject({ ok: false, error: { kind: 'cutter' } });
        expect(emulator.takePapers()).toEqual([]);
        await mend(rig);
        expect((await printer.recover()).ok).toBe(true);
        expect((await printer.cut()).ok).toBe(true);
        expect((await printer.cut()).ok).toBe(true);
        expect(emulator.takePapers().map(renderText)).toEqual([WHOLE]);
      }));

    test('of several faults at once the one a person can mend first wins', () =>
      tell(async ({ printer, emulator }) => {
        const seen: (string | undefined)[] = [];
        const order = ['paperEnd', 'overheated', 'jam', 'unrecoverable', 'coverOpen'] as const;
        for (const name of order) {
          emulator.setFault(name, true);
          const status = await printer.status();
          seen.push(status.ok ? status.value.fault?.kind : status.error.kind);
        }
        emulator.setFault('unplugged', true);

        const away = await printer.status();
        seen.push(away.ok ? 'ok' : away.error.kind);
        expect(seen).toEqual([...order, 'absent']);
      }));

    test('each change of status is known within 100 ms, and told once', () =>
      tell(async ({ printer, emulator, clock }) => {
        const heard: PrinterStatus[] = [];
        const stop = printer.onStatus((status) => heard.push(status));
        const change = async (
          name: PrinterFaultName,
          on: boolean,
          seen: (status: PrinterStatus) => boolean,
        ) => {
          emulator.setFault(name, on);
          await until(clock, `${name} ${on}`, STATUS_KNOWN_MS, () => heard.some(seen));
          expect(heard).toHaveLength(1);
          heard.length = 0;
        };
        await change('nearEnd', true, ({ paper, fault }) => paper === 'nearEnd' && fault === null);
        await change('paperEnd', true, ({ fault }) => fault?.kind === 'paperEnd');
        await change('paperEnd', false, ({ online }) => online);
        await change('coverOpen', true, ({ coverOpen }) => coverOpen);
        await change('coverOpen', false, ({ online, fault }) => online && fault === null);
        await change('overheated', true, ({ fault }) => fault?.kind === 'overheated');
        await change('overheated', false, ({ online }) => online);
        stop();
        emulator.setFault('coverOpen', true);
        await wait(clock, STATUS_KNOWN_MS);
        expect(heard).toEqual([]);
      }));

    test('after the cable was out it is back within 2 s, without a call to start', () =>
      tell(async (rig) => {
        const { printer, emulator, clock } = rig;
        const heard: PrinterStatus[] = [];
        printer.onStatus((status) => heard.push(status));
        emulator.setFault('unplugged', true);
        await until(clock, 'the unplug is told', QUICK_MS, () =>
          heard.some(({ fault }) => fault?.kind === 'absent'),
        );
        expect(await printer.print(RECORD)).toMatchObject({
          ok: false,
          error: { progress: 'nothing', fault: { kind: 'absent' } },
        });
        emulator.setFault('unplugged', false);
        expect(await backWithin2s(clock, printer.status)).toMatchObject({
          value: { online: true },
        });
        heard.length = 0;
        emulator.setFault('coverOpen', true);
        await until(clock, 'reports go on', STATUS_KNOWN_MS, () =>
          heard.some(({ coverOpen }) => coverOpen),
        );
        emulator.setFault('coverOpen', false);
        await printAndCut(rig);
      }));

    test('after it was without power its reports go on with the next operation', () =>
      tell(async ({ printer, emulator, clock }) => {
        emulator.setFault('powerCut', true);
        expect((await printer.status()).ok).toBe(false);
        emulator.setFault('powerCut', false);
        await wait(clock, BOOT_MS);
        expect((await printer.status()).ok).toBe(true);
        const heard: PrinterStatus[] = [];
        printer.onStatus((status) => heard.push(status));
        emulator.setFault('coverOpen', true);
        await until(clock, 'reports go on', STATUS_KNOWN_MS, () =>
          heard.some(({ coverOpen }) => coverOpen),
        );
      }));

    test('one that is slow prints and cuts the whole paper, within the limit', () =>
      tell(async (rig) => {
        const quick = await timed(rig.clock, () => printAndCut(rig));
        rig.emulator.setFault('slow', true);
        const slow = await timed(rig.clock, () => printAndCut(rig));
        expect(slow.tookMs).toBeGreaterThan(quick.tookMs);
        expect(slow.awakeMs).toBeLessThan(2 * OPERATION_MS);
      }));

    test('no fault that the device knows is left untried', () => {
      const tried = new Set([...STOPPING.map(([name]) => name), ...BY_ITSELF]);
      expect([...tried].sort()).toEqual([...PRINTER_FAULTS].sort());
    });

    test('recover leaves a printer that is well as it is', () =>
      tell(async (rig) => {
        expect(await rig.printer.recover()).toMatchObject({ ok: true, value: { online: true } });
        await printAndCut(rig);
      }));
  });
};
