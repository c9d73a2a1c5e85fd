/**
 * A unit that runs in the exploration: posts events to its machines, performs their effects on the
 * world, and says at once when one of them may not be so.
 */
import type { BoothEvent, BoothState } from '#firmware/booth/state.ts';
import type { DeskEvent, DeskState } from '#firmware/desk/state.ts';
import { type BoothOp, type BoothTable, type BoothTableEvent, CALLS } from './booth-table.ts';
import type { Contents, DeskOp, DeskTable, DeskTableEvent } from './desk-table.ts';
import { codeOfAdmission, lateToBooth, lateToDesk, marksIn, pushed, TO_DESK } from './link.ts';
import { beginCall, PHASE, POLL, PRINT } from './vault-model.ts';
import { BOTH, DESK_WORK, WORK, type World } from './world.ts';

/** What may be switched off, to look at less. */
export type Scope = {
  readonly voters: 1 | 2;
  /** Fingers that do not match, and officers who authorise. */
  readonly authentication: boolean;
  /** Faults that happen. */
  readonly faults: ReadonlySet<FaultName>;
  /** So many in all; null: as many as they like. */
  readonly faultsMost: number | null;
};

export const FAULTS = [
  'mediumPulled',
  'mediumFails',
  'syncFails',
  'printFails',
  'printerDown',
  'cutFails',
  'boothDies',
  'deskDies',
  'powerCut',
  'linkBreaks',
  'linkGarbled',
  'powerLow',
  'voterLeaves',
  'tokenRefused',
  'readerFails',
  'saveFails',
  'countFails',
  'clockUntrusted',
] as const;
export type FaultName = (typeof FAULTS)[number];

export type Unit = {
  readonly scope: Scope;
  readonly booth: BoothTable;
  readonly desk: DeskTable;
  readonly contents: Contents;
  /** A state of the desk that holds the last turn, once there is a later one. */
  readonly lateDesk: (id: number) => number;
  readonly initial: { readonly booth: number; readonly desk: number };
  /** The first thing that was wrong since it was last cleared. */
  wrong: string | null;
  /** A message found no room on its way: the world is beyond the bound. */
  beyond: boolean;
};

export const complain = (unit: Unit, wrong: string | null): void => {
  if (wrong !== null) unit.wrong ??= wrong;
};

const SAID_OF = {
  'phaseChanged to open': POLL.OPEN,
  'phaseChanged to closed': POLL.CLOSED,
  'phaseChanged to counted': POLL.COUNTED,
} as const;

/** Durable enough to say so; null: it is. */
const falseWord = (unit: Unit, world: World, code: number): string | null => {
  const { phase, polls, inStep, urn } = world;
  const word = TO_DESK[code];
  switch (word) {
    case 'idle':
      if (phase !== PHASE.IDLE || inStep !== BOTH || polls !== POLL.OPEN)
        return 'idle is said and it is not';
      return unit.contents.marks(world.file) === urn
        ? null
        : 'idle is said before the voter is marked';
    case 'completed':
      return phase === PHASE.OUTCOME ? null : 'completed is said before the vote is durable';
    case 'notCompleted':
      return phase === PHASE.IDLE || phase === PHASE.ACTIVE
        ? null
        : 'notCompleted is said of a vote that is prepared';
    case 'phaseChanged to open':
    case 'phaseChanged to closed':
    case 'phaseChanged to counted':
      return SAID_OF[word] <= polls ? null : `${word} is said before it is durable`;
  }
  return null;
};

const falseClaim = (
  world: World,
  claim: Extract<BoothOp, { op: 'claim' }>['claim'],
): string | null => {
  const so =
    claim === 'ballotCast'
      ? world.phase === PHASE.OUTCOME
      : world.polls === (claim === 'pollsOpened' ? POLL.OPEN : POLL.CLOSED);
  return so ? null : `${claim} is logged before it is durable`;
};

const workFault = (world: World, bit: number): string | null => {
  const prepared = world.phase === PHASE.PREPARED;
  if ((world.work & bit) !== 0 && bit !== WORK.printer)
    return 'work is asked for that is under way';
  if (bit === WORK.record) {
    if (!prepared || world.print !== PRINT.STARTED) return 'a paper without a PREPARED vote';
    return world.paper === 0 ? null : 'a paper is printed while one hangs out';
  }
  if (bit === WORK.cut && (!prepared || world.print !== PRINT.DONE))
    return 'a paper is cut that is not DONE';
  return null;
};

const sendToDesk = (unit: Unit, world: World, code: number): void => {
  if (world.desk === 0) return;
  const queue = pushed(world.toDesk, code);
  if (queue === null) unit.beyond = true;
  else world.toDesk = queue;
};

const sendToBooth = (unit: Unit, world: World, code: number): void => {
  if (world.booth === 0) return;
  const queue = pushed(world.toBooth, code);
  if (queue === null) unit.beyond = true;
  else world.toBooth = queue;
};

/** From now on every turn before this one is late. */
export const beginTurn = (unit: Unit, world: World): void => {
  world.toBooth = lateToBooth(world.toBooth);
  world.toDesk = lateToDesk(world.toDesk);
  world.desk = unit.lateDesk(world.desk);
};

const KEY = TO_DESK.indexOf('pollbookKey');

const performBooth = (unit: Unit, world: World, op: BoothOp): void => {
  switch (op.op) {
    case 'timer':
      world.timers = op.on ? world.timers | op.bit : world.timers & ~op.bit;
      return;
    case 'send':
      complain(unit, falseWord(unit, world, op.code));
      if (TO_DESK[op.code] === 'idle') beginTurn(unit, world);
      sendToDesk(unit, world, op.code);
      return;
    case 'call':
      complain(unit, beginCall(world, op.call));
      if (CALLS[op.call] === 'activate' && unit.contents.admitted(world.file) !== world.voter)
        complain(unit, 'a ballot for somebody who is not admitted');
      return;
    case 'work':
      complain(unit, workFault(world, op.bit));
      world.work |= op.bit;
      return;
    case 'key':
      if (op.give && world.keyHeld === 1) sendToDesk(unit, world, KEY);
      world.keyHeld = 0;
      return;
    case 'claim':
      complain(unit, falseClaim(world, op.claim));
      return;
  }
};

const performDesk = (unit: Unit, world: World, op: DeskOp): void => {
  const { contents } = unit;
  switch (op.op) {
    case 'timer':
      world.deskTimers = op.on ? world.deskTimers | op.bit : world.deskTimers & ~op.bit;
      return;
    case 'send':
      if (
        marksIn(op.code) !== null &&
        (op.marks !== world.urn || contents.admitted(world.file) !== 0)
      )
        complain(unit, 'totals that do not agree with the urn');
      if (op.code >= 4 && op.code < 8 && contents.admitted(world.file) !== 0)
        complain(unit, 'an outcome is acknowledged before it is durable');
      sendToBooth(unit, world, op.code);
      return;
    case 'admit':
      if (op.voter === 0 || contents.admitted(world.file) !== op.voter)
        complain(unit, 'a token before the admission is durable');
      if (world.toldClosed === 1) complain(unit, 'a token after the polls are closed');
      if (world.power !== 0) complain(unit, 'a token on a low battery');
      if (world.deskInStep !== BOTH) complain(unit, 'a token with one medium');
      sendToBooth(unit, world, codeOfAdmission(op.voter, op.turn));
      return;
    case 'work':
      world.deskWork = DESK_WORK.indexOf(op.work);
      return;
    case 'save':
      if (world.saving !== 0) complain(unit, 'a desk file is written while another is');
      world.saving = op.content;
      return;
    case 'claim':
      if (contents.admitted(world.file) !== 0)
        complain(unit, `${op.claim} is logged before it is durable`);
      return;
  }
};

/** The booth takes an event that is in the table already. */
export const postToBooth = (unit: Unit, world: World, eventId: number): boolean => {
  const { next, ops, refused, wrong } = unit.booth.move(world.booth, eventId);
  complain(unit, wrong === null ? null : `booth: ${wrong}`);
  world.booth = next;
  for (const op of ops) performBooth(unit, world, op);
  return !refused;
};

export const postToDesk = (unit: Unit, world: World, eventId: number): boolean => {
  const { next, ops, refused, wrong } = unit.desk.move(world.desk, eventId);
  complain(unit, wrong === null ? null : `desk: ${wrong}`);
  world.desk = next;
  for (const op of ops) performDesk(unit, world, op);
  return !refused;
};

export const toBooth = (unit: Unit, world: World, event: BoothTableEvent): boolean =>
  postToBooth(unit, world, unit.booth.eventId(event));

export const toDesk = (unit: Unit, world: World, event: DeskTableEvent): boolean =>
  postToDesk(unit, world, unit.desk.eventId(event));

export const boothOf = (unit: Unit, world: World): BoothState => unit.booth.stateOf(world.booth);
export const deskOf = (unit: Unit, world: World): DeskState => unit.desk.stateOf(world.desk);
export type { BoothEvent, DeskEvent };
