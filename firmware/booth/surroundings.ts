/**
 * What the booth notes of its surroundings whatever it is doing: power, media, printer, tokens, the
 * desk's restarts, the language of the screen, and what the vault says of itself with each answer.
 */
import type { MediumName } from '#hal/storage.ts';
import {
  type BoothEffect,
  type BoothEvent,
  type BoothState,
  deskNeedsKey,
  type MediaState,
  type StageName,
  type VaultCall,
  type VaultView,
} from './state.ts';
import { log, tellPhase } from './step.ts';
import { AWAITED_CALL } from './vault-calls.ts';

/** The state with the note; effects that the note alone causes; whether there was anything to note. */
export type Note = readonly [BoothState, readonly BoothEffect[], boolean];

const note = (state: BoothState, ...effects: readonly BoothEffect[]): Note => [
  state,
  effects,
  true,
];

/** A medium that is not in step but was, fell out of step; an absent one stays absent. */
const mediaFrom = (media: MediaState, inStep: readonly MediumName[]): MediaState => {
  const of = (medium: MediumName): MediaState[MediumName] => {
    if (inStep.includes(medium)) return 'inStep';
    return media[medium] === 'inStep' ? 'outOfStep' : media[medium];
  };
  return { fixed: of('fixed'), removable: of('removable') };
};

const fromVault = (state: BoothState, view: VaultView): BoothState => ({
  ...state,
  media: mediaFrom(state.media, view.inStep),
  polls: view.polls,
  votes: view.epoch,
  reprints: view.reprints,
  spoils: view.spoils,
});

/** The voter may change the language wherever the voter is spoken to. */
const VOTERS_STAGES: readonly StageName[] = [
  'ballot',
  'expired',
  'printing',
  'verifying',
  'takePaper',
  'committing',
  'telling',
];

const noteLanguage = (state: BoothState, action: string): Note => {
  if (!VOTERS_STAGES.includes(state.stage.name)) return [state, [], false];
  if (action === 'language:es') return note({ ...state, locale: 'es' });
  return action === 'language:en' ? note({ ...state, locale: 'en' }) : [state, [], false];
};

/** The desk restarted: both directions of the link are empty, and `idle` was not told on it. */
const noteDesk = (state: BoothState): Note =>
  note(
    { ...state, idleTold: false, deskWantsKey: deskNeedsKey(state) },
    log('linkRestarted', { peer: 'desk' }),
    tellPhase(state),
  );

const noteReturn = (state: BoothState, medium: MediumName): Note => {
  if (state.media[medium] !== 'absent') return [state, [], false];
  const next = { ...state, media: { ...state.media, [medium]: 'outOfStep' as const } };
  return state.stage.name === 'starting'
    ? note(next)
    : note(next, log('mediumReturned', { medium }));
};

/** What the vault says counts when it answers the call that the stage waits for. */
const isAwaited = (state: BoothState, call: VaultCall): boolean =>
  AWAITED_CALL[state.stage.name] === call;

/** This side begins anew: the desk forgets `idle` when it hears `boothStarted`. */
const noteLink = (state: BoothState): Note =>
  note(
    { ...state, idleTold: false },
    log('linkRestarted', { peer: 'desk' }),
    { kind: 'send', message: { kind: 'boothStarted' } },
    tellPhase(state),
  );

const noteLoss = (state: BoothState, medium: MediumName): Note => {
  const next = { ...state, media: { ...state.media, [medium]: 'absent' as const } };
  return state.media[medium] === 'absent' ? note(next) : note(next, log('mediumLost', { medium }));
};

/** How each kind of event is noted; the other kinds say nothing of the surroundings. */
const NOTES: {
  readonly [Kind in BoothEvent['kind']]?: (
    state: BoothState,
    event: Extract<BoothEvent, { readonly kind: Kind }>,
  ) => Note;
} = {
  linkRestarted: (state) => noteLink(state),
  powerChanged: (state, { power }) => note({ ...state, power }),
  mediumLost: (state, { medium }) => noteLoss(state, medium),
  mediumReturned: (state, { medium }) => noteReturn(state, medium),
  printerStatus: (state, { status }) => note({ ...state, printer: status }),
  // Logged is what a token opened or was refused for; that one came into the slot tells too much of a
  // vote under way (the voter has left: a null vote).
  tokenInserted: (state) => note({ ...state, tokenPresent: true }),
  tokenRemoved: (state) => note({ ...state, tokenPresent: false }),
  received: (state, { message }) =>
    message.kind === 'deskStarted' ? noteDesk(state) : [state, [], false],
  vaultDone: (state, { call, view }) => [
    isAwaited(state, call) ? fromVault(state, view) : state,
    [],
    false,
  ],
  vaultFailed: (state, { call, inStep }) => [
    isAwaited(state, call) ? { ...state, media: mediaFrom(state.media, inStep) } : state,
    [],
    false,
  ],
  touched: (state, { action }) => noteLanguage(state, action),
};

export const takeNote = (state: BoothState, event: BoothEvent): Note => {
  const take = NOTES[event.kind] as ((state: BoothState, event: BoothEvent) => Note) | undefined;
  return take === undefined ? [state, [], false] : take(state, event);
};
