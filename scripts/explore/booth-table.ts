/**
 * The booth's machine for the exploration: which of its events are tried, what of its state can not
 * matter, what its effects ask of the surroundings, and what may be wrong with a step by itself.
 */
import { makeBooth } from '#firmware/booth/booth.ts';
import {
  type BoothEffect,
  type BoothEvent,
  type BoothState,
  type BoothTimer,
  DEFAULT_AIDS,
  type OfficerCheck,
  type Stage,
  type VaultCall,
} from '#firmware/booth/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { Machine } from '#firmware/machine.ts';
import type { PrinterStatus } from '#hal/receipt-printer.ts';
import { judgeBooth } from './booth-rules.ts';
import { codeToDesk } from './link.ts';
import { type MachineTable, makeMachineTable } from './machine-table.ts';
import { WORK } from './world.ts';

/** Six digits and ENTER, typed at once: a PIN half typed is a PIN not yet typed. */
export type BoothTableEvent = BoothEvent | { readonly kind: 'pinTyped' };
export type Booth = Machine<BoothState, BoothEvent, BoothEffect>;

export const CALLS = [
  'none',
  'recover',
  'clean',
  'activate',
  'prepare',
  'markStarted',
  'markPartial',
  'markDone',
  'markConfirmed',
  'spoil',
  'finishSpoil',
  'discard',
  'commit',
  'settle',
  'synchronise',
  'openPolls',
  'closePolls',
  'countPolls',
] as const satisfies readonly (VaultCall | 'none')[];

export const BOOTH_TIMERS = [
  'votingWarning',
  'votingEnd',
  'message',
  'paper',
  'tellAgain',
  'totalsAgain',
  'printerAgain',
  'officerIdle',
] as const satisfies readonly BoothTimer[];

/** What a log entry says has become durable. */
export type Claim = 'ballotCast' | 'pollsOpened' | 'pollsClosed';
const CLAIMS: readonly string[] = ['ballotCast', 'pollsOpened', 'pollsClosed'] satisfies Claim[];

export type BoothOp =
  | { readonly op: 'timer'; readonly bit: number; readonly on: boolean }
  | { readonly op: 'send'; readonly code: number }
  | { readonly op: 'call'; readonly call: number }
  | { readonly op: 'work'; readonly bit: number }
  | { readonly op: 'key'; readonly give: boolean }
  | { readonly op: 'claim'; readonly claim: Claim };

export const GOOD_PRINTER: PrinterStatus = {
  online: true,
  paper: 'present',
  coverOpen: false,
  fault: null,
};
export const NO_PAPER: PrinterStatus = { ...GOOD_PRINTER, online: false, paper: 'end' };

const callOf = (call: VaultCall): BoothOp => {
  const index = (CALLS as readonly string[]).indexOf(call);
  if (index < 0) throw new Error(`the call ${call} is not modelled`);
  return { op: 'call', call: index };
};

const work = (bit: number): BoothOp => ({ op: 'work', bit });
const timer = (name: BoothTimer, on: boolean): BoothOp => ({
  op: 'timer',
  bit: 1 << BOOTH_TIMERS.indexOf(name),
  on,
});

const compile = (effect: BoothEffect): BoothOp | null => {
  switch (effect.kind) {
    case 'startTimer':
      return timer(effect.timer, true);
    case 'stopTimer':
      return timer(effect.timer, false);
    case 'log':
      return CLAIMS.includes(effect.event.id)
        ? { op: 'claim', claim: effect.event.id as Claim }
        : null;
    case 'send':
      return { op: 'send', code: codeToDesk(effect.message) };
    case 'vault':
      return callOf(effect.call);
    case 'prepareVote':
      return callOf('prepare');
    case 'printReport':
      return work(WORK.report);
    case 'printRecord':
      return work(WORK.record);
    case 'cutPaper':
      return work(WORK.cut);
    case 'recoverPrinter':
      return work(WORK.printer);
    case 'readCalendar':
      return work(WORK.calendar);
    case 'checkToken':
      return work(WORK.check);
    case 'giveShare':
      return work(WORK.share);
    case 'count':
    case 'writeResult':
      return work(WORK.count);
    case 'givePollbookKey':
      return { op: 'key', give: true };
    case 'forgetPollbookKey':
      return { op: 'key', give: false };
    case 'beep':
    case 'park':
      return null;
    case 'runSelfTest':
    case 'makeKeys':
    case 'writeToken':
    case 'setUpVault':
      throw new Error(`${effect.kind} is asked for on a day that was set up`);
  }
};

const plainCheck = (check: OfficerCheck): OfficerCheck => ({ ...check, refusal: null });

/** Without what is only shown: kinds of faults, reasons of refusals, problems. */
const plainStage = (stage: Stage): Stage => {
  const plain = { ...stage } as Record<string, unknown>;
  if (typeof plain.fault === 'string') plain.fault = 'jam';
  if (plain.refusal !== undefined) plain.refusal = null;
  if (plain.problem !== undefined) plain.problem = null;
  if (plain.failed !== undefined) plain.failed = null;
  for (const name of ['check', 'officer']) {
    const check = plain[name];
    if (typeof check === 'object' && check !== null)
      plain[name] = plainCheck(check as OfficerCheck);
  }
  if (stage.name === 'parked') plain.code = 'parked';
  return plain as unknown as Stage;
};

/** A printer that has said nothing yet is one that can print. */
const normalise = (state: BoothState): BoothState => ({
  ...state,
  stage: plainStage(state.stage),
  aids: DEFAULT_AIDS,
  printer: state.printer ?? GOOD_PRINTER,
  reprints: 0,
  spoils: 0,
  // The last turn is 1, whatever came before it.
  turn: state.turn === 0 ? 0 : 1,
  authentication: null,
  power: { level: state.power.level, batteryPercent: null, minutesLeft: null },
});

const keyOf = (state: BoothState): string =>
  JSON.stringify(state, (key, value) => (key === 'ballot' ? value.styleId : value));

/** Types a PIN key by key where one is asked for. */
const withPin = (machine: Booth): Machine<BoothState, BoothTableEvent, BoothEffect> => ({
  ...machine,
  step: (before, event) => {
    if (event.kind !== 'pinTyped') return machine.step(before, event);
    let state = before;
    const all: BoothEffect[] = [];
    for (const action of [...'274951'].map((digit) => `pin:${digit}`).concat('pin:enter')) {
      const [next, effects] = machine.step(state, { kind: 'touched', action });
      const refusal = effects.find(({ kind }) => kind === 'refuse');
      if (refusal !== undefined) return [before, [refusal]];
      const wrong = machine.invariant(next);
      if (wrong !== null) throw new Error(wrong);
      all.push(...(effects as readonly BoothEffect[]));
      state = next;
    }
    return [state, all];
  },
});

export type BoothTable = MachineTable<BoothState, BoothTableEvent, BoothOp>;

/** `change`: a mutation of the machine; none: the one that ships. */
export const makeBoothTable = (
  definition: ElectionDefinition,
  change: (machine: Booth) => Booth = (machine) => machine,
): { readonly table: BoothTable; readonly initial: number } => {
  const machine = withPin(change(makeBooth(definition)));
  const table = makeMachineTable<BoothState, BoothTableEvent, BoothEffect, BoothOp>({
    machine,
    normalise,
    keyOf,
    keyOfEvent: (event) => JSON.stringify(event),
    compile,
    judge: judgeBooth,
  });
  return { table, initial: table.idOf(machine.initial) };
};
