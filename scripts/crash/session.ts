/**
 * The people of the crash enumeration: voters who come one after the other, the paper that comes out
 * of the printer, and the officers who follow the recovery table after a cut. Everything durable is
 * done by the vault and the desk's store that ship; what people hold and know is here, and survives a
 * power cut as people and paper do.
 */
import {
  admit,
  type DeskContent,
  hasVoted,
  markVoted,
  recordOutcome,
  release,
} from '#firmware/desk/desk-content.ts';
import type { Rules } from '#firmware/election/definition.ts';
import { type DeskStore, openDeskStore } from '#firmware/runtime/desk-store.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { setUpVault } from '#firmware/vault/set-up.ts';
import type { Journal, PollsStatus, VaultFault } from '#firmware/vault/vault.ts';
import { ok, type Result } from '#hal/result.ts';
import type { MediumName } from '#hal/storage.ts';
import { MEDIA, type Premises } from './bench.ts';
import { BALLOT_BYTES, ballotOf, PAPER_BYTES, type Precinct, VOTERS } from './precinct.ts';

/** What must never be: `name` is stable, `detail` is for people. */
export class Violation extends Error {
  readonly rule: string;
  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

/** What one voter's visit is like. `partials` and `rejections` count down as they happen, once each. */
export type Visit = {
  readonly voter: number;
  partials: number;
  rejections: number;
  /** Papers that were printed and rejected so far. */
  attempt: number;
  /** A record was prepared in this attempt: there is none to prepare. */
  prepared: boolean;
  /** The vault said that the vote is past the commit point and the voter did not reject it. */
  secured: boolean;
};

/** People and paper. */
export type World = {
  /** What hangs from the printer. */
  paper: 'none' | 'partial' | 'whole';
  code: string | null;
  readonly box: string[];
  readonly envelope: string[];
  visit: Visit | null;
  /** Voters who are marked, with the attempt whose paper they accepted. */
  readonly done: { readonly voter: number; readonly attempt: number }[];
  /** The machine said that the ceremony is done. */
  ceremony: boolean;
  /** The last status of the polls that the machine said was done. */
  polls: PollsStatus;
};

export const makeWorld = (): World => ({
  paper: 'none',
  code: null,
  box: [],
  envelope: [],
  visit: null,
  done: [],
  ceremony: false,
  polls: 'ready',
});

export type VisitPlan = Pick<Visit, 'voter' | 'partials' | 'rejections'>;

const newVisit = (plan: VisitPlan): Visit => ({
  ...plan,
  attempt: 0,
  prepared: false,
  secured: false,
});

/** The processes of one start of the unit, both halves of it. */
export type Unit = {
  readonly vault: ReturnType<typeof openVault>;
  readonly desk: DeskStore;
};

/** Every voter's finger matches: no limit of these is ever met. */
const RULES: Rules = {
  votingTimeMs: 180_000,
  warningMs: 30_000,
  extensionMs: 0,
  replaceInSinglePosition: true,
  verifyPaper: true,
  consecutiveNoMatchLimit: 100,
  noStoredPrintLimitPercent: 100,
  consecutiveNoLimbsLimit: 100,
  fingerAttempts: 3,
  fingerWaitMs: 10_000,
  shareThreshold: 2,
  tallyCopies: 1,
};

export const must = <T>(
  result: { ok: true; value: T } | { ok: false; error: unknown },
  what: string,
): T => {
  if (result.ok) return result.value;
  throw new Violation('the unit gets on', `${what}: ${JSON.stringify(result.error)}`);
};

const BOTH = 2;

export type Started = { readonly unit: Unit; readonly journal: Journal };

/** The setup ceremony's part of the vault, in a process of its own. */
export const holdCeremony = async (
  premises: Premises,
  precinct: Precinct,
  world: World,
): Promise<void> => {
  const made = await setUpVault(premises.boot().vault, {
    publicKey: precinct.key.publicKey,
    slots: VOTERS,
    ballotBytes: BALLOT_BYTES,
    paperBytes: PAPER_BYTES,
    codes: precinct.codes,
    commitments: Uint8Array.of(1),
  });
  must(made, 'the ceremony');
  world.ceremony = true;
};

/** Starts the unit's processes and takes up what storage holds; a ceremony that left nothing is held again. */
export const start = async (
  premises: Premises,
  precinct: Precinct,
  world: World,
): Promise<Started> => {
  const started = await takeUp(premises, precinct);
  if (started.ok) return started.value;
  if (started.error.kind !== 'empty' || world.ceremony) return must(started, 'recovery');
  await holdCeremony(premises, precinct, world);
  return must(await takeUp(premises, precinct), 'recovery after the ceremony');
};

const takeUp = async (
  premises: Premises,
  precinct: Precinct,
): Promise<Result<Started, VaultFault>> => {
  const handles = premises.boot();
  const desk = must(
    await openDeskStore({
      media: handles.desk,
      key: precinct.deskKey,
      context: precinct.election.precinctId,
      registered: VOTERS,
      entropy: handles.vault.entropy,
      onInStep: () => undefined,
      onFault: () => undefined,
      onNotSynced: () => undefined,
      guard: (work) => void work.catch(() => undefined),
    }),
    'the desk file',
  );
  const vault = openVault(handles.vault);
  const journal = await vault.recover();
  if (journal.ok) return ok({ unit: { vault, desk }, journal: journal.value });
  vault.close();
  desk.stop();
  return journal;
};

const takePaper = (world: World, into: 'box' | 'envelope'): void => {
  if (world.paper === 'none' || world.code === null) return;
  world[into].push(world.code);
  world.paper = 'none';
  world.code = null;
};

const visitOf = (world: World): Visit => {
  if (world.visit === null) throw new Violation('no vote without a voter', 'a vote is under way');
  return world.visit;
};

const printPaper = async ({ vault }: Unit, world: World): Promise<void> => {
  const visit = visitOf(world);
  must(await vault.markPrint('STARTED'), 'STARTED');
  const paper = must(await vault.pendingPaper(), 'the pending record');
  if (paper[0] !== visit.voter + 1)
    throw new Violation('the paper is the voter’s own', `paper of ${paper[0]}`);
  world.code = must(await vault.paperCode(), 'a paper code');
  if (visit.partials > 0) {
    visit.partials--;
    world.paper = 'partial';
  } else world.paper = 'whole';
};

/** A medium that failed once is tried again so often before the desk is taken to be stuck. */
const SAVES_MOST = 3;

/** Saves until the content is durable on all of `wanted`, as the desk does when it is asked again. */
const saveOn = async (
  { desk }: Unit,
  content: DeskContent,
  wanted: readonly MediumName[],
): Promise<void> => {
  for (let round = 0; round < SAVES_MOST; round++) {
    const named = await desk.save(content);
    if (wanted.every((name) => named.includes(name))) return;
    desk.retry();
  }
  throw new Violation('the unit gets on', `the desk file is not durable on ${wanted.join(', ')}`);
};

/** S8: the desk marks, and only names the media on which the mark is durable. */
const tellDesk = (unit: Unit): Promise<void> =>
  saveOn(unit, markVoted(unit.desk.content()), unit.vault.inStep());

const prepare = async ({ vault }: Unit, visit: Visit): Promise<void> => {
  const prepared = await vault.prepare({
    ballot: ballotOf(visit.voter, visit.attempt),
    paper: ballotOf(visit.voter, visit.attempt),
  });
  if (prepared.ok) visit.prepared = visit.secured = true;
  else if (prepared.error.kind !== 'mediumLost') must(prepared, 'prepare');
};

const settleVote = async (unit: Unit): Promise<void> => {
  must(await unit.vault.commit(), 'commit');
  await tellDesk(unit);
  must(await unit.vault.settle(), 'settle');
};

/** A row of the recovery table, or a step of the vote: they are the same. True: at rest. */
const act = async (unit: Unit, world: World): Promise<boolean> => {
  const { vault } = unit;
  const { phase, print } = vault.journal();
  switch (phase) {
    case 'IDLE':
      must(await vault.clean(), 'clean');
      return true;
    case 'ACTIVE': {
      const visit = visitOf(world);
      if (!visit.prepared && vault.inStep().length === BOTH) {
        await prepare(unit, visit);
        return false;
      }
      must(await vault.discard(), 'discard');
      return false;
    }
    case 'SPOILED':
      takePaper(world, 'envelope');
      must(await vault.finishSpoil(), 'finishSpoil');
      visitOf(world).prepared = false;
      return false;
    case 'OUTCOME':
      await settleVote(unit);
      return false;
    case 'PREPARED':
      break;
  }
  const visit = visitOf(world);
  switch (print) {
    case 'NONE':
      await printPaper(unit, world);
      return false;
    case 'STARTED':
      // The printer and the voter are asked: nothing, a part, or all of it?
      if (world.paper === 'none') await printPaper(unit, world);
      else if (world.paper === 'partial') must(await vault.markPartial(), 'PARTIAL');
      else must(await vault.markPrint('DONE'), 'DONE');
      return false;
    case 'PARTIAL':
      if (world.paper === 'partial') takePaper(world, 'envelope');
      await printPaper(unit, world);
      return false;
    case 'DONE':
      if (visit.rejections > 0) {
        visit.secured = false;
        must(await vault.spoil(), 'spoil');
        visit.rejections--;
        visit.attempt++;
      } else must(await vault.markPrint('CONFIRMED'), 'CONFIRMED');
      return false;
    case 'CONFIRMED':
      takePaper(world, 'box');
      must(await vault.commit(), 'commit');
      return false;
  }
};

const STEPS_MOST = 60;

/** Goes on from where the vault stands until it rests. */
const goOn = async (unit: Unit, world: World): Promise<void> => {
  for (let step = 0; step < STEPS_MOST; step++) if (await act(unit, world)) return;
  throw new Violation('every vote comes to an end', `${STEPS_MOST} steps were not enough`);
};

/** The visit is over: is the voter marked, or free to come back? */
const leave = async (unit: Unit, world: World): Promise<void> => {
  const { visit } = world;
  if (visit === null) return;
  const content = unit.desk.content();
  const voted = hasVoted(content, visit.voter);
  if (visit.secured && !voted)
    throw new Violation('a secured vote is never lost', `voter ${visit.voter} is not marked`);
  if (voted) world.done.push({ voter: visit.voter, attempt: visit.attempt });
  else if (content.admission !== null) await unit.desk.save(release(content));
  world.visit = null;
};

/** At rest: a medium that is out of step is brought back in, on both sides. */
export const bringInStep = async ({ vault, desk }: Unit): Promise<void> => {
  if (vault.inStep().length < BOTH) must(await vault.synchronise(), 'synchronise');
  if (desk.inStep().length < BOTH) {
    desk.retry();
    await desk.save(desk.content());
  }
};

/** S0 to S8 for one voter. */
export const castVote = async (unit: Unit, world: World, plan: VisitPlan): Promise<void> => {
  const { desk, vault } = unit;
  await bringInStep(unit);
  if (hasVoted(desk.content(), plan.voter))
    throw new Violation('nobody is shut out', `voter ${plan.voter} is marked before the visit`);
  const recorded = recordOutcome(desk.content(), plan.voter, 'match', RULES);
  const admission = { voter: plan.voter, companion: null };
  world.visit = newVisit(plan);
  await saveOn(unit, admit(recorded, admission, null), MEDIA);
  const activated = await vault.activate();
  // A medium that is lost here ends the attempt; the voter may come back.
  if (!activated.ok && activated.error.kind !== 'mediumLost') must(activated, 'activate');
  await goOn(unit, world);
  await leave(unit, world);
};

/** After a start: what was under way is finished by the recovery table, an unprepared attempt given up. */
export const finishAfterStart = async (
  unit: Unit,
  world: World,
  journal: Journal,
): Promise<void> => {
  const { visit } = world;
  if (visit !== null) {
    if (journal.phase === 'PREPARED') visit.prepared = true;
    // A rejection that the journal does not know of is asked for again.
    if (journal.phase === 'PREPARED' && visit.rejections === 0) visit.secured = true;
  }
  if (journal.phase === 'ACTIVE') must(await unit.vault.discard(), 'discard');
  await goOn(unit, world);
  await leave(unit, world);
};

const ORDER: readonly PollsStatus[] = ['ready', 'open', 'closed', 'counted'];

/** Officers open, close, or say that all is counted. */
export const setPolls = async (
  { vault }: Unit,
  world: World,
  status: PollsStatus,
): Promise<void> => {
  must(await vault.setPolls(status), status);
  world.polls = status;
};

/** What was said to be done stays done: polls that were closed never open again. */
export const checkPolls = ({ vault }: Unit, world: World): void => {
  if (ORDER.indexOf(vault.polls()) < ORDER.indexOf(world.polls))
    throw new Violation('polls never go back', `${world.polls} became ${vault.polls()}`);
};

export const copyWorld = (world: World): World => structuredClone(world);
