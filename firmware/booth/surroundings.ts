/**
 * What the booth notes of its surroundings whatever it is doing: power, media, printer, tokens, the
 * desk's restarts, a voter's language and settings, and what the vault says of itself with each answer.
 */
import type { MediumName } from '#hal/storage.ts';
import {
  aidsAfter,
  type BoothEffect,
  type BoothEvent,
  type BoothState,
  deskNeedsKey,
  isVoters,
  type MediaState,
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

/** Where a voter is spoken to, language and settings may be changed. Marks stay as they are. */
const noteAids = (state: BoothState, action: string): Note => {
  const { stage } = state;
  if (!isVoters(stage) && !(state.aids.keys && action.startsWith('voice:')))
    return [state, [], false];
  if (action === 'language:es') return note({ ...state, locale: 'es' });
  if (action === 'language:en') return note({ ...state, locale: 'en' });
  const aids = aidsAfter(state.aids, action);
  if (aids === null) return [state, [], false];
  const resized = aids.settings.text !== state.aids.settings.text;
  // Pages of another length: they begin anew.
  return resized && stage.name === 'ballot'
    ? note({ ...state, aids, stage: { ...stage, page: 0, part: 0 } })
    : note({ ...state, aids });
};

/** The first key of a voter wakes the keypad and the voice; nothing is selected by it. */
const noteKey = (state: BoothState, focus: string | null): Note => {
  const { keys, settings } = state.aids;
  if (state.stage.name === 'parked') return note(state);
  return keys
    ? note({ ...state, aids: { ...state.aids, focus } })
    : note({
        ...state,
        aids: { ...state.aids, keys: true, focus, settings: { ...settings, sound: true } },
      });
};

/** Before the vault was read nothing is known of the day, and nothing is said of it. */
const tellKnownPhase = (state: BoothState): readonly BoothEffect[] =>
  state.stage.name === 'starting' ? [] : [tellPhase(state)];

/** The desk restarted: both directions of the link are empty, and `idle` was not told on it. */
const noteDesk = (state: BoothState): Note =>
  note(
    { ...state, idleTold: false, deskWantsKey: state.deskWantsKey || deskNeedsKey(state) },
    log('linkRestarted', { peer: 'desk' }),
    ...tellKnownPhase(state),
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
    ...tellKnownPhase(state),
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
  touched: (state, { action }) => noteAids(state, action),
  keyPressed: (state, { focus }) => noteKey(state, focus),
};

export const takeNote = (state: BoothState, event: BoothEvent): Note => {
  const take = NOTES[event.kind] as ((state: BoothState, event: BoothEvent) => Note) | undefined;
  return take === undefined ? [state, [], false] : take(state, event);
};
