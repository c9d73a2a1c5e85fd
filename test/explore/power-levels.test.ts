/**
 * The exploration knows three levels of the power; the policy has six. It may: booth and desk do the same
 * at each level that it leaves out as at the one that stands for it.
 */
import { describe, expect, test } from 'vitest';
import type { Machine } from '#firmware/machine.ts';
import type { PowerState } from '#firmware/messages/catalogue.ts';
import { type Subject, statesOf } from '#scripts/explore/answers.ts';
import { boothSubject } from '#scripts/explore/table-booth.ts';
import { deskSubject } from '#scripts/explore/table-desk.ts';
import { POWERS } from '#scripts/explore/world.ts';

type Level = PowerState['level'];
type Powered = { readonly power: PowerState };

const STANDS_FOR = {
  mains: ['degraded', 'battery'],
  low: [],
  critical: ['parked'],
} as const satisfies Record<(typeof POWERS)[number], readonly Level[]>;

const at = <State extends Powered>(state: State, level: Level): State => ({
  ...state,
  power: { ...state.power, level },
});

/** All that a step comes to, but the level itself and what is shown of it. */
const outcomeOf = <State extends Powered, Event, Effect extends { readonly kind: string }>(
  { machine, wordsOf }: Subject<State, Event, Effect>,
  state: State,
  event: Event,
): string => {
  const [next, effects] = (machine as Machine<State, Event, Effect>).step(state, event);
  const words = effects.map((effect) =>
    effect.kind === 'refuse' ? effect : wordsOf(effect as Effect),
  );
  return JSON.stringify([{ ...next, power: null }, words.filter((each) => each !== null)]);
};

const levelEvent = (level: Level) => ({
  kind: 'powerChanged' as const,
  power: { level, batteryPercent: null, minutesLeft: null },
});

/** A few states of each name are enough: a level is looked at where a name's states are told apart. */
const EACH_NAME = 3;
const fewOf = <State, Event, Effect extends { readonly kind: string }>(
  subject: Subject<State, Event, Effect>,
): readonly State[] => {
  const counts = new Map<string, number>();
  return statesOf(subject).filter((state) => {
    const name = subject.nameOf(state);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count <= EACH_NAME;
  });
};

/** Where a level that is left out makes a difference. */
const differences = <State extends Powered, Event, Effect extends { readonly kind: string }>(
  subject: Subject<State, Event, Effect>,
): readonly string[] => {
  const found: string[] = [];
  for (const state of fewOf(subject))
    for (const level of POWERS)
      for (const other of STANDS_FOR[level]) {
        const [as, like] = [at(state, other), at(state, level)];
        for (const { words, event } of subject.alphabet)
          if (outcomeOf(subject, as, event) !== outcomeOf(subject, like, event))
            found.push(`${subject.nameOf(state)}, ${other}: ${words}`);
        for (const before of POWERS) {
          const from = at(state, before);
          const came = outcomeOf(subject, from, levelEvent(other) as Event);
          if (before !== level && came !== outcomeOf(subject, from, levelEvent(level) as Event))
            found.push(`${subject.nameOf(state)}, ${before}: becomes ${other}`);
        }
      }
  return [...new Set(found)];
};

describe('a level that the exploration leaves out is to a machine as the one that stands for it', () => {
  test('every level is one or the other', () => {
    const all = [...POWERS, ...Object.values(STANDS_FOR).flat()];
    expect([...all].sort()).toEqual(['battery', 'critical', 'degraded', 'low', 'mains', 'parked']);
  });
  test('the booth', () => {
    expect(differences(boothSubject())).toEqual([]);
  });
  test('the desk', () => {
    expect(differences(deskSubject())).toEqual([]);
  });
});
