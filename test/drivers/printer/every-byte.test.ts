/**
 * One short print, and each fault at each byte of it, both ways: whatever the result says of the paper is
 * so. Enumerated, not drawn: no byte is left out.
 */
import { describe, expect, test } from 'vitest';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { makePrinterEmulator, type PrinterFaultName } from '#drivers/printer/emulator.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { wait } from '#hal/clock.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import { done } from '#hal/result.ts';

const LINES = ['ACTA', 'Núñez 12', 'fin'];
const DOCUMENT: PaperDocument = {
  name: 'short',
  elements: LINES.map((text) => ({ kind: 'text' as const, text })),
};
const WHOLE = `${LINES.join('\n')}\n`;

/** Slow enough that paper moves while bytes still come. */
const BAUD = 2_400;

type Meddling = {
  /** Called before byte `index` (from 0) of the print reaches the printer. */
  readonly beforeByte?: (index: number) => void;
  /** The bytes to send in place of reply byte `index` of the print. */
  readonly reply?: (byte: number, index: number) => readonly number[];
};

/** A link that carries each byte by itself, at its time. */
const byteByByte = (link: ByteLink): ByteLink => ({
  ...link,
  write: async (bytes) => {
    for (const byte of bytes) {
      const sent = await link.write(Uint8Array.of(byte));
      if (!sent.ok) return sent;
    }
    return done;
  },
});

/** A printer whose wire somebody meddles with, byte by byte, once `begin` was called. */
const makeBench = (meddling: (fault: (name: PrinterFaultName) => void) => Meddling) => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(BAUD));
  let begun = false;
  let received = 0;
  let replied = 0;
  const link: ByteLink = {
    ...wire.device,
    onBytes: (listener) =>
      wire.device.onBytes((chunk) => {
        for (const byte of chunk) {
          if (begun) hands.beforeByte?.(received++);
          if (wire.device.present()) listener(Uint8Array.of(byte));
        }
      }),
    write: (bytes) => {
      if (!begun || hands.reply === undefined) return wire.device.write(bytes);
      const { reply } = hands;
      return wire.device.write(
        Uint8Array.from([...bytes].flatMap((byte) => reply(byte, replied++))),
      );
    },
  };
  const emulator = makePrinterEmulator(link, clock, { cable: wire });
  const hands = meddling((name) => emulator.setFault(name, true));
  const printer = makeReceiptPrinter(byteByByte(wire.host), clock);
  return {
    clock,
    emulator,
    printer,
    begin: () => {
      begun = true;
    },
    end: () => {
      begun = false;
    },
    counts: () => ({ received, replied }),
  };
};

type Bench = ReturnType<typeof makeBench>;

/** Prints, and holds what the result says against the paper. Gives what it said. */
const printAndCheck = async (bench: Bench, what: string): Promise<string> => {
  const { clock, emulator, printer } = bench;
  await clock.run(printer.start());
  bench.begin();
  const fromMs = clock.nowMs();
  const printed = await clock.run(printer.print(DOCUMENT));
  bench.end();
  expect(clock.nowMs() - fromMs, what).toBeLessThan(30_000);
  const hanging = emulator.hanging();
  const text = hanging === null ? '' : renderText(hanging);
  const said = printed.ok ? 'ok' : printed.error.progress;
  if (said === 'ok' || said === 'all') expect(text, what).toBe(WHOLE);
  if (said === 'nothing') expect(text, what).toBe('');
  if (said === 'partly') expect(text, what).not.toBe('');
  return said;
};

/** Puts everything right; nothing of the old print comes out, and the next one is whole. */
const mendAndPrint = async ({ clock, emulator, printer }: Bench, what: string): Promise<void> => {
  const before = emulator.hanging()?.items.length ?? 0;
  // A printer that hears nothing can not be told to forget; it goes on as soon as it can.
  const deaf = emulator.faults().some((fault) => fault === 'silent' || fault === 'unplugged');
  for (const fault of emulator.faults()) emulator.setFault(fault, false);
  await clock.run(wait(clock, 1_000));
  if (!deaf) expect(emulator.hanging()?.items.length ?? 0, what).toBe(before);
  const recovered = await clock.run(printer.recover());
  expect(recovered, what).toMatchObject({ ok: true, value: { online: true, fault: null } });
  emulator.tearOff();
  emulator.takePapers();
  expect((await clock.run(printer.print(DOCUMENT))).ok, what).toBe(true);
  expect((await clock.run(printer.cut())).ok, what).toBe(true);
  expect(emulator.takePapers().map(renderText), what).toEqual([WHOLE]);
};

/** Bytes of a print without trouble, there and back. */
const lengths = async () => {
  const bench = makeBench(() => ({ beforeByte: () => undefined, reply: (byte) => [byte] }));
  expect(await printAndCheck(bench, 'no trouble')).toBe('ok');
  return bench.counts();
};
const { received: BYTES, replied: REPLIES } = await lengths();

describe('each fault at each byte of a print', () => {
  test.each([
    'paperEnd',
    'coverOpen',
    'jam',
    'overheated',
    'silent',
    'powerCut',
    'unplugged',
    'garbled',
  ] as const)('%s: what the result says of the paper is so', async (fault) => {
    const seen = new Set<string>();
    for (let at = 0; at <= BYTES; at++) {
      const bench = makeBench((strike) => ({
        beforeByte: (index) => {
          if (index === at) strike(fault);
        },
      }));
      const said = await printAndCheck(bench, `${fault} at byte ${at}`);
      seen.add(said);
      if (said !== 'ok') await mendAndPrint(bench, `${fault} at byte ${at}`);
    }
    expect([...seen].sort()).toEqual(['all', 'nothing', 'ok', 'partly', 'unknown']);
  });
});

describe('each byte that the printer says', () => {
  test.each([
    ['lost', () => []],
    ['doubled', (byte: number) => [byte, byte]],
    ['0', () => [0]],
    ['12', () => [0x12]],
    ['with a bit turned', (byte: number) => [byte ^ 0x10]],
  ] as const)('%s: never a success that is none', async (_how, damage) => {
    for (let at = 0; at < REPLIES; at++) {
      const bench = makeBench(() => ({
        reply: (byte, index) => (index === at ? damage(byte) : [byte]),
      }));
      const said = await printAndCheck(bench, `reply ${at}`);
      if (said !== 'ok') await mendAndPrint(bench, `reply ${at}`);
    }
  });
});
