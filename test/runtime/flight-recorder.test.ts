/** The flight recorder keeps kinds of events and nothing of ballots or voters. */
import { describe, expect, test } from 'vitest';
import { makeBooth } from '#firmware/booth/booth.ts';
import type { BoothEvent, Stage } from '#firmware/booth/state.ts';
import { readFromBooth } from '#firmware/messages/read-unit-message.ts';
import { FLIGHT_EVENTS, RECORDED_EVENTS } from '#firmware/messages/recorded-events.ts';
import { makeFlightRecorder, mayBeRecorded } from '#firmware/runtime/flight-recorder.ts';
import { runMachine } from '#firmware/runtime/runner.ts';
import { atBallot, SMALL } from '../booth/world.ts';

describe('a ring', () => {
  test('keeps the last events, the oldest first, the same again and again as one', () => {
    const { note, last } = makeFlightRecorder();
    note('started');
    note('touched');
    note('touched');
    note('vaultDone');
    expect(last()).toEqual(['started', 'touched', 'vaultDone']);
    for (let round = 0; round < FLIGHT_EVENTS; round++) {
      note('paperCut');
      note('counted');
    }
    expect(last()).toHaveLength(FLIGHT_EVENTS);
    expect(last().at(-1)).toBe('counted');
    expect(last()).not.toContain('started');
  });
});

describe('a booth that is recorded', () => {
  /** Values that stand for a selection, a voter and a secret. */
  const PLANTED = ['option:1:4', 'all:t-2', 'V-12345678', 'c0ffee'];

  const recorded = (initial: Stage, events: readonly BoothEvent[]) => {
    const machine = makeBooth(SMALL);
    const recorder = makeFlightRecorder();
    const state = { ...atBallot(SMALL).state(), stage: initial };
    const runner = runMachine({
      machine: { ...machine, initial: state },
      perform: () => undefined,
      onEvent: ({ kind }, { stage }) => {
        if (mayBeRecorded(kind, stage)) recorder.note(kind);
      },
      onPark: () => undefined,
    });
    for (const event of events) runner.post(event);
    return recorder.last();
  };

  const touches = (actions: readonly string[]): readonly BoothEvent[] =>
    actions.map((action) => ({ kind: 'touched', action }));

  test('holds words of the list alone, whatever is touched, typed or received', () => {
    const events: readonly BoothEvent[] = [
      ...touches(PLANTED),
      { kind: 'keyPressed', focus: 'option:1:4' },
      { kind: 'tokenChecked', officerId: 'V-12345678', presiding: true },
      {
        kind: 'received',
        message: { kind: 'admission', token: 'c0ffee', ballotStyleId: 'V-12345678', turn: '' },
      },
      { kind: 'selfCheckDone', check: 'printer', result: 'option:1:4' },
    ];
    const last = recorded({ name: 'parked', code: 'x' }, events);
    expect(last.length).toBeGreaterThan(0);
    for (const word of last) expect(RECORDED_EVENTS).toContain(word);
    for (const planted of PLANTED) expect(JSON.stringify(last)).not.toContain(planted);
  });

  test('says nothing of a voter at the ballot: not that it was touched, not that its time ran out', () => {
    const { stage } = atBallot(SMALL).state();
    expect(recorded(stage, touches(['all:t-1', 'vote']))).toEqual([]);
    expect(
      recorded(stage, [
        { kind: 'timerExpired', timer: 'votingWarning' },
        { kind: 'timerExpired', timer: 'votingEnd' },
        { kind: 'keyPressed', focus: null },
        { kind: 'tokenInserted' },
      ]),
    ).toEqual([]);
  });
});

test('the door to the supervisor lets no other word pass', () => {
  const flight = (events: readonly unknown[]) => readFromBooth({ kind: 'flight', events });
  expect(flight(['vaultDone', 'paperCut'])).toEqual({
    kind: 'flight',
    events: ['vaultDone', 'paperCut'],
  });
  for (const planted of ['option:1:4', 'V-12345678', 'AURORA PEÑA', 7, null, { kind: 'touched' }])
    expect(flight([planted])).toBeNull();
  expect(flight(Array.from({ length: FLIGHT_EVENTS + 1 }, () => 'touched'))).toBeNull();
});
