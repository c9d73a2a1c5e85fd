/**
 * The desk under random histories: plausible ones, in which effects are mostly answered and the booth
 * mostly behaves, mixed with anything at any time, and restarts.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyContent, hasVoted, totalsOf } from '#firmware/desk/desk-content.ts';
import { type DeskEffect, type DeskEvent, initialDesk } from '#firmware/desk/state.ts';
import type { Refusal } from '#firmware/machine.ts';
import type { StationKey } from '#hal/operator-station.ts';
import type { MediumName } from '#hal/storage.ts';
import { keysOf, MACHINE, makeRoster, REGISTERED } from './rig.ts';

const ROSTER = makeRoster();
const KEYS = [
  ...(['0', '1', '2', '3', '9', 'enter', 'enter', 'enter', 'clear', 'erase'] as const),
  ...(['plus', 'minus', 'times', 'divide'] as const),
];

/** What a step of a history may be; the numbers choose among what is possible then. */
const actionArb = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), pick: fc.nat(99) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('type' as const), pick: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('key' as const), pick: fc.nat(99) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('booth' as const), pick: fc.nat(99) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('voter' as const), pick: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heal' as const), pick: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('code' as const), pick: fc.nat(99) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('noise' as const), pick: fc.nat(9999) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), pick: fc.nat(99) }) },
);
type Action = { readonly do: string; readonly pick: number };

const MEDIA_CHOICES: readonly (readonly MediumName[])[] = [
  ['fixed', 'removable'],
  ['fixed', 'removable'],
  ['fixed', 'removable'],
  ['fixed'],
  ['removable'],
];

const answersTo = (effect: DeskEffect | Refusal): readonly DeskEvent[] => {
  switch (effect.kind) {
    case 'save':
      return MEDIA_CHOICES.map((media) => ({ kind: 'saved', operation: effect.operation, media }));
    case 'loadPrint':
      return [
        { kind: 'printLoaded', operation: effect.operation },
        { kind: 'printLoaded', operation: effect.operation },
        {
          kind: 'readerFailed',
          operation: effect.operation,
          code: 'fingerprint.timeout',
          badTemplate: false,
        },
      ];
    case 'verifyFinger':
      return [
        {
          kind: 'fingerRead',
          operation: effect.operation,
          outcome: { kind: 'match', score: 90 },
        },
        { kind: 'fingerRead', operation: effect.operation, outcome: { kind: 'noMatch' } },
        { kind: 'fingerRead', operation: effect.operation, outcome: { kind: 'noFinger' } },
        { kind: 'fingerGuided', operation: effect.operation, guidance: 'cleanFinger' },
      ];
    case 'checkCode':
      return [null, 0, 1, 2, 3, 4, 5].map((index) => ({
        kind: 'codeChecked',
        operation: effect.operation,
        index,
      }));
    case 'send':
    case 'sendAdmission':
    case 'openPollbook':
    case 'cancelFinger':
    case 'display':
    case 'light':
    case 'startTimer':
    case 'stopTimer':
    case 'log':
    case 'refuse':
      return [];
  }
};

/** Anything at any time, with numbers near those in use. */
const noise = (pick: number, operations: number): DeskEvent => {
  const operation = Math.max(1, operations - (pick % 3));
  const events: readonly DeskEvent[] = [
    { kind: 'linkRestarted' },
    { kind: 'powerChanged', power: { level: 'low', batteryPercent: 5, minutesLeft: 5 } },
    { kind: 'powerChanged', power: { level: 'mains', batteryPercent: 90, minutesLeft: null } },
    { kind: 'timerExpired', timer: 'notice' },
    { kind: 'timerExpired', timer: 'input' },
    { kind: 'mediaChanged', inStep: ['fixed'] },
    { kind: 'mediaChanged', inStep: ['fixed', 'removable'] },
    { kind: 'mediaChanged', inStep: [] },
    { kind: 'printLoaded', operation },
    { kind: 'fingerRead', operation, outcome: { kind: 'match', score: 80 } },
    { kind: 'fingerGuided', operation, guidance: 'placeAgain' },
    { kind: 'readerFailed', operation, code: 'fingerprint.badTemplate', badTemplate: true },
    { kind: 'codeChecked', operation, index: 1 },
    { kind: 'saved', operation: operation + 1, media: ['fixed'] },
    { kind: 'pollbookNotOpened', problem: 'malformed' },
    { kind: 'stationFailed', code: 'station.absent' },
    { kind: 'stationRecovered' },
    { kind: 'received', message: { kind: 'completed' } },
    { kind: 'received', message: { kind: 'notCompleted' } },
    { kind: 'received', message: { kind: 'boothStarted' } },
    { kind: 'received', message: { kind: 'pollbookKey', key: '22'.repeat(32) } },
    { kind: 'received', message: { kind: 'phaseChanged', phase: 'open' } },
    { kind: 'pollbookOpened', roster: ROSTER, content: emptyContent(REGISTERED), inStep: [] },
  ];
  return events[pick % events.length]!;
};

/** Runs a history and checks, after every step, all that must never be otherwise. */
const runHistory = (actions: readonly Action[]) => {
  let state = initialDesk;
  let durable = emptyContent(REGISTERED);
  let open: DeskEvent[][] = [];
  /** `idle` heard since the last token, as an outsider counts it. */
  let idleHeard = false;
  /** What an honest booth is about: nobody, or a token consumed. */
  let atBooth = false;
  let marks = 0;
  let tokens = 0;
  let completed = 0;

  const post = (event: DeskEvent): void => {
    if (event.kind === 'received' && event.message.kind === 'idle') idleHeard = true;
    if (event.kind === 'received' && event.message.kind === 'boothStarted') idleHeard = false;
    if (event.kind === 'linkRestarted') idleHeard = false;
    const before = state;
    const [next, effects] = MACHINE.step(state, event);
    expect(MACHINE.invariant(next)).toBeNull();
    state = next;
    for (const effect of effects) {
      if (effect.kind === 'refuse') expect(effect.event).toBe(refusedName(event));
      if (effect.kind === 'sendAdmission') {
        expect(idleHeard, 'a token needs `idle` since the last one').toBe(true);
        expect(state.inStep.length, 'and both media in step').toBe(2);
        expect(hasVoted(before.content!, state.content!.admission!.voter)).toBe(false);
        idleHeard = false;
        tokens++;
      }
      if (effect.kind === 'save') {
        const saved = totalsOf(effect.content).votersMarked;
        const was = totalsOf(durable).votersMarked;
        expect(saved === was || (saved === was + 1 && effect.content.admission === null)).toBe(
          true,
        );
        for (const voter of durable.voters.keys())
          if (hasVoted(durable, voter)) expect(hasVoted(effect.content, voter)).toBe(true);
      }
      const answers = answersTo(effect);
      if (answers.length > 0) open.push([...answers]);
    }
    if (state.content !== null && state.content !== durable) {
      const now = totalsOf(state.content).votersMarked;
      if (now > marks) {
        expect(now, 'one mark at a time').toBe(marks + 1);
        expect(durable.admission, 'only who was admitted is marked').not.toBeNull();
        expect(hasVoted(state.content, durable.admission!.voter)).toBe(true);
      } else expect(now).toBe(marks);
      marks = now;
      durable = state.content;
    }
  };

  const start = (): void => {
    state = initialDesk;
    open = [];
    idleHeard = false;
    post({ kind: 'started' });
    post({ kind: 'received', message: { kind: 'phaseChanged', phase: 'open' } });
    post({ kind: 'received', message: { kind: 'pollbookKey', key: '00'.repeat(32) } });
    const inStep: readonly MediumName[] = ['fixed', 'removable'];
    post({ kind: 'pollbookOpened', roster: ROSTER, content: durable, inStep });
  };

  const booth = (pick: number): void => {
    if (!atBooth && tokens > completed && pick % 2 === 0) atBooth = true;
    if (atBooth && pick % 3 === 0) {
      completed++;
      atBooth = false;
      post({ kind: 'received', message: { kind: 'completed' } });
    } else if (!atBooth) post({ kind: 'received', message: { kind: 'idle', turn: '00000001' } });
  };

  const heal = (): void => {
    post({
      kind: 'powerChanged',
      power: { level: 'mains', batteryPercent: 90, minutesLeft: null },
    });
    post({ kind: 'mediaChanged', inStep: ['fixed', 'removable'] });
  };

  const typeId = (pick: number): void => {
    const { nationalId } = ROSTER.voters[pick % ROSTER.voters.length]!;
    for (const key of keysOf(nationalId)) post({ kind: 'keyPressed', key });
    post({ kind: 'keyPressed', key: pick % 7 === 0 ? 'times' : 'enter' });
  };

  /** A voter of a good day: everything answers at once, and well. */
  const voter = (pick: number): void => {
    post({ kind: 'keyPressed', key: 'clear' });
    typeId(pick);
    for (let round = 0; round < 6 && open.length > 0; round++) post(open.shift()![0]!);
    booth(0);
  };

  /** What people and devices do about the mode that the desk is in, once nothing is broken any more. */
  const remedy = (): readonly DeskEvent[] => {
    const keys = (...pressed: readonly StationKey[]): readonly DeskEvent[] =>
      pressed.map((key) => ({ kind: 'keyPressed', key }));
    switch (state.mode.kind) {
      case 'noPollbook':
        return [{ kind: 'received', message: { kind: 'pollbookKey', key: '00'.repeat(32) } }];
      case 'opening': {
        const inStep: readonly MediumName[] = ['fixed', 'removable'];
        return [{ kind: 'pollbookOpened', roster: ROSTER, content: durable, inStep }];
      }
      case 'tokenDue':
        return [{ kind: 'received', message: { kind: 'idle', turn: '00000001' } }];
      case 'atBooth':
        return [{ kind: 'received', message: { kind: 'completed' } }];
      case 'notice':
        return [{ kind: 'timerExpired', timer: 'notice' }];
      case 'pendingChoice':
        return state.mode.confirming ? keys('enter') : keys('2');
      case 'companion':
      case 'finger':
      case 'readerFault':
      case 'needsOfficer':
      case 'officerCode':
      case 'held':
        return keys('clear');
      case 'ready':
      case 'recording':
      case 'parked':
        return [];
    }
  };

  /** From wherever the history ended to the next voter; the modes on the way. */
  const rescue = (): readonly string[] => {
    const way: string[] = [state.mode.kind];
    for (let round = 0; round < RESCUE_ROUNDS; round++) {
      heal();
      for (let answers = open.shift(); answers !== undefined; answers = open.shift())
        post(answers[0]!);
      if (state.mode.kind === 'ready' || state.mode.kind === 'parked') return way;
      for (const event of remedy()) post(event);
      way.push(state.mode.kind);
    }
    return [...way, 'stuck'];
  };

  start();
  for (const { do: what, pick } of actions) {
    if (what === 'answer') {
      const answers = open.shift() ?? [];
      const answer = answers[pick % Math.max(1, answers.length)];
      if (answer !== undefined) post(answer);
    } else if (what === 'type') typeId(pick);
    else if (what === 'key') post({ kind: 'keyPressed', key: KEYS[pick % KEYS.length]! });
    else if (what === 'code') {
      for (const key of '12345678') post({ kind: 'keyPressed', key: key as StationKey });
      post({ kind: 'keyPressed', key: 'enter' });
    } else if (what === 'booth') booth(pick);
    else if (what === 'voter') voter(pick);
    else if (what === 'heal') heal();
    else if (what === 'noise') post(noise(pick, state.operations));
    else start();
  }
  return { tokens, marks, rescue: () => rescue() };
};

/** More steps than this from any mode to the next voter is being stuck. */
const RESCUE_ROUNDS = 12;

const refusedName = (event: DeskEvent): string =>
  event.kind === 'received' ? event.message.kind : event.kind;

test('no history breaks the desk: it answers, stays sound, and marks nobody twice or unasked', () => {
  let tokens = 0;
  let marks = 0;
  fc.assert(
    fc.property(fc.array(actionArb, { minLength: 20, maxLength: 150, size: 'max' }), (actions) => {
      const seen = runHistory(actions);
      tokens += seen.tokens;
      marks += seen.marks;
    }),
    { numRuns: 600, seed: 20_201_206 },
  );
  // The histories do get somewhere.
  expect(tokens).toBeGreaterThan(500);
  expect(marks).toBeGreaterThan(200);
});

test('from wherever a history ends, people get on to the next voter', () => {
  const from = new Set<string>();
  fc.assert(
    fc.property(fc.array(actionArb, { minLength: 5, maxLength: 60, size: 'max' }), (actions) => {
      const way = runHistory(actions).rescue();
      expect(way).not.toContain('stuck');
      from.add(way[0]!);
    }),
    { numRuns: 800, seed: 11 },
  );
  expect(from.size).toBeGreaterThanOrEqual(9);
});

test('every event is answered in every mode that histories reach', () => {
  const modes = new Set<string>();
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(actionArb, { minLength: 10, maxLength: 60 }), (actions) => {
      let state = initialDesk;
      const pending: DeskEvent[][] = [];
      const post = (event: DeskEvent): void => {
        const [next, effects] = MACHINE.step(state, event);
        expect(MACHINE.invariant(next)).toBeNull();
        const refused = effects.find(({ kind }) => kind === 'refuse');
        if (refused !== undefined) expect(next).toBe(state);
        seen.add(`${state.mode.kind} ${event.kind}`);
        state = next;
        modes.add(state.mode.kind);
        for (const effect of effects) {
          const answers = answersTo(effect);
          if (answers.length > 0) pending.push([...answers]);
        }
      };
      const content = emptyContent(REGISTERED);
      post({ kind: 'received', message: { kind: 'phaseChanged', phase: 'open' } });
      post({ kind: 'received', message: { kind: 'pollbookKey', key: '00'.repeat(32) } });
      post({ kind: 'pollbookOpened', roster: ROSTER, content, inStep: ['fixed', 'removable'] });
      for (const { do: what, pick } of actions) {
        const answers = what === 'answer' ? pending.shift() : undefined;
        if (answers !== undefined) post(answers[pick % answers.length]!);
        else if (what === 'type')
          for (const key of [...keysOf(ROSTER.voters[pick % 10]!.nationalId), 'enter' as const])
            post({ kind: 'keyPressed', key });
        else if (what === 'booth')
          post({ kind: 'received', message: { kind: 'idle', turn: '00000001' } });
        else post(noise(pick, state.operations));
      }
    }),
    { numRuns: 1_500, seed: 7 },
  );
  expect(modes.size).toBeGreaterThanOrEqual(12);
  expect(seen.size).toBeGreaterThan(100);
});
