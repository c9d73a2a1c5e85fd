/** The machine that has the result sent answers every event in every state that any row of events leads to. */
import { describe, expect, test } from 'vitest';
import { makeDispatch } from '#firmware/dispatch/dispatch.ts';
import {
  type DispatchEffect,
  type DispatchState,
  MAX_STARTS,
  START_AGAIN_MS,
} from '#firmware/dispatch/state.ts';
import { DISPATCH_EVENTS } from '#scripts/explore/table-dispatch.ts';

const machine = makeDispatch(true);

const allStates = (of = machine): readonly DispatchState[] => {
  const found = new Map<string, DispatchState>();
  const waiting: DispatchState[] = [of.initial];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    const key = JSON.stringify(state);
    if (found.has(key)) continue;
    found.set(key, state);
    for (const [, event] of DISPATCH_EVENTS) waiting.push(of.step(state, event)[0]);
  }
  return [...found.values()];
};

const through = (kinds: readonly string[], from: DispatchState = machine.initial) => {
  let state = from;
  const effects: DispatchEffect[] = [];
  for (const kind of kinds) {
    const event = DISPATCH_EVENTS.find(([words]) => words === kind)?.[1];
    if (event === undefined) throw new Error(`no event ${kind}`);
    const [next, asked] = machine.step(state, event);
    state = next;
    for (const effect of asked)
      if (effect.kind === 'refuse') throw new Error(`${kind} is refused: ${effect.reason}`);
      else effects.push(effect);
  }
  return { state, effects };
};

const kindsOf = (effects: readonly DispatchEffect[]): readonly string[] =>
  effects.map((effect) =>
    effect.kind === 'log' ? effect.event.id : effect.kind === 'logResult' ? effect.id : effect.kind,
  );

describe('in every state', () => {
  const states = allStates();

  test('every event is answered: nothing throws, no invariant breaks, a refusal changes nothing', () => {
    expect(states.length).toBeGreaterThan(300);
    const unsound: string[] = [];
    for (const state of states)
      for (const [words, event] of DISPATCH_EVENTS) {
        const [next, effects] = machine.step(state, event);
        const wrong = machine.invariant(next);
        if (wrong !== null) unsound.push(`${words} in ${JSON.stringify(state)}: ${wrong}`);
        if (!effects.some(({ kind }) => kind === 'refuse')) continue;
        if (effects.length > 1 || next !== state) unsound.push(`${words}: refused and done`);
      }
    expect(unsound).toEqual([]);
  });

  test('a sender is started only once the polls are counted, the result found, and no receipt with it', () => {
    for (const state of states)
      for (const [words, event] of DISPATCH_EVENTS) {
        const [, effects] = machine.step(state, event);
        if (!effects.some(({ kind }) => kind === 'startSender')) continue;
        expect(['resultFound, no receipt', 'waited', 'tryAgain']).toContain(words);
        expect(['looking', 'failed', 'refused']).toContain(state.name);
      }
    for (const [, event] of DISPATCH_EVENTS.filter(([words]) => words !== 'pollsCounted'))
      expect(machine.step(machine.initial, event)[0]).toBe(machine.initial);
  });

  test('officers come from every end to an acknowledgement, where the receiver will have it', () => {
    const sent = ['receiptVerified', 'receiptKept', 'receiptPrinted'] as const;
    for (const state of states.filter(({ name }) => name === 'refused' || name === 'failed'))
      expect(through(['tryAgain', 'attemptBegan', ...sent], state).state.name).toBe('acknowledged');
  });
});

describe('the sending', () => {
  test('looks, sends, keeps, prints and says so, in this order', () => {
    const { state, effects } = through([
      'pollsCounted',
      'resultFound, no receipt',
      'attemptBegan',
      'receiptVerified',
      'receiptKept',
      'receiptPrinted',
    ]);
    expect(state).toEqual({ name: 'acknowledged', receipt: '3F2A-91BC', fault: null });
    expect(kindsOf(effects)).toEqual([
      'look',
      'startSender',
      'resultsSent',
      'keepReceipt',
      'resultsAcknowledged',
      'printReceipt',
      'receiptPrinted',
    ]);
  });

  test('tells the log of a reason once, as long as it stays the same', () => {
    const begun = ['pollsCounted', 'resultFound, no receipt', 'attemptBegan'] as const;
    const { effects } = through([...begun, 'notSent', 'notSent', 'notSent']);
    expect(kindsOf(effects).filter((kind) => kind === 'transmissionFailed')).toHaveLength(1);
  });

  test('starts a sender anew that died, a minute later, and not for ever', () => {
    let { state } = through(['pollsCounted', 'resultFound, no receipt']);
    let starts = 1;
    for (;;) {
      const died = through(['senderEnded'], state);
      if (!died.effects.some(({ kind }) => kind === 'wait')) {
        state = died.state;
        break;
      }
      expect(died.effects).toContainEqual({ kind: 'wait', delayMs: START_AGAIN_MS });
      state = through(['waited'], died.state).state;
      starts++;
    }
    expect(starts).toBe(MAX_STARTS);
    expect(state).toMatchObject({ name: 'failed', again: false });
  });

  test('sends nothing again where the receipt is there, and prints it where that was not done', () => {
    expect(kindsOf(through(['pollsCounted', 'resultFound, receipt printed']).effects)).toEqual([
      'look',
    ]);
    expect(kindsOf(through(['pollsCounted', 'resultFound, receipt kept']).effects)).toEqual([
      'look',
      'printReceipt',
    ]);
  });

  test('is done without paper, and prints when officers ask', () => {
    const { state } = through(['pollsCounted', 'resultFound, receipt kept', 'receiptNotPrinted']);
    expect(state).toMatchObject({ name: 'acknowledged', fault: 'paperEnd' });
    expect(through(['printAgain', 'receiptPrinted'], state).state).toMatchObject({ fault: null });
  });

  test('without a receiver nothing is ever done', () => {
    const none = makeDispatch(false);
    expect(allStates(none).map(({ name }) => name)).toEqual(['held', 'unappointed']);
  });
});
