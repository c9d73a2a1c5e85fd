/**
 * What a voter may change so as to see, hear and reach everything: size of the text, contrast, voice,
 * a dark screen, and where the focus of the keypad is. It belongs to one voter: it begins at the
 * default, changes nothing that is marked, and is forgotten when the voter is done. Nothing of it is
 * ever logged.
 */
import type { Stage } from './stages.ts';

export const TEXT_SIZES = ['standard', 'large', 'larger', 'largest'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

export const CONTRASTS = ['standard', 'blackOnWhite', 'whiteOnBlack', 'soft'] as const;
export type Contrast = (typeof CONTRASTS)[number];

/** Loudness of the voice, percent. */
export const VOLUME = { least: 10, most: 100, step: 10, usual: 60 } as const;
/** Speed of the voice, percent of its normal rate. */
export const RATE = { least: 50, most: 300, step: 25, usual: 100 } as const;

export type VoterSettings = {
  readonly text: TextSize;
  readonly contrast: Contrast;
  /** Everything is said as well. */
  readonly sound: boolean;
  readonly volume: number;
  readonly rate: number;
  /** The screen is dark, so that nobody reads what only the voter hears. */
  readonly dark: boolean;
};

export type VoterAids = {
  readonly settings: VoterSettings;
  /** The page of settings that lies over the voter's scene. */
  readonly panel: 'look' | 'voice' | null;
  /** The keypad is in use: a ring shows what it would select. */
  readonly keys: boolean;
  /** The target in focus; where the scene has none of that name, the scene's own start. */
  readonly focus: string | null;
};

export const DEFAULT_SETTINGS: VoterSettings = {
  text: 'standard',
  contrast: 'standard',
  sound: false,
  volume: VOLUME.usual,
  rate: RATE.usual,
  dark: false,
};

export const DEFAULT_AIDS: VoterAids = {
  settings: DEFAULT_SETTINGS,
  panel: null,
  keys: false,
  focus: null,
};

/** The neighbour of `current` in `all`, `by` places on; the ends stay where they are. */
const neighbour = <T>(all: readonly T[], current: T, by: number): T =>
  all[Math.min(all.length - 1, Math.max(0, all.indexOf(current) + by))] ?? current;

type Range = { readonly least: number; readonly most: number; readonly step: number };

const stepped = (value: number, { least, most, step }: Range, by: number): number =>
  Math.min(most, Math.max(least, value + by * step));

const around = <T>(all: readonly T[], current: T, by: number): T =>
  all[(all.indexOf(current) + by + all.length) % all.length] ?? current;

const chosenOf = <T extends string>(all: readonly T[], prefix: string, action: string): T | null =>
  all.find((each) => action === `${prefix}:${each}`) ?? null;

/** The settings after an action; null: it is none of theirs. */
const changed = (settings: VoterSettings, action: string): VoterSettings | null => {
  const { text, contrast, volume, rate } = settings;
  switch (action) {
    case 'text:smaller':
      return { ...settings, text: neighbour(TEXT_SIZES, text, -1) };
    case 'text:larger':
      return { ...settings, text: neighbour(TEXT_SIZES, text, 1) };
    case 'contrast:previous':
      return { ...settings, contrast: around(CONTRASTS, contrast, -1) };
    case 'contrast:next':
      return { ...settings, contrast: around(CONTRASTS, contrast, 1) };
    case 'voice:on':
      return { ...settings, sound: true };
    case 'voice:off':
      return { ...settings, sound: false };
    case 'voice:louder':
      return { ...settings, volume: stepped(volume, VOLUME, 1) };
    case 'voice:softer':
      return { ...settings, volume: stepped(volume, VOLUME, -1) };
    case 'voice:faster':
      return { ...settings, rate: stepped(rate, RATE, 1) };
    case 'voice:slower':
      return { ...settings, rate: stepped(rate, RATE, -1) };
    case 'screen:off':
      return { ...settings, dark: true };
    case 'screen:on':
      return { ...settings, dark: false };
  }
  const size = chosenOf(TEXT_SIZES, 'text', action);
  if (size !== null) return { ...settings, text: size };
  const scheme = chosenOf(CONTRASTS, 'contrast', action);
  return scheme === null ? null : { ...settings, contrast: scheme };
};

/** What an action of a voter does to the aids; null: it is none of theirs. */
export const aidsAfter = (aids: VoterAids, action: string): VoterAids | null => {
  switch (action) {
    case 'settings:open':
    case 'settings:look':
      return { ...aids, panel: 'look', focus: null };
    case 'settings:voice':
      return { ...aids, panel: 'voice', focus: null };
    case 'settings:close':
      return { ...aids, panel: null, focus: null };
    case 'settings:default':
      return { ...aids, settings: { ...DEFAULT_SETTINGS, sound: aids.settings.sound } };
  }
  const settings = changed(aids.settings, action);
  if (settings === null) return null;
  // A dark screen shows no settings either: what is said next is the scene under them.
  return { ...aids, settings, panel: settings.dark ? null : aids.panel };
};

/**
 * A voter stands here and is spoken to: the settings can be reached, and a dark screen stays dark.
 * Where an officer is asked for, the screen is the officer's.
 */
export const isVoters = (stage: Stage): boolean => {
  switch (stage.name) {
    case 'ballot':
      return stage.officer === null;
    case 'cutting':
      return !stage.left && stage.fault === null;
    case 'telling':
      return !stage.left && stage.check === null;
    case 'preparing':
    case 'startingPrint':
    case 'printing':
    case 'markingPartial':
    case 'foldPartial':
    case 'markingDone':
    case 'verifying':
    case 'confirming':
    case 'takePaper':
    case 'committing':
    case 'settling':
      return !stage.left;
    case 'activating':
    case 'expired':
    case 'spoiling':
    case 'foldSpoiled':
    case 'finishingSpoil':
      return true;
    case 'starting':
    case 'selfTest':
    case 'readyForCeremony':
    case 'ceremony':
    case 'readyToOpen':
    case 'report':
    case 'opening':
    case 'openingClock':
    case 'openingStored':
    case 'waiting':
    case 'resuming':
    case 'suspended':
    case 'officer':
    case 'officerMenu':
    case 'confirmVoter':
    case 'printFault':
    case 'askPrinted':
    case 'recovering':
    case 'discarding':
    case 'cleaning':
    case 'closingClock':
    case 'closingOverride':
    case 'closingQueue':
    case 'closingStored':
    case 'awaitingTotals':
    case 'shares':
    case 'counting':
    case 'writingResult':
    case 'finishing':
    case 'finished':
    case 'resting':
    case 'parked':
      return false;
  }
};

/** The part of the ballot that is looked at. */
const placeOf = (stage: Stage): string => {
  if (stage.name !== 'ballot') return stage.name;
  const { view } = stage;
  const under = view.kind === 'refused' ? view.under : view;
  const card = under.kind === 'card' ? under.cardId : '';
  return `ballot ${under.kind} ${card} ${stage.page} ${stage.part} ${stage.officer === null}`;
};

/**
 * The aids after a step: another scene starts at its own beginning, a card that is closed stays in
 * focus, and settings do not lie over what came in the meantime.
 */
export const aidsInStage = (aids: VoterAids, before: Stage, after: Stage): VoterAids => {
  if (before === after) return aids;
  const panel = before.name === after.name && isVoters(after) ? aids.panel : null;
  if (placeOf(before) === placeOf(after)) return panel === aids.panel ? aids : { ...aids, panel };
  const closed =
    before.name === 'ballot' &&
    after.name === 'ballot' &&
    before.view.kind === 'card' &&
    after.view.kind === 'cards';
  const focus = closed && before.view.kind === 'card' ? `card:${before.view.cardId}` : null;
  return { ...aids, panel, focus };
};
