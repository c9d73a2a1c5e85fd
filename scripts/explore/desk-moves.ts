/** What answers the desk: its file, its reader, codes, its timers, messages of the booth. */

import { type DeskContent, emptyContent } from '#firmware/desk/desk-content.ts';
import type { DeskEvent } from '#firmware/desk/state.ts';
import { POWER_EVENTS } from './booth-moves.ts';
import { DESK_TIMERS, type DeskTableEvent, ROSTER } from './desk-table.ts';
import { firstOf, messageToDesk, shifted, TO_DESK } from './link.ts';
import { type Emit, happen, type Kind } from './step.ts';
import { complain, deskOf, toDesk, type Unit } from './unit.ts';
import { PHASE } from './vault-model.ts';
import { BOTH, DESK_WORK, mediaIn, type World } from './world.ts';

const STARTED: DeskEvent = { kind: 'started' };
const NO_MEDIUM: DeskEvent = { kind: 'pollbookNotOpened', problem: 'noMedium' };
const LOADED: DeskEvent = { kind: 'printLoaded', operation: 1 };
const MATCH: DeskEvent = {
  kind: 'fingerRead',
  operation: 1,
  outcome: { kind: 'match', score: 100 },
};
const NO_MATCH: DeskEvent = { kind: 'fingerRead', operation: 1, outcome: { kind: 'noMatch' } };
const NO_FINGER: DeskEvent = { kind: 'fingerRead', operation: 1, outcome: { kind: 'noFinger' } };
const READER_FAILED: DeskEvent = {
  kind: 'readerFailed',
  operation: 1,
  code: 'fingerprint.timeout',
  badTemplate: false,
};
const TIMES_UP = DESK_TIMERS.map((timer): DeskEvent => ({ kind: 'timerExpired', timer }));
const RECEIVED = TO_DESK.map(
  (_word, code): DeskEvent => ({ kind: 'received', message: messageToDesk(Math.max(1, code)) }),
);
const SAVED = [0, 1, 2, 3].map(
  (mask): DeskEvent => ({ kind: 'saved', operation: 1, media: mediaIn(mask) }),
);
const CHANGED = [0, 1, 2, 3].map(
  (mask): DeskEvent => ({ kind: 'mediaChanged', inStep: mediaIn(mask) }),
);
const CODES = [0, 1, 2].map(
  (index): DeskEvent => ({ kind: 'codeChecked', operation: 1, index: index === 2 ? null : index }),
);
const openings = new WeakMap<DeskContent, (DeskTableEvent | undefined)[]>();

/** What the desk file says is so from now on. */
export const becomeDurable = (world: World, unit: Unit, content: number): void => {
  world.file = content;
  const gone = unit.contents.admitted(content) === 0 && world.phase === PHASE.IDLE;
  if (gone && world.call === 0) {
    world.voter = 0;
    world.left = 0;
  }
};

/** Which media are in step changed: told only to a desk that has its file open. */
export const tellMedia = (unit: Unit, world: World): void => {
  if (world.desk !== 0 && deskOf(unit, world).content !== null)
    toDesk(unit, world, CHANGED[world.deskInStep]!);
};

const openedEvent = (content: DeskContent, inStep: number): DeskTableEvent => {
  const known = openings.get(content) ?? [];
  openings.set(content, known);
  const event = known[inStep] ?? {
    kind: 'pollbookOpened' as const,
    roster: ROSTER,
    content,
    inStep: mediaIn(inStep),
  };
  known[inStep] = event;
  return event;
};

const opens = (unit: Unit, world: World, emit: Emit): void =>
  happen(unit, world, emit, 'inside', 'the desk looks for its file', (next) => {
    next.deskWork = 0;
    const { contents } = unit;
    if (next.file === 0 ? next.present !== BOTH : next.present === 0) {
      toDesk(unit, next, NO_MEDIUM);
      return;
    }
    if (next.file === 0) next.file = contents.idOf(emptyContent(ROSTER.voters.length));
    next.deskInStep = next.present;
    const event = openedEvent(contents.contentOf(next.file)!, next.present);
    toDesk(unit, next, event);
  });

const saves = (unit: Unit, world: World, emit: Emit): void => {
  const end = (kind: Kind, words: string, lost: number, done: boolean): void =>
    happen(unit, world, emit, kind, words, (next) => {
      for (const bit of [1, 2]) if (lost & bit) next.deskInStep &= ~bit;
      if (done) becomeDurable(next, unit, next.saving);
      next.saving = 0;
      toDesk(unit, next, SAVED[next.deskInStep]!);
    });
  if (world.deskInStep === 0) {
    end('inside', 'the desk file can not be written', 0, false);
    return;
  }
  end('inside', 'the desk file is written', 0, true);
  if (!unit.scope.faults.has('saveFails')) return;
  for (const bit of [1, 2])
    if (world.deskInStep & bit) {
      const last = world.deskInStep === bit;
      end('fault', '** a medium fails under the desk file **', bit, !last);
      if (last) end('fault', '** the last medium fails under the desk file, written **', bit, true);
    }
};

/** The lowest code that was not used; there are two. */
const codeEvent = (unit: Unit, world: World): DeskEvent => {
  const state = deskOf(unit, world);
  const used = state.content?.usedCodes ?? [];
  return CODES[[0, 1].find((index) => !used.includes(index)) ?? 2]!;
};

const reads = (unit: Unit, world: World, emit: Emit): void => {
  const { scope } = unit;
  const answer = (kind: Kind, words: string, event: DeskEvent): void =>
    happen(unit, world, emit, kind, words, (next) => {
      next.deskWork = 0;
      toDesk(unit, next, event);
    });
  switch (DESK_WORK[world.deskWork]) {
    case 'opening':
      opens(unit, world, emit);
      return;
    case 'loading':
      answer('inside', 'the print is in the reader', LOADED);
      break;
    case 'waiting':
      answer('people', 'the finger matches', MATCH);
      if (scope.authentication) answer('people', 'the finger does not match', NO_MATCH);
      answer('time', 'no finger comes', NO_FINGER);
      break;
    case 'code':
      answer('inside', 'the code is checked', codeEvent(unit, world));
      return;
    case 'none':
    case undefined:
      return;
  }
  if (scope.faults.has('readerFails')) answer('fault', '** the reader fails **', READER_FAILED);
};

const TIMER_WORDS = DESK_TIMERS.map((timer) => `the desk's timer ${timer} ends`);
const ARRIVES = TO_DESK.map((word) => `the desk hears: ${word}`);

const timersEnd = (unit: Unit, world: World, emit: Emit): void => {
  for (let at = 0; at < TIMES_UP.length; at++)
    if (world.deskTimers & (1 << at))
      happen(unit, world, emit, 'time', TIMER_WORDS[at]!, (next) => {
        next.deskTimers &= ~(1 << at);
        toDesk(unit, next, TIMES_UP[at]!);
      });
};

const CLOSED = TO_DESK.indexOf('phaseChanged to closed');

const messageArrives = (unit: Unit, world: World, emit: Emit): void => {
  const code = firstOf(world.toDesk);
  if (code === 0) return;
  happen(unit, world, emit, 'inside', ARRIVES[code]!, (next) => {
    next.toDesk = shifted(next.toDesk);
    if (code === CLOSED) next.toldClosed = 1;
    toDesk(unit, next, RECEIVED[code]!);
  });
};

/** Media that came back under the desk are brought in step at once, and those that failed now and then. */
const retries = (unit: Unit, world: World, emit: Emit): void => {
  const out = world.present & ~world.deskInStep;
  if (out === 0 || deskOf(unit, world).content === null) return;
  happen(unit, world, emit, 'time', 'the desk tries a medium again', (next) => {
    next.deskInStep |= out;
    tellMedia(unit, next);
  });
};

export const deskMoves = (unit: Unit, world: World, emit: Emit): void => {
  if (world.desk === 0) {
    happen(unit, world, emit, 'inside', 'the desk starts', (next) => {
      next.desk = unit.initial.desk;
      toDesk(unit, next, STARTED);
      if (next.power !== 0) toDesk(unit, next, POWER_EVENTS[next.power]!);
    });
    return;
  }
  if (world.saving !== 0) saves(unit, world, emit);
  if (world.deskWork !== 0) reads(unit, world, emit);
  messageArrives(unit, world, emit);
  timersEnd(unit, world, emit);
  retries(unit, world, emit);
};

/** A voter's vote in the urn and the mark in the pollbook belong together. */
export const disagreement = (unit: Unit, world: World): void => {
  const admitted = unit.contents.admitted(world.file);
  const marks = unit.contents.marks(world.file);
  const admittedBit = admitted === 0 ? 0 : 1 << (admitted - 1);
  if ((world.urn & ~(marks | admittedBit)) !== 0)
    complain(unit, 'a vote of somebody neither marked nor admitted');
  if ((marks & ~world.urn) !== 0) complain(unit, 'a mark without a vote');
  if (world.owner !== 0 && world.owner !== admitted)
    complain(unit, 'a prepared vote of somebody who is not admitted');
  if ((world.box & ~world.urn) !== 0) complain(unit, 'a paper in the box without a vote');
};
