/**
 * A whole unit of an open polling station in real time, in this process: the firmware that ships, real
 * drivers, a frame buffer, media and cells as files here (or paced like slow cards and FRAM), and marks in
 * time where bytes pass: a touch as its report arrives, a frame as the file changes, the first byte
 * of a print. The desk's end of the link is played: who is admitted is not what is measured.
 */
import { mkdirSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_PANEL, makeEmulatedBoard } from '#drivers/emulated-board.ts';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeReceiptPrinter } from '#drivers/printer/driver.ts';
import { CELL_BYTES, makeFileCell } from '#drivers/storage/cell-nvmem.ts';
import type { MediumPace } from '#drivers/storage/emulator-medium.ts';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { makeTouchscreen } from '#drivers/touchscreen/driver.ts';
import { openFrameBufferDisplay } from '#drivers/touchscreen/frame-buffer-display.ts';
import type { BoothToDesk, Message } from '#firmware/messages/catalogue.ts';
import { encodeFrame, makeFrameReader } from '#firmware/messages/frame.ts';
import { PIN_COST } from '#firmware/vault/officer-token.ts';
import type { Board, Media } from '#hal/board.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { ok } from '#hal/result.ts';
import { CELL_SLOT_BYTES, type CellSlot, type SecureCell } from '#hal/secure-cell.ts';
import type { Medium } from '#hal/storage.ts';
import type { Prepared } from '../bench/prepare.ts';
import { startUnit } from '../day/unit.ts';
import { ownRelease } from '../release/build-release.ts';
import type { SceneMark } from './touch-answers.ts';

/** When things passed, ms of `performance.now()`, oldest first. */
export type Marks = {
  /** Reports in which a finger lifted or came down. */
  readonly reports: number[];
  /** A scene was handed to the display. */
  readonly scenes: SceneMark[];
  /** The frame buffer's file changed. */
  readonly frames: number[];
  /** A print began: its first byte went onto the printer's wire. */
  readonly prints: number[];
};

export type MeasuredUnit = {
  readonly clock: Clock;
  readonly devices: ReturnType<typeof makeEmulatedBoard>['devices'];
  readonly marks: Marks;
  /** Admits one voter; resolves when the desk heard how the visit before ended. */
  admit(styleId: string): Promise<void>;
  readonly heard: readonly BoothToDesk[];
  close(): Promise<void>;
};

export type MeasuredUnitOptions = {
  readonly prepared: Prepared;
  /** A folder of its own. */
  readonly folder: string;
  /** Media that are emulated with this pace; null: files in `folder`. */
  readonly pace: MediumPace | null;
};

const BYTES_PER_PIXEL = 4;
const BUDGET_BYTES = 8e9;
/** The desk and booth are joined by a local socket. */
const SOCKET_BAUD = 100_000_000;
const TOKEN_BYTES = 16;
/** DLE EOT n asks for the status, GS r and GS a too: no part of a print. */
const DLE = 0x10;
/** A print is at least this long; questions and resets are shorter. */
const PRINT_BYTES = 64;
/** The booth is idle again within this after a visit, ms; looked for this often. */
const IDLE_LIMIT_MS = 20_000;
const GLANCE_MS = 5;

/** Notes each report, and whether one is being handled: what is done meanwhile is its answer. */
const markReports = (link: ReportLink, reports: number[]) => {
  let handledMs: number | null = null;
  const marked: ReportLink = {
    ...link,
    onReport: (listener) =>
      link.onReport((report) => {
        handledMs = performance.now();
        reports.push(handledMs);
        listener(report);
        handledMs = null;
      }),
  };
  return { marked, handledMs: (): number | null => handledMs };
};

const passBytes = (link: ByteLink, prints: number[]): ByteLink => ({
  ...link,
  write: (bytes) => {
    if (bytes.length >= PRINT_BYTES && bytes[0] !== DLE) prints.push(performance.now());
    return link.write(bytes);
  },
});

const mediaOnFiles = (folder: string, prepared: Prepared, clock: Clock) => {
  const image = prepared.image ?? { fixed: new Map(), removable: new Map() };
  const lay = (name: 'fixed' | 'removable'): void => {
    for (const [path, bytes] of image[name]) {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  };
  lay('fixed');
  lay('removable');
  return (owner: string): Media => {
    const open = (name: 'fixed' | 'removable'): Medium => {
      const root = join(folder, name, owner);
      mkdirSync(root, { recursive: true });
      return makeMediumFiles({ name, root, budgetBytes: BUDGET_BYTES, clock });
    };
    return { fixed: open('fixed'), removable: open('removable') };
  };
};

const CELL_SLOTS: readonly CellSlot[] = [0, 1, 'oneTime'];

/** As the bench has them: 192 bytes of a file each. */
const cellsOnFiles = (folder: string, { image }: Prepared, clock: Clock) => {
  const open = (name: SecureCell['name'], slots: ReadonlyMap<CellSlot, Uint8Array>) => {
    const path = join(folder, `cell-${name}`);
    const bytes = new Uint8Array(CELL_BYTES);
    for (const [index, slot] of CELL_SLOTS.entries()) {
      const own = slots.get(slot);
      if (own !== undefined) bytes.set(own, index * CELL_SLOT_BYTES);
    }
    writeFileSync(path, bytes);
    return makeFileCell({ name, path, offset: 0, clock });
  };
  return {
    board: open('board', image?.boardCell ?? new Map()),
    module: open('module', image?.moduleCell ?? new Map()),
  };
};

const openDisplay = (folder: string, clock: Clock, frames: number[]) => {
  const { widthPx, heightPx } = DEFAULT_PANEL;
  const strideBytes = BYTES_PER_PIXEL * widthPx;
  const path = join(folder, 'frame');
  writeFileSync(path, new Uint8Array(strideBytes * heightPx));
  const watcher = watch(path, () => frames.push(performance.now()));
  const geometry = ok({ widthPx, heightPx, bitsPerPixel: 8 * BYTES_PER_PIXEL, strideBytes });
  const display = openFrameBufferDisplay({ path, panel: DEFAULT_PANEL, geometry, clock });
  return { display, close: () => watcher.close() };
};

export const startMeasuredUnit = async (options: MeasuredUnitOptions): Promise<MeasuredUnit> => {
  const { prepared, folder, pace } = options;
  const shiftMs = prepared.calendarMs - systemClock.calendarMs();
  const clock: Clock = { ...systemClock, calendarMs: () => systemClock.calendarMs() + shiftMs };
  const emulated = makeEmulatedBoard({
    clock,
    entropy: systemEntropy,
    noise: systemEntropy,
    ...(pace === null ? {} : { fixedPace: pace, removablePace: pace }),
  });
  const { devices, wires } = emulated;
  if (prepared.image !== null) {
    devices.fixed.load(prepared.image.fixed);
    devices.removable.load(prepared.image.removable);
    devices.boardCell.load(prepared.image.boardCell);
    devices.moduleCell.load(prepared.image.moduleCell);
  }
  const board = emulated.powerOn();
  const marks: Marks = { reports: [], scenes: [], frames: [], prints: [] };
  const glass = markReports(wires.glass.renewHost(), marks.reports);
  const shown = openDisplay(folder, clock, marks.frames);
  const display = await shown.display;
  const toDesk = makeMemoryLink(clock, serialPace(SOCKET_BAUD));
  const mediaOf = pace === null ? mediaOnFiles(folder, prepared, clock) : null;

  const measured: Board = {
    desk: { ...board.desk, media: mediaOf?.('desk') ?? board.desk.media },
    supervisor: { ...board.supervisor, media: mediaOf?.('log') ?? board.supervisor.media },
    booth: {
      ...board.booth,
      media: mediaOf?.('booth') ?? board.booth.media,
      cells: pace === null ? cellsOnFiles(folder, prepared, clock) : board.booth.cells,
      touchscreen: makeTouchscreen({
        reports: glass.marked,
        display: {
          present: (scene) => {
            marks.scenes.push({ atMs: performance.now(), touchMs: glass.handledMs() });
            devices.glass.display.present(scene);
            display.present(scene);
          },
        },
        panel: DEFAULT_PANEL,
        clock,
      }),
      printer: makeReceiptPrinter(passBytes(wires.printer.renewHost(), marks.prints), clock),
      toDesk: toDesk.host,
    },
  };

  const heard: BoothToDesk[] = [];
  const say = (message: Message): void => void toDesk.device.write(encodeFrame(message));
  const hear = (message: Message): void => {
    heard.push(message as BoothToDesk);
    if (message.kind === 'completed') say({ kind: 'acknowledged', media: ['fixed', 'removable'] });
  };
  let usedTurn: string | null = null;
  /** The `idle` that no token has answered yet: what is on the screen may be ahead of it. */
  const freshIdle = async (): Promise<Extract<BoothToDesk, { readonly kind: 'idle' }>> => {
    const endMs = clock.nowMs() + IDLE_LIMIT_MS;
    for (;;) {
      const idle = heard.findLast((message) => message.kind === 'idle');
      if (idle !== undefined && idle.turn !== usedTurn) return idle;
      if (clock.nowMs() > endMs) throw new Error('the booth does not say that it is idle');
      await wait(clock, GLANCE_MS);
    }
  };
  toDesk.device.onBytes(
    makeFrameReader(hear, (detail) => {
      throw new Error(detail);
    }),
  );
  const unit = await startUnit({
    board: measured,
    provision: prepared.given,
    releaseDigest: ownRelease().digest,
    locale: prepared.locale,
    pinCost: PIN_COST,
    takePollbookKey: () => null,
    onPark: (part, reason) => {
      throw new Error(`the ${part} stopped for good: ${reason}`);
    },
  });
  return {
    clock,
    devices,
    marks,
    heard,
    admit: async (ballotStyleId) => {
      const token = Buffer.from(systemEntropy.bytes(TOKEN_BYTES)).toString('hex');
      const { turn } = await freshIdle();
      usedTurn = turn;
      say({ kind: 'admission', token, ballotStyleId, turn });
    },
    close: async () => {
      await unit.shutDown();
      emulated.powerOff();
      shown.close();
      await display.close();
    },
  };
};
