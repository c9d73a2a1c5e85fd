/** Mutations of the booth's machine; each has to be found out by the exploration. */
import type { BoothEffect, BoothEvent } from '#firmware/booth/state.ts';
import { emptyMarks } from '#firmware/election/contest-rules.ts';
import {
  boothAsks,
  boothBelieves,
  boothHears,
  boothIgnores,
  type Mutant,
  mutant,
  swapsCall,
} from './mutant-kit.ts';

const hears = (event: BoothEvent, kind: string): boolean =>
  event.kind === 'received' && event.message.kind === kind;
const touches = (event: BoothEvent, action: string): boolean =>
  event.kind === 'touched' && event.action === action;
const isDone = (event: BoothEvent, call: string): boolean =>
  event.kind === 'vaultDone' && event.call === call;
const vault = (call: Extract<BoothEffect, { kind: 'vault' }>['call']): BoothEffect => ({
  kind: 'vault',
  call,
});
const BOTH = { fixed: 'inStep', removable: 'inStep' } as const;
const COMPLETED: BoothEffect = { kind: 'send', message: { kind: 'completed' } };

const guards: readonly Mutant[] = [
  mutant(
    'booth serves a token that answers an earlier idle',
    boothBelieves((state, event) =>
      event.kind === 'received' && event.message.kind === 'admission'
        ? { ...state, turn: Number.parseInt(event.message.turn, 16) }
        : state,
    ),
    { faults: ['linkGarbled'] },
  ),
  mutant(
    'booth serves a token that it did not ask for',
    boothBelieves((state, event) =>
      hears(event, 'admission') && state.stage.name === 'waiting'
        ? { ...state, idleTold: true }
        : state,
    ),
    { faults: ['powerLow', 'linkGarbled'], faultsMost: 2 },
  ),
  mutant(
    'booth serves a voter with one medium',
    boothBelieves((state, event) =>
      hears(event, 'admission') ? { ...state, media: BOTH } : state,
    ),
    { faults: ['mediumPulled'] },
  ),
  mutant(
    'booth serves a voter while the polls close',
    boothBelieves((state, event) =>
      hears(event, 'admission') && state.stage.name === 'closingStored'
        ? { ...state, stage: { name: 'waiting' } }
        : state,
    ),
  ),
  mutant(
    'booth asks for another voter on a low battery',
    boothAsks((effects, before, event, after) =>
      event.kind === 'powerChanged' && before.idleTold && after.stage.name === 'waiting'
        ? [...effects, { kind: 'send', message: { kind: 'idle', turn: '00000001' } }]
        : effects,
    ),
    { faults: ['powerLow'] },
  ),
  mutant(
    'booth does for any officer what is the presiding officer’s',
    boothHears((event) => (event.kind === 'tokenChecked' ? { ...event, presiding: true } : event)),
  ),
  mutant(
    'booth closes before its time for one officer alone',
    boothBelieves((state, event) =>
      event.kind === 'tokenChecked' && state.stage.name === 'closingOverride'
        ? { ...state, officers: [] }
        : state,
    ),
  ),
  mutant(
    'booth closes before its time as after it',
    boothHears((event, { stage }) =>
      event.kind === 'calendarRead' && stage.name === 'closingClock'
        ? { ...event, position: 'afterClosing' }
        : event,
    ),
  ),
  mutant(
    'booth opens outside its time as in it',
    boothAsks((effects, { stage }, event) =>
      event.kind === 'tokenChecked' && stage.name === 'opening' && stage.position !== 'duringVoting'
        ? [{ kind: 'printReport', report: 'zero', copy: 1, of: 1, override: false }, ...effects]
        : effects,
    ),
  ),
];

const swapped: readonly Mutant[] = [
  mutant(
    'booth prints before STARTED is recorded',
    swapsCall('markStarted', { kind: 'printRecord' }),
  ),
  mutant('booth cuts before DONE is recorded', swapsCall('markDone', { kind: 'cutPaper' })),
  mutant('booth settles a vote instead of storing it', swapsCall('commit', vault('settle'))),
  mutant('booth cleans up instead of activating', swapsCall('activate', vault('clean'))),
  mutant(
    'booth commits what the voter has to confirm',
    swapsCall('markConfirmed', vault('commit')),
    {
      verifyPaper: true,
    },
  ),
  mutant('booth gives up a vote whose paper is rejected', swapsCall('spoil', vault('discard')), {
    verifyPaper: true,
  }),
  mutant(
    'booth gives up a vote instead of ending its spoil',
    swapsCall('finishSpoil', vault('discard')),
    {
      verifyPaper: true,
    },
  ),
  mutant('booth does not record a partial print', swapsCall('markPartial', vault('markStarted')), {
    faults: ['printFails'],
  }),
  mutant(
    'booth opens the polls again where it closes them',
    swapsCall('closePolls', vault('openPolls')),
  ),
  mutant(
    'booth counts where it asks whether to close',
    boothAsks((effects, { stage }) =>
      stage.name === 'officerMenu'
        ? effects.map((effect) => (effect.kind === 'readCalendar' ? { kind: 'count' } : effect))
        : effects,
    ),
  ),
  mutant(
    'booth seals an empty ballot',
    boothAsks((effects) =>
      effects.map((effect) =>
        effect.kind === 'prepareVote' ? { ...effect, marks: emptyMarks(effect.ballot) } : effect,
      ),
    ),
  ),
  mutant(
    'booth seals marks of a voter who left',
    boothAsks((effects, { stage }) =>
      effects.map((effect) =>
        effect.kind === 'prepareVote' && stage.name === 'ballot'
          ? { ...effect, marks: stage.marks }
          : effect,
      ),
    ),
    { faults: ['voterLeaves'] },
  ),
  mutant(
    'booth marks something when the time is over',
    boothAsks((effects, { stage }) =>
      effects.map((effect) =>
        effect.kind === 'prepareVote' && stage.name === 'expired'
          ? { ...effect, marks: effect.marks.map(() => [0]) }
          : effect,
      ),
    ),
  ),
  mutant(
    'booth gives the desk no key',
    boothAsks((effects) => effects.filter(({ kind }) => kind !== 'givePollbookKey')),
  ),
];

const early: readonly Mutant[] = [
  mutant(
    'booth says completed once the vote is prepared',
    boothAsks((effects, _before, event) =>
      isDone(event, 'prepare') ? [...effects, COMPLETED] : effects,
    ),
  ),
  mutant(
    'booth says closed before it is',
    boothAsks((effects, _before, event) =>
      touches(event, 'queue:empty')
        ? [...effects, { kind: 'send', message: { kind: 'phaseChanged', phase: 'closed' } }]
        : effects,
    ),
  ),
  mutant(
    'booth logs that the polls are open before they are',
    boothAsks((effects, { stage }, event) =>
      event.kind === 'reportPrinted' && stage.name === 'report' && stage.next === 'open'
        ? [...effects, { kind: 'log', event: { id: 'pollsOpened', fields: { override: false } } }]
        : effects,
    ),
  ),
  mutant(
    'booth says notCompleted of a vote it finishes',
    boothAsks((effects, { stage }, event) =>
      stage.name === 'confirmVoter' && touches(event, 'voter:left')
        ? [...effects, { kind: 'send', message: { kind: 'notCompleted' } }]
        : effects,
    ),
    { faults: ['powerCut', 'voterLeaves'], faultsMost: 2 },
  ),
  mutant(
    'booth settles without an acknowledgement',
    boothHears((event, { stage }) =>
      stage.name === 'telling' && event.kind === 'timerExpired'
        ? {
            kind: 'received',
            message: { kind: 'acknowledged', media: ['fixed', 'removable'] },
          }
        : event,
    ),
  ),
  mutant(
    'booth prints again without asking what came out',
    boothHears((event, { stage }) =>
      stage.name === 'askPrinted' && event.kind === 'touched'
        ? { kind: 'touched', action: 'paper:nothing' }
        : event,
    ),
    { faults: ['printFails'] },
  ),
  mutant(
    'booth takes a prepared vote for one that is only active',
    boothHears((event) =>
      event.kind === 'vaultDone' && event.call === 'recover' && event.view.phase === 'PREPARED'
        ? { ...event, view: { ...event.view, phase: 'ACTIVE' } }
        : event,
    ),
    { faults: ['boothDies'] },
  ),
  mutant(
    'booth takes a paper that is not cut for one in hand',
    boothHears((event) =>
      event.kind === 'vaultDone' && event.call === 'recover' && event.view.print === 'DONE'
        ? { ...event, view: { ...event.view, print: 'CONFIRMED' } }
        : event,
    ),
    { faults: ['boothDies'] },
  ),
];

const ignored: readonly Mutant[] = [
  mutant(
    'booth ignores that the desk restarted',
    boothIgnores((event) => hears(event, 'deskStarted')),
    { faults: ['deskDies'] },
  ),
  mutant(
    'booth ignores that the link began anew',
    boothIgnores(({ kind }) => kind === 'linkRestarted'),
    {
      faults: ['linkGarbled'],
    },
  ),
  mutant(
    'booth ignores media that return',
    boothIgnores(({ kind }) => kind === 'mediumReturned'),
    {
      faults: ['mediumPulled'],
    },
  ),
  mutant(
    'booth ignores calls that fail',
    boothIgnores(({ kind }) => kind === 'vaultFailed'),
    {
      faults: ['mediumPulled'],
      faultsMost: 2,
    },
  ),
  mutant(
    'booth ignores a print that fails',
    boothIgnores(({ kind }) => kind === 'recordNotPrinted'),
    {
      faults: ['printFails'],
    },
  ),
  mutant(
    'booth ignores a cutter that fails',
    boothIgnores(({ kind }) => kind === 'paperNotCut'),
    {
      faults: ['cutFails'],
    },
  ),
  mutant(
    'booth ignores that a paper is folded',
    boothIgnores((event) => touches(event, 'paper:folded')),
    {
      faults: ['printFails'],
    },
  ),
  mutant(
    'booth ignores acknowledgements',
    boothIgnores((event) => hears(event, 'acknowledged')),
  ),
  mutant(
    'booth ignores the pollbook’s totals',
    boothIgnores((event) => hears(event, 'authenticationTotals')),
  ),
  mutant(
    'booth ignores the power that is back',
    boothIgnores((event) => event.kind === 'powerChanged' && event.power.level === 'mains'),
    { faults: ['powerLow'] },
  ),
];

export const BOOTH_MUTANTS: readonly Mutant[] = [...guards, ...swapped, ...early, ...ignored];
