/**
 * The unit file: what a unit is beside its release, one JSON object in the read-only root. Every field is
 * needed, so that no value is ever one that nobody wrote. Nothing of firmware/ or drivers/ is verified when
 * it is read, so nothing of them is imported.
 */
import { err, ok, type Result } from '#hal/result.ts';

/** The programs of a unit. */
export const PROGRAMS = ['supervisor', 'desk', 'booth', 'counting', 'console', 'sender'] as const;
export type ProgramName = (typeof PROGRAMS)[number];
export type Users = Readonly<Record<ProgramName, number>>;

/** A file system that comes and goes with what is plugged into a port of USB. */
export type MediumMount = {
  /** Where it is mounted: an empty folder of the root. */
  readonly place: string;
  /** The port, for example `1-8`. */
  readonly usbPath: string;
  readonly filesystem: 'ext4' | 'vfat';
  /** Whose it is where the file system knows no owners. */
  readonly owner: ProgramName | null;
};

export type DataPartition = {
  /** Its name in the partition table (GPT). */
  readonly partition: string;
  /**
   * The device of a TPM 2.0 that its key is sealed to; null: this unit has none. It is asked before or while modules
   * are loaded: its driver must be one that the kernel has built in.
   */
  readonly tpm: string | null;
  /** Modules of the kernel that it is opened and mounted with, in their order. */
  readonly modules: readonly string[];
};

export type UnitFile = {
  /** The board file, from the root of the release; on a bench absolute. */
  readonly board: string;
  /** The list of parts that may be attached (firmware/parts), from the root of the release. */
  readonly parts: string;
  readonly locale: 'es' | 'en';
  /** Where the delivery is, and the sockets between processes. */
  readonly delivery: string;
  readonly run: string;
  /** What dm-verity gives; null: nothing is verified below the files, a bench. */
  readonly verifiedDevice: string | null;
  /** Null: the folders of the board file are there, a bench. */
  readonly data: DataPartition | null;
  /** The other modules of the kernel, in the order in which they are loaded; nothing else ever is. */
  readonly modules: readonly string[];
  readonly media: readonly MediumMount[];
  /**
   * Each process' own user and group, the same number, and with it a sandbox of its own; null: a bench,
   * where all run as whoever started it and as they are.
   */
  readonly users: Users | null;
  /**
   * Kernel modules, USB and mounts are its to rule, and it ends by switching the machine off or starting it
   * anew; false: all that is somebody else's, and it ends by ending its program, a bench.
   */
  readonly ownsMachine: boolean;
};

const MAX_MODULES = 64;
const MAX_MEDIA = 8;

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && /^\/[\w./-]{1,200}$/.test(value) && !value.includes('..');
const isBelow = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-][\w./-]{0,200}$/.test(value) && !value.includes('..');
const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,56}$/.test(value);

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown, names: readonly string[]): Fields | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const given = Object.keys(value);
  return given.length === names.length && names.every((name) => given.includes(name))
    ? (value as Fields)
    : null;
};

const isListOf = <T>(
  value: unknown,
  most: number,
  isOne: (each: unknown) => each is T,
): value is readonly T[] => Array.isArray(value) && value.length <= most && value.every(isOne);
const isModules = (value: unknown): value is readonly string[] =>
  isListOf(value, MAX_MODULES, isName);

const isMedium = (value: unknown): value is MediumMount => {
  const { place, usbPath, filesystem, owner } =
    fieldsOf(value, ['place', 'usbPath', 'filesystem', 'owner']) ?? {};
  return (
    isPath(place) &&
    typeof usbPath === 'string' &&
    /^\d+-\d+(\.\d+)*$/.test(usbPath) &&
    (filesystem === 'ext4' || filesystem === 'vfat') &&
    (owner === null || PROGRAMS.some((name) => name === owner))
  );
};
const isData = (value: unknown): value is DataPartition | null => {
  if (value === null) return true;
  const { partition, tpm, modules } = fieldsOf(value, ['partition', 'tpm', 'modules']) ?? {};
  return isName(partition) && (tpm === null || isPath(tpm)) && isModules(modules);
};
/** All different, and nobody is root. */
const isUsers = (value: unknown): value is Users | null => {
  if (value === null) return true;
  const users = Object.values(fieldsOf(value, PROGRAMS) ?? {});
  return (
    users.length === PROGRAMS.length &&
    users.every((id) => Number.isInteger(id) && Number(id) > 0 && Number(id) < 60_000) &&
    new Set(users).size === users.length
  );
};

const CHECKS: { readonly [Key in keyof UnitFile]: (value: unknown) => boolean } = {
  board: (value) => isBelow(value) || isPath(value),
  parts: (value) => isBelow(value) || isPath(value),
  locale: (value) => value === 'es' || value === 'en',
  delivery: isPath,
  run: isPath,
  verifiedDevice: (value) => value === null || isPath(value),
  data: isData,
  modules: isModules,
  media: (value) => isListOf(value, MAX_MEDIA, isMedium),
  users: isUsers,
  ownsMachine: (value) => typeof value === 'boolean',
};

/** The error names the field. */
export const readUnitFile = (text: string): Result<UnitFile, string> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('no JSON');
  }
  const file = fieldsOf(json, Object.keys(CHECKS));
  if (file === null) return err(`needs exactly the fields ${Object.keys(CHECKS).join(', ')}`);
  const wrong = Object.entries(CHECKS).find(([name, isGood]) => !isGood(file[name]));
  return wrong === undefined ? ok(file as UnitFile) : err(`${wrong[0]} is not what it must be`);
};
