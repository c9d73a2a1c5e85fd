/**
 * Drivers against emulated devices on paced wires under a virtual clock: what a driver adds to what the
 * wire and the device take by themselves. Exact, so the same on every machine.
 */
import { makeFingerprintReader } from '#drivers/fingerprint/driver.ts';
import { makeFingerprintEmulator, templateOf } from '#drivers/fingerprint/emulator.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { makePrinterEmulator } from '#drivers/printer/emulator.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { wait } from '#hal/clock.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import { againstFloor, type Figure, figureOf } from './figure.ts';

const READER_BAUD = 57_600;
const PRINTER_BAUD = 115_200;
const BITS_PER_BYTE = 10;
const WIRE_LIMIT = 1.05;
const VERIFY_LIMIT_MS = 50;
const STATUS_LIMIT_MS = 100;
const FINGER_WAIT_MS = 10_000;
const TEMPLATES = 10;
/** Status is changed at so many different moments of a print. */
const STATUS_CHANGES = 40;
/** The sensor's own times, as vendors give them, ms. */
const SENSOR = { image: 150, features: 300, match: 50, other: 5 } as const;

const wireMs = (bytes: number, baud: number): number => (bytes * BITS_PER_BYTE * 1000) / baud;

/** About what a paper record is: 27 lines. */
const RECORD: PaperDocument = {
  name: 'record',
  elements: Array.from({ length: 27 }, (_, index) => ({
    kind: 'text' as const,
    text: `Línea ${index + 1}: elección y selección, ¿cuántas?`,
  })),
};

const makeReaderBench = (family: ReaderFamily) => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(READER_BAUD));
  const module = makeFingerprintEmulator(wire.device, clock, {
    family,
    entropy: makeSeededEntropy(1, 'measured reader'),
    times: SENSOR,
  });
  return { clock, wire, module, reader: makeFingerprintReader(wire.host, clock) };
};

const mustBe = (ok: boolean, what: string): void => {
  if (!ok) throw new Error(`${what} did not go well: nothing to measure`);
};

const measureReader = (family: ReaderFamily): Promise<readonly Figure[]> => {
  const { clock, wire, module, reader } = makeReaderBench(family);
  const bytesCarried = (): number => wire.carried().toDevice + wire.carried().toHost;
  const work = async (): Promise<readonly Figure[]> => {
    mustBe((await reader.start()).ok, 'the start');
    const [took, floor, verified]: [number[], number[], number[]] = [[], [], []];
    for (let index = 0; index < TEMPLATES; index++) {
      const [fromMs, fromBytes] = [clock.nowMs(), bytesCarried()];
      const loaded = await reader.loadTemplate(templateOf(`voter ${index}`, family));
      mustBe(loaded.ok, 'a load');
      // Two commands, down and back, are worked on by the module.
      took.push(clock.nowMs() - fromMs - 2 * SENSOR.other);
      floor.push(wireMs(bytesCarried() - fromBytes, READER_BAUD));
      module.placeFinger({ seed: `voter ${index}`, quality: 0.9 });
      const beganMs = clock.nowMs();
      const outcome = await reader.verifyFinger(FINGER_WAIT_MS, () => undefined);
      mustBe(outcome.ok && outcome.value.kind === 'match', 'a verification');
      verified.push(clock.nowMs() - beganMs - SENSOR.image - SENSOR.features - SENSOR.match);
    }
    return [
      againstFloor(
        figureOf(`template there and back, ${family}: on the wire`, 'ms', took),
        floor,
        WIRE_LIMIT,
      ),
      figureOf(
        `verification of a present finger, ${family}: beyond the sensor's own`,
        'ms',
        verified,
        VERIFY_LIMIT_MS,
      ),
    ];
  };
  return clock.run(work());
};

/** A link that notes when the bytes of a print went out: the first and the last. */
const noting = (link: ByteLink, nowMs: () => number) => {
  let seen = { bytes: 0, firstMs: 0, lastMs: 0 };
  const noted: ByteLink = {
    ...link,
    write: async (bytes) => {
      const startMs = nowMs();
      const sent = await link.write(bytes);
      seen = {
        bytes: seen.bytes + bytes.length,
        firstMs: seen.bytes === 0 ? startMs : seen.firstMs,
        lastMs: nowMs(),
      };
      return sent;
    },
  };
  return {
    noted,
    take: () => {
      const taken = seen;
      seen = { bytes: 0, firstMs: 0, lastMs: 0 };
      return taken;
    },
  };
};

const measurePrinter = (): Promise<readonly Figure[]> => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(PRINTER_BAUD));
  const emulator = makePrinterEmulator(wire.device, clock);
  const { noted, take } = noting(wire.host, clock.nowMs);
  const printer = makeReceiptPrinter(noted, clock);
  let heardMs = 0;
  const work = async (): Promise<readonly Figure[]> => {
    mustBe((await printer.start()).ok, 'the start');
    const [took, floor, known]: [number[], number[], number[]] = [[], [], []];
    for (let index = 0; index < TEMPLATES; index++) {
      // The questions before a print are none of its bytes; its last ones wait for the paper.
      const status = await printer.status();
      mustBe(status.ok, 'a question');
      take();
      const printing = printer.print(RECORD);
      while (emulator.hanging() === null) await wait(clock, 1);
      const { bytes, firstMs, lastMs } = take();
      took.push(lastMs - firstMs);
      floor.push(wireMs(bytes, PRINTER_BAUD));
      mustBe((await printing).ok && (await printer.cut()).ok, 'a print');
    }
    printer.onStatus(() => {
      heardMs = clock.nowMs();
    });
    for (let index = 0; index < STATUS_CHANGES; index++) {
      const printing = printer.print(RECORD);
      await wait(clock, index * 30);
      const changedMs = clock.nowMs();
      emulator.setFault('nearEnd', index % 2 === 0);
      await wait(clock, STATUS_LIMIT_MS);
      mustBe(heardMs >= changedMs, 'a report of the paper');
      known.push(heardMs - changedMs);
      mustBe((await printing).ok && (await printer.cut()).ok, 'a print');
    }
    return [
      againstFloor(figureOf('paper record: on the wire', 'ms', took), floor, WIRE_LIMIT),
      figureOf('change of paper status until known', 'ms', known, STATUS_LIMIT_MS),
    ];
  };
  return clock.run(work());
};

/** What drivers add on the wire, for both families of readers and the printer. */
export const measureWires = async (): Promise<readonly Figure[]> => [
  ...(await measurePrinter()),
  ...(await measureReader('R503')),
  ...(await measureReader('ZFM')),
];
