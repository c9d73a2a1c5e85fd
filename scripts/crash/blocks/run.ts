/**
 * The power is cut between a guest's kernel and its disk. A unit's vault and desk live through a precinct in a
 * guest while the disk's writes and flushes are logged; then what the disk may have held at each instant is
 * taken apart on this computer, and the unit gets up from it, finishes, votes on and counts. Some states are
 * started in the guest itself. It sees what the enumeration can not: the file system and the kernel in between.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeChance } from '../../elections/names.ts';
import { makeTinyGuest, type TinyGuest } from '../../qemu/tiny-guest.ts';
import { live } from '../life.ts';
import { makeWorld } from '../session.ts';
import type { ControlName } from './controls.ts';
import { makeDisk } from './disk-image.ts';
import { liveInGuest, type Told } from './guest.ts';
import { makeReplay, unpackDisk } from './replay.ts';
import { type Crash, crashAt, durableAt } from './states.ts';
import { type LogEntry, readWriteLog } from './write-log.ts';

const SEED = 1;
const FRESH = JSON.stringify(makeWorld());
/** Entries before the crash that a disk which lies has not kept, though it was told to. */
const LYING_ENTRIES = 60;
/** States of a control; the first that breaks a rule ends it. */
const CONTROL_STATES = 200;
const WORDS_KEPT = 300;

export type BlocksOptions = {
  readonly states: number;
  /** Of the states, so many are started in the guest. */
  readonly boots: number;
  readonly seed: number;
  readonly controls: readonly BlockControl[];
  readonly onProgress: (words: string, done: number, of: number) => void;
};

/** What is made worse, so that the replay must find it out. */
export type BlockControl = {
  readonly name: string;
  readonly tampering: ControlName;
  readonly barriers: boolean;
  /** The disk does not keep what it was told to flush. */
  readonly lies: boolean;
};

export const BLOCK_CONTROLS: readonly BlockControl[] = [
  { name: 'a disk that flushes nothing', tampering: 'none', barriers: true, lies: true },
  { name: 'a file system that asks for no flush', tampering: 'none', barriers: false, lies: false },
  { name: 'journal not synced', tampering: 'journal not synced', barriers: true, lies: false },
  { name: 'urn not synced', tampering: 'urn not synced', barriers: true, lies: false },
  { name: 'desk file not synced', tampering: 'desk file not synced', barriers: true, lies: false },
];

export type BlocksOutcome = {
  readonly entries: number;
  readonly flushes: number;
  readonly states: number;
  readonly booted: number;
  readonly failures: readonly string[];
  readonly controls: readonly {
    readonly name: string;
    readonly detected: boolean;
    readonly by: string | null;
  }[];
};

/** A logged life: the disk before it, the writes, and how the room stood. */
type Recording = {
  readonly disk: Uint8Array;
  readonly log: Uint8Array;
  readonly entries: readonly LogEntry[];
  readonly told: readonly Told[];
  readonly end: string;
};

const record = async (
  guest: TinyGuest,
  scratch: string,
  { tampering, barriers }: Pick<BlockControl, 'tampering' | 'barriers'>,
): Promise<Recording> => {
  const folder = mkdtempSync(join(scratch, 'life-'));
  const disk = join(folder, 'disk');
  const log = join(folder, 'log');
  makeDisk(disk, folder);
  const before = new Uint8Array(readFileSync(disk));
  writeFileSync(log, '');
  const { end, told } = await liveInGuest({
    guest,
    folder,
    disk,
    log,
    seed: SEED,
    room: FRESH,
    control: tampering,
    barriers,
  });
  const bytes = new Uint8Array(readFileSync(log));
  rmSync(folder, { recursive: true });
  const read = readWriteLog(bytes);
  if (!read.ok) throw new Error(`the log of the guest's disk: ${read.error}`);
  return { disk: before, log: bytes, entries: read.value, told, end };
};

/** How people and paper stood when so many entries were done. */
const roomAt = ({ entries, told }: Recording, at: number): string => {
  const bytes = at === 0 ? 0 : entries[at - 1]!.end;
  return told.findLast(({ logBytes }) => logBytes <= bytes)?.room ?? FRESH;
};

/** Instants spread over the log, in its order; each may come more than once. */
const instants = (entries: number, states: number): readonly number[] =>
  Array.from({ length: states }, (_, at) => Math.floor(((at + 0.5) * (entries + 1)) / states));

/** The unit gets up from the disk; null, or the rule that is broken. */
const getUp = async (disk: Uint8Array, room: string, scratch: string): Promise<string | null> => {
  const folder = mkdtempSync(join(scratch, 'state-'));
  try {
    const trouble = unpackDisk(disk, folder);
    if (trouble !== null) return trouble;
    await live(folder, SEED, JSON.parse(room), () => undefined);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

type Tried = { readonly states: number; readonly failures: readonly string[] };

/** Every state in turn; `onState` may look at the disk too. */
const tryStates = async (
  recording: Recording,
  scratch: string,
  options: {
    readonly states: number;
    readonly seed: number;
    readonly lies: boolean;
    readonly stopAtFirst: boolean;
    readonly onState: (done: number, crash: Crash, disk: Uint8Array) => Promise<void>;
  },
): Promise<Tried> => {
  const { disk, log, entries } = recording;
  const replay = makeReplay(disk.slice(), log, entries);
  const { below } = makeChance(options.seed, 'power cuts of blocks');
  const failures: string[] = [];
  let states = 0;
  for (const at of instants(entries.length, options.states)) {
    const sure = durableAt(entries, at);
    const from = options.lies ? Math.max(0, sure - LYING_ENTRIES) : sure;
    const crash = crashAt(entries, at, below, from);
    const left = replay(crash);
    const trouble = await getUp(left, roomAt(recording, at), scratch);
    states++;
    if (trouble !== null) {
      failures.push(`after ${at} of ${entries.length} entries: ${trouble.slice(0, WORDS_KEPT)}`);
      if (options.stopAtFirst) break;
    }
    await options.onState(states, crash, left);
  }
  return { states, failures };
};

const nothing = async (): Promise<void> => undefined;

const runControl = async (
  guest: TinyGuest,
  scratch: string,
  whole: Recording,
  control: BlockControl,
  seed: number,
) => {
  const { name, tampering, barriers, lies } = control;
  const recording =
    tampering === 'none' && barriers ? whole : await record(guest, scratch, control);
  const { failures } = await tryStates(recording, scratch, {
    states: CONTROL_STATES,
    seed,
    lies,
    stopAtFirst: true,
    onState: nothing,
  });
  return { name, detected: failures.length > 0, by: failures[0] ?? null };
};

/** Rejects when the guest does not come up. */
export const runBlocks = async (options: BlocksOptions): Promise<BlocksOutcome> => {
  const { states, boots, seed, onProgress } = options;
  const scratch = mkdtempSync(join(tmpdir(), 'urna-blocks-'));
  try {
    onProgress('making the guest', 0, 0);
    const made = join(scratch, 'guest');
    mkdirSync(made);
    const guest = makeTinyGuest(made);
    onProgress('a precinct votes in the guest', 0, 0);
    const recording = await record(guest, scratch, { tampering: 'none', barriers: true });
    const failures = recording.end === 'finished' ? [] : [`in the guest: ${recording.end}`];
    let booted = 0;
    const every = boots === 0 ? Number.POSITIVE_INFINITY : Math.floor(states / boots);
    const tried = await tryStates(recording, scratch, {
      states,
      seed,
      lies: false,
      stopAtFirst: false,
      onState: async (done, crash, left) => {
        onProgress('states', done, states);
        if (done % every !== 0 || booted === boots) return;
        booted++;
        const folder = mkdtempSync(join(scratch, 'boot-'));
        const disk = join(folder, 'disk');
        writeFileSync(disk, left);
        const room = roomAt(recording, crash.at);
        const life = await liveInGuest({
          ...{ guest, folder, disk, log: null, seed: SEED, room },
          ...{ control: 'none', barriers: true },
        });
        if (life.end !== 'finished')
          failures.push(`started after ${crash.at} entries: ${life.end}`);
        rmSync(folder, { recursive: true });
      },
    });
    const controls = [];
    for (const [at, control] of options.controls.entries()) {
      onProgress('controls', at + 1, options.controls.length);
      controls.push(await runControl(guest, scratch, recording, control, seed));
    }
    return {
      entries: recording.entries.length,
      flushes: recording.entries.filter(({ kind }) => kind === 'flush').length,
      states: tried.states,
      booted,
      failures: [...failures, ...tried.failures],
      controls,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};
