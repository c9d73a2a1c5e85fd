/**
 * The vault as the booth knows it (firmware/vault/vault.ts): calls in the order of the commit protocol,
 * each done on whatever is in step, over two media that come and go.
 */
import type { VaultView } from '#firmware/booth/state.ts';
import { CALLS } from './booth-table.ts';
import {
  BOTH,
  mediaIn,
  PAPERS,
  PHASES,
  POLLS,
  PRINTS,
  popCount,
  voterBit,
  type World,
} from './world.ts';

export type Call = (typeof CALLS)[number];

const [IDLE, ACTIVE, PREPARED, SPOILED, OUTCOME] = [0, 1, 2, 3, 4] as const;
const [NONE, STARTED, PARTIAL, DONE, CONFIRMED] = [0, 1, 2, 3, 4] as const;
const [READY, OPEN, CLOSED, COUNTED] = [0, 1, 2, 3] as const;
const WHOLE = PAPERS.indexOf('whole');
const CUT = PAPERS.indexOf('cut');

export const PHASE = { IDLE, ACTIVE, PREPARED, SPOILED, OUTCOME } as const;
export const PRINT = { NONE, STARTED, PARTIAL, DONE, CONFIRMED } as const;
export const POLL = { READY, OPEN, CLOSED, COUNTED } as const;

export const viewOf = (world: World): VaultView => ({
  phase: PHASES[world.phase]!,
  print: PRINTS[world.print]!,
  epoch: popCount(world.urn),
  reprints: 0,
  spoils: 0,
  inStep: mediaIn(world.inStep),
  polls: POLLS[world.polls]!,
});

const printedIn = ({ phase, print }: World, ...allowed: readonly number[]): boolean =>
  phase === PREPARED && allowed.includes(print);

/** In which phase each call of the protocol may be made. */
const MAY: Readonly<Record<Call, (world: World) => boolean>> = {
  none: () => false,
  recover: () => true,
  clean: ({ phase }) => phase === IDLE,
  activate: ({ phase, polls }) => phase === IDLE && polls === OPEN,
  prepare: ({ phase }) => phase === ACTIVE,
  markStarted: (world) => printedIn(world, NONE, STARTED, PARTIAL),
  markPartial: (world) => printedIn(world, STARTED),
  markDone: (world) => printedIn(world, STARTED, DONE),
  markConfirmed: (world) => printedIn(world, DONE, CONFIRMED),
  spoil: (world) => printedIn(world, DONE),
  finishSpoil: ({ phase }) => phase === SPOILED || phase === ACTIVE,
  discard: ({ phase }) => phase === ACTIVE || phase === IDLE,
  commit: (world) => world.phase === OUTCOME || printedIn(world, DONE, CONFIRMED),
  settle: ({ phase }) => phase === OUTCOME || phase === IDLE,
  synchronise: ({ phase }) => phase === IDLE,
  openPolls: ({ phase, polls }) => phase === IDLE && polls === READY,
  closePolls: ({ phase, polls }) => phase === IDLE && polls === OPEN,
  countPolls: ({ phase, polls }) => phase === IDLE && polls === CLOSED,
};

/** What must be so of paper and people before the call is made; null: it is. */
const paperFault = (world: World, call: Call): string | null => {
  switch (call) {
    case 'markDone':
      return world.paper === WHOLE || world.paper === CUT
        ? null
        : 'DONE is recorded and no whole paper came out';
    case 'markPartial':
      return world.paper > 0 ? null : 'a reprint is counted and nothing came out';
    case 'markConfirmed':
    case 'spoil':
      return world.paper === CUT ? null : `${call} without a paper in hand`;
    case 'commit':
      return world.phase === OUTCOME || world.paper === CUT ? null : 'a vote without its paper';
    case 'activate':
    case 'prepare':
      return world.paper === 0 ? null : 'a ballot while a paper hangs out';
    case 'none':
    case 'recover':
    case 'clean':
    case 'markStarted':
    case 'finishSpoil':
    case 'discard':
    case 'settle':
    case 'synchronise':
    case 'openPolls':
    case 'closePolls':
    case 'countPolls':
      return null;
  }
};

/** Begins a call; returns what is wrong with that, null: nothing. */
export const beginCall = (world: World, index: number): string | null => {
  const call = CALLS[index]!;
  if (world.call !== 0) return `${call} while ${CALLS[world.call]} is under way`;
  const at = `${PHASES[world.phase]} ${PRINTS[world.print]}, polls ${POLLS[world.polls]}`;
  if (!MAY[call](world)) return `${call} in ${at}`;
  world.call = index;
  world.callBoth = world.inStep === BOTH ? 1 : 0;
  return paperFault(world, call);
};

/** What a call leaves durable; returns what is wrong with it, null: nothing. */
const EFFECTS: Readonly<Record<Call, (world: World) => string | null | undefined>> = {
  none: () => undefined,
  recover: () => undefined,
  clean: () => undefined,
  activate: (world) => {
    world.phase = ACTIVE;
  },
  prepare: (world) => {
    world.phase = PREPARED;
    world.print = NONE;
    world.owner = world.voter;
    if (world.owner === 0) return 'a ballot of nobody';
    return (world.urn & voterBit(world.owner)) === 0 ? null : 'two ballots for one admission';
  },
  markStarted: (world) => {
    world.print = STARTED;
  },
  markPartial: (world) => {
    world.print = PARTIAL;
    world.envelope++;
  },
  markDone: (world) => {
    world.print = DONE;
  },
  markConfirmed: (world) => {
    world.print = CONFIRMED;
  },
  spoil: (world) => {
    world.phase = SPOILED;
    world.print = NONE;
    world.owner = 0;
    world.envelope++;
  },
  finishSpoil: (world) => {
    world.phase = ACTIVE;
    world.print = NONE;
  },
  discard: (world) => {
    world.phase = IDLE;
    world.print = NONE;
    world.owner = 0;
  },
  commit: (world) => {
    if (world.phase === OUTCOME) return null;
    const bit = voterBit(world.owner);
    const twice = (world.urn & bit) !== 0 || (world.box & bit) !== 0;
    world.phase = OUTCOME;
    world.print = NONE;
    world.urn |= bit;
    world.box |= bit;
    world.owner = 0;
    world.paper = 0;
    return twice ? 'two ballots for one admission' : null;
  },
  settle: (world) => {
    world.phase = IDLE;
    world.voter = 0;
    world.left = 0;
  },
  synchronise: (world) => {
    world.newest = BOTH;
    world.inStep = BOTH;
  },
  openPolls: (world) => {
    world.polls = OPEN;
  },
  closePolls: (world) => {
    world.polls = CLOSED;
  },
  countPolls: (world) => {
    world.polls = COUNTED;
  },
};

export const applyCall = (world: World, call: Call): string | null => EFFECTS[call](world) ?? null;

export type Ending = { readonly done: boolean; readonly failure: 'mediumLost' | null };

/**
 * How the call under way may end now. A call that needs both media and has one fails, unless it was
 * past its commit point when the other went; any other is finished on what is left; with nothing in
 * step it fails, done or not.
 */
export const endingsOf = (world: World): readonly Ending[] => {
  const call = CALLS[world.call]!;
  const count = popCount(world.inStep);
  if (call === 'recover') return (world.present & world.newest) === 0 ? [FAILED] : [SUCCEEDED];
  if (call === 'synchronise') return world.present === BOTH && count > 0 ? [SUCCEEDED] : [FAILED];
  if (count === 0)
    return world.callBoth === 1 || call !== 'prepare' ? [FAILED, FAILED_DONE] : [FAILED];
  if (count === 2) return [SUCCEEDED];
  if (call === 'activate') return world.callBoth === 1 ? [FAILED, FAILED_DONE] : [FAILED];
  if (call === 'prepare') return world.callBoth === 1 ? [FAILED, SUCCEEDED] : [FAILED];
  return [SUCCEEDED];
};
const SUCCEEDED: Ending = { done: true, failure: null };
const FAILED: Ending = { done: false, failure: 'mediumLost' };
const FAILED_DONE: Ending = { done: true, failure: 'mediumLost' };

/** The call ends; returns what is wrong. */
export const endCall = (world: World, { done }: Ending): string | null => {
  const call = CALLS[world.call]!;
  world.call = 0;
  world.callBoth = 0;
  if (!done) return null;
  if (call === 'recover') {
    world.inStep = world.present & world.newest;
    // Whatever is not there leaves the generation.
    world.newest = world.inStep;
  }
  return applyCall(world, call);
};

/** A medium in step is gone: the survivor's generation rises, or it was the last and stays the newest. */
export const loseForVault = (world: World, bit: number): void => {
  if ((world.inStep & bit) === 0) return;
  world.inStep &= ~bit;
  if (world.inStep !== 0) world.newest &= ~bit;
};
