/** What answers the booth: the vault, the printer, tokens, the clock, its timers, messages of the desk. */
import type { BoothEvent, CalendarPosition, VaultCall } from '#firmware/booth/state.ts';
import {
  BOOTH_TIMERS,
  type BoothTableEvent,
  CALLS,
  GOOD_PRINTER,
  NO_PAPER,
} from './booth-table.ts';
import {
  admittedBy,
  firstOf,
  isLateAdmission,
  marksIn,
  messageToBooth,
  shifted,
  TO_BOOTH,
} from './link.ts';
import { type Emit, happen } from './step.ts';
import { beginTurn, boothOf, complain, toBooth, type Unit } from './unit.ts';
import { type Ending, endCall, endingsOf, viewOf } from './vault-model.ts';
import { MEDIA, mediaIn, PAPERS, POWERS, popCount, WORK, type World } from './world.ts';

const OFFICERS = ['', 'of-1', 'of-2'] as const;
const CHECKED = [1, 2].map(
  (token): BoothEvent => ({
    kind: 'tokenChecked',
    officerId: OFFICERS[token]!,
    presiding: token === 1,
  }),
);
const UNREADABLE: BoothEvent = { kind: 'tokenRefused', refusal: 'unreadable' };
const WRONG_PIN: BoothEvent = { kind: 'tokenRefused', refusal: 'wrongPin' };
const SHARE_REFUSED: BoothEvent = { kind: 'shareRefused', refusal: 'repeated' };
const SHARE_GIVEN = [0, 1, 2].map((given): BoothEvent => ({ kind: 'shareGiven', given }));
const RECORD_PRINTED: BoothEvent = { kind: 'recordPrinted' };
const NOTHING_PRINTED: BoothEvent = { kind: 'recordNotPrinted', fault: 'jam', progress: 'nothing' };
const MAYBE_PRINTED: BoothEvent = { kind: 'recordNotPrinted', fault: 'jam', progress: 'unknown' };
const PAPER_CUT: BoothEvent = { kind: 'paperCut' };
const NOT_CUT: BoothEvent = { kind: 'paperNotCut', fault: 'cutter' };
const REPORT_PRINTED: BoothEvent = { kind: 'reportPrinted' };
const REPORT_NOT_PRINTED: BoothEvent = { kind: 'reportNotPrinted', fault: 'jam' };
const COUNTED: BoothEvent = { kind: 'counted' };
const NOT_COUNTED: BoothEvent = { kind: 'notCounted', code: 'counting.ballotsMissing' };
const WRITTEN: BoothEvent = { kind: 'resultWritten', written: true };
const NOT_WRITTEN: BoothEvent = { kind: 'resultWritten', written: false };
export const PRINTER_GOOD: BoothEvent = { kind: 'printerStatus', status: GOOD_PRINTER };
export const PRINTER_BAD: BoothEvent = { kind: 'printerStatus', status: NO_PAPER };
const TIMES_UP = BOOTH_TIMERS.map((timer): BoothEvent => ({ kind: 'timerExpired', timer }));
const RECEIVED = TO_BOOTH.map(
  (_word, code): BoothEvent => ({ kind: 'received', message: messageToBooth(Math.max(1, code)) }),
);
const POSITIONS: readonly CalendarPosition[] = ['duringVoting', 'afterClosing', 'expired'];
const CALENDAR = [...POSITIONS, 'untrusted' as const].map(
  (position): BoothEvent => ({ kind: 'calendarRead', position }),
);

/** Every answer of the vault once, so that it is known again. */
const answers = new Map<string, BoothTableEvent>();
const known = (key: string, make: () => BoothEvent): BoothTableEvent => {
  const event = answers.get(key) ?? make();
  answers.set(key, event);
  return event;
};

const doneEvent = (world: World, call: VaultCall): BoothTableEvent => {
  const { phase, print, polls, inStep, urn } = world;
  const key = `${call} ${phase} ${print} ${polls} ${inStep} ${popCount(urn)}`;
  return known(key, () => ({ kind: 'vaultDone', call, view: viewOf(world) }));
};

export const failedEvent = (
  call: VaultCall,
  failure: 'mediumLost' | 'notSynced' | 'full',
  inStep: number,
): BoothTableEvent =>
  known(`${call} ${failure} ${inStep}`, () => ({
    kind: 'vaultFailed',
    call,
    failure,
    inStep: mediaIn(inStep),
  }));

const CALL_DONE = CALLS.map((call) => `the vault: ${call} is done`);
const CALL_FAILED = CALLS.map((call) => `the vault: ${call} fails, a medium is lost`);
const CALL_FAILED_DONE = CALLS.map(
  (call) => `the vault: ${call} is done on the last medium, which is then lost`,
);
const wordsOf = (call: number, { done, failure }: Ending): string =>
  (failure === null ? CALL_DONE : done ? CALL_FAILED_DONE : CALL_FAILED)[call]!;

const vaultAnswers = (unit: Unit, world: World, emit: Emit): void => {
  const { call: index } = world;
  if (index === 0) return;
  const call = CALLS[index] as VaultCall;
  for (const ending of endingsOf(world))
    happen(unit, world, emit, 'inside', wordsOf(index, ending), (next) => {
      complain(unit, endCall(next, ending));
      const event =
        ending.failure === null
          ? doneEvent(next, call)
          : failedEvent(call, ending.failure, next.inStep);
      toBooth(unit, next, event);
    });
  if (!unit.scope.faults.has('syncFails')) return;
  for (const done of [false, true])
    happen(unit, world, emit, 'fault', `** an fsync reports an error during ${call} **`, (next) => {
      if (call === 'recover' && done) return false;
      complain(unit, endCall(next, { done, failure: null }));
      toBooth(unit, next, failedEvent(call, 'notSynced', next.inStep));
      return true;
    });
};

const PAPER_WORDS = PAPERS.map(
  (paper) => `** the print fails, and nobody knows how far: ${paper} **`,
);

const printAnswers = (unit: Unit, world: World, emit: Emit): void => {
  const answer = (
    kind: 'inside' | 'fault',
    words: string,
    event: BoothTableEvent,
    paper: number,
  ): void =>
    happen(unit, world, emit, kind, words, (next) => {
      next.work &= ~WORK.record;
      next.paper = paper;
      toBooth(unit, next, event);
    });
  if (world.inStep === 0) {
    answer(
      'inside',
      'the record can not be read: no medium',
      failedEvent('record', 'mediumLost', 0),
      0,
    );
    return;
  }
  if (world.printerDown === 1) {
    answer('inside', 'the printer prints nothing', NOTHING_PRINTED, 0);
    return;
  }
  answer('inside', 'the paper record is printed', RECORD_PRINTED, PAPERS.indexOf('whole'));
  if (!unit.scope.faults.has('printFails')) return;
  answer('fault', '** the print fails: nothing came out **', NOTHING_PRINTED, 0);
  for (const paper of [0, 1, 2]) answer('fault', PAPER_WORDS[paper]!, MAYBE_PRINTED, paper);
};

/** An answer to one piece of work. */
const answerWork = (
  unit: Unit,
  world: World,
  emit: Emit,
  bit: number,
  kind: 'inside' | 'fault',
  words: string,
  event: BoothTableEvent,
  more: (next: World) => void = () => undefined,
): void =>
  happen(unit, world, emit, kind, words, (next) => {
    next.work &= ~bit;
    more(next);
    toBooth(unit, next, event);
  });

const printerAnswers = (unit: Unit, world: World, emit: Emit): void => {
  const { work, printerDown } = world;
  const { faults } = unit.scope;
  const down = printerDown === 1;
  if (work & WORK.record) printAnswers(unit, world, emit);
  if (work & WORK.cut) {
    if (down) answerWork(unit, world, emit, WORK.cut, 'inside', 'the paper is not cut', NOT_CUT);
    else
      answerWork(unit, world, emit, WORK.cut, 'inside', 'the paper is cut', PAPER_CUT, (next) => {
        next.paper = PAPERS.indexOf('cut');
      });
    if (faults.has('cutFails'))
      answerWork(unit, world, emit, WORK.cut, 'fault', '** the cutter fails **', NOT_CUT);
  }
  if (work & WORK.report) {
    const [words, event] = down
      ? (['the report does not print', REPORT_NOT_PRINTED] as const)
      : (['the report is printed', REPORT_PRINTED] as const);
    answerWork(unit, world, emit, WORK.report, 'inside', words, event);
    if (faults.has('printFails'))
      answerWork(
        unit,
        world,
        emit,
        WORK.report,
        'fault',
        '** the report jams **',
        REPORT_NOT_PRINTED,
      );
  }
  if (work & WORK.printer)
    answerWork(
      unit,
      world,
      emit,
      WORK.printer,
      'inside',
      'the printer says how it is',
      down ? PRINTER_BAD : PRINTER_GOOD,
    );
};

const tokenAnswers = (unit: Unit, world: World, emit: Emit): void => {
  const { work, token, shares } = world;
  if (work & WORK.check) {
    const checked = CHECKED[token - 1];
    answerWork(
      unit,
      world,
      emit,
      WORK.check,
      'inside',
      checked === undefined ? 'the token is gone' : 'the token opens',
      checked ?? UNREADABLE,
      (next) => {
        if (token === 1) next.keyHeld = 1;
      },
    );
    if (unit.scope.faults.has('tokenRefused'))
      answerWork(unit, world, emit, WORK.check, 'fault', '** a wrong PIN **', WRONG_PIN);
  }
  if (work & WORK.share) {
    const good = token !== 0 && (shares & token) === 0;
    answerWork(
      unit,
      world,
      emit,
      WORK.share,
      'inside',
      good ? 'a share is given' : 'the share is refused',
      good ? SHARE_GIVEN[popCount(shares | token)]! : SHARE_REFUSED,
      (next) => {
        if (good) next.shares |= token;
      },
    );
  }
};

const countAnswers = (unit: Unit, world: World, emit: Emit): void => {
  if ((world.work & WORK.count) === 0) return;
  const counting = boothOf(unit, world).stage.name === 'counting';
  const forget = (next: World): void => {
    next.shares = 0;
  };
  const [words, event] = counting
    ? (['the ballots are counted', COUNTED] as const)
    : (['the result is written', WRITTEN] as const);
  answerWork(unit, world, emit, WORK.count, 'inside', words, event, forget);
  if (!unit.scope.faults.has('countFails')) return;
  const failed = counting ? NOT_COUNTED : NOT_WRITTEN;
  answerWork(unit, world, emit, WORK.count, 'fault', '** counting fails **', failed, forget);
};

export const calendarAnswers = (unit: Unit, world: World, emit: Emit): void => {
  for (const [at, event] of CALENDAR.entries()) {
    const position = POSITIONS[at];
    if (position === undefined && !unit.scope.faults.has('clockUntrusted')) continue;
    const words = `the calendar says ${position ?? 'nothing that can be believed'}`;
    answerWork(unit, world, emit, WORK.calendar, 'inside', words, event);
  }
};

const TIMER_WORDS = BOOTH_TIMERS.map((timer) => `the booth's timer ${timer} ends`);
const ARRIVES = TO_BOOTH.map((word) => `the booth hears: ${word}`);

const timersEnd = (unit: Unit, world: World, emit: Emit): void => {
  if (world.timers === 0) return;
  for (let at = 0; at < TIMES_UP.length; at++)
    if (world.timers & (1 << at))
      happen(unit, world, emit, 'time', TIMER_WORDS[at]!, (next) => {
        next.timers &= ~(1 << at);
        toBooth(unit, next, TIMES_UP[at]!);
      });
};

const messageArrives = (unit: Unit, world: World, emit: Emit): void => {
  const code = firstOf(world.toBooth);
  if (code === 0) return;
  happen(unit, world, emit, 'inside', ARRIVES[code]!, (next) => {
    next.toBooth = shifted(next.toBooth);
    const voter = admittedBy(code);
    if (voter !== 0 && !isLateAdmission(code)) {
      next.voter = voter;
      next.left = 0;
    }
    if (marksIn(code) !== null && marksIn(code) !== next.urn)
      complain(unit, 'marks in the pollbook and ballots in the urn differ at closing');
    toBooth(unit, next, RECEIVED[code]!);
  });
};

export const POWER_EVENTS = POWERS.map((level) => ({
  kind: 'powerChanged' as const,
  power: { level, batteryPercent: null, minutesLeft: null },
}));

/** `starting`: media that are there, the token in the slot, then the first event. */
const STARTED: BoothEvent = { kind: 'started' };
const of = (kind: 'mediumReturned' | 'mediumLost') => {
  const events = MEDIA.map((medium): BoothEvent => ({ kind, medium }));
  return (bit: number): BoothEvent => events[bit - 1]!;
};
export const RETURNED = of('mediumReturned');
export const LOST = of('mediumLost');
export const TOKEN_IN: BoothEvent = { kind: 'tokenInserted' };

const boothStarts = (unit: Unit, world: World, emit: Emit): void =>
  happen(unit, world, emit, 'inside', 'the booth starts', (next) => {
    next.booth = unit.initial.booth;
    beginTurn(unit, next);
    for (const bit of [1, 2]) if (next.present & bit) toBooth(unit, next, RETURNED(bit));
    if (next.token !== 0) toBooth(unit, next, TOKEN_IN);
    toBooth(unit, next, STARTED);
    if (next.power !== 0) toBooth(unit, next, POWER_EVENTS[next.power]!);
  });

export const boothMoves = (unit: Unit, world: World, emit: Emit): void => {
  if (world.booth === 0) {
    boothStarts(unit, world, emit);
    return;
  }
  vaultAnswers(unit, world, emit);
  if (world.work !== 0) {
    printerAnswers(unit, world, emit);
    tokenAnswers(unit, world, emit);
    countAnswers(unit, world, emit);
  }
  messageArrives(unit, world, emit);
  timersEnd(unit, world, emit);
};
