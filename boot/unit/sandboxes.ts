/**
 * What each process of a unit may open, exactly: this list, filled in with the places of the board file. All
 * else is not there for it, or is somebody else's.
 */
import { resolve } from 'node:path';
import type { BoardFile, HidWire, PrinterWire, SerialWire } from '#drivers/board-file.ts';
import type { FilterRules } from '../process/filter.ts';
import type { Sandbox } from '../process/sandbox.ts';
import { EVERYBODYS_CALLS } from '../process/system-calls.ts';
import { RELEASE_ROOT } from '../release/root.ts';
import { ROOT_FILES, SOURCE_FOLDERS } from '../release/which-files.ts';
import { doorsOf } from './doors.ts';
import type { ProgramName, UnitFile } from './unit-file.ts';

/** The release, which is what runs, and the libraries that Node and the packages are linked with. */
const PROGRAM = [
  ...SOURCE_FOLDERS.map((folder) => `${RELEASE_ROOT}${folder}`),
  ...ROOT_FILES.map((file) => `${RELEASE_ROOT}${file}`),
  `${RELEASE_ROOT}node_modules`,
  '/lib',
  '/lib64',
  '/usr/lib',
] as const;

/** Of the unit file's paths from the root of the release; one that is absolute is a bench's own. */
export const pathInRelease = (path: string): string => resolve(RELEASE_ROOT, path);

/** Where it is told what is plugged in where. */
const SYSFS = '/sys';
/** What speaks: espeak-ng and aplay, their voices and cards. */
const SPEECH = ['/usr/bin/espeak-ng', '/usr/bin/aplay', '/usr/share/alsa', '/etc/alsa'] as const;

/** `include/linux/socket.h`. libusb does not start without the last, though nobody tells it of devices there. */
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;

export type Confined = { readonly sandbox: Sandbox; readonly rules: FilterRules };

type Places = {
  readonly unit: Pick<UnitFile, 'board' | 'delivery' | 'run' | 'media'>;
  readonly board: BoardFile;
  /** Signed manifest and key (boot/unit/verify-release.ts). */
  readonly release: readonly string[];
};

/** A process' own run folder, the folder of the desk's and the booth's socket, and all doors. */
export const runFolders = ({ run }: Pick<UnitFile, 'run'>) => ({
  own: `${run}/supervisor`,
  link: `${run}/link`,
  doors: `${run}/doors`,
  filters: `${run}/filters`,
});

/** A folder on what comes and goes is reached through its mount point, which is always there. */
const reachedBy = ({ unit }: Places, path: string): string =>
  unit.media.find(({ place }) => path === place || path.startsWith(`${place}/`))?.place ?? path;

type Own = Sandbox & {
  readonly socketFamilies: readonly number[];
  readonly startsPrograms: boolean;
};

type Wire = SerialWire | HidWire | PrinterWire | null;
/** Where the board file names it by its path and not by what it is. */
const nodesOf = (...wires: readonly Wire[]): readonly string[] =>
  wires.flatMap((wire) => {
    if (wire?.kind === 'reportSocket') return [wire.path];
    return wire?.kind === 'serial' && typeof wire.port === 'string' ? [wire.port] : [];
  });

const OWN: Readonly<Record<ProgramName, (places: Places) => Own>> = {
  supervisor: (places) => {
    const { fixed, removable } = places.board.supervisor.media;
    const { own, doors } = runFolders(places.unit);
    return {
      reads: [
        SYSFS,
        places.board.supervisor.inventory.sysfs,
        doorsOf(doors, 'supervisor'),
        ...places.release,
      ],
      writes: [
        reachedBy(places, fixed.folder),
        reachedBy(places, removable.folder),
        places.unit.delivery,
        own,
      ],
      nodes: nodesOf(places.board.supervisor.powerBoard, places.board.supervisor.ups),
      devices: true,
      network: false,
      socketFamilies: [AF_UNIX, AF_NETLINK],
      startsPrograms: false,
    };
  },
  desk: (places) => {
    const { media, reader, keypad, display } = places.board.desk;
    const { fixed, removable } = media;
    return {
      reads: [SYSFS, runFolders(places.unit).link],
      writes: [reachedBy(places, fixed.folder), reachedBy(places, removable.folder)],
      nodes: nodesOf(reader.wire, keypad, display.wire),
      devices: true,
      network: false,
      socketFamilies: [AF_UNIX, AF_NETLINK],
      startsPrograms: false,
    };
  },
  booth: (places) => {
    const { booth } = places.board;
    const { link, doors } = runFolders(places.unit);
    const cells = Object.values(booth.cells).flatMap((cell) =>
      cell.kind === 'tpm' ? [] : [cell.path],
    );
    const { audio, frameBuffer } = booth;
    const speaks = audio.kind === 'espeak';
    return {
      reads: [SYSFS, doorsOf(doors, 'booth'), ...(speaks ? SPEECH : [])],
      writes: [
        reachedBy(places, booth.media.fixed.folder),
        reachedBy(places, booth.media.removable.folder),
        reachedBy(places, booth.tokens.folder),
        link,
        ...cells,
      ],
      nodes: [
        ...nodesOf(booth.glass, booth.printer.wire, booth.voterKeypad),
        frameBuffer.path,
        ...(audio.kind === 'socket' ? [audio.path] : []),
      ],
      devices: true,
      network: false,
      socketFamilies: [AF_UNIX, AF_NETLINK],
      startsPrograms: speaks,
    };
  },
  /** Ballots come and totals go over its channel; it opens nothing. */
  counting: () => ({
    reads: [],
    writes: [],
    nodes: [],
    devices: false,
    network: false,
    socketFamilies: [AF_UNIX],
    startsPrograms: false,
  }),
  /** Connections go out, to receivers that are appointed by address: nothing is read to find them. */
  sender: () => ({
    reads: [],
    writes: [],
    nodes: [],
    devices: false,
    network: true,
    socketFamilies: [AF_UNIX, AF_INET, AF_INET6],
    startsPrograms: false,
  }),
  console: ({ board }) => ({
    reads: [SYSFS],
    writes: [],
    nodes: nodesOf(board.console),
    devices: true,
    network: false,
    socketFamilies: [AF_UNIX],
    startsPrograms: false,
  }),
};

export const sandboxOf = (program: ProgramName, places: Places): Confined => {
  const { socketFamilies, startsPrograms, reads, ...own } = OWN[program](places);
  return {
    sandbox: { ...own, reads: [...PROGRAM, pathInRelease(places.unit.board), ...reads] },
    rules: { calls: EVERYBODYS_CALLS, socketFamilies, startsPrograms },
  };
};
