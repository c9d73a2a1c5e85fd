/**
 * The boards of a unit from its board file: each process opens the devices that are its own, and loads
 * only the packages that these need, because what is not configured shall cost nothing at the start.
 * Devices that are not there are no error here: their drivers say `absent` until they are.
 */
import type { Battery } from '#hal/battery.ts';
import type { BoothBoard, DeskBoard, SupervisorBoard } from '#hal/board.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { NetworkSwitch } from '#hal/network-switch.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { ok } from '#hal/result.ts';
import type { SecureCell } from '#hal/secure-cell.ts';
import type { Medium, MediumName } from '#hal/storage.ts';
import type { TactileKeypad } from '#hal/tactile-keypad.ts';
import type { Touchscreen } from '#hal/touchscreen.ts';
import type {
  BoardFile,
  CellPlace,
  HidWire,
  MediaPlaces,
  MediumPlace,
  NetworkPlace,
  PrinterWire,
  SerialWire,
} from './board-file.ts';
import { whenPresent } from './links/reopening.ts';
import { makeScopedClock } from './scoped-clock.ts';

export type BoardSystem = { readonly clock: Clock; readonly entropy: Entropy };

export type OpenedBoard<Board> = {
  readonly board: Board;
  /** Lets go of every device. Nothing of the board keeps the process alive afterwards. */
  close(): Promise<void>;
};

/** So long a start waits for devices that are plugged in to be opened. */
const PRESENCE_LIMIT_MS = 1_000;

type Closer = () => void | Promise<void>;

/** What a board is made with: the clock of its drivers, and what to close at the end. */
const makeWorkshop = (system: BoardSystem) => {
  const scope = makeScopedClock(system.clock);
  const closers: Closer[] = [];
  const links: (ByteLink | ReportLink)[] = [];
  return {
    clock: scope.clock,
    /** Links end their own waits, and may have to wait while closing. */
    linkClock: system.clock,
    onClose: (closer: Closer): void => {
      closers.push(closer);
    },
    link: <T extends ByteLink | ReportLink>(link: T): T => {
      links.push(link);
      return link;
    },
    /** Waits for what is plugged in, then hands the board over. */
    finish: async <Board>(board: Board): Promise<OpenedBoard<Board>> => {
      await Promise.all(links.map((link) => whenPresent(link, system.clock, PRESENCE_LIMIT_MS)));
      return {
        board,
        close: async () => {
          for (const close of [...closers].reverse()) await close();
          for (const link of links) link.close();
          scope.cancelAll();
        },
      };
    },
  };
};
type Workshop = ReturnType<typeof makeWorkshop>;

const openWire = async ({ port, baud }: SerialWire, clock: Clock): Promise<ByteLink> => {
  const { openSerialLink } = await import('./links/serial-link.ts');
  if (typeof port === 'string') return openSerialLink(port, baud, clock);
  const { findSerialPort } = await import('./links/usb-pins.ts');
  const find = (): string | null => {
    const found = findSerialPort(port);
    return found.ok ? `/dev/${found.value}` : null;
  };
  return openSerialLink(find, baud, clock);
};

const serialLink = async (wire: SerialWire, { linkClock, link }: Workshop): Promise<ByteLink> =>
  link(await openWire(wire, linkClock));

/** The line of the field console, whose process has no other device. Whoever opens it closes it. */
export const openConsoleLine = openWire;

const printerLink = async (wire: PrinterWire, workshop: Workshop): Promise<ByteLink> => {
  switch (wire.kind) {
    case 'serial':
      return serialLink(wire, workshop);
    case 'tcp': {
      const { openTcpLink } = await import('./links/tcp-link.ts');
      return workshop.link(openTcpLink(wire.host, wire.port, workshop.linkClock));
    }
    case 'usbPrinter': {
      const { openUsbPrinterLink } = await import('./links/usb-printer-link.ts');
      return workshop.link(openUsbPrinterLink(wire.pin, workshop.linkClock));
    }
  }
};

const hidLink = async (wire: HidWire, { linkClock, link }: Workshop): Promise<ReportLink> => {
  switch (wire.kind) {
    case 'hid': {
      const { openHidLink } = await import('./links/hid-link.ts');
      return link(openHidLink(wire.pin, linkClock));
    }
    case 'reportSocket': {
      const { openSocketReportLink } = await import('./links/socket-report-link.ts');
      return link(openSocketReportLink(wire.path, linkClock));
    }
  }
};

const openMedia = async (
  places: MediaPlaces,
  { clock }: Workshop,
): Promise<{ readonly fixed: Medium; readonly removable: Medium }> => {
  const { makeMediumFiles } = await import('./storage/medium-files.ts');
  const open = (name: MediumName, { folder, budgetBytes }: MediumPlace): Medium =>
    makeMediumFiles({ name, root: folder, budgetBytes, clock });
  return { fixed: open('fixed', places.fixed), removable: open('removable', places.removable) };
};

const openCell = async (
  name: SecureCell['name'],
  place: CellPlace,
  { clock }: Workshop,
): Promise<SecureCell> => {
  const { makeFileCell, makeFramCell } = await import('./storage/cell-nvmem.ts');
  switch (place.kind) {
    case 'fram':
      return makeFramCell({ name, path: place.path, offset: place.offset, clock });
    case 'file':
      return makeFileCell({ name, path: place.path, offset: place.offset, clock });
    case 'tpm': {
      const { makeTpmCell } = await import('./tpm/cell.ts');
      const { openTpmDevice } = await import('./tpm/transport.ts');
      const nv = { index: place.nvIndex, auth: new Uint8Array(0) };
      return makeTpmCell({ ...place, name, transport: openTpmDevice(place.path), nv, clock });
    }
  }
};

/** The UPS's own word where there is one, else what the gauge on the power board says. */
const openBattery = async (
  ups: HidWire | null,
  gauge: Battery,
  workshop: Workshop,
): Promise<Battery> => {
  if (ups === null) return gauge;
  const { makeUpsBattery } = await import('./power/ups-driver.ts');
  return makeUpsBattery(await hidLink(ups, workshop), workshop.clock);
};

const openNetwork = async (place: NetworkPlace | undefined): Promise<NetworkSwitch | null> => {
  if (place === undefined) return null;
  const { makeSysfsNetworkSwitch } = await import('./network/network-switch.ts');
  return makeSysfsNetworkSwitch(place);
};

/** Opens what the supervisor may touch. */
export const openSupervisorBoard = async (
  { supervisor }: BoardFile,
  system: BoardSystem,
): Promise<OpenedBoard<SupervisorBoard>> => {
  const workshop = makeWorkshop(system);
  const { makePowerBoard } = await import('./power/driver.ts');
  const { makeSysfsInventory } = await import('./inventory/driver.ts');
  const power = makePowerBoard(await serialLink(supervisor.powerBoard, workshop), workshop.clock);
  workshop.onClose(power.close);
  return workshop.finish({
    ...system,
    panel: power.panel,
    stabilizers: power.stabilizers,
    battery: await openBattery(supervisor.ups, power.battery, workshop),
    ...(supervisor.powerModel === undefined ? {} : { powerModel: supervisor.powerModel }),
    realTimeClock: power.realTimeClock,
    inventory: makeSysfsInventory({ clock: workshop.clock, sysfs: supervisor.inventory.sysfs }),
    network: await openNetwork(supervisor.network),
    media: await openMedia(supervisor.media, workshop),
  });
};

/** Opens what the desk may touch. `toBooth` is closed by who made it. */
export const openDeskBoard = async (
  { desk }: BoardFile,
  system: BoardSystem,
  toBooth: ByteLink,
): Promise<OpenedBoard<DeskBoard>> => {
  const workshop = makeWorkshop(system);
  const { clock } = workshop;
  const { makeFingerprintReader } = await import('./fingerprint/driver.ts');
  const { makeOperatorStation } = await import('./operator-station/driver.ts');
  const { makeLcdDisplay } = await import('./operator-station/lcd-display.ts');
  const { openFirmataBoard } = await import('./power/firmata-board.ts');
  const firmata = openFirmataBoard(await serialLink(desk.display.wire, workshop), clock, {
    name: 'display',
    reports: false,
  });
  workshop.onClose(firmata.close);
  const display = makeLcdDisplay(firmata, clock, desk.display.columns);
  const reader = await serialLink(desk.reader.wire, workshop);
  return workshop.finish({
    ...system,
    reader: makeFingerprintReader(reader, clock, { family: desk.reader.family }),
    station: makeOperatorStation({ keypad: await hidLink(desk.keypad, workshop), display, clock }),
    media: await openMedia(desk.media, workshop),
    toBooth,
  });
};

/** Glass and frame buffer as one touchscreen, which also tells when nothing can be shown. */
const openTouchscreen = async (
  { panel, glass, frameBuffer }: BoardFile['booth'],
  workshop: Workshop,
): Promise<Touchscreen> => {
  const { clock } = workshop;
  const { makeTouchscreen } = await import('./touchscreen/driver.ts');
  const { openFrameBufferDisplay, readGeometry } = await import(
    './touchscreen/frame-buffer-display.ts'
  );
  const { path, geometry } = frameBuffer;
  const { widthPx, heightPx } = panel;
  const display = await openFrameBufferDisplay({
    path,
    panel,
    geometry:
      'sysfs' in geometry ? readGeometry(geometry.sysfs) : ok({ widthPx, heightPx, ...geometry }),
    clock,
  });
  workshop.onClose(display.close);
  const touchscreen = makeTouchscreen({
    reports: await hidLink(glass, workshop),
    display,
    panel,
    clock,
  });
  return {
    ...touchscreen,
    onFault: (listener) => {
      const stops = [touchscreen.onFault(listener), display.onFault(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    check: async () => {
      const shown = display.check();
      return shown.ok ? touchscreen.check() : shown;
    },
  };
};

const openVoterKeypad = async (
  wire: HidWire | null,
  workshop: Workshop,
): Promise<TactileKeypad> => {
  const { makeTactileKeypad } = await import('./keypad/driver.ts');
  const { absentReportLink } = await import('./links/absent-report-link.ts');
  const reports = wire === null ? absentReportLink : await hidLink(wire, workshop);
  return makeTactileKeypad({ reports, clock: workshop.clock });
};

/** Opens what the booth may touch. `toDesk` is closed by who made it. */
export const openBoothBoard = async (
  { booth }: BoardFile,
  system: BoardSystem,
  toDesk: ByteLink,
): Promise<OpenedBoard<BoothBoard>> => {
  const workshop = makeWorkshop(system);
  const { clock } = workshop;
  const { makeReceiptPrinter } = await import('./printer/driver.ts');
  const { PRINTER_MODELS } = await import('./printer/profiles.ts');
  const { openAudio } = await import('./audio/open-audio.ts');
  const { makeTokenFileSlot } = await import('./storage/token-file.ts');
  const printer = await printerLink(booth.printer.wire, workshop);
  const voice = await openAudio(booth.audio, workshop.linkClock);
  if (voice.link !== null) workshop.link(voice.link);
  workshop.onClose(voice.close);
  const tokens = makeTokenFileSlot({ clock, ...booth.tokens });
  workshop.onClose(tokens.close);
  return workshop.finish({
    ...system,
    touchscreen: await openTouchscreen(booth, workshop),
    printer: makeReceiptPrinter(printer, clock, PRINTER_MODELS[booth.printer.model]),
    keypad: await openVoterKeypad(booth.voterKeypad, workshop),
    audio: voice.audio,
    tokens,
    media: await openMedia(booth.media, workshop),
    cells: {
      board: await openCell('board', booth.cells.board, workshop),
      module: await openCell('module', booth.cells.module, workshop),
    },
    toDesk,
  });
};
