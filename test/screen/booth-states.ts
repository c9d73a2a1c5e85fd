/** Every stage of the booth in all its variants, to look at each of its scenes. */

import type {
  BallotView,
  BoothState,
  OfficerCheck,
  OfficerPurpose,
  Stage,
  StageOf,
  TokenRefusal,
  VaultFailure,
} from '#firmware/booth/state.ts';
import { initialState, SELF_CHECKS } from '#firmware/booth/state.ts';
import { TOTALS_PATIENCE } from '#firmware/booth/totals.ts';
import type { DispatchState } from '#firmware/dispatch/state.ts';
import type { Marks } from '#firmware/election/ballot.ts';
import { emptyMarks, selectAllOfCard } from '#firmware/election/contest-rules.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { FAULT_CODES } from '#firmware/faults/catalogue.ts';
import type { PrinterFaultKind } from '#hal/receipt-printer.ts';

const PRINTER_FAULTS: readonly PrinterFaultKind[] = [
  'absent',
  'timeout',
  'garbled',
  'busy',
  'paperEnd',
  'coverOpen',
  'cutter',
  'jam',
  'overheated',
  'unrecoverable',
];
const PURPOSES: readonly OfficerPurpose[] = [
  'open',
  'openOverride',
  'resume',
  'voterLeft',
  'confirmVoter',
  'menu',
  'closeOverride',
  'synchronise',
];
const REFUSALS: readonly TokenRefusal[] = [
  'wrongPin',
  'blank',
  'forged',
  'foreign',
  'repeated',
  'wrongOfficer',
  'noShare',
  'unreadable',
];

const FAILURES: readonly VaultFailure[] = [
  'mediumLost',
  'notSynced',
  'full',
  'tampered',
  'empty',
  'notEmpty',
  'foreign',
  'noCodes',
  'cellNotTrusted',
];

const checksOf = (purpose: OfficerPurpose): readonly OfficerCheck[] => [
  { purpose, step: 'insertToken', pin: '', refusal: null },
  ...REFUSALS.map((refusal): OfficerCheck => ({ purpose, step: 'insertToken', pin: '', refusal })),
  ...REFUSALS.map((refusal): OfficerCheck => ({ purpose, step: 'enterPin', pin: '1234', refusal })),
  { purpose, step: 'enterPin', pin: '12345678', refusal: null },
  { purpose, step: 'checking', pin: '', refusal: null },
];

const firstCheck = (purpose: OfficerPurpose): OfficerCheck => ({
  purpose,
  step: 'enterPin',
  pin: '',
  refusal: null,
});

/** The ballot stage of a style with these marks and this view. */
export const ballotStage = (
  definition: ElectionDefinition,
  change: Partial<StageOf<'ballot'>> = {},
  styleId = definition.ballotStyles[0]?.id ?? '',
): StageOf<'ballot'> => {
  const ballot = resolveBallot(definition, styleId);
  return {
    name: 'ballot',
    attempt: { ballot, rejectedOnce: false },
    marks: emptyMarks(ballot),
    page: 0,
    part: 0,
    view: { kind: 'cards' },
    time: 'running',
    extended: false,
    officer: null,
    ...change,
  };
};

/** As many marks as the ballot takes. */
export const fullMarks = (definition: ElectionDefinition): Marks => {
  const { ballot } = ballotStage(definition).attempt;
  return ballot.cards.reduce<Marks>((marks, card) => {
    const all = selectAllOfCard(ballot, marks, card.id, { replaceInSinglePosition: false });
    return all.ok ? all.value : all.error.marks;
  }, emptyMarks(ballot));
};

const ballotStages = (definition: ElectionDefinition): readonly Stage[] => {
  const { ballot } = ballotStage(definition).attempt;
  const full = fullMarks(definition);
  const cards: BallotView = { kind: 'cards' };
  const refusal = { kind: 'refused', under: cards } as const;
  const views: readonly BallotView[] = [
    ...ballot.cards.map((card): BallotView => ({ kind: 'card', cardId: card.id })),
    { kind: 'review' },
    { kind: 'undervote', positions: 1 },
    { kind: 'undervote', positions: 4 },
    { kind: 'blank' },
    ...ballot.contests.flatMap(({ contest, options }, contestIndex): readonly BallotView[] => {
      const why = { contestIndex, positions: contest.votes, otherCardId: null };
      const otherCardId = options[0]?.cardId ?? null;
      return [
        { ...refusal, why: { ...why, kind: 'contestFull' } },
        { ...refusal, why: { ...why, kind: 'noRoomForCard' } },
        { ...refusal, why: { ...why, kind: 'sameCandidate', otherCardId } },
      ];
    }),
  ];
  return [
    ...[0, 1, 2, 7, 109].map((page) => ballotStage(definition, { page })),
    ballotStage(definition, { marks: full }),
    ballotStage(definition, { time: 'warned' }),
    ballotStage(definition, { time: 'warned', extended: true, marks: full }),
    ...views.flatMap((view) => [
      ballotStage(definition, { view }),
      ballotStage(definition, { view, marks: full, time: 'warned' }),
    ]),
    ...checksOf('voterLeft').map((officer) => ballotStage(definition, { officer })),
    ballotStage(definition, { officer: 'confirmLeft' }),
    { name: 'expired', attempt: { ballot, rejectedOnce: false } },
    { name: 'activating', attempt: { ballot, rejectedOnce: true } },
    { name: 'preparing', attempt: { ballot, rejectedOnce: false }, left: true },
  ];
};

const paperStages = (): readonly Stage[] => {
  const held = { attempt: null, left: false } as const;
  return [
    ...[...checksOf('confirmVoter'), 'ask' as const].map(
      (check): Stage => ({ name: 'confirmVoter', attempt: null, check }),
    ),
    { name: 'startingPrint', ...held },
    { name: 'printing', ...held },
    ...PRINTER_FAULTS.map((fault): Stage => ({ name: 'printFault', ...held, fault })),
    ...PRINTER_FAULTS.map((fault): Stage => ({ name: 'cutting', ...held, fault })),
    { name: 'cutting', ...held, fault: null },
    { name: 'askPrinted', ...held, fault: 'jam' },
    { name: 'markingPartial', ...held },
    { name: 'foldPartial', ...held },
    { name: 'markingDone', ...held },
    { name: 'verifying', ...held, canReject: true },
    { name: 'verifying', ...held, canReject: false },
    { name: 'verifying', attempt: null, left: true, canReject: false },
    { name: 'confirming', ...held },
    { name: 'spoiling', attempt: null },
    { name: 'foldSpoiled', attempt: null },
    { name: 'finishingSpoil', attempt: null },
    { name: 'takePaper', left: false },
    { name: 'takePaper', left: true },
    { name: 'committing', left: false },
    { name: 'telling', check: null, left: false },
    { name: 'telling', check: firstCheck('resume'), left: false },
    { name: 'settling', left: false },
    { name: 'recovering', ...held, printed: null, stuck: false },
    { name: 'recovering', ...held, printed: null, stuck: true },
    { name: 'discarding' },
    { name: 'cleaning' },
  ];
};

const setupStages = (definition: ElectionDefinition): readonly Stage[] => {
  const officerIds = definition.officers.map((officer) => officer.id);
  const ceremony = { officerIds, pin: '123', firstPin: '', problem: null } as const;
  const steps = [
    'makingKeys',
    'insertToken',
    'choosePin',
    'repeatPin',
    'writing',
    'removeToken',
    'storing',
  ] as const;
  const problems = [
    'pinsDiffer',
    'pinTooShort',
    'pinWeak',
    'notWritten',
    'alreadyUsed',
    'leftInSlot',
  ] as const;
  return [
    { name: 'starting', stuck: false },
    { name: 'starting', stuck: true },
    ...['pending', 'ok', 'printer.coverOpen', 'printer.unrecoverable'].map(
      (result): Stage => ({
        name: 'selfTest',
        checks: SELF_CHECKS.map((check) => ({ check, result })),
        ended: result !== 'pending',
      }),
    ),
    { name: 'readyForCeremony', problem: null },
    { name: 'readyForCeremony', problem: 'expired' },
    ...officerIds.flatMap((_, officer) =>
      steps.map((step): Stage => ({ name: 'ceremony', step, officer, ...ceremony })),
    ),
    ...problems.flatMap((problem) =>
      steps.map((step): Stage => ({ name: 'ceremony', step, officer: 0, ...ceremony, problem })),
    ),
    { name: 'readyToOpen', problem: null },
    { name: 'readyToOpen', problem: 'expired' },
  ];
};

const pollsStages = (): readonly Stage[] => {
  const reports = ['readiness', 'zero', 'tally'] as const;
  const positions = [
    'beforeOpening',
    'duringVoting',
    'afterClosing',
    'expired',
    'untrusted',
  ] as const;
  const report = { name: 'report', of: 4, printing: true, next: 'rest' } as const;
  const idle = { name: 'suspended', check: null, synchronising: false, failed: null } as const;
  const shares = { name: 'shares', pin: '12', given: 1, needed: 3 } as const;
  return [
    ...reports.flatMap((each): readonly Stage[] => [
      { ...report, report: each, copy: 1, fault: null },
      { ...report, report: each, copy: 12, fault: null },
      ...PRINTER_FAULTS.map((fault): Stage => ({ ...report, report: each, copy: 1, fault })),
    ]),
    ...positions.flatMap((position) =>
      [...checksOf('open'), ...checksOf('openOverride')].map(
        (check): Stage => ({ name: 'opening', check, position }),
      ),
    ),
    { name: 'openingClock' },
    { name: 'openingStored' },
    { name: 'waiting' },
    ...PURPOSES.flatMap((purpose) =>
      checksOf(purpose).map((check): Stage => ({ name: 'officer', check })),
    ),
    { name: 'resuming', check: firstCheck('resume') },
    idle,
    ...FAILURES.map((failed): Stage => ({ ...idle, failed })),
    { ...idle, synchronising: true },
    { ...idle, check: firstCheck('synchronise') },
    { name: 'officerMenu' },
    { name: 'closingClock' },
    { name: 'closingOverride', check: firstCheck('closeOverride') },
    { name: 'closingQueue' },
    { name: 'closingStored' },
    { name: 'awaitingTotals', check: null, asked: 0 },
    { name: 'awaitingTotals', check: null, asked: TOTALS_PATIENCE },
    { name: 'awaitingTotals', check: firstCheck('resume'), asked: 0 },
    ...(['insertToken', 'enterPin', 'checking', 'removeToken'] as const).flatMap((step) =>
      [null, ...REFUSALS].map((refusal): Stage => ({ ...shares, step, refusal })),
    ),
    { name: 'counting', opened: 12, ballots: 700 },
    { name: 'writingResult' },
    { name: 'finishing' },
    { name: 'finished', copies: 4 },
    { name: 'resting', until: { name: 'waiting' } },
    ...FAULT_CODES.map((code): Stage => ({ name: 'parked', code })),
    { name: 'parked', code: 'noSuchCode' },
  ];
};

/** Every stage of a day of this election. */
export const allStages = (definition: ElectionDefinition): readonly Stage[] => [
  ...setupStages(definition),
  ...pollsStages(),
  { name: 'resting', until: ballotStage(definition) },
  ...ballotStages(definition),
  ...paperStages(),
];

/** A state of the booth in this stage, with a battery that runs down. */
export const stateWith = (stage: Stage, locale: Locale): BoothState => ({
  ...initialState(locale),
  stage,
  media: { fixed: 'inStep', removable: 'outOfStep' },
  power: { level: 'low', batteryPercent: 18, minutesLeft: 23 },
  votes: 412,
  lastVote: stage.name === 'suspended' ? 'notKept' : null,
  // Asked for at the side of these two: the desk restarted and wants the pollbook's key.
  deskWantsKey:
    (stage.name === 'telling' || stage.name === 'awaitingTotals') && stage.check !== null,
});

/** How the sending of the result can stand, with every reason that has words and one that has none. */
export const dispatchStates = (): readonly DispatchState[] => {
  const reasons = [
    'unreachable',
    'otherPeer',
    'timeout',
    'cut',
    'garbled',
    'wrongReceipt',
    'medium',
    'conflict',
    'unlistedMachine',
    'storageFull',
    'busy',
    'network.absent',
    'senderFailed',
  ];
  const receipt = '3F2A-91BC';
  return [
    { name: 'held' },
    { name: 'unappointed' },
    { name: 'looking' },
    { name: 'noResult' },
    { name: 'starting', starts: 1 },
    { name: 'sending', starts: 1, attempt: 500 },
    { name: 'keeping', receipt },
    { name: 'printing', receipt },
    { name: 'acknowledged', receipt, fault: null },
    { name: 'acknowledged', receipt, fault: 'paperEnd' },
    ...reasons.flatMap((why): readonly DispatchState[] => [
      { name: 'waiting', starts: 1, attempt: 500, why },
      { name: 'refused', code: why },
      { name: 'failed', starts: 1, why, again: false },
    ]),
  ];
};
