/**
 * Keeps the desk file on both media: sealed, whole, double-buffered. Each medium has two buffers; a
 * writing goes into the older one and is synced, so that a cut leaves at least the newer one. The
 * newest whole file of both media wins and none is merged. When a medium is lost the survivor's
 * generation rises first, so that what comes back later can not win.
 */
import { type DeskContent, emptyContent } from '#firmware/desk/desk-content.ts';
import {
  compareAge,
  type DeskFile,
  decodeDeskFile,
  encodeDeskFile,
} from '#firmware/desk/desk-file.ts';
import { openBytes, sealBytes } from '#firmware/vault/aead.ts';
import { replaceWholeFile } from '#firmware/vault/whole-file.ts';
import type { Media } from '#hal/board.ts';
import type { Entropy } from '#hal/entropy.ts';
import { faultCode } from '#hal/fault.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { Medium, MediumFault, MediumName } from '#hal/storage.ts';

const BUFFERS = ['desk/file.a', 'desk/file.b'] as const;
type Buffer = (typeof BUFFERS)[number];
const NAMES = ['fixed', 'removable'] as const satisfies readonly MediumName[];

export type DeskStoreProblem =
  /** No medium is there, or only one and without a file: nothing can be begun. */
  | 'noMedium'
  /** Files are there and none verifies. */
  | 'fileTampered'
  | 'notSynced';

export type DeskStoreOptions = {
  readonly media: Media;
  readonly key: Uint8Array;
  /** Binds the file to election and precinct. */
  readonly context: string;
  readonly registered: number;
  readonly entropy: Entropy;
  /** Media in step changed outside a `save`. */
  readonly onInStep: (inStep: readonly MediumName[]) => void;
  readonly onFault: (code: string, medium: MediumName) => void;
  /** An fsync reported an error: the store does nothing any more. */
  readonly onNotSynced: (medium: MediumName) => void;
  /** Minds work that nobody awaits (runner.ts). */
  readonly guard: (work: Promise<unknown>) => void;
};

export type DeskStore = {
  readonly content: () => DeskContent;
  readonly inStep: () => readonly MediumName[];
  /** Durable on these media, in step with each other; none: no medium took it. One save at a time, in order. */
  readonly save: (content: DeskContent) => Promise<readonly MediumName[]>;
  /** Media that are there and failed before (full, unreadable) are tried again. */
  readonly retry: () => void;
  readonly stop: () => void;
};

/** What a medium holds: its newest whole file, and the buffer for the next writing. */
type Found = {
  readonly file: DeskFile | null;
  readonly next: Buffer;
  /** Something is in the buffers. */
  readonly any: boolean;
};

type Sealer = {
  readonly seal: (file: DeskFile) => Uint8Array;
  readonly open: (bytes: Uint8Array) => DeskFile | null;
};

const makeSealer = (options: DeskStoreOptions): Sealer => {
  const associated = new TextEncoder().encode(`urna desk file 1\0${options.context}`);
  return {
    seal: (file) => sealBytes(options.key, encodeDeskFile(file), associated, options.entropy),
    open: (bytes) => {
      const plain = openBytes(options.key, bytes, associated);
      const file = plain === null ? null : decodeDeskFile(plain);
      const whole = file?.ok === true && file.value.content.voters.length === options.registered;
      return whole ? file.value : null;
    },
  };
};

const look = async (medium: Medium, sealer: Sealer): Promise<Result<Found, MediumFault>> => {
  const files: (DeskFile | null)[] = [];
  let any = false;
  for (const path of BUFFERS) {
    const bytes = await medium.read(path);
    if (!bytes.ok) return bytes;
    any = any || bytes.value !== null;
    files.push(bytes.value === null ? null : sealer.open(bytes.value));
  }
  const [a, b] = [files[0] ?? null, files[1] ?? null];
  const newerIsA = a !== null && (b === null || compareAge(a, b) > 0);
  return ok({ file: newerIsA ? a : b, next: newerIsA ? BUFFERS[1] : BUFFERS[0], any });
};

const overwrite = async (
  medium: Medium,
  buffer: Buffer,
  bytes: Uint8Array,
): Promise<Result<void, MediumFault>> => {
  const written = await medium.write(buffer, bytes);
  return written.ok ? medium.sync(buffer) : written;
};

/** Writes a file into a medium's older buffer, durably, and reads it back. */
const put = async (
  medium: Medium,
  buffer: Buffer,
  bytes: Uint8Array,
  isNew: boolean,
): Promise<Result<void, MediumFault>> => {
  // A new buffer never stands there half: the first file of all has no older one beside it.
  const stored = isNew
    ? await replaceWholeFile(medium, buffer, bytes)
    : await overwrite(medium, buffer, bytes);
  if (!stored.ok) return stored;
  const back = await medium.read(buffer);
  if (!back.ok) return back;
  const same =
    back.value?.length === bytes.length && back.value.every((byte, at) => byte === bytes[at]);
  return same
    ? ok(undefined)
    : err({ device: 'medium', kind: 'unreadable', detail: `${buffer}: read back differs` });
};

/** Opens the newest desk file; begins one when both media are there and hold none. */
export const openDeskStore = async (
  options: DeskStoreOptions,
): Promise<Result<DeskStore, DeskStoreProblem>> => {
  const { media, onFault, onInStep, onNotSynced, guard } = options;
  const sealer = makeSealer(options);
  /** Next buffer of each medium that is in step; `written`: both buffers have had their names synced. */
  const buffers = new Map<MediumName, { next: Buffer; written: Set<Buffer> }>();
  let current: DeskFile;
  let dead = false;
  let ready = false;
  let queue: Promise<unknown> = Promise.resolve();

  const inStep = (): readonly MediumName[] => NAMES.filter((name) => buffers.has(name));

  const lose = (name: MediumName, fault: MediumFault | null): void => {
    buffers.delete(name);
    if (fault === null) return;
    onFault(faultCode(fault), name);
    if (fault.kind !== 'notSynced' || dead) return;
    dead = true;
    onNotSynced(name);
  };

  /** Writes `current` to one medium; false: it is out of step now. */
  const writeTo = async (name: MediumName, bytes: Uint8Array): Promise<boolean> => {
    const buffer = buffers.get(name);
    if (buffer === undefined || dead) return false;
    const isNew = !buffer.written.has(buffer.next);
    const stored = await put(media[name], buffer.next, bytes, isNew);
    if (!stored.ok) {
      lose(name, stored.error);
      return false;
    }
    // A medium that went away during the writing stays out of step, even if the bytes arrived.
    if (buffers.get(name) !== buffer) return false;
    buffer.written.add(buffer.next);
    buffer.next = buffer.next === BUFFERS[0] ? BUFFERS[1] : BUFFERS[0];
    return true;
  };

  /** Writes `current` to all in step. Whenever one is lost, a higher generation goes to the rest first. */
  const writeAll = async (): Promise<void> => {
    for (let round = 0; round <= NAMES.length; round++) {
      const before = inStep();
      const bytes = sealer.seal(current);
      for (const name of before) await writeTo(name, bytes);
      if (dead || inStep().length === before.length || inStep().length === 0) return;
      current = { ...current, generation: current.generation + 1 };
    }
  };

  const raiseAndWrite = async (): Promise<void> => {
    current = { ...current, generation: current.generation + 1 };
    await writeAll();
  };

  const inOrder = <T>(task: () => Promise<T>): Promise<T> => {
    const result = queue.then(task);
    queue = result.catch(() => undefined);
    return result;
  };

  const tell = (): void => {
    if (ready && !dead) onInStep(inStep());
  };

  /** A medium is back: nothing on it is believed, unless it is newer than all we know. */
  const bringInStep = async (name: MediumName): Promise<void> => {
    if (dead || buffers.has(name) || !media[name].present()) return;
    const found = await look(media[name], sealer);
    if (!found.ok) {
      lose(name, found.error);
      return;
    }
    if (found.value.file !== null && compareAge(found.value.file, current) > 0) {
      onFault('desk.newerFile', name);
      return;
    }
    buffers.set(name, { next: found.value.next, written: new Set() });
    await writeTo(name, sealer.seal(current));
  };

  const onPresence = (name: MediumName, present: boolean): void => {
    if (dead) return;
    if (!present) {
      const was = buffers.delete(name);
      if (!was) return;
      tell();
      guard(
        inOrder(async () => {
          if (inStep().length > 0) await raiseAndWrite();
          tell();
        }),
      );
      return;
    }
    guard(
      inOrder(async () => {
        await bringInStep(name);
        tell();
      }),
    );
  };

  const found = new Map<MediumName, Found>();
  for (const name of NAMES) {
    if (!media[name].present()) continue;
    const seen = await look(media[name], sealer);
    if (seen.ok) found.set(name, seen.value);
    else onFault(faultCode(seen.error), name);
  }
  const newest = [...found.values()]
    .map(({ file }) => file)
    .filter((file) => file !== null)
    .reduce<DeskFile | null>((a, b) => (a !== null && compareAge(a, b) >= 0 ? a : b), null);
  if (newest === null) {
    if ([...found.values()].some(({ any }) => any)) return err('fileTampered');
    if (found.size < NAMES.length) return err('noMedium');
    current = { generation: 1, version: 1, content: emptyContent(options.registered) };
    for (const [name, { next }] of found) buffers.set(name, { next, written: new Set() });
    await writeAll();
  } else {
    current = newest;
    const matching = [...found].filter(
      ([, { file }]) => file !== null && compareAge(file, newest) === 0,
    );
    const sameHistory = [...found].filter(([, { file }]) => file?.generation === newest.generation);
    for (const [name, { next }] of matching) buffers.set(name, { next, written: new Set() });
    // Lost, fresh, damaged or of an older history: the survivor's generation rises first.
    if (sameHistory.length < NAMES.length) await raiseAndWrite();
    for (const name of NAMES) await bringInStep(name);
  }
  if (dead) return err('notSynced');
  if (inStep().length === 0) return err('noMedium');
  const stops = NAMES.map((name) => media[name].onPresence((present) => onPresence(name, present)));
  ready = true;

  return ok({
    content: () => current.content,
    inStep,
    save: (content) =>
      inOrder(async () => {
        if (dead) return [];
        current = { ...current, version: current.version + 1, content };
        await writeAll();
        return dead ? [] : inStep();
      }),
    retry: () => {
      if (dead || NAMES.every((name) => buffers.has(name) || !media[name].present())) return;
      guard(
        inOrder(async () => {
          for (const name of NAMES) await bringInStep(name);
          tell();
        }),
      );
    },
    stop: () => {
      dead = true;
      for (const stop of stops) stop();
    },
  });
};
