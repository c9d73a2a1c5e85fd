/** Mutations of the desk's machine; each has to be found out by the exploration. */
import { emptyContent } from '#firmware/desk/desk-content.ts';
import type { DeskEffect, DeskEvent, DeskState } from '#firmware/desk/state.ts';
import {
  deskAsks,
  deskBecomes,
  deskBelieves,
  deskHears,
  deskIgnores,
  type Mutant,
  mutant,
} from './mutant-kit.ts';

const hears = (event: DeskEvent, kind: string): boolean =>
  event.kind === 'received' && event.message.kind === kind;
const BOTH = ['fixed', 'removable'] as const;
const ACKNOWLEDGED: DeskEffect = {
  kind: 'send',
  message: { kind: 'acknowledged', media: ['fixed', 'removable'] },
};
const TOTALS: DeskEffect = {
  kind: 'send',
  message: {
    kind: 'authenticationTotals',
    totals: {
      match: 0,
      noMatch: 0,
      noStoredPrint: 0,
      noUpperLimbs: 0,
      overrides: 0,
      votersMarked: 0,
      registered: 2,
    },
  },
};

/** Nobody has voted, as far as the desk believes. */
const forgetful = (state: DeskState): DeskState =>
  state.content === null
    ? state
    : {
        ...state,
        content: {
          ...state.content,
          voters: state.content.voters.map((status) => status & 0b1111),
        },
      };

const swapsMessage =
  (from: 'completed' | 'notCompleted', to: 'completed' | 'notCompleted') =>
  (event: DeskEvent): DeskEvent =>
    hears(event, from) ? { kind: 'received', message: { kind: to } } : event;

export const DESK_MUTANTS: readonly Mutant[] = [
  mutant(
    'desk sends the token while the admission is being recorded',
    deskAsks((effects) =>
      effects.flatMap((effect) =>
        effect.kind === 'save' && effect.content.admission !== null
          ? [effect, { kind: 'sendAdmission' as const, ballotStyleId: 'unica', turn: '00000001' }]
          : [effect],
      ),
    ),
  ),
  mutant(
    'desk sends a token to a booth that is not idle',
    deskBelieves((state, event) => (event.kind === 'saved' ? { ...state, idle: true } : state)),
    { faults: ['boothDies'] },
  ),
  mutant(
    'desk sends two tokens for one idle',
    deskBecomes((after, effects) =>
      effects.some(({ kind }) => kind === 'sendAdmission') ? { ...after, idle: true } : after,
    ),
  ),
  mutant(
    'desk admits after the polls closed',
    deskBecomes((after) => (after.phase === 'closed' ? { ...after, phase: 'open' } : after)),
  ),
  mutant(
    'desk admits with one medium',
    deskBelieves((state) => ({ ...state, inStep: [...BOTH] })),
    { faults: ['mediumPulled'] },
  ),
  mutant(
    'desk admits on a low battery',
    deskBelieves((state) => ({ ...state, power: { ...state.power, level: 'mains' } })),
    { faults: ['powerLow'] },
  ),
  mutant(
    'desk takes any finger for the right one',
    deskHears((event) =>
      event.kind === 'fingerRead' && event.outcome.kind === 'noMatch'
        ? { ...event, outcome: { kind: 'match', score: 1 } }
        : event,
    ),
    { authentication: true },
  ),
  mutant(
    'desk takes any code for a right one',
    deskBecomes((after, _effects, before) =>
      before.mode.kind === 'needsOfficer' && after.mode.kind === 'finger'
        ? {
            ...after,
            mode: {
              kind: 'held',
              proved: { candidate: before.mode.candidate, outcome: 'noMatch', authorisedWith: [] },
            },
          }
        : after,
    ),
    { authentication: true },
  ),
  mutant(
    'desk lets who has voted vote again',
    deskBelieves((state, event) => (event.kind === 'keyPressed' ? forgetful(state) : state)),
  ),
  mutant(
    'desk marks a voter who did not vote',
    deskHears(swapsMessage('notCompleted', 'completed')),
  ),
  mutant('desk releases a voter who voted', deskHears(swapsMessage('completed', 'notCompleted'))),
  mutant(
    'desk acknowledges before the mark is durable',
    deskAsks((effects, _before, event) =>
      hears(event, 'completed') ? [...effects, ACKNOWLEDGED] : effects,
    ),
  ),
  mutant(
    'desk logs the mark before it is durable',
    deskAsks((effects, _before, event) =>
      hears(event, 'completed')
        ? [{ kind: 'log', event: { id: 'voterMarked', fields: {} } }, ...effects]
        : effects,
    ),
  ),
  mutant(
    'desk sends totals while somebody is admitted',
    deskAsks((effects, _before, event) =>
      event.kind === 'received' &&
      event.message.kind === 'phaseChanged' &&
      event.message.phase === 'closed'
        ? [...effects, TOTALS]
        : effects,
    ),
  ),
  mutant(
    'desk begins its file anew after a restart',
    deskHears((event) =>
      event.kind === 'pollbookOpened'
        ? { ...event, content: emptyContent(event.content.voters.length) }
        : event,
    ),
    { faults: ['deskDies'] },
  ),
  mutant(
    'desk forgets who is admitted when it restarts',
    deskHears((event) =>
      event.kind === 'pollbookOpened'
        ? { ...event, content: { ...event.content, admission: null } }
        : event,
    ),
    { faults: ['deskDies'] },
  ),
  mutant(
    'desk ignores completed',
    deskIgnores((event) => hears(event, 'completed')),
  ),
  mutant(
    'desk ignores idle',
    deskIgnores((event) => hears(event, 'idle')),
  ),
  mutant(
    'desk ignores the key',
    deskIgnores((event) => hears(event, 'pollbookKey')),
  ),
  mutant(
    'desk ignores that its file is written',
    deskIgnores(({ kind }) => kind === 'saved'),
  ),
  mutant(
    'desk ignores that the link began anew',
    deskIgnores(({ kind }) => kind === 'linkRestarted'),
    {
      faults: ['linkGarbled'],
    },
  ),
  mutant(
    'desk ignores the phase of the day',
    deskIgnores((event) => hears(event, 'phaseChanged')),
  ),
  mutant(
    'desk stays parked by a medium that returns',
    deskIgnores(({ kind }) => kind === 'mediaChanged'),
    { faults: ['mediumPulled'] },
  ),
];
