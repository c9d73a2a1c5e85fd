/** Answers about single parts and their faults: devices, device, faults, explain. */
import { FAULT_CODES, type FaultCode, isFaultCode } from '../faults/catalogue.ts';
import { isUnitPart } from '../faults/parts.ts';
import { sayAtConsole } from '../locale/console.ts';
import { faultHelp } from '../locale/fault-help.ts';
import { faultText } from '../locale/faults.ts';
import { partName } from '../locale/unit-parts.ts';
import type { PartDiagnosis, SeenFault } from '../messages/diagnostics.ts';
import { fromSnapshot, timeText } from './answers-unit.ts';
import { SCREEN_COLUMNS, wrap } from './table.ts';
import { answering, type ConsoleView, type Outcome } from './view.ts';

const stateOf = ({ locale }: ConsoleView, { fault, readings }: PartDiagnosis): string =>
  fault?.code ?? sayAtConsole(locale, readings.length > 0 ? 'well' : 'unknownState');

export const devices = (view: ConsoleView): Outcome =>
  fromSnapshot(view, ({ parts }) =>
    answering(
      [
        sayAtConsole(view.locale, 'title.devices'),
        ...parts.map(
          (part) =>
            `${part.part.padEnd(16)} ${stateOf(view, part).padEnd(26)} ${String(part.faults).padStart(6)}`,
        ),
      ],
      parts,
    ),
  );

const seenText = (view: ConsoleView, { code, atMs }: SeenFault): string =>
  `${timeText(atMs)}  ${code.padEnd(26)} ${faultText(view.locale, code).explanation}`.slice(
    0,
    SCREEN_COLUMNS - 3,
  );

export const device = (view: ConsoleView, name: string): Outcome =>
  fromSnapshot(view, ({ parts }) => {
    const part = parts.find((each) => each.part === name);
    if (part === undefined)
      return answering(
        [sayAtConsole(view.locale, 'unknown', { word: name })],
        { parts: parts.map((each) => each.part) },
        'unknownPart',
      );
    return answering(
      [
        `${part.part}: ${stateOf(view, part)}`,
        ...(part.fault === null ? [] : wrap(faultText(view.locale, part.fault.code).remedy, 2)),
        ...part.readings.map(({ name: figure, value }) => `  ${figure.padEnd(14)} ${value}`),
        ...part.last.map((seen) => `  ${seenText(view, seen)}`),
      ],
      part,
    );
  });

export const faults = (view: ConsoleView): Outcome =>
  fromSnapshot(view, ({ parts }) => {
    const now = parts.flatMap(({ part, fault }) => (fault === null ? [] : [{ part, ...fault }]));
    const past = parts
      .flatMap(({ part, fault, last }) =>
        last
          .filter(({ code, atMs }) => code !== fault?.code || atMs !== fault.atMs)
          .map((seen) => ({ part, ...seen })),
      )
      .sort((a, b) => b.atMs - a.atMs);
    return answering(
      [
        ...(now.length === 0
          ? [sayAtConsole(view.locale, 'faults.none')]
          : now.flatMap((seen) => [
              `${seen.part}  ${seen.code}`,
              ...wrap(faultText(view.locale, seen.code).remedy, 2),
            ])),
        ...(past.length === 0 ? [] : [sayAtConsole(view.locale, 'faults.past')]),
        ...past.map((seen) => `  ${seenText(view, seen)}`),
      ],
      { now, past },
    );
  });

/** A code of the catalogue; null: nobody knows it. Those of bugs say where they struck, and mean one thing. */
export const knownCode = (code: string): FaultCode | null => {
  const known = code.startsWith('bug.') ? 'machine.bug' : code;
  return isFaultCode(known) ? known : null;
};

export const explain = (view: ConsoleView, code: string): Outcome => {
  const { locale } = view;
  const say = sayAtConsole;
  const known = knownCode(code);
  if (known === null)
    return answering([say(locale, 'explain.none', { code })], null, 'unknownCode');
  const help = faultHelp(locale, known);
  const { explanation, cause, check, remedy, part, severity, votingGoesOn } = help;
  const row = (key: string, value: string): readonly string[] => [`${key}:`, ...wrap(value, 2)];
  return answering(
    [
      ...row(say(locale, 'explain.means'), explanation),
      ...row(say(locale, 'explain.cause'), cause),
      ...row(say(locale, 'explain.check'), check),
      ...row(say(locale, 'explain.remedy'), remedy),
      `${say(locale, 'explain.swap')}: ${partName(locale, part)} (${part})`,
      `${say(locale, 'explain.severity')}: ${say(locale, `severity.${severity}`)}`,
      `${say(locale, 'explain.voting')}: ${say(locale, votingGoesOn ? 'voting.goesOn' : 'voting.stops')}`,
    ],
    help,
  );
};

/** Words that Tab offers after `explain`: what was seen at this unit, and otherwise what may be. */
export const codesOf = ({ diagnostics }: ConsoleView, typed: string): readonly string[] => {
  const seen = (diagnostics?.parts ?? []).flatMap(({ last }) => last.map(({ code }) => code));
  const fits = seen.some((code) => code.startsWith(typed));
  return fits ? [...new Set(seen)] : FAULT_CODES;
};

export const partsOf = ({ diagnostics }: ConsoleView): readonly string[] =>
  (diagnostics?.parts ?? []).map(({ part }) => part).filter(isUnitPart);
