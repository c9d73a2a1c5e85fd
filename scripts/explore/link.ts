/** The link between desk and booth: what is under way in each direction, four bits a message. */
import type { BoothToDesk, DeskToBooth, PollsPhase } from '#firmware/messages/catalogue.ts';
import { mediaIn } from './world.ts';

/** Words for the messages; an admission and the totals are told apart by voters, as bits or numbers. */
export const TO_BOOTH = [
  '',
  'deskStarted',
  'admission for voter 1',
  'admission for voter 2',
  'acknowledged on no medium',
  'acknowledged on the fixed medium',
  'acknowledged on the module',
  'acknowledged on both media',
  'totals: nobody marked',
  'totals: voter 1 marked',
  'totals: voter 2 marked',
  'totals: both marked',
  'admission for voter 1, of an idle before the last',
  'admission for voter 2, of an idle before the last',
] as const;

export const TO_DESK = [
  '',
  'boothStarted',
  'idle',
  'completed',
  'notCompleted',
  'phaseChanged to readyToOpen',
  'phaseChanged to open',
  'phaseChanged to closed',
  'phaseChanged to counted',
  'pollbookKey',
  'idle, and another was said since',
] as const;

const ADMISSION = 1;
const ACKNOWLEDGED = 4;
const TOTALS = 8;
const LATE_ADMISSION = 11;
const IDLE = 2;
const LATE_IDLE = 10;

/** The booth's last turn and any before it, as its table and the desk's have them. */
export const NEWEST_TURN = '00000001';
export const LATE_TURN = '00000000';

/** Messages under way in one direction: more are never let through at once. */
export const QUEUE_MOST = 8;
const PHASES: readonly PollsPhase[] = ['readyToOpen', 'open', 'closed', 'counted'];
const FIRST_PHASE = 5;

export const codeOfAdmission = (voter: number, turn: string): number =>
  (turn === NEWEST_TURN ? ADMISSION : LATE_ADMISSION) + voter;

/** `marks`: voters marked, bits; only read for totals. */
export const codeToBooth = (
  message: Exclude<DeskToBooth, { readonly kind: 'admission' }>,
  marks: number,
): number => {
  switch (message.kind) {
    case 'deskStarted':
      return 1;
    case 'acknowledged':
      return (
        ACKNOWLEDGED +
        (message.media.includes('fixed') ? 1 : 0) +
        (message.media.includes('removable') ? 2 : 0)
      );
    case 'authenticationTotals':
      return TOTALS + marks;
  }
};

export const codeToDesk = (message: BoothToDesk): number => {
  switch (message.kind) {
    case 'boothStarted':
      return 1;
    case 'idle':
      return 2;
    case 'completed':
      return 3;
    case 'notCompleted':
      return 4;
    case 'phaseChanged':
      if (!PHASES.includes(message.phase)) throw new Error(`the phase ${message.phase} is said`);
      return FIRST_PHASE + PHASES.indexOf(message.phase);
    case 'pollbookKey':
      return FIRST_PHASE + PHASES.length;
  }
};

/** The voter of an admission's code; 0: it is none. */
export const admittedBy = (code: number): number => {
  if (code > LATE_ADMISSION) return code - LATE_ADMISSION;
  return code > ADMISSION && code < ACKNOWLEDGED ? code - ADMISSION : 0;
};
export const isLateAdmission = (code: number): boolean => code > LATE_ADMISSION;

/** Voters marked by the totals' code; null: it is none. */
export const marksIn = (code: number): number | null =>
  code >= TOTALS && code <= LATE_ADMISSION ? code - TOTALS : null;

export const messageToBooth = (code: number): DeskToBooth => {
  if (admittedBy(code) !== 0)
    return {
      kind: 'admission',
      token: '0'.repeat(32),
      ballotStyleId: 'unica',
      turn: isLateAdmission(code) ? LATE_TURN : NEWEST_TURN,
    };
  if (code >= TOTALS) return { kind: 'authenticationTotals', totals: SOME_TOTALS };
  if (code >= ACKNOWLEDGED) return { kind: 'acknowledged', media: mediaIn(code - ACKNOWLEDGED) };
  return { kind: 'deskStarted' };
};

export const messageToDesk = (code: number): BoothToDesk => {
  if (code === IDLE) return { kind: 'idle', turn: NEWEST_TURN };
  if (code === LATE_IDLE) return { kind: 'idle', turn: LATE_TURN };
  if (code === 1) return { kind: 'boothStarted' };
  if (code === 3) return { kind: 'completed' };
  if (code === 4) return { kind: 'notCompleted' };
  const phase = PHASES[code - FIRST_PHASE];
  return phase === undefined
    ? { kind: 'pollbookKey', key: '00'.repeat(32) }
    : { kind: 'phaseChanged', phase };
};

/** Figures for the report: nothing is decided by them; who is marked is in the message's code. */
const SOME_TOTALS = {
  match: 0,
  noMatch: 0,
  noStoredPrint: 0,
  noUpperLimbs: 0,
  overrides: 0,
  votersMarked: 0,
  registered: 2,
} as const;

/** The queue with one message more; null: there is no room. The same twice in a row is one. */
export const pushed = (queue: number, code: number): number | null => {
  let last = 0;
  for (let at = 0; at < QUEUE_MOST; at++) {
    const here = (queue >>> (4 * at)) & 15;
    if (here === 0) return last === code ? queue : (queue | (code << (4 * at))) >>> 0;
    last = here;
  }
  return null;
};

const each = (queue: number, change: (code: number) => number): number => {
  let changed = 0;
  for (let at = 0; at < QUEUE_MOST; at++) {
    const code = (queue >>> (4 * at)) & 15;
    if (code === 0) return changed >>> 0;
    changed |= change(code) << (4 * at);
  }
  return changed >>> 0;
};

/** Another turn began: what is under way to the booth answers one before it, and so does `idle`. */
export const lateToBooth = (queue: number): number =>
  each(queue, (code) =>
    code > ADMISSION && code < ACKNOWLEDGED ? code - ADMISSION + LATE_ADMISSION : code,
  );
export const lateToDesk = (queue: number): number =>
  each(queue, (code) => (code === IDLE ? LATE_IDLE : code));

/** So many messages are under way at least. */
export const holds = (queue: number, count: number): boolean => queue >>> (4 * (count - 1)) !== 0;

export const firstOf = (queue: number): number => queue & 15;
export const shifted = (queue: number): number => queue >>> 4;
