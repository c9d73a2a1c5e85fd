/** A desk on its own: a small roster, rules, and a driver that answers effects as told. */
import { makeDesk } from '#firmware/desk/desk.ts';
import { type DeskContent, emptyContent } from '#firmware/desk/desk-content.ts';
import { indexVoters } from '#firmware/desk/pollbook.ts';
import type { DeskEffect, DeskEvent, DeskState, Roster } from '#firmware/desk/state.ts';
import type { Rules } from '#firmware/election/definition.ts';
import type { Refusal } from '#firmware/machine.ts';
import type { StationKey } from '#hal/operator-station.ts';
import type { MediumName } from '#hal/storage.ts';

export const BOTH: readonly MediumName[] = ['fixed', 'removable'];

export const RULES: Rules = {
  votingTimeMs: 180_000,
  warningMs: 30_000,
  extensionMs: 60_000,
  replaceInSinglePosition: false,
  verifyPaper: true,
  consecutiveNoMatchLimit: 3,
  noStoredPrintLimitPercent: 20,
  consecutiveNoLimbsLimit: 2,
  fingerAttempts: 2,
  fingerWaitMs: 20_000,
  shareThreshold: 2,
  tallyCopies: 2,
};

const VOTERS = [
  ['V-1000001', true, true],
  ['V-1000002', true, true],
  ['V-1000003', true, true],
  ['E-8000004', true, true],
  ['V-1000005', false, true],
  ['V-1000006', false, true],
  ['V-1000007', false, true],
  ['V-1000008', false, false],
  ['V-1000009', false, false],
  ['V-1000010', true, true],
] as const;

export const makeRoster = (officerHasPrint = true): Roster => {
  const voters = VOTERS.map(([nationalId, hasPrint, hasUpperLimbs], index) => ({
    nationalId,
    name: `VOTER NUMBER ${index}`,
    ballotStyleId: `style-${index % 2}`,
    hasPrint,
    hasUpperLimbs,
    template: null,
  }));
  const indexOf = indexVoters({ voters, officers: [], codeSalt: new Uint8Array(16), codes: [] });
  return { voters, indexOf, officerHasPrint };
};

export const REGISTERED = VOTERS.length;

export const MACHINE = makeDesk({ rules: RULES, locale: 'es', columns: 16 });

/** Keys that type an ID such as `V-1000001`. */
export const keysOf = (nationalId: string): readonly StationKey[] => [
  ...(nationalId.startsWith('E') ? (['plus'] as const) : []),
  ...([...nationalId.slice(2)] as StationKey[]),
];

export type Output = DeskEffect | Refusal;

/** Steps the desk, asserts its invariant, remembers what it asked for. */
export const makeDriver = (initial: DeskState = MACHINE.initial) => {
  let state = initial;
  const all: Output[] = [];
  const post = (event: DeskEvent): readonly Output[] => {
    const [next, effects] = MACHINE.step(state, event);
    const wrong = MACHINE.invariant(next);
    if (wrong !== null) throw new Error(`${event.kind}: ${wrong}`);
    state = next;
    all.push(...effects);
    return effects;
  };
  const find = <Kind extends Output['kind']>(
    outputs: readonly Output[],
    kind: Kind,
  ): Extract<Output, { readonly kind: Kind }> | undefined =>
    outputs.find((each): each is Extract<Output, { readonly kind: Kind }> => each.kind === kind);
  const last = <Kind extends Output['kind']>(kind: Kind) => find([...all].reverse(), kind);
  const need = <Kind extends Output['kind']>(kind: Kind) => {
    const found = last(kind);
    if (found === undefined) throw new Error(`no ${kind} was asked for`);
    return found;
  };
  const driver = {
    post,
    all,
    last,
    need,
    state: () => state,
    lines: () => {
      const { first, second } = need('display');
      return [first, second] as const;
    },
    hear: (kind: 'idle' | 'completed' | 'notCompleted' | 'boothStarted') =>
      post({
        kind: 'received',
        message: kind === 'idle' ? { kind, turn: '00000001' } : { kind },
      }),
    press: (...keys: readonly StationKey[]) => {
      for (const key of keys) post({ kind: 'keyPressed', key });
    },
    type: (nationalId: string, end: StationKey = 'enter') => {
      driver.press(...keysOf(nationalId), end);
    },
    saved: (media: readonly MediumName[] = BOTH) =>
      post({ kind: 'saved', operation: need('save').operation, media }),
    printLoaded: () => post({ kind: 'printLoaded', operation: need('loadPrint').operation }),
    finger: (kind: 'match' | 'noMatch' | 'noFinger') =>
      post({
        kind: 'fingerRead',
        operation: need('verifyFinger').operation,
        outcome: kind === 'match' ? { kind, score: 100 } : { kind },
      }),
    code: (digits: string, index: number | null) => {
      driver.press(...([...digits] as StationKey[]), 'enter');
      return post({ kind: 'codeChecked', operation: need('checkCode').operation, index });
    },
    sent: (kind: string) =>
      all.filter((each) => each.kind === 'send' && each.message.kind === kind).length,
    tokens: () => all.filter((each) => each.kind === 'sendAdmission').length,
    /** Pollbook open, polls open, booth idle. */
    open: (content: DeskContent = emptyContent(REGISTERED), roster: Roster = makeRoster()) => {
      post({ kind: 'started' });
      post({ kind: 'received', message: { kind: 'phaseChanged', phase: 'open' } });
      post({ kind: 'received', message: { kind: 'pollbookKey', key: '00'.repeat(32) } });
      post({ kind: 'pollbookOpened', roster, content, inStep: BOTH });
      return driver;
    },
    openIdle: () => {
      driver.open();
      driver.hear('idle');
      return driver;
    },
    /** A voter whose print matches, as far as the token. */
    admit: (nationalId: string) => {
      driver.type(nationalId);
      driver.printLoaded();
      driver.finger('match');
      driver.saved();
    },
    /** `completed`, recorded and acknowledged, and the booth idle again. */
    finish: () => {
      driver.hear('completed');
      driver.saved();
      driver.hear('idle');
    },
    /** The presiding officer authorises with print and code. */
    authorise: (codeIndex: number) => {
      driver.press('enter');
      driver.printLoaded();
      driver.finger('match');
      driver.code('12345678', codeIndex);
    },
  };
  return driver;
};
