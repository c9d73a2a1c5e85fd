/**
 * A whole election day in real time: the unit in its own processes, on emulated devices behind PTYs and
 * sockets, and robots that see the screen's pixels. Days pass while it is switched off, by its clock
 * being set; everything else takes the time it takes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { RESULT_FOLDER } from '#firmware/runtime/booth-counting.ts';
import { decodeResultPackage, RESULT_FILES } from '#firmware/vault/result-package.ts';
import { type Machine, makeMachine, type RackMachine } from '../bench/machine.ts';
import { type Prepared, prepare } from '../bench/prepare.ts';
import { type OfficerTask, runOfficers } from '../bench/robots/officers.ts';
import { runVoter } from '../bench/robots/voter.ts';
import { makeSession, type Session } from '../bench/session.ts';
import type { Confirmed } from './accounts.ts';
import { type LeftBehind, lookInside, type PostMortem } from './post-mortem.ts';
import { makeRandom } from './random.ts';
import type { SeenOutcome } from './run-day.ts';
import { type DayStage, instant } from './world.ts';

export type RealDayOptions = {
  readonly definition: ElectionDefinition;
  readonly voters: number;
  readonly seed: number;
  readonly locale: Locale;
  readonly onProgress?: (stage: DayStage, done: number, of: number) => void;
};

/** What such a day leaves, as far as it can be seen from outside. */
export type RealDayOutcome = SeenOutcome & {
  /** From the first voter to the last, ms. */
  readonly votingMs: number;
};

/** What a machine that was switched off shows to who looks into it. */
export type Inside = {
  readonly media: Pick<LeftBehind, 'fixed' | 'removable'>;
  readonly marked: PostMortem['marked'];
  readonly occupiedSlots: number | null;
};

/** On what a day is lived. */
export type DayPlace<M extends Machine> = {
  readonly makeMachine: (prepared: Prepared, folder: string) => Promise<M>;
  readonly lookInside: (machine: M, prepared: Prepared) => Promise<Inside>;
};

/** The unit's processes on this computer, on a rack of emulated devices. */
const ON_RACK: DayPlace<RackMachine> = {
  makeMachine,
  lookInside: async (machine, { given }) => {
    const { fixed, removable, boardCell, moduleCell } = machine.memory;
    const media = { fixed: fixed.files(), removable: removable.files() };
    const left = { ...media, boardCell: boardCell.image(), moduleCell: moduleCell.image() };
    return { media, ...(await lookInside(left, given, machine.calendarMs())) };
  },
};

/** So long after the hour people act. */
const AFTER_MS = 60_000;
const REST_LIMIT_MS = 30_000;
/** Readiness and zero. */
const SETUP_REPORTS = 2;
const LOOK_MS = 100;

const never = (): boolean => false;

/** What was printed for officers since the last call. */
const takeReports = ({ papers }: Session): readonly PaperPiece[] => {
  const fresh = papers.list().filter(({ place }) => place === 'tray');
  const pieces = papers.all();
  return fresh.flatMap(({ id }) => {
    papers.move(id, 'kept');
    const at = papers.list().findIndex((paper) => paper.id === id);
    return pieces[at]?.piece ?? [];
  });
};

/** A report is out when its last paper is cut; the screen goes on a little earlier. */
const awaitPaper = async ({ machine }: Session): Promise<void> => {
  const endMs = performance.now() + REST_LIMIT_MS;
  while (machine.devices.printer.hanging() !== null && performance.now() < endMs)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
};

const only = (pieces: readonly PaperPiece[], what: string): PaperPiece => {
  const [piece, ...more] = pieces;
  if (piece === undefined || more.length > 0)
    throw new Error(`${pieces.length} papers instead of one ${what}`);
  return piece;
};

const live = async (
  session: Session,
  options: RealDayOptions,
  look: () => Promise<Inside>,
): Promise<RealDayOutcome> => {
  const { definition, seed, onProgress } = options;
  const { machine, prepared, papers, people } = session;
  const random = makeRandom(makeSeededEntropy(seed, 'robots'));
  const say = (stage: DayStage, done = 0, of = 0): void => onProgress?.(stage, done, of);
  const task = async (name: OfficerTask): Promise<readonly PaperPiece[]> => {
    await runOfficers(session, name, never);
    await awaitPaper(session);
    return takeReports(session);
  };
  /** The unit is off until then. */
  const sleepUntil = async (calendarMs: number): Promise<void> => {
    await machine.shutDown();
    machine.setCalendar(calendarMs);
    await machine.start();
  };

  say('ceremony');
  await machine.start();
  const setUp = await task('setUp');
  // A booth that ended while it printed has forgotten what it had not printed yet; officers do not go home then.
  const [readiness, ...setupZero] =
    setUp.length === SETUP_REPORTS ? setUp : await task('printReports');
  if (readiness === undefined) throw new Error('no readiness report was printed');
  await sleepUntil(instant(definition.calendar.opensAt) + AFTER_MS);
  say('opening');
  const zero = only(await task('open'), 'zero report');

  // Whoever has no print on record needs an officer at the table: these robots do not.
  const coming = people.voters.filter(({ print }) => print === 'stored');
  const confirmed: Confirmed[] = [];
  const beganMs = performance.now();
  for (const [at, { id }] of coming.entries()) {
    say('voting', at, coming.length);
    confirmed.push(await runVoter(session, id, never, random.below));
  }
  say('voting', coming.length, coming.length);
  const votingMs = performance.now() - beganMs;

  await sleepUntil(instant(definition.calendar.closesAt) + AFTER_MS);
  say('closing');
  await task('resume');
  say('counting');
  const closing = await task('close');
  const sends = machine.network !== null;
  if (sends) say('transmission');
  // The receipt may be out while the last copy of the report is being taken.
  const printed = sends ? [...closing, ...(await task('awaitReceipt'))] : closing;
  const copies = definition.rules.tallyCopies;
  const tally = printed.slice(0, copies);
  const receipt = sends ? only(printed.slice(copies), 'receipt') : null;
  await machine.shutDown();

  const { media, marked, occupiedSlots } = await look();
  const packageBytes = media.removable.get(`booth/${RESULT_FOLDER}/${RESULT_FILES.package}`);
  const result = decodeResultPackage(packageBytes ?? new Uint8Array());
  if (!result.ok) throw new Error('the module does not hold a result package');
  say('finished');
  const box = papers.all().flatMap(({ piece, place }) => (place === 'box' ? [piece] : []));
  return {
    provision: prepared.given,
    confirmed,
    voted: new Set(coming.map(({ id }) => id)),
    marked,
    refused: [],
    box: random.shuffle(box),
    envelope: [],
    reports: { readiness, setupZero: only(setupZero, 'zero report'), zero, tally, receipt },
    occupiedSlots,
    machineCode: result.value.machineCode,
    media,
    votingMs,
  };
};

/** Runs a day to its end; rejects when a robot is lost. Nothing of it is left running. */
export const runDayAt = async <M extends Machine>(
  place: DayPlace<M>,
  options: RealDayOptions,
): Promise<RealDayOutcome> => {
  options.onProgress?.('provisioning', 0, 0);
  const folder = await mkdtemp(join(tmpdir(), 'urna-day-'));
  const prepared = await prepare('friday', options);
  const machine = await place.makeMachine(prepared, folder);
  const session = makeSession(prepared, machine);
  try {
    return await live(session, options, () => place.lookInside(machine, prepared));
  } finally {
    await session.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** The same on this computer's own processes. */
export const runRealDay = (options: RealDayOptions): Promise<RealDayOutcome> =>
  runDayAt(ON_RACK, options);
