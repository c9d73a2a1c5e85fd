/**
 * For whoever mends a unit, beside what an officer is told of a fault (faults.ts): what brings it about, and
 * what to look at first. The console shows both, and a printed sheet has them all.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { describeFault } from '#firmware/faults/catalogue.ts';
import type { CommonKind } from '#hal/fault.ts';
import { faultChecksEn } from './fault-checks-en.ts';
import { faultChecksEs } from './fault-checks-es.ts';
import { type OwnCode, withDevice } from './faults.ts';

type Pair = readonly [cause: string, check: string];

/** `{device}` stands for the name of the device. */
export type FaultChecks = {
  readonly common: Readonly<Record<CommonKind, Pair>>;
  readonly own: Readonly<Record<OwnCode, Pair>>;
};

const LANGUAGES: Readonly<Record<Locale, FaultChecks>> = { es: faultChecksEs, en: faultChecksEn };

const has = <T extends object>(table: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(table, key);

/** An unknown code is told as a fault of the machine's own. */
export const faultCheck = (
  locale: Locale,
  code: string,
): { readonly cause: string; readonly check: string } => {
  const { own, common } = LANGUAGES[locale];
  const known = describeFault(code).code;
  const [device = '', kind = ''] = known.split('.');
  const [cause, check] = has(own, known)
    ? own[known]
    : has(common, kind)
      ? common[kind]
      : own['machine.bug'];
  return { cause, check: withDevice(locale, check, device) };
};
