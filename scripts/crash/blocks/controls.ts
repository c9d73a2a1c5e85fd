/** What is taken out of the way from vault to disk to see that the replay finds it out. */
import { NO_TAMPERING, type Tampering, withoutSync } from '../tampering.ts';

/** `none`: the unit as it is. */
export const TAMPERED = {
  none: () => NO_TAMPERING,
  'journal not synced': () => withoutSync(['journal']),
  'urn not synced': () => withoutSync(['urn']),
  'desk file not synced': () => withoutSync(['desk file']),
} as const satisfies Readonly<Record<string, () => Tampering>>;

export type ControlName = keyof typeof TAMPERED;

export const isControl = (name: string): name is ControlName => Object.hasOwn(TAMPERED, name);
