/** What the desk's table is made of: its events, its effects in words, what makes its states different. */
import { makeDesk } from '#firmware/desk/desk.ts';
import { type DeskContent, emptyContent } from '#firmware/desk/desk-content.ts';
import type { DeskEffect, DeskEvent, DeskState } from '#firmware/desk/state.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import type { Alphabet, Subject } from './answers.ts';
import { DESK_TIMERS, plainDesk, ROSTER, TYPED } from './desk-table.ts';

const BOTH = ['fixed', 'removable'] as const;

const list = (entries: readonly (readonly [string, DeskEvent])[]): Alphabet<DeskEvent> =>
  entries.map(([words, event]) => ({ words, event }));

const powerEvent = (level: 'mains' | 'low' | 'critical'): DeskEvent => ({
  kind: 'powerChanged',
  power: { level, batteryPercent: null, minutesLeft: null },
});

const CONTENT = emptyContent(ROSTER.voters.length);
const ADMITTED: DeskContent = {
  ...CONTENT,
  voters: Uint8Array.of(1, 0),
  admission: { voter: 0, companion: null },
};
const KEYS = ['1', '2', 'enter', 'clear', 'erase', 'plus', 'minus', 'times'] as const;
/** The one under way, and one that was given up. */
const OPERATIONS = [1, 9];

const opened = (content: DeskContent): DeskEvent => ({
  kind: 'pollbookOpened',
  roster: ROSTER,
  content,
  inStep: BOTH,
});
const hear = (words: string, message: Extract<DeskEvent, { kind: 'received' }>['message']) =>
  [`received ${words}`, { kind: 'received', message } as DeskEvent] as const;
/** The answer to whichever operation is under way. */
const answers = (words: string, make: (operation: number) => DeskEvent) =>
  OPERATIONS.map((operation) => [words, make(operation)] as const);

const DESK_EVENTS: Alphabet<DeskEvent> = list([
  ['started', { kind: 'started' }],
  hear('phaseChanged open', { kind: 'phaseChanged', phase: 'open' }),
  hear('pollbookKey', { kind: 'pollbookKey', key: '00'.repeat(32) }),
  ['pollbookOpened', opened(CONTENT)],
  ['pollbookOpened (admitted)', opened(ADMITTED)],
  ['pollbookNotOpened (noMedium)', { kind: 'pollbookNotOpened', problem: 'noMedium' }],
  ['pollbookNotOpened (wrongKey)', { kind: 'pollbookNotOpened', problem: 'wrongKey' }],
  hear('boothStarted', { kind: 'boothStarted' }),
  hear('idle', { kind: 'idle', turn: '00000001' }),
  hear('completed', { kind: 'completed' }),
  hear('notCompleted', { kind: 'notCompleted' }),
  hear('phaseChanged closed', { kind: 'phaseChanged', phase: 'closed' }),
  ...KEYS.map((key) => [`key ${key}`, { kind: 'keyPressed', key }] as const),
  ...DESK_TIMERS.map((timer) => [`timer ${timer}`, { kind: 'timerExpired', timer }] as const),
  ['linkRestarted', { kind: 'linkRestarted' }],
  ...(['mains', 'low', 'critical'] as const).map(
    (level) => [`powerChanged ${level}`, powerEvent(level)] as const,
  ),
  ['mediaChanged both', { kind: 'mediaChanged', inStep: BOTH }],
  ['mediaChanged one', { kind: 'mediaChanged', inStep: ['fixed'] }],
  ['notSynced', { kind: 'notSynced', medium: 'fixed' }],
  ...answers('saved', (operation) => ({ kind: 'saved', operation, media: BOTH })),
  ...answers('saved nowhere', (operation) => ({ kind: 'saved', operation, media: [] })),
  ...answers('printLoaded', (operation) => ({ kind: 'printLoaded', operation })),
  ...answers('fingerGuided', (operation) => ({
    kind: 'fingerGuided',
    operation,
    guidance: 'placeAgain',
  })),
  ...answers('fingerRead match', (operation) => ({
    kind: 'fingerRead',
    operation,
    outcome: { kind: 'match', score: 1 },
  })),
  ...answers('fingerRead noMatch', (operation) => ({
    kind: 'fingerRead',
    operation,
    outcome: { kind: 'noMatch' },
  })),
  ...answers('fingerRead noFinger', (operation) => ({
    kind: 'fingerRead',
    operation,
    outcome: { kind: 'noFinger' },
  })),
  ...answers('readerFailed', (operation) => ({
    kind: 'readerFailed',
    operation,
    code: 'fingerprint.timeout',
    badTemplate: false,
  })),
  ...answers('codeChecked', (operation) => ({ kind: 'codeChecked', operation, index: 0 })),
  ...answers('codeChecked (unknown)', (operation) => ({
    kind: 'codeChecked',
    operation,
    index: null,
  })),
  ['stationFailed', { kind: 'stationFailed', code: 'station.absent' }],
  ['stationRecovered', { kind: 'stationRecovered' }],
]);

const deskWords = (effect: DeskEffect): string | null => {
  switch (effect.kind) {
    case 'log':
      return `log ${effect.event.id}`;
    case 'send':
      return `say ${effect.message.kind}`;
    case 'startTimer':
    case 'stopTimer':
      return `${effect.kind} ${effect.timer}`;
    case 'sendAdmission':
      return 'say admission';
    case 'openPollbook':
    case 'save':
    case 'loadPrint':
    case 'verifyFinger':
    case 'cancelFinger':
    case 'checkCode':
      return effect.kind;
    // Follow every state (firmware/desk/view.ts).
    case 'display':
    case 'light':
      return null;
  }
};

const kindOfMode = ({
  mode,
  phase,
  idle,
  inStep,
  power,
  content,
  totalsAsked,
}: DeskState): string => {
  const next = mode.kind === 'recording' ? `${mode.next.kind} ${mode.acknowledge}` : '';
  const step = mode.kind === 'finger' ? `${mode.step} ${mode.subject.kind}` : '';
  const typed = mode.kind === 'ready' ? mode.typed.digits.length : 0;
  const lock = content?.lock ?? '';
  return `${mode.kind} ${next} ${step} ${typed} ${phase} ${idle} ${inStep.length} ${power.level} ${lock} ${totalsAsked}`;
};

/** The machine of the small election, and the desk with an ID and a code typed but for the last key. */
export const deskSubject = (): Subject<DeskState, DeskEvent, DeskEffect> => {
  const { rules, locale } = loadOwnDefinition(SMALL_PATH);
  const real = makeDesk({ rules: { ...rules, fingerAttempts: 1 }, locale, columns: 16 });
  const machine: typeof real = {
    ...real,
    step: (state, event) => real.step(plainDesk(state), event),
  };
  const after = (from: DeskState, ...events: readonly DeskEvent[]): DeskState =>
    events.reduce((state, event) => machine.step(state, event)[0], from);
  const keys = (typed: readonly DeskKey[]): readonly DeskEvent[] =>
    typed.map((key) => ({ kind: 'keyPressed', key }));
  const open = after(
    machine.initial,
    { kind: 'started' },
    { kind: 'received', message: { kind: 'phaseChanged', phase: 'open' } },
    { kind: 'received', message: { kind: 'pollbookKey', key: '00'.repeat(32) } },
    opened(CONTENT),
  );
  const typed = after(open, ...keys(TYPED.id1.slice(0, -1)));
  const asked = after(
    typed,
    ...keys(['enter']),
    { kind: 'printLoaded', operation: 1 },
    { kind: 'fingerRead', operation: 1, outcome: { kind: 'noMatch' } },
    { kind: 'saved', operation: 1, media: BOTH },
    ...keys(['enter']),
    { kind: 'printLoaded', operation: 1 },
    { kind: 'fingerRead', operation: 1, outcome: { kind: 'match', score: 1 } },
    ...keys(TYPED.code.slice(0, -1)),
  );
  return {
    machine,
    alphabet: DESK_EVENTS,
    seeds: [open, typed, asked],
    nameOf: ({ mode }) => mode.kind,
    kindOf: kindOfMode,
    wordsOf: deskWords,
  };
};

type DeskKey = Extract<DeskEvent, { kind: 'keyPressed' }>['key'];
