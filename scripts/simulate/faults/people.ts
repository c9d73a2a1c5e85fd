/**
 * What people do wrong: officers, operators, hands. What voters do (leave, let the time run out, come
 * twice, bring a worn finger) is drawn with the voters, and counted when it happens.
 */
import type { FaultKind, Part } from '../plan.ts';
import type { Habits, Site } from '../site.ts';

/** A habit is taken up; whoever acts by it gives it up, and that is its taking effect. */
const habit = <Name extends keyof Habits>(
  name: string,
  parts: readonly Part[],
  which: Name,
  on: Habits[Name],
  off: Habits[Name],
  weight: number,
): FaultKind => ({
  name,
  device: `people.${which}`,
  parts,
  weight,
  lastsMs: [0, 0],
  begin: ({ habits }: Site) => {
    habits[which] = on;
    return {
      end: () => {
        habits[which] = off;
      },
      hasBitten: () => habits[which] === off,
    };
  },
});

const SHOWING = ['opening', 'voter', 'closing'] as const;

export const PEOPLE_FAULTS: readonly FaultKind[] = [
  habit('officer.wrongPin', SHOWING, 'token', 'wrongPin', null, 2),
  habit('officer.wrongToken', SHOWING, 'token', 'wrongToken', null, 2),
  habit('officer.blankToken', SHOWING, 'token', 'blankToken', null, 2),
  habit('officer.wrongAnswer', ['voter', 'closing'], 'answer', true, false, 3),
  habit('operator.typesWrong', ['voter'], 'typo', true, false, 1),
  {
    name: 'glass.doubleTouch',
    device: 'people.double',
    parts: ['ceremony', 'opening', 'voter', 'closing'],
    weight: 1.5,
    lastsMs: [5_000, 60_000],
    begin: (site) => {
      const before = site.touches;
      site.habits.double = true;
      return {
        end: () => {
          site.habits.double = false;
        },
        hasBitten: () => site.touches > before,
      };
    },
  },
];

/** Counted by the people themselves. */
export const VOTERS_OWN = [
  'voter.leaves',
  'voter.letsTimeRunOut',
  'voter.comesTwice',
  'voter.fingerDoesNotMatch',
  'voter.rejectsPaper',
  'voter.votesBlank',
] as const;
