/**
 * The desk's machine for the exploration, with two voters on its list: which of its events are tried,
 * what of its state can not matter, what its effects ask of the surroundings.
 */
import { makeDesk } from '#firmware/desk/desk.ts';
import type { DeskContent } from '#firmware/desk/desk-content.ts';
import { indexVoters } from '#firmware/desk/pollbook.ts';
import type {
  DeskEffect,
  DeskEvent,
  DeskMode,
  DeskState,
  DeskTimer,
  Roster,
} from '#firmware/desk/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { Machine } from '#firmware/machine.ts';
import type { StationKey } from '#hal/operator-station.ts';
import { judgeDesk } from './desk-rules.ts';
import { codeToBooth, LATE_TURN, NEWEST_TURN } from './link.ts';
import { type MachineTable, makeMachineTable } from './machine-table.ts';

/** Keys that mean something only together: a national ID, a code; or one key alone. */
export type DeskTableEvent =
  | DeskEvent
  | { readonly kind: 'keysTyped'; readonly keys: readonly StationKey[] };
export type Desk = Machine<DeskState, DeskEvent, DeskEffect>;

export const DESK_TIMERS = ['notice', 'input'] as const satisfies readonly DeskTimer[];

export type DeskOp =
  | { readonly op: 'timer'; readonly bit: number; readonly on: boolean }
  /** `marks`: voters marked, by what the desk holds for durable. */
  | { readonly op: 'send'; readonly code: number; readonly marks: number }
  | { readonly op: 'admit'; readonly voter: number; readonly turn: string }
  | { readonly op: 'work'; readonly work: 'opening' | 'loading' | 'waiting' | 'code' | 'none' }
  | { readonly op: 'save'; readonly content: number }
  /** A log entry that says that a voter is marked, or an admission given up. */
  | { readonly op: 'claim'; readonly claim: 'voterMarked' | 'admissionReleased' };

const IDS = ['V-1000001', 'V-1000002'] as const;
const people = IDS.map((nationalId, at) => ({
  nationalId,
  name: `VOTER ${at + 1}`,
  ballotStyleId: 'unica',
  hasPrint: true,
  hasUpperLimbs: true,
  template: null,
}));

export const ROSTER: Roster = {
  voters: people,
  indexOf: indexVoters({ voters: people, officers: [], codeSalt: new Uint8Array(16), codes: [] }),
  officerHasPrint: true,
};

const keysOf = (text: string): readonly StationKey[] => [...text] as StationKey[];
/** The IDs, the ENTER that follows, and a single-use code. */
export const TYPED = {
  id1: [...keysOf(IDS[0].slice(2)), 'enter'],
  id2: [...keysOf(IDS[1].slice(2)), 'enter'],
  code: [...keysOf('12345678'), 'enter'],
  enter: ['enter'],
  clear: ['clear'],
  one: ['1'],
  two: ['2'],
  minus: ['minus'],
} as const satisfies Readonly<Record<string, readonly StationKey[]>>;

const plainMode = (mode: DeskMode): DeskMode => {
  switch (mode.kind) {
    // What a notice says decides nothing.
    case 'notice':
      return { kind: 'notice', notice: { text: 'finished' } };
    case 'recording':
      return { ...mode, operation: 1, next: plainMode(mode.next) };
    case 'finger':
      return { ...mode, operation: 1, guidance: 'placeFinger' };
    case 'officerCode':
      return { ...mode, operation: mode.operation === null ? null : 1, refusal: null };
    case 'noPollbook':
      return { ...mode, problem: null };
    case 'parked':
      return { ...mode, code: 'parked' };
    case 'opening':
    case 'ready':
    case 'companion':
    case 'readerFault':
    case 'needsOfficer':
    case 'held':
    case 'tokenDue':
    case 'atBooth':
    case 'pendingChoice':
      return mode;
  }
};

/** Numbers of operations only tell a late answer from the awaited one: the awaited one is 1. */
export const plainDesk = (state: DeskState): DeskState => ({
  ...state,
  mode: plainMode(state.mode),
  turn: state.idle ? state.turn : '',
  operations: 1,
});

const keyOf = (state: DeskState): string =>
  JSON.stringify(state, (key, value) => {
    if (key === 'roster') return value !== null;
    return value instanceof Uint8Array ? [...value] : value;
  });

const withKeys = (machine: Desk): Machine<DeskState, DeskTableEvent, DeskEffect> => ({
  ...machine,
  step: (before, event) => {
    if (event.kind !== 'keysTyped') return machine.step(before, event);
    let state = before;
    const all: DeskEffect[] = [];
    for (const key of event.keys) {
      const [next, effects] = machine.step(state, { kind: 'keyPressed', key });
      const refusal = effects.find(({ kind }) => kind === 'refuse');
      if (refusal !== undefined) return [before, [refusal]];
      const wrong = machine.invariant(next);
      if (wrong !== null) throw new Error(wrong);
      all.push(...(effects as readonly DeskEffect[]));
      state = next;
    }
    return [state, all];
  },
});

const VOTED = 0b1_0000;
/** Voters marked, bits. */
export const marksOf = (content: DeskContent | null): number =>
  content === null
    ? 0
    : content.voters.reduce((bits, status, at) => bits | (status & VOTED ? 1 << at : 0), 0);

export type Contents = {
  readonly idOf: (content: DeskContent) => number;
  /** Null: 0, none. */
  readonly contentOf: (id: number) => DeskContent | null;
  /** Voter (1, 2) who is admitted; 0: nobody. */
  readonly admitted: (id: number) => number;
  readonly marks: (id: number) => number;
};

export const makeContents = (): Contents => {
  const all: (DeskContent | null)[] = [null];
  const admitted = [0];
  const marks = [0];
  const ids = new Map<string, number>();
  return {
    idOf: (content) => {
      const key = JSON.stringify({ ...content, voters: [...content.voters] });
      const known = ids.get(key);
      if (known !== undefined) return known;
      ids.set(key, all.length);
      admitted.push((content.admission?.voter ?? -1) + 1);
      marks.push(marksOf(content));
      return all.push(content) - 1;
    },
    contentOf: (id) => all[id] ?? null,
    admitted: (id) => admitted[id] ?? 0,
    marks: (id) => marks[id] ?? 0,
  };
};

const compile =
  (contents: Contents) =>
  (effect: DeskEffect, _before: DeskState, after: DeskState): DeskOp | null => {
    switch (effect.kind) {
      case 'send': {
        const marks = marksOf(after.content);
        return { op: 'send', code: codeToBooth(effect.message, marks), marks };
      }
      case 'sendAdmission':
        return {
          op: 'admit',
          voter: (after.content?.admission?.voter ?? -1) + 1,
          turn: effect.turn,
        };
      case 'openPollbook':
        return { op: 'work', work: 'opening' };
      case 'save':
        return { op: 'save', content: contents.idOf(effect.content) };
      case 'loadPrint':
        return { op: 'work', work: 'loading' };
      case 'verifyFinger':
        return { op: 'work', work: 'waiting' };
      case 'cancelFinger':
        return { op: 'work', work: 'none' };
      case 'checkCode':
        return { op: 'work', work: 'code' };
      case 'startTimer':
      case 'stopTimer':
        return {
          op: 'timer',
          bit: 1 << DESK_TIMERS.indexOf(effect.timer),
          on: effect.kind === 'startTimer',
        };
      case 'log': {
        const { id } = effect.event;
        return id === 'voterMarked' || id === 'admissionReleased'
          ? { op: 'claim', claim: id }
          : null;
      }
      case 'display':
      case 'light':
        return null;
    }
  };

export type DeskTable = MachineTable<DeskState, DeskTableEvent, DeskOp>;

/** For each of the desk's states the same with a turn that is not the last any more. */
const makeLate = (table: DeskTable): ((id: number) => number) => {
  const known: number[] = [];
  const late = (id: number): number => {
    const state = table.stateOf(id);
    return state.turn === NEWEST_TURN ? table.idOf({ ...state, turn: LATE_TURN }) : id;
  };
  return (id) => {
    const found = known[id] ?? (id === 0 ? 0 : late(id));
    known[id] = found;
    return found;
  };
};

export const makeDeskTable = (
  definition: ElectionDefinition,
  contents: Contents,
  change: (machine: Desk) => Desk = (machine) => machine,
): {
  readonly table: DeskTable;
  readonly initial: number;
  readonly late: (id: number) => number;
} => {
  const { rules, locale } = definition;
  const machine = withKeys(change(makeDesk({ rules, locale, columns: 16 })));
  const table = makeMachineTable<DeskState, DeskTableEvent, DeskEffect, DeskOp>({
    machine,
    normalise: plainDesk,
    keyOf,
    keyOfEvent: (event) =>
      JSON.stringify(event, (key, value) => {
        if (key === 'roster') return true;
        return value instanceof Uint8Array ? [...value] : value;
      }),
    compile: compile(contents),
    judge: judgeDesk,
  });
  return { table, initial: table.idOf(machine.initial), late: makeLate(table) };
};
