/** What the booth's table is made of: its events, its effects in words, what makes its states different. */
import { makeBooth } from '#firmware/booth/booth.ts';
import {
  type BoothEffect,
  type BoothEvent,
  type BoothState,
  SELF_CHECKS,
  type VaultView,
} from '#firmware/booth/state.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import type { Alphabet, Subject } from './answers.ts';
import { BOOTH_TIMERS, CALLS, GOOD_PRINTER, NO_PAPER } from './booth-table.ts';
import { OFFICERS_TOUCHES, VOTERS_TOUCHES } from './people.ts';

const BOTH = ['fixed', 'removable'] as const;
const TOTALS = {
  match: 0,
  noMatch: 0,
  noStoredPrint: 0,
  noUpperLimbs: 0,
  overrides: 0,
  votersMarked: 0,
  registered: 2,
} as const;

const list = (entries: readonly (readonly [string, BoothEvent])[]): Alphabet<BoothEvent> =>
  entries.map(([words, event]) => ({ words, event }));

const powerEvent = (level: 'mains' | 'low' | 'critical'): BoothEvent => ({
  kind: 'powerChanged',
  power: { level, batteryPercent: null, minutesLeft: null },
});

const FRESH: VaultView = {
  phase: 'IDLE',
  print: 'NONE',
  epoch: 0,
  reprints: 0,
  spoils: 0,
  inStep: BOTH,
  polls: 'ready',
};
const OPEN: VaultView = { ...FRESH, polls: 'open' };

/** What the vault says after each call, as the protocol has it. */
const VIEWS: Readonly<Record<string, VaultView>> = {
  setUp: FRESH,
  clean: OPEN,
  activate: { ...OPEN, phase: 'ACTIVE' },
  prepare: { ...OPEN, phase: 'PREPARED' },
  markStarted: { ...OPEN, phase: 'PREPARED', print: 'STARTED' },
  markPartial: { ...OPEN, phase: 'PREPARED', print: 'PARTIAL' },
  markDone: { ...OPEN, phase: 'PREPARED', print: 'DONE' },
  markConfirmed: { ...OPEN, phase: 'PREPARED', print: 'CONFIRMED' },
  spoil: { ...OPEN, phase: 'SPOILED' },
  finishSpoil: { ...OPEN, phase: 'ACTIVE' },
  discard: OPEN,
  commit: { ...OPEN, phase: 'OUTCOME', epoch: 1 },
  settle: OPEN,
  synchronise: OPEN,
  openPolls: OPEN,
  closePolls: { ...FRESH, polls: 'closed' },
  countPolls: { ...FRESH, polls: 'counted' },
};

const RECOVERED: readonly (readonly [string, VaultView])[] = [
  ['ready', FRESH],
  ['open, IDLE', OPEN],
  ['open, IDLE, one medium', { ...OPEN, inStep: ['fixed'] }],
  ['open, ACTIVE', { ...OPEN, phase: 'ACTIVE' }],
  ...(['NONE', 'STARTED', 'PARTIAL', 'DONE', 'CONFIRMED'] as const).map(
    (print) => [`open, PREPARED ${print}`, { ...OPEN, phase: 'PREPARED' as const, print }] as const,
  ),
  ['open, SPOILED', { ...OPEN, phase: 'SPOILED' }],
  ['open, OUTCOME', { ...OPEN, phase: 'OUTCOME', epoch: 1 }],
  ['closed', { ...FRESH, polls: 'closed' }],
  ['counted', { ...FRESH, polls: 'counted' }],
];

const touch = (action: string): readonly [string, BoothEvent] => [
  `touched ${action}`,
  { kind: 'touched', action },
];

/** Any digit of a PIN. */
const DIGIT = 'pin:digit';
const SETUP_TOUCHES = ['selfTest:repeat', 'ceremony:start', 'tally:copy', DIGIT, 'pin:enter'];

const received = (words: string, message: Extract<BoothEvent, { kind: 'received' }>['message']) =>
  [`received ${words}`, { kind: 'received', message } as BoothEvent] as const;

const admission = (turn: string) => ({
  kind: 'admission' as const,
  token: '0'.repeat(32),
  ballotStyleId: 'unica',
  turn,
});

const BOOTH_EVENTS: Alphabet<BoothEvent> = list([
  ['started', { kind: 'started' }],
  ['mediumReturned fixed', { kind: 'mediumReturned', medium: 'fixed' }],
  ['mediumReturned removable', { kind: 'mediumReturned', medium: 'removable' }],
  ...RECOVERED.map(
    ([words, view]) =>
      [`vaultDone recover (${words})`, { kind: 'vaultDone', call: 'recover', view }] as const,
  ),
  ...Object.entries(VIEWS).map(
    ([call, view]) =>
      [`vaultDone ${call}`, { kind: 'vaultDone', call: call as 'clean', view }] as const,
  ),
  ...(['ready', 'closed', 'counted'] as const).map(
    (polls) =>
      [
        `vaultDone clean (${polls})`,
        { kind: 'vaultDone', call: 'clean', view: { ...FRESH, polls } },
      ] as const,
  ),
  ...CALLS.filter((call) => call !== 'none').map(
    (call) =>
      [
        `vaultFailed ${call} (mediumLost)`,
        { kind: 'vaultFailed', call, failure: 'mediumLost', inStep: ['fixed'] },
      ] as const,
  ),
  [
    'vaultFailed recover (empty)',
    { kind: 'vaultFailed', call: 'recover', failure: 'empty', inStep: [] },
  ],
  [
    'vaultFailed record (mediumLost)',
    { kind: 'vaultFailed', call: 'record', failure: 'mediumLost', inStep: [] },
  ],
  [
    'vaultFailed prepare (notSynced)',
    { kind: 'vaultFailed', call: 'prepare', failure: 'notSynced', inStep: [] },
  ],
  ...[...VOTERS_TOUCHES, ...OFFICERS_TOUCHES, ...SETUP_TOUCHES].map(touch),
  ['keyPressed', { kind: 'keyPressed', focus: null }],
  ...BOOTH_TIMERS.map((timer) => [`timer ${timer}`, { kind: 'timerExpired', timer }] as const),
  received('deskStarted', { kind: 'deskStarted' }),
  ...['00000001', '00000002', '00000003'].map((turn) => received('admission', admission(turn))),
  received('acknowledged', { kind: 'acknowledged', media: BOTH }),
  received('authenticationTotals', { kind: 'authenticationTotals', totals: TOTALS }),
  ['linkRestarted', { kind: 'linkRestarted' }],
  ...(['mains', 'low', 'critical'] as const).map(
    (level) => [`powerChanged ${level}`, powerEvent(level)] as const,
  ),
  ['mediumLost removable', { kind: 'mediumLost', medium: 'removable' }],
  ['mediumLost fixed', { kind: 'mediumLost', medium: 'fixed' }],
  ['printerStatus good', { kind: 'printerStatus', status: GOOD_PRINTER }],
  ['printerStatus no paper', { kind: 'printerStatus', status: NO_PAPER }],
  ['tokenInserted', { kind: 'tokenInserted' }],
  ['tokenRemoved', { kind: 'tokenRemoved' }],
  ...SELF_CHECKS.map(
    (check) => [`selfCheckDone ok`, { kind: 'selfCheckDone', check, result: 'ok' }] as const,
  ),
  ['selfCheckDone fault', { kind: 'selfCheckDone', check: 'printer', result: 'printer.jam' }],
  ['reportPrinted', { kind: 'reportPrinted' }],
  ['reportNotPrinted', { kind: 'reportNotPrinted', fault: 'jam' }],
  ['recordPrinted', { kind: 'recordPrinted' }],
  ['recordNotPrinted (nothing)', { kind: 'recordNotPrinted', fault: 'jam', progress: 'nothing' }],
  ['recordNotPrinted (unknown)', { kind: 'recordNotPrinted', fault: 'jam', progress: 'unknown' }],
  ['paperCut', { kind: 'paperCut' }],
  ['paperNotCut', { kind: 'paperNotCut', fault: 'cutter' }],
  ...(['duringVoting', 'afterClosing', 'expired', 'untrusted'] as const).map(
    (position) => [`calendarRead ${position}`, { kind: 'calendarRead', position }] as const,
  ),
  ['tokenChecked presiding', { kind: 'tokenChecked', officerId: 'of-1', presiding: true }],
  ['tokenChecked other', { kind: 'tokenChecked', officerId: 'of-2', presiding: false }],
  ['tokenRefused', { kind: 'tokenRefused', refusal: 'wrongPin' }],
  ['keysMade', { kind: 'keysMade' }],
  ['tokenWritten', { kind: 'tokenWritten' }],
  ['tokenNotWritten', { kind: 'tokenNotWritten', problem: 'notWritten' }],
  ['shareGiven', { kind: 'shareGiven', given: 1 }],
  ['shareGiven (enough)', { kind: 'shareGiven', given: 3 }],
  ['shareRefused', { kind: 'shareRefused', refusal: 'forged' }],
  ['ballotsOpened', { kind: 'ballotsOpened', opened: 1, ballots: 1 }],
  ['counted', { kind: 'counted' }],
  ['notCounted', { kind: 'notCounted', code: 'counting.ballotsMissing' }],
  ['resultWritten', { kind: 'resultWritten', written: true }],
  ['resultWritten (not)', { kind: 'resultWritten', written: false }],
]);

const boothWords = (effect: BoothEffect): string | null => {
  switch (effect.kind) {
    case 'log':
      return `log ${effect.event.id}`;
    case 'send':
      return `say ${effect.message.kind}`;
    case 'vault':
      return `vault.${effect.call}`;
    case 'startTimer':
    case 'stopTimer':
      return `${effect.kind} ${effect.timer}`;
    case 'printReport':
      return `printReport ${effect.report}`;
    case 'park':
      return `park ${effect.code}`;
    case 'prepareVote':
    case 'runSelfTest':
    case 'printRecord':
    case 'cutPaper':
    case 'recoverPrinter':
    case 'readCalendar':
    case 'checkToken':
    case 'givePollbookKey':
    case 'forgetPollbookKey':
    case 'makeKeys':
    case 'writeToken':
    case 'setUpVault':
    case 'giveShare':
    case 'count':
    case 'writeResult':
    case 'beep':
      return effect.kind;
  }
};

/** Fields that tell kinds of one stage apart; the others are who, which and how many. */
const KIND_FIELDS = [
  'name',
  'step',
  'purpose',
  'kind',
  'time',
  'next',
  'left',
  'stuck',
  'canReject',
  'synchronising',
  'ended',
  'until',
  'position',
  'check',
  'officer',
  'view',
  'fault',
  'report',
  'copy',
];

/** How many digits of a PIN stand on the pad. */
const digitsTyped = ({ stage }: BoothState): number =>
  JSON.stringify(stage).match(/"pin":"(\d*)"/)?.[1]?.length ?? 0;

const kindOfStage = (state: BoothState): string => {
  const { stage, polls, media, idleTold, deskWantsKey } = state;
  const plain = JSON.stringify(stage, (key, value) => {
    if (key === 'fault') return value !== null;
    if (key === 'pin') return undefined;
    return key === '' || KIND_FIELDS.includes(key) ? value : undefined;
  });
  const passed =
    stage.name === 'selfTest' ? stage.checks.filter(({ result }) => result === 'ok').length : 0;
  return `${plain} ${polls} ${media.fixed} ${media.removable} ${idleTold} ${deskWantsKey} ${digitsTyped(state)} ${passed}`;
};

/** A PIN that an officer may choose; the row of one digit that the table's key would type is none. */
const PIN = '274951';

/** The small election's machine; papers are verified, so that all of its stages are there. */
const machine = () => {
  const definition = loadOwnDefinition(SMALL_PATH);
  const booth = makeBooth({ ...definition, rules: { ...definition.rules, verifyPaper: true } });
  const step: typeof booth.step = (state, event) =>
    event.kind === 'touched' && event.action === DIGIT
      ? booth.step(state, { ...event, action: `pin:${PIN[digitsTyped(state)] ?? '0'}` })
      : booth.step(state, event);
  return { ...booth, step };
};

export const boothSubject = (): Subject<BoothState, BoothEvent, BoothEffect> => ({
  machine: machine(),
  alphabet: BOOTH_EVENTS,
  seeds: [],
  nameOf: ({ stage }) => stage.name,
  kindOf: kindOfStage,
  wordsOf: boothWords,
});
