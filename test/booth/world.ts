/**
 * The world around the booth's machine for its tests: answers its effects the way vault, printer, desk
 * and tokens do, one at a time and in order, and remembers what was said. Its vault allows exactly the
 * calls that the commit protocol allows in each phase and throws on any other, so that every test of
 * the machine is also a test of the protocol's order.
 */
import { makeBooth } from '#firmware/booth/booth.ts';
import type {
  BoothEffect,
  BoothEvent,
  BoothState,
  BoothTimer,
  StageName,
  TokenRefusal,
  VaultCall,
  VaultFailure,
  VaultView,
} from '#firmware/booth/state.ts';
import { turnText } from '#firmware/booth/step.ts';
import type { Marks } from '#firmware/election/ballot.ts';
import type { ElectionDefinition, Rules } from '#firmware/election/definition.ts';
import type { Refusal } from '#firmware/machine.ts';
import type { PrinterFaultKind, PrinterStatus, PrintProgress } from '#hal/receipt-printer.ts';
import type { MediumName } from '#hal/storage.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

export const SMALL = loadOwnDefinition(SMALL_PATH);

export const withRules = (rules: Partial<Rules>): ElectionDefinition => ({
  ...SMALL,
  rules: { ...SMALL.rules, ...rules },
});

export const GOOD_PRINTER: PrinterStatus = {
  online: true,
  paper: 'present',
  coverOpen: false,
  fault: null,
};
export const NO_PAPER: PrinterStatus = { ...GOOD_PRINTER, online: false, paper: 'end' };

const MAINS = { level: 'mains', batteryPercent: 100, minutesLeft: null } as const;
export const power = (level: BoothState['power']['level']): BoothEvent => ({
  kind: 'powerChanged',
  power: { ...MAINS, level },
});

/** In which phase (with print mark) each call of the protocol may be made. */
const ALLOWED: Readonly<Record<VaultCall, (view: VaultView) => boolean>> = {
  recover: () => true,
  setUp: () => true,
  record: ({ phase, print }) => phase === 'PREPARED' && print === 'STARTED',
  clean: ({ phase }) => phase === 'IDLE',
  activate: ({ phase, polls }) => phase === 'IDLE' && polls === 'open',
  prepare: ({ phase }) => phase === 'ACTIVE',
  markStarted: ({ phase, print }) =>
    phase === 'PREPARED' && (print === 'NONE' || print === 'STARTED' || print === 'PARTIAL'),
  markPartial: ({ phase, print }) => phase === 'PREPARED' && print === 'STARTED',
  markDone: ({ phase, print }) => phase === 'PREPARED' && print === 'STARTED',
  markConfirmed: ({ phase, print }) => phase === 'PREPARED' && print === 'DONE',
  spoil: ({ phase, print }) => phase === 'PREPARED' && print === 'DONE',
  finishSpoil: ({ phase }) => phase === 'SPOILED',
  discard: ({ phase }) => phase === 'ACTIVE',
  commit: ({ phase, print }) =>
    phase === 'OUTCOME' || (phase === 'PREPARED' && (print === 'DONE' || print === 'CONFIRMED')),
  settle: ({ phase }) => phase === 'OUTCOME',
  synchronise: ({ phase }) => phase === 'IDLE',
  openPolls: ({ phase, polls }) => phase === 'IDLE' && polls === 'ready',
  closePolls: ({ phase, polls }) => phase === 'IDLE' && polls === 'open',
  countPolls: ({ phase, polls }) => phase === 'IDLE' && polls === 'closed',
};

const after = (call: VaultCall, view: VaultView): VaultView => {
  switch (call) {
    case 'recover':
    case 'clean':
    case 'record':
      return view;
    case 'setUp':
      return { ...view, phase: 'IDLE', polls: 'ready', inStep: ['fixed', 'removable'] };
    case 'activate':
      return { ...view, phase: 'ACTIVE' };
    case 'prepare':
      return { ...view, phase: 'PREPARED', print: 'NONE' };
    case 'markStarted':
      return { ...view, print: 'STARTED' };
    case 'markPartial':
      return { ...view, print: 'PARTIAL', reprints: view.reprints + 1 };
    case 'markDone':
      return { ...view, print: 'DONE' };
    case 'markConfirmed':
      return { ...view, print: 'CONFIRMED' };
    case 'spoil':
      return { ...view, phase: 'SPOILED', print: 'NONE', spoils: view.spoils + 1 };
    case 'finishSpoil':
      return { ...view, phase: 'ACTIVE', print: 'NONE' };
    case 'discard':
      return { ...view, phase: 'IDLE', print: 'NONE' };
    case 'commit':
      return view.phase === 'OUTCOME'
        ? view
        : { ...view, phase: 'OUTCOME', print: 'NONE', epoch: view.epoch + 1 };
    case 'settle':
      return { ...view, phase: 'IDLE' };
    case 'synchronise':
      return { ...view, inStep: ['fixed', 'removable'] };
    case 'openPolls':
      return { ...view, polls: 'open' };
    case 'closePolls':
      return { ...view, polls: 'closed' };
    case 'countPolls':
      return { ...view, polls: 'counted' };
  }
};

export const FRESH: VaultView = {
  phase: 'IDLE',
  print: 'NONE',
  epoch: 0,
  reprints: 0,
  spoils: 0,
  inStep: ['fixed', 'removable'],
  polls: 'ready',
};
export const OPEN: VaultView = { ...FRESH, polls: 'open' };

/** Effects that nothing ever answers. */
const UNANSWERED: readonly BoothEffect['kind'][] = [
  'startTimer',
  'stopTimer',
  'log',
  'givePollbookKey',
  'forgetPollbookKey',
  'beep',
  'park',
];

/** What the tests may set before or during a run. */
export type Surroundings = {
  /** Null: no vault was set up yet. */
  vault: VaultView | null;
  /** Calls that fail once, the next time they are made. */
  failures: Partial<Record<VaultCall, VaultFailure>>;
  /** Prints that fail, in order. */
  prints: { readonly fault: PrinterFaultKind; readonly progress: PrintProgress }[];
  cuts: PrinterFaultKind[];
  printer: PrinterStatus;
  position: 'beforeOpening' | 'duringVoting' | 'afterClosing' | 'expired' | 'untrusted';
  /** The officer whose token is in the slot. */
  officer: string | null;
  /** What the next token or share is answered with instead of success. */
  refusal: TokenRefusal | null;
  /** The desk answers; false: it is silent. */
  desk: boolean;
  /** Effects are answered at once; false: the test answers. */
  answering: boolean;
  /** Media that are plugged in. */
  present: readonly MediumName[];
  /** One state of each kind that the booth was in, by a name for its kind. */
  readonly seen: Map<string, BoothState>;
};

/** Stage, step, view and question: what makes two states of different kinds. */
const kindOf = ({ stage }: BoothState): string =>
  JSON.stringify(stage, (key, value) =>
    ['attempt', 'marks', 'checks', 'pin', 'firstPin', 'page', 'officerIds', 'votes'].includes(key)
      ? undefined
      : value,
  );

const surroundings = (): Surroundings => ({
  vault: null,
  failures: {},
  prints: [],
  cuts: [],
  printer: GOOD_PRINTER,
  position: 'duringVoting',
  officer: null,
  refusal: null,
  desk: true,
  answering: true,
  present: ['fixed', 'removable'],
  seen: new Map(),
});

export type BoothWorld = ReturnType<typeof makeWorld>;

/** `around`: what outlives the process, given again after a restart. */
export const makeWorld = (
  definition: ElectionDefinition = SMALL,
  around: Surroundings = surroundings(),
) => {
  const machine = makeBooth(definition);
  const effects: BoothEffect[] = [];
  const refusals: Refusal[] = [];
  const timers = new Set<BoothTimer>();
  const cast: Marks[] = [];
  const queue: BoothEvent[] = [];
  /** Effects that were asked for and not performed yet, while `answering` is off. */
  const held: BoothEffect[] = [];
  const shares = new Set<string>();
  let state: BoothState = machine.initial;

  const answer = (...events: readonly BoothEvent[]): readonly BoothEvent[] => events;

  /** Recovery takes what is in step; when nothing is left, whatever is there. */
  const recovered = (view: VaultView): VaultView => {
    const left = view.inStep.filter((medium) => around.present.includes(medium));
    return { ...view, inStep: left.length > 0 ? left : around.present.slice(0, 1) };
  };

  const callVault = (call: VaultCall): readonly BoothEvent[] => {
    const inStep = (): readonly MediumName[] => around.vault?.inStep ?? [];
    const failure = around.failures[call];
    if (failure !== undefined) {
      delete around.failures[call];
      return answer({ kind: 'vaultFailed', call, failure, inStep: inStep() });
    }
    if (around.vault === null && call !== 'setUp')
      return answer({ kind: 'vaultFailed', call, failure: 'empty', inStep: [] });
    const view = around.vault ?? FRESH;
    if (call === 'recover') around.vault = recovered(view);
    const { length } = around.vault?.inStep ?? view.inStep;
    const both = call === 'activate' || call === 'prepare';
    if (call !== 'setUp' && (length === 0 || (both && length < 2)))
      return answer({ kind: 'vaultFailed', call, failure: 'mediumLost', inStep: inStep() });
    if (call === 'synchronise' && around.present.length < 2)
      return answer({ kind: 'vaultFailed', call, failure: 'mediumLost', inStep: inStep() });
    if (!ALLOWED[call](view)) throw new Error(`${call} while ${view.phase} ${view.print}`);
    around.vault = after(call, around.vault ?? view);
    return call === 'record' ? [] : answer({ kind: 'vaultDone', call, view: around.vault });
  };

  const checkToken = (): readonly BoothEvent[] => {
    const { officer, refusal } = around;
    if (officer === null || refusal !== null)
      return answer({ kind: 'tokenRefused', refusal: refusal ?? 'unreadable' });
    const role = definition.officers.find(({ id }) => id === officer)?.role;
    return answer({
      kind: 'tokenChecked',
      officerId: officer,
      presiding: role === 'presidingOfficer',
    });
  };

  const giveShare = (): readonly BoothEvent[] => {
    const { officer, refusal } = around;
    if (officer === null || refusal !== null)
      return answer({ kind: 'shareRefused', refusal: refusal ?? 'unreadable' });
    if (shares.has(officer)) return answer({ kind: 'shareRefused', refusal: 'repeated' });
    shares.add(officer);
    return answer({ kind: 'shareGiven', given: shares.size });
  };

  const fromDesk = (effect: Extract<BoothEffect, { kind: 'send' }>): readonly BoothEvent[] => {
    if (!around.desk) return [];
    if (effect.message.kind === 'completed')
      return answer({
        kind: 'received',
        message: { kind: 'acknowledged', media: ['fixed', 'removable'] },
      });
    if (effect.message.kind === 'phaseChanged' && effect.message.phase === 'closed')
      return answer({
        kind: 'received',
        message: {
          kind: 'authenticationTotals',
          totals: {
            match: 1,
            noMatch: 0,
            noStoredPrint: 0,
            noUpperLimbs: 0,
            overrides: 0,
            votersMarked: 1,
            registered: 2,
          },
        },
      });
    return [];
  };

  const printRecord = (): readonly BoothEvent[] => {
    const refused = callVault('record');
    if (refused.length > 0) return refused;
    const failed = around.prints.shift();
    return answer(
      failed === undefined ? { kind: 'recordPrinted' } : { kind: 'recordNotPrinted', ...failed },
    );
  };

  const answersTo = (effect: BoothEffect): readonly BoothEvent[] => {
    switch (effect.kind) {
      case 'vault':
        return callVault(effect.call);
      case 'prepareVote':
        return callVault('prepare');
      case 'setUpVault':
        return callVault('setUp');
      case 'runSelfTest':
        if (state.stage.name !== 'selfTest') throw new Error('a self-test nobody waits for');
        return answer(
          ...state.stage.checks.map(
            ({ check }) => ({ kind: 'selfCheckDone', check, result: 'ok' }) as const,
          ),
        );
      case 'printReport': {
        const failed = around.prints.shift();
        return answer(
          failed === undefined
            ? { kind: 'reportPrinted' }
            : { kind: 'reportNotPrinted', fault: failed.fault },
        );
      }
      case 'printRecord':
        return printRecord();
      case 'cutPaper': {
        const fault = around.cuts.shift();
        return answer(fault === undefined ? { kind: 'paperCut' } : { kind: 'paperNotCut', fault });
      }
      case 'recoverPrinter':
        return answer({ kind: 'printerStatus', status: around.printer });
      case 'readCalendar':
        return answer({ kind: 'calendarRead', position: around.position });
      case 'checkToken':
        return checkToken();
      case 'makeKeys':
        return answer({ kind: 'keysMade' });
      case 'writeToken':
        return answer({ kind: 'tokenWritten' });
      case 'giveShare':
        return giveShare();
      case 'count':
        return answer({ kind: 'ballotsOpened', opened: 1, ballots: 1 }, { kind: 'counted' });
      case 'writeResult':
        return answer({ kind: 'resultWritten', written: true });
      case 'send':
        return fromDesk(effect);
      case 'startTimer':
      case 'stopTimer':
      case 'log':
      case 'givePollbookKey':
      case 'forgetPollbookKey':
      case 'beep':
      case 'park':
        return [];
    }
  };

  /** What is said to the desk must be so already. */
  const assertTrue = ({ message }: Extract<BoothEffect, { kind: 'send' }>): void => {
    const { phase, inStep, polls } = around.vault ?? FRESH;
    if (message.kind === 'completed' && phase !== 'OUTCOME')
      throw new Error(`completed is said while ${phase}`);
    if (message.kind === 'idle' && (phase !== 'IDLE' || inStep.length < 2 || polls !== 'open'))
      throw new Error(`idle is said while ${phase}, ${inStep.length} media, polls ${polls}`);
  };

  const remember = (effect: BoothEffect): void => {
    effects.push(effect);
    if (effect.kind === 'send') assertTrue(effect);
    if (effect.kind === 'startTimer') timers.add(effect.timer);
    if (effect.kind === 'stopTimer') timers.delete(effect.timer);
    if (effect.kind === 'prepareVote') cast.push(effect.marks);
  };

  const take = (event: BoothEvent): void => {
    if (event.kind === 'timerExpired') timers.delete(event.timer);
    const [next, done] = machine.step(state, event);
    state = next;
    around.seen.set(kindOf(state), state);
    const wrong = machine.invariant(state);
    if (wrong !== null) throw new Error(`after ${event.kind}: ${wrong}`);
    for (const effect of done) {
      if (effect.kind === 'refuse') {
        refusals.push(effect);
        continue;
      }
      remember(effect);
      if (around.answering) queue.push(...answersTo(effect));
      else if (!UNANSWERED.includes(effect.kind)) held.push(effect);
    }
  };

  /** Takes the event and then every answer that follows from it. */
  const post = (...events: readonly BoothEvent[]): void => {
    queue.push(...events);
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) take(event);
  };

  const touch = (...actions: readonly string[]): void => {
    for (const action of actions) post({ kind: 'touched', action });
  };

  return {
    around,
    effects,
    refusals,
    timers,
    cast,
    post,
    touch,
    held,
    /** Performs the oldest held effect; false when there is none. */
    deliver: (): boolean => {
      const effect = held.shift();
      if (effect === undefined) return false;
      post(...answersTo(effect));
      return true;
    },
    answersTo,
    state: () => state,
    stage: (): StageName => state.stage.name,
    expire: (timer: BoothTimer): void => {
      if (!timers.has(timer)) throw new Error(`the timer ${timer} does not run`);
      post({ kind: 'timerExpired', timer });
    },
    /** Puts an officer's token in and types a PIN. */
    token: (officer: string): void => {
      around.officer = officer;
      post({ kind: 'tokenInserted' });
      touch('pin:1', 'pin:2', 'pin:3', 'pin:4', 'pin:5', 'pin:6', 'pin:enter');
    },
    pull: (): void => {
      around.officer = null;
      post({ kind: 'tokenRemoved' });
    },
    /** A medium goes away: the vault notices, the booth is told. */
    lose: (medium: MediumName): void => {
      around.present = around.present.filter((each) => each !== medium);
      if (around.vault !== null)
        around.vault = {
          ...around.vault,
          inStep: around.vault.inStep.filter((each) => each !== medium),
        };
      post({ kind: 'mediumLost', medium });
    },
    putBack: (medium: MediumName): void => {
      if (!around.present.includes(medium)) around.present = [...around.present, medium];
      post({ kind: 'mediumReturned', medium });
    },
    admit: (): void =>
      post({
        kind: 'received',
        message: {
          kind: 'admission',
          token: '0'.repeat(32),
          ballotStyleId: 'unica',
          turn: turnText(state.turn),
        },
      }),
    /** Messages to the desk, by kind, in order. */
    said: (): readonly string[] =>
      effects.flatMap((effect) => (effect.kind === 'send' ? [effect.message.kind] : [])),
    /** Calls of the vault, in order. */
    calls: (): readonly string[] =>
      effects.flatMap((effect) =>
        effect.kind === 'vault'
          ? [effect.call]
          : effect.kind === 'prepareVote'
            ? ['prepare']
            : effect.kind === 'printRecord'
              ? ['print']
              : effect.kind === 'cutPaper'
                ? ['cut']
                : [],
      ),
    logged: (): readonly string[] =>
      effects.flatMap((effect) => (effect.kind === 'log' ? [effect.event.id] : [])),
    forget: (): void => {
      effects.length = 0;
      refusals.length = 0;
    },
  };
};

/** A booth that starts over a vault in which `view` is found; both media are there. */
export const startedOver = (view: VaultView, definition?: ElectionDefinition): BoothWorld => {
  const world = makeWorld(definition);
  world.around.vault = view;
  world.post(
    { kind: 'mediumReturned', medium: 'fixed' },
    { kind: 'mediumReturned', medium: 'removable' },
    { kind: 'started' },
  );
  return world;
};

/** Open, the desk has the pollbook's key, the booth waits for a voter. */
export const openBooth = (definition?: ElectionDefinition): BoothWorld => {
  const world = startedOver(OPEN, definition);
  world.token('of-1');
  world.pull();
  world.forget();
  return world;
};

/** A voter in front of an empty ballot. */
export const atBallot = (definition?: ElectionDefinition): BoothWorld => {
  const world = openBooth(definition);
  world.admit();
  return world;
};

/** Marks the whole small ballot: the card t-1 with its list and both candidates. */
export const markAll = (world: BoothWorld): void => world.touch('all:t-1');
