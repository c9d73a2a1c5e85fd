/**
 * What a fault code means and what an officer does about it, Spanish and English. Faults that any
 * device can show are told with the device's name; what only one kind of device can show, and what
 * the machine found itself, each has a text of its own.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { describeFault, type FaultCode } from '#firmware/faults/catalogue.ts';
import type { CommonKind, DeviceName } from '#hal/fault.ts';
import { faultsEn } from './faults-en.ts';
import { faultsEs } from './faults-es.ts';

export type FaultText = {
  /** What is wrong, one sentence. */
  readonly explanation: string;
  /** What to do, one or two sentences. */
  readonly remedy: string;
};

type Pair = readonly [explanation: string, remedy: string];
type CommonCode = Extract<FaultCode, `${DeviceName}.${CommonKind}`>;
export type OwnCode = Exclude<FaultCode, CommonCode>;

/** All texts of one language. `{device}` stands for the name of the device. */
export type FaultLanguage = {
  readonly devices: Readonly<Record<DeviceName, string>>;
  readonly common: Readonly<Record<CommonKind, Pair>>;
  readonly own: Readonly<Record<OwnCode, Pair>>;
};

const LANGUAGES: Readonly<Record<Locale, FaultLanguage>> = { es: faultsEs, en: faultsEn };

const has = <T extends object>(table: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(table, key);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * A text with what people call the device in the place of `{device}`; nothing there for what is none.
 * Spanish draws the article together with what stands before it: "de el" is "del".
 */
export const withDevice = (locale: Locale, text: string, device: string): string => {
  const { devices } = LANGUAGES[locale];
  const named = text.replaceAll('{device}', has(devices, device) ? devices[device] : '');
  return locale === 'es' ? named.replaceAll(/\b(de|a) el\b/gi, '$1l') : named;
};

/** What a fault code means and what to do. An unknown code is told as a fault of the machine's own. */
export const faultText = (locale: Locale, code: string): FaultText => {
  const language = LANGUAGES[locale];
  const known = describeFault(code).code;
  const [device = '', kind = ''] = known.split('.');
  const pair = has(language.own, known)
    ? language.own[known]
    : has(language.common, kind)
      ? language.common[kind]
      : language.own['machine.bug'];
  const tell = (text: string): string => capital(withDevice(locale, text, device));
  return { explanation: tell(pair[0]), remedy: tell(pair[1]) };
};
