/**
 * When lamp and buzzer of the unit call an officer. Everything that calls for one is an entry of the log
 * anyway, so the alarm listens to those: each entry raises a cause, ends one, or does neither. The lamp
 * is lit while a cause stands. The buzzer sounds when a new one comes, until the presiding officer turns
 * the key switch on, or for `SOUND_MS`: a table with a queue in front of it hears a minute, not an hour.
 */
import type { EventId, LogEvent, LogFields } from '#firmware/events/catalogue.ts';
import type { Machine } from '#firmware/machine.ts';

/** The buzzer falls silent by itself after this, ms. */
export const SOUND_MS = 60_000;

export type Trouble =
  /** Away, full or failed, or nothing on it verifies. */
  | 'medium.fixed'
  | 'medium.removable'
  /** Voting is suspended until officers have brought both media in step. */
  | 'suspended'
  | 'seal'
  | 'cover'
  /** A part is missing, or one too many is attached. */
  | 'parts'
  /** The battery is nearly empty. */
  | 'power'
  /** The unit, or a part of it, stands still for good. */
  | 'stopped';

/** Who made the entry: desk and booth each have files of their own on a medium, and miss it by themselves. */
export type Source = 'supervisor' | 'desk' | 'booth';

export type AlarmCause = { readonly trouble: Trouble; readonly source: Source };

export type AlarmState = {
  /** What calls for an officer now, without repetition, in the order in which it came. */
  readonly causes: readonly AlarmCause[];
  /** The buzzer sounds; `soundedMs` is for how long. */
  readonly sounding: boolean;
  readonly soundedMs: number;
};

export type AlarmEvent =
  | { readonly kind: 'logged'; readonly entry: LogEvent; readonly source: Source }
  | { readonly kind: 'ticked'; readonly elapsedMs: number };

export type AlarmEffect =
  | { readonly kind: 'setLamp'; readonly on: boolean }
  | { readonly kind: 'setBuzzer'; readonly on: boolean };

type Change = { readonly raise: Trouble } | { readonly end: Trouble };

const raise = (trouble: Trouble) => (): Change => ({ raise: trouble });
const end = (trouble: Trouble) => (): Change => ({ end: trouble });
type OfMedium = { readonly medium: 'fixed' | 'removable' };
const raiseMedium = ({ medium }: OfMedium): Change => ({ raise: `medium.${medium}` });
const endMedium = ({ medium }: OfMedium): Change => ({ end: `medium.${medium}` });

/** What entries mean for the alarm; those that are not here mean nothing. */
const CHANGES: { readonly [Id in EventId]?: (fields: LogFields<Id>) => Change } = {
  mediumLost: raiseMedium,
  mediumFull: raiseMedium,
  mediumNotSynced: raiseMedium,
  mediumTampered: raiseMedium,
  mediumReturned: endMedium,
  mediumSynchronised: endMedium,
  pollsSuspended: raise('suspended'),
  pollsResumed: end('suspended'),
  tamperOpened: raise('seal'),
  tamperClosed: end('seal'),
  coverOpened: raise('cover'),
  coverClosed: end('cover'),
  inventoryMissing: raise('parts'),
  inventoryExtra: raise('parts'),
  inventoryMatched: end('parts'),
  powerChanged: ({ level }) =>
    level === 'critical' || level === 'parked' ? { raise: 'power' } : { end: 'power' },
  safeModeEntered: raise('stopped'),
  machineParked: raise('stopped'),
};

const changeOf = ({ id, fields }: LogEvent): Change | null => {
  // Each row takes the fields of its own id, which an index by a union can not say.
  const row = CHANGES[id] as ((fields: LogEvent['fields']) => Change) | undefined;
  return row === undefined ? null : row(fields);
};

const outputs = (before: AlarmState, after: AlarmState): readonly AlarmEffect[] => {
  const lit = (state: AlarmState): boolean => state.causes.length > 0;
  return [
    ...(lit(before) === lit(after) ? [] : [{ kind: 'setLamp', on: lit(after) } as const]),
    ...(before.sounding === after.sounding
      ? []
      : [{ kind: 'setBuzzer', on: after.sounding } as const]),
  ];
};

const silent = (state: AlarmState): AlarmState => ({ ...state, sounding: false, soundedMs: 0 });

const isSame = (one: AlarmCause, other: AlarmCause): boolean =>
  one.trouble === other.trouble && one.source === other.source;

const without = (state: AlarmState, isOver: (cause: AlarmCause) => boolean): AlarmState => {
  const causes = state.causes.filter((each) => !isOver(each));
  if (causes.length === state.causes.length) return state;
  return causes.length === 0 ? silent({ ...state, causes }) : { ...state, causes };
};

const afterEntry = (state: AlarmState, entry: LogEvent, source: Source): AlarmState => {
  if (entry.id === 'keyTurned') return entry.fields.on ? silent(state) : state;
  // A fresh process finds out anew what it misses.
  if (entry.id === 'processStarted')
    return without(state, (each) => each.source === entry.fields.process);
  const change = changeOf(entry);
  if (change === null) return state;
  if ('raise' in change) {
    const cause = { trouble: change.raise, source };
    return state.causes.some((each) => isSame(each, cause))
      ? state
      : { causes: [...state.causes, cause], sounding: true, soundedMs: 0 };
  }
  const ended = { trouble: change.end, source };
  return without(state, (each) => isSame(each, ended));
};

const afterTime = (state: AlarmState, elapsedMs: number): AlarmState => {
  if (!state.sounding) return state;
  const soundedMs = state.soundedMs + Math.max(0, elapsedMs);
  return soundedMs >= SOUND_MS ? silent(state) : { ...state, soundedMs };
};

export const ALARM: Machine<AlarmState, AlarmEvent, AlarmEffect> = {
  initial: { causes: [], sounding: false, soundedMs: 0 },
  step: (state, event) => {
    const after =
      event.kind === 'logged'
        ? afterEntry(state, event.entry, event.source)
        : afterTime(state, event.elapsedMs);
    return [after, outputs(state, after)];
  },
  invariant: ({ causes, sounding, soundedMs }) => {
    if (sounding && causes.length === 0) return 'the buzzer sounds for nothing';
    if (causes.some((each, at) => causes.slice(0, at).some((other) => isSame(each, other))))
      return 'a cause stands twice';
    if (!sounding && soundedMs !== 0) return 'a silent buzzer has sounded';
    return soundedMs < SOUND_MS ? null : 'the buzzer sounds too long';
  },
};
