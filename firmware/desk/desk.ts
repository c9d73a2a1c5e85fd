/**
 * The desk: the machine that decides who may vote. Pure and total. Each step handles one event, then
 * lets what waited for it go on (`settle`), then brings display, ring light and timers up to date
 * with the state that came out.
 */
import type { Machine } from '#firmware/machine.ts';
import { boothSaid, openWith, pollbookNotOpened, pollbookOpened, saved } from './booth-messages.ts';
import { admit, release, totalsOf } from './desk-content.ts';
import { keyPressed } from './keys.ts';
import {
  admissionGateOf,
  type DeskStep,
  enter,
  isOpen,
  logged,
  type OpenDesk,
  record,
  refuse,
} from './moves.ts';
import { codeChecked } from './officer.ts';
import { readerAnswered, withOutcome } from './reader.ts';
import {
  type DeskEffect,
  type DeskEvent,
  type DeskMode,
  type DeskSettings,
  type DeskState,
  deskInvariant,
  initialDesk,
  READY,
} from './state.ts';
import { lightOf, linesOf, timerOf } from './view.ts';

export type DeskMachine = Machine<DeskState, DeskEvent, DeskEffect>;

/** Moves of `settle` in one step; each leads to a mode from which fewer are possible. */
const SETTLE_LIMIT = 8;

const park = (state: DeskState, code: string, effects: readonly DeskEffect[]): DeskStep => {
  const finger: readonly DeskEffect[] =
    state.mode.kind === 'finger' ? [{ kind: 'cancelFinger' }] : [];
  return enter({ ...state, deferred: null }, { kind: 'parked', code }, [...finger, ...effects]);
};

const READER_EVENTS = ['printLoaded', 'fingerGuided', 'fingerRead', 'readerFailed'] as const;
type ReaderEvent = Extract<DeskEvent, { readonly kind: (typeof READER_EVENTS)[number] }>;

const fromReader = (state: DeskState, event: ReaderEvent, settings: DeskSettings): DeskStep =>
  isOpen(state) && state.mode.kind === 'finger'
    ? readerAnswered(state, state.mode, event, settings)
    : refuse(state, event.kind, 'stale');

const timerExpired = (
  state: DeskState,
  event: Extract<DeskEvent, { kind: 'timerExpired' }>,
): DeskStep =>
  timerOf(state)?.timer === event.timer
    ? enter(state, READY)
    : refuse(state, event.kind, 'not running');

const handle = (state: DeskState, event: DeskEvent, settings: DeskSettings): DeskStep => {
  switch (event.kind) {
    case 'started':
      return [state, [{ kind: 'send', message: { kind: 'deskStarted' } }]];
    case 'linkRestarted':
      return [
        { ...state, idle: false },
        [
          { kind: 'send', message: { kind: 'deskStarted' } },
          logged({ id: 'linkRestarted', fields: { peer: 'booth' } }),
        ],
      ];
    case 'received':
      return boothSaid(state, event.message);
    case 'powerChanged':
      return [{ ...state, power: event.power }, []];
    case 'keyPressed':
      if (isOpen(state)) return keyPressed(state, event.key, settings);
      return state.mode.kind === 'noPollbook' && state.mode.key !== null && event.key === 'enter'
        ? openWith(state, state.mode.key)
        : refuse(state, event.kind, 'no pollbook yet');
    case 'timerExpired':
      return timerExpired(state, event);
    case 'pollbookOpened':
      return pollbookOpened(state, event);
    case 'pollbookNotOpened':
      return pollbookNotOpened(state, event);
    case 'saved':
      return saved(state, event);
    case 'mediaChanged':
      return isOpen(state)
        ? [{ ...state, inStep: event.inStep }, []]
        : refuse(state, event.kind, 'no desk file yet');
    case 'notSynced':
      return park(state, 'desk.notSynced', [
        logged({ id: 'mediumNotSynced', fields: { medium: event.medium } }),
      ]);
    case 'printLoaded':
    case 'fingerGuided':
    case 'fingerRead':
    case 'readerFailed':
      return fromReader(state, event, settings);
    case 'codeChecked':
      return isOpen(state) && state.mode.kind === 'officerCode'
        ? codeChecked(state, state.mode, event)
        : refuse(state, event.kind, 'stale');
    case 'stationFailed':
      return [state, [logged({ id: 'deviceFault', fields: { code: event.code } })]];
    case 'stationRecovered':
      return [state, [logged({ id: 'deviceRecovered', fields: { device: 'station' } })]];
  }
};

/** Modes in which somebody is being dealt with who is not admitted yet. */
const BEFORE_ADMISSION: readonly DeskMode['kind'][] = [
  'companion',
  'finger',
  'readerFault',
  'needsOfficer',
  'officerCode',
  'held',
];

/** S0, first half: all is proved and nothing is in the way, so the admission is made durable. */
const recordAdmission = (
  state: OpenDesk,
  mode: Extract<DeskMode, { kind: 'held' }>,
  settings: DeskSettings,
): DeskStep => {
  const { candidate, authorisedWith } = mode.proved;
  const content = admit(withOutcome(state, mode.proved, settings), candidate, authorisedWith);
  return record(state, content, { kind: 'tokenDue' });
};

/** S0, second half: durable on both media, the booth idle: the token, once. */
const sendToken = (state: OpenDesk): DeskStep => {
  const voter = state.content.admission?.voter ?? -1;
  const ballotStyleId = state.roster.voters[voter]?.ballotStyleId ?? '';
  return enter({ ...state, idle: false }, { kind: 'atBooth' }, [
    { kind: 'sendAdmission', ballotStyleId, turn: state.turn },
    logged({ id: 'voterAdmitted', fields: {} }),
  ]);
};

/** Voters are not dealt with once the polls are not open. */
const giveUp = (state: OpenDesk): DeskStep =>
  enter(state, READY, state.mode.kind === 'finger' ? [{ kind: 'cancelFinger' }] : []);

const totalsDue = (state: OpenDesk): boolean =>
  state.totalsAsked &&
  state.content.admission === null &&
  state.mode.kind !== 'recording' &&
  state.mode.kind !== 'parked';

/** Somebody is admitted, and nothing is on its way to the media. */
const ADMITTED: readonly DeskMode['kind'][] = ['tokenDue', 'atBooth', 'pendingChoice'];

/** The booth closes with nothing under way: whoever is still admitted then has no vote and gets none. */
const isVoid = (state: OpenDesk): boolean =>
  (state.phase === 'closed' || state.phase === 'counted') &&
  state.content.admission !== null &&
  ADMITTED.includes(state.mode.kind);

/** One thing that waited and can go on now; null: nothing. */
const settleOnce = (state: DeskState, settings: DeskSettings): DeskStep | null => {
  if (!isOpen(state)) return null;
  const { mode } = state;
  if (totalsDue(state)) {
    const totals = totalsOf(state.content);
    return [
      { ...state, totalsAsked: false },
      [{ kind: 'send', message: { kind: 'authenticationTotals', totals } }],
    ];
  }
  if (isVoid(state))
    return record(state, release(state.content), { kind: 'notice', notice: { text: 'released' } }, [
      { id: 'admissionReleased', fields: {} },
    ]);
  if (BEFORE_ADMISSION.includes(mode.kind) && state.phase !== 'open') return giveUp(state);
  switch (mode.kind) {
    case 'held':
      return admissionGateOf(state) === null ? recordAdmission(state, mode, settings) : null;
    case 'tokenDue':
      return admissionGateOf(state) === null ? sendToken(state) : null;
    case 'atBooth':
      return state.idle ? enter(state, { kind: 'pendingChoice', confirming: false }) : null;
    case 'pendingChoice':
      return state.idle ? null : enter(state, { kind: 'atBooth' });
    case 'noPollbook':
    case 'opening':
    case 'ready':
    case 'notice':
    case 'companion':
    case 'finger':
    case 'readerFault':
    case 'needsOfficer':
    case 'officerCode':
    case 'recording':
    case 'parked':
      return null;
  }
};

const settle = ([first, firstEffects]: DeskStep, settings: DeskSettings): DeskStep => {
  let state = first;
  let effects = firstEffects;
  for (let move = 0; move < SETTLE_LIMIT; move++) {
    const next = settleOnce(state, settings);
    if (next === null) return [state, effects];
    state = next[0];
    effects = [...effects, ...next[1]];
  }
  throw new Error(`desk: still moving after ${SETTLE_LIMIT} moves, in ${state.mode.kind}`);
};

/** Display, light and timers follow the state: what differs is put right. */
const outputs = (
  before: DeskState | null,
  after: DeskState,
  settings: DeskSettings,
): readonly DeskEffect[] => {
  const effects: DeskEffect[] = [];
  const [first, second] = linesOf(after, settings);
  const old = before === null ? null : linesOf(before, settings);
  if (old === null || old[0] !== first || old[1] !== second)
    effects.push({ kind: 'display', first, second });
  const signal = lightOf(after);
  if (before === null || lightOf(before) !== signal) effects.push({ kind: 'light', signal });
  const timer = timerOf(after);
  const running = before === null ? null : timerOf(before);
  if (running !== null && running.timer !== timer?.timer)
    effects.push({ kind: 'stopTimer', timer: running.timer });
  // A new mode (the next key typed, say) gives the whole time again.
  if (timer !== null && (before === null || before.mode !== after.mode))
    effects.push({ kind: 'startTimer', ...timer });
  return effects;
};

/** The desk of a unit, under the rules of its election. */
export const makeDesk = (settings: DeskSettings): DeskMachine => ({
  initial: initialDesk,
  invariant: deskInvariant,
  step: (state, event) => {
    const [next, effects] = settle(handle(state, event, settings), settings);
    const before = event.kind === 'started' ? null : state;
    // The light needs the reader, so it goes before a finger is waited for and after a wait is cancelled.
    const shown = outputs(before, next, settings);
    const waits = effects.filter(({ kind }) => kind === 'loadPrint' || kind === 'verifyFinger');
    const others = effects.filter(({ kind }) => kind !== 'loadPrint' && kind !== 'verifyFinger');
    return [next, [...others, ...shown, ...waits]];
  },
});
