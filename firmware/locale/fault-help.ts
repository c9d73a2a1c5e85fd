/**
 * All that is known of a fault, in the order in which a person goes about it: the one text of the console's
 * `explain`, the officers' screen, the printed help and the sheet that lies in the case.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { describeFault, type FaultCode, type Severity } from '#firmware/faults/catalogue.ts';
import { partOfFault, type UnitPart } from '#firmware/faults/parts.ts';
import { sayAtConsole } from './console.ts';
import { faultCheck } from './fault-checks.ts';
import { faultText } from './faults.ts';
import { partName } from './unit-parts.ts';

export type FaultHelp = {
  readonly code: FaultCode;
  readonly explanation: string;
  readonly cause: string;
  readonly check: string;
  readonly remedy: string;
  readonly part: UnitPart;
  readonly severity: Severity;
  readonly votingGoesOn: boolean;
};

/** A code that is not in the catalogue is told as a fault of the machine's own. */
export const faultHelp = (locale: Locale, code: string): FaultHelp => {
  const { code: known, severity } = describeFault(code);
  return {
    code: known,
    ...faultText(locale, known),
    ...faultCheck(locale, known),
    part: partOfFault(known),
    severity,
    votingGoesOn: severity === 'passing' || severity === 'attention',
  };
};

/** For whoever mends it, beside what an officer is told: `Cause: …`. */
export const mendingLines = (locale: Locale, code: string): readonly string[] => {
  const { cause, check, part } = faultHelp(locale, code);
  const line = (key: 'cause' | 'check' | 'swap', value: string): string =>
    `${sayAtConsole(locale, `explain.${key}`)}: ${value}`;
  return [line('cause', cause), line('check', check), line('swap', partName(locale, part))];
};

/** `goes on` or not, with how bad it is. */
export const votingLine = (locale: Locale, { severity, votingGoesOn }: FaultHelp): string =>
  `${sayAtConsole(locale, 'explain.voting')}: ${sayAtConsole(
    locale,
    votingGoesOn ? 'voting.goesOn' : 'voting.stops',
  )} (${sayAtConsole(locale, `severity.${severity}`)})`;
