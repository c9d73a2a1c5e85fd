/**
 * Every screen that a person meets, as states of the booth in the demo election: for the pictures of
 * the README, and to look at when the screen changes.
 */
import {
  type BoothState,
  DEFAULT_AIDS,
  initialState,
  type OfficerCheck,
  SELF_CHECKS,
  type Stage,
  type StageOf,
  type VoterAids,
  type VoterSettings,
} from '#firmware/booth/state.ts';
import type { DispatchState } from '#firmware/dispatch/state.ts';
import type { Marks } from '#firmware/election/ballot.ts';
import { emptyMarks, selectAllOfCard } from '#firmware/election/contest-rules.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { sceneOf } from '#firmware/screen/scene-of.ts';
import type { Scene } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';

type Aids = Partial<Omit<VoterAids, 'settings'>> & { readonly settings?: Partial<VoterSettings> };

type Shot = {
  readonly stage: Stage;
  readonly aids?: Aids;
  readonly power?: BoothState['power'];
  readonly dispatch?: DispatchState;
};

const ON_BATTERY: BoothState['power'] = { level: 'battery', batteryPercent: 62, minutesLeft: 151 };
const LOW: BoothState['power'] = { level: 'low', batteryPercent: 11, minutesLeft: 26 };
const VOTES = 412;

/** One card whole, and the first option of every contest that is still open. */
const someMarks = (
  definition: ElectionDefinition,
  ballot: StageOf<'ballot'>['attempt']['ballot'],
  cardId: string,
): Marks => {
  const rules = { replaceInSinglePosition: definition.rules.replaceInSinglePosition };
  const marked = selectAllOfCard(ballot, emptyMarks(ballot), cardId, rules);
  return marked.ok ? marked.value : marked.error.marks;
};

const ballotOf = (definition: ElectionDefinition) => {
  const ballot = resolveBallot(definition, definition.ballotStyles[0]?.id ?? '');
  const [first, second] = ballot.cards;
  const cardId = second?.id ?? first?.id ?? '';
  const stage = (change: Partial<StageOf<'ballot'>>): StageOf<'ballot'> => ({
    name: 'ballot',
    attempt: { ballot, rejectedOnce: false },
    marks: someMarks(definition, ballot, cardId),
    page: 0,
    part: 0,
    view: { kind: 'cards' },
    time: 'running',
    extended: false,
    officer: null,
    ...change,
  });
  return { stage, cardId, nothing: emptyMarks(ballot) };
};

const check = (change: Partial<OfficerCheck>): OfficerCheck => ({
  purpose: 'open',
  step: 'insertToken',
  pin: '',
  refusal: null,
  ...change,
});

/** What voters meet, in the order of a vote. */
const voterShots = (definition: ElectionDefinition): Readonly<Record<string, Shot>> => {
  const { stage, cardId, nothing } = ballotOf(definition);
  const held = { attempt: null, left: false } as const;
  return {
    welcome: { stage: { name: 'waiting' } },
    cards: { stage: stage({}) },
    card: { stage: stage({ view: { kind: 'card', cardId } }) },
    warning: { stage: stage({ time: 'warned', page: 1 }) },
    review: { stage: stage({ view: { kind: 'review' } }) },
    undervote: { stage: stage({ view: { kind: 'undervote', positions: 1 } }) },
    blank: { stage: stage({ marks: nothing, view: { kind: 'blank' } }) },
    settings: { stage: stage({}), aids: { panel: 'look' } },
    keypad: {
      stage: stage({}),
      aids: {
        keys: true,
        focus: `card:${cardId}`,
        settings: { text: 'largest', contrast: 'whiteOnBlack', sound: true },
      },
    },
    expired: { stage: { name: 'expired', attempt: stage({}).attempt } },
    printing: { stage: { name: 'printing', ...held } },
    verify: { stage: { name: 'verifying', ...held, canReject: true } },
    'take-paper': { stage: { name: 'takePaper', left: false } },
  };
};

/** What officers meet, in the order of the days. */
const officerShots = (definition: ElectionDefinition): Readonly<Record<string, Shot>> => {
  const officerIds = definition.officers.map(({ id }) => id);
  const half = Math.ceil(SELF_CHECKS.length / 2);
  const shares = { name: 'shares', pin: '', given: 1, needed: 3, refusal: null } as const;
  return {
    'self-test': {
      stage: {
        name: 'selfTest',
        checks: SELF_CHECKS.map((each, index) => ({
          check: each,
          result: index < half ? 'ok' : 'pending',
        })),
        ended: false,
      },
    },
    ceremony: {
      stage: {
        name: 'ceremony',
        step: 'choosePin',
        officerIds,
        officer: 0,
        pin: '1234',
        firstPin: '',
        problem: null,
      },
    },
    'zero-report': {
      stage: { name: 'report', report: 'zero', copy: 1, of: 1, fault: null, next: 'rest' },
    },
    token: { stage: { name: 'opening', check: check({}), position: 'duringVoting' } },
    pin: {
      stage: {
        name: 'opening',
        check: check({ step: 'enterPin', pin: '1234', refusal: 'wrongPin' }),
        position: 'beforeOpening',
      },
    },
    'paper-fault': {
      stage: { name: 'printFault', attempt: null, left: false, fault: 'jam' },
      power: ON_BATTERY,
    },
    'low-power': { stage: { name: 'waiting' }, power: LOW },
    suspended: {
      stage: { name: 'suspended', check: null, synchronising: false, failed: null },
    },
    queue: { stage: { name: 'closingQueue' } },
    shares: { stage: { ...shares, step: 'insertToken' } },
    counting: { stage: { name: 'counting', opened: 287, ballots: VOTES } },
    finished: { stage: { name: 'finished', copies: definition.rules.tallyCopies } },
    'no-network': {
      stage: { name: 'finished', copies: definition.rules.tallyCopies },
      dispatch: { name: 'waiting', starts: 1, attempt: 4, why: 'unreachable' },
    },
    sent: {
      stage: { name: 'finished', copies: definition.rules.tallyCopies },
      dispatch: { name: 'acknowledged', receipt: '3F2A-91BC', fault: null },
    },
    'safe-mode': { stage: { name: 'parked', code: 'vault.tampered' } },
  };
};

const stateOf = ({ stage, aids = {}, power }: Shot, locale: Locale): BoothState => {
  const state = initialState(locale);
  return {
    ...state,
    stage,
    votes: VOTES,
    lastVote: stage.name === 'suspended' ? 'kept' : null,
    power: power ?? state.power,
    media: { fixed: 'inStep', removable: stage.name === 'suspended' ? 'outOfStep' : 'inStep' },
    aids: { ...DEFAULT_AIDS, ...aids, settings: { ...DEFAULT_AIDS.settings, ...aids.settings } },
  };
};

export type Screens = ReadonlyMap<string, Scene>;

const scenesOf = (
  shots: Readonly<Record<string, Shot>>,
  definition: ElectionDefinition,
  locale: Locale,
  panel: Panel,
): Screens =>
  new Map(
    Object.entries(shots).map(([name, shot]) => [
      name,
      sceneOf(stateOf(shot, locale), definition, panel, shot.dispatch),
    ]),
  );

export const voterScreens = (
  definition: ElectionDefinition,
  locale: Locale,
  panel: Panel,
): Screens => scenesOf(voterShots(definition), definition, locale, panel);

export const officerScreens = (
  definition: ElectionDefinition,
  locale: Locale,
  panel: Panel,
): Screens => scenesOf(officerShots(definition), definition, locale, panel);

/** The ballot in every text size and contrast, row by row. */
export const variantScreens = (
  definition: ElectionDefinition,
  locale: Locale,
  panel: Panel,
  sizes: readonly VoterSettings['text'][],
  contrasts: readonly VoterSettings['contrast'][],
): readonly Scene[] => {
  const { stage } = ballotOf(definition);
  return sizes.flatMap((text) =>
    contrasts.map((contrast) =>
      sceneOf(
        stateOf({ stage: stage({}), aids: { settings: { text, contrast } } }, locale),
        definition,
        panel,
      ),
    ),
  );
};
