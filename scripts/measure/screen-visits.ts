/**
 * Voters at a unit in real time, for the figures of the screen's answer: robots with quick hands mark
 * ballots of all cards, confirm, and take their papers.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediumPace } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { wait } from '#hal/clock.ts';
import type { Scene } from '#hal/scene.ts';
import { type Prepared, prepare } from '../bench/prepare.ts';
import { type Hands, makeHands } from '../day/hands.ts';
import { makeRandom } from '../day/random.ts';
import { makeRoom } from '../day/room.ts';
import type { VoterPlan } from '../day/scenario.ts';
import { visitBooth } from '../day/voter.ts';
import { type MeasuredUnit, startMeasuredUnit } from './screen-unit.ts';
import { touchAnswers } from './touch-answers.ts';

export type VisitTimes = {
  /** From the report of a lifted finger to the last change of the frame that it brought about, ms. */
  readonly touchToFrameMs: readonly number[];
  /** From the report of the finger that confirmed to the first byte of the record at the printer, ms. */
  readonly confirmToPrintMs: readonly number[];
  /** What voters saw while they marked, in order. */
  readonly ballots: readonly Scene[];
};

const SEED = 1;
/** Scenes that are kept for the figures of drawing. */
const BALLOTS_KEPT = 60;
/** Rests between two touches, so that each frame belongs to one touch, ms. */
const HAND_MS = 40;
/** A unit that has just started first hears how its power is, ms. */
const SETTLE_MS = 1_500;

/** The first voters go through all cards; the others vote null at once, for the time of the print. */
const FIRST_BEHAVIOURS: readonly VoterPlan['behaviour'][] = [
  'selectAll',
  'full',
  'changesMind',
  'full',
  'full',
];

const planOf = (prepared: Prepared, index: number): VoterPlan => {
  const { voters } = prepared.given.pollbook;
  const voter = voters[index % voters.length];
  if (voter === undefined) throw new Error('no voter in the pollbook');
  return {
    voter,
    behaviour: FIRST_BEHAVIOURS[index] ?? 'blank',
    finger: 'good',
    companionId: null,
    locale: prepared.locale,
    rejects: false,
    walkMs: 0,
    paceMs: 0,
    triesTwice: false,
    paperJams: false,
    mistyped: false,
  };
};

/** The presiding officer lets voting go on after the restart. */
const resume = async (unit: MeasuredUnit, prepared: Prepared, hands: Hands): Promise<void> => {
  const { definition, officers } = prepared.given;
  const presiding = definition.officers.find(({ role }) => role === 'presidingOfficer')?.id;
  const kit = officers.find(({ officerId }) => officerId === presiding);
  if (kit === undefined) throw new Error('no presiding officer');
  await hands.awaitScene(['resuming', 'waiting']);
  await wait(unit.clock, SETTLE_MS);
  unit.devices.tokens.insert(kit.token);
  await hands.typePin(kit.pin);
  await hands.awaitScene(['waiting', 'officer']);
  unit.devices.tokens.remove();
  await hands.awaitScene(['waiting']);
};

const visits = async (
  unit: MeasuredUnit,
  prepared: Prepared,
  voters: number,
  onVoter: (done: number) => void,
): Promise<VisitTimes> => {
  const { clock, devices, marks } = unit;
  const random = makeRandom(makeSeededEntropy(SEED, 'measured visits'));
  const hands = makeHands(devices.glass, clock, () => HAND_MS);
  const room = makeRoom(devices.printer, clock);
  await resume(unit, prepared, hands);
  const ballots: Scene[] = [];
  devices.glass.onScene((scene) => {
    if (scene.name === 'ballot' && ballots.length < BALLOTS_KEPT) ballots.push(scene);
  });
  const touchToFrameMs: number[] = [];
  const confirmToPrintMs: number[] = [];
  for (let index = 0; index < voters; index++) {
    await hands.awaitScene(['waiting']);
    for (const each of Object.values(marks)) each.length = 0;
    const plan = planOf(prepared, index);
    const { ballotStyleId } = plan.voter;
    await unit.admit(ballotStyleId);
    const ballot = resolveBallot(prepared.given.definition, ballotStyleId);
    await visitBooth({ clock, hands, random, mouth: room.mouth }, plan, ballot, prepared.locale);
    const [printMs] = marks.prints;
    const confirmMs = marks.reports.findLast((atMs) => printMs !== undefined && atMs < printMs);
    if (printMs === undefined || confirmMs === undefined) throw new Error('nothing was printed');
    confirmToPrintMs.push(printMs - confirmMs);
    touchToFrameMs.push(...touchAnswers(marks.scenes, marks.frames));
    room.mindPaperRoll();
    onVoter(index + 1);
  }
  await wait(clock, HAND_MS);
  return { touchToFrameMs, confirmToPrintMs, ballots };
};

/** `voters` of an open polling station, at media as files here or paced. */
export const measureVisits = async (
  definition: ElectionDefinition,
  voters: number,
  pace: MediumPace | null,
  onVoter: (done: number) => void,
): Promise<VisitTimes> => {
  const { locale } = definition;
  const prepared = await prepare('open', { definition, voters, seed: SEED, locale });
  const folder = await mkdtemp(join(tmpdir(), 'urna-screen-'));
  try {
    const unit = await startMeasuredUnit({ prepared, folder, pace });
    try {
      return await visits(unit, prepared, voters, onVoter);
    } finally {
      await unit.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
