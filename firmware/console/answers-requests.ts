/** Commands that ask the supervisor for something, and how its answers are told. */
import type { Locale } from '../election/definition.ts';
import { isUnitPart } from '../faults/parts.ts';
import { sayAtConsole } from '../locale/console.ts';
import { faultText } from '../locale/faults.ts';
import type { PollsPhase } from '../messages/catalogue.ts';
import {
  type ConsoleAnswer,
  type ConsoleRequest,
  MAX_HELP_CODES,
} from '../messages/console-catalogue.ts';
import { knownCode } from './answers-parts.ts';
import { wrap } from './table.ts';
import { type Answer, answering, type ConsoleView, type Outcome } from './view.ts';

const hashed = (
  answer: Extract<ConsoleAnswer, { readonly outcome: 'hashed' }>,
  locale: Locale,
): Answer => {
  const { path, sha256, expected } = answer;
  const state = sha256 === null ? 'missing' : sha256 === expected ? 'same' : 'differs';
  return {
    code: state === 'same' ? null : 'unit.filesChanged',
    // As `sha256sum` prints it, so that both can be compared line by line.
    lines: [
      ...(sha256 === null ? [path] : [sha256, `  ${path}`]).flatMap((line) => wrap(line)),
      ...wrap(sayAtConsole(locale, `hash.${state}`, { sha256: expected })),
    ],
    data: answer,
  };
};

/** Hexadecimal digits of a line. */
const HEX_COLUMNS = 64;

/** As much of it as whoever copies it from the screen needs: all. */
const quoted = (
  answer: Extract<ConsoleAnswer, { readonly outcome: 'quoted' }>,
  locale: Locale,
): Answer => {
  const digits = (hex: string): readonly string[] =>
    (hex.match(new RegExp(`.{1,${HEX_COLUMNS}}`, 'g')) ?? []).map((line) => `  ${line}`);
  const part = (name: 'key' | 'nonce' | 'attest' | 'signature' | 'publicArea') => [
    sayAtConsole(locale, `quote.${name}`),
    ...digits(answer[name]),
  ];
  return {
    code: null,
    lines: [
      ...[...part('key'), ...part('nonce')],
      sayAtConsole(locale, 'quote.registers'),
      ...answer.registers.map(({ pcr, sha256 }) => `  ${String(pcr).padStart(2)} ${sha256}`),
      ...[...part('attest'), ...part('signature'), ...part('publicArea')],
      ...wrap(sayAtConsole(locale, 'quote.note')),
    ],
    data: answer,
  };
};

const told = (answer: ConsoleAnswer, { locale }: ConsoleView): Answer => {
  const say = sayAtConsole;
  switch (answer.outcome) {
    case 'done':
      return { code: null, lines: [say(locale, 'done')], data: answer };
    case 'refused':
      return {
        code: answer.reason,
        lines: [say(locale, `refused.${answer.reason}`)],
        data: answer,
      };
    case 'tested': {
      const bad = answer.results.find(({ code }) => code !== null);
      return {
        code: bad?.code ?? null,
        lines: answer.results.flatMap(({ part, code }) => [
          `${part.padEnd(16)} ${code ?? say(locale, 'well')}`,
          ...(code === null ? [] : wrap(faultText(locale, code).remedy, 2)),
        ]),
        data: answer,
      };
    }
    case 'hashed':
      return hashed(answer, locale);
    case 'quoted':
      return quoted(answer, locale);
    case 'challenge':
      return {
        code: null,
        lines: [
          say(locale, 'login.challenge', { nonce: answer.nonce }),
          say(locale, 'login.phone', {
            digits: `${answer.digits.slice(0, 4)} ${answer.digits.slice(4)}`,
          }),
          say(locale, 'login.how'),
        ],
        data: answer,
      };
    case 'session':
      return {
        code: null,
        lines: [say(locale, 'login.session', { who: answer.who, minutes: answer.minutes })],
        data: answer,
      };
    case 'bytes':
      return { code: null, lines: [], data: answer };
  }
};

const asking = (request: ConsoleRequest, meanwhile: string | null = null): Outcome => ({
  kind: 'request',
  request,
  meanwhile,
  tell: told,
});

export const selfTest = (view: ConsoleView, name: string | undefined): Outcome => {
  const { locale } = view;
  if (name === undefined)
    return asking({ name: 'selfTest', part: null }, sayAtConsole(locale, 'test.running'));
  return isUnitPart(name)
    ? asking({ name: 'selfTest', part: name }, sayAtConsole(locale, 'test.running'))
    : answering([sayAtConsole(locale, 'unknown', { word: name })], null, 'unknownPart');
};

/** A path from the root of the tree; `./` may stand before it. */
export const hash = (path: string): Outcome =>
  asking({ name: 'hash', path: path.replace(/^\.\//, '') });

/** `nonce` in hex, as it was drawn elsewhere. */
export const quote = ({ locale }: ConsoleView, nonce: string): Outcome =>
  asking({ name: 'quote', nonce: nonce.toLowerCase() }, sayAtConsole(locale, 'quote.asking'));

export const printTest = ({ locale }: ConsoleView): Outcome =>
  asking({ name: 'printTest' }, sayAtConsole(locale, 'test.printing'));
/** Of one code, or of the faults of now. */
export const printHelp = (view: ConsoleView, code: string | undefined): Outcome => {
  const { locale, diagnostics } = view;
  if (code !== undefined && knownCode(code) === null)
    return answering([sayAtConsole(locale, 'explain.none', { code })], null, 'unknownCode');
  const now = (diagnostics?.parts ?? []).flatMap(({ fault }) => fault?.code ?? []);
  const codes = code === undefined ? [...new Set(now)].slice(0, MAX_HELP_CODES) : [code];
  return codes.length === 0
    ? answering([sayAtConsole(locale, 'faults.none')], null, 'noFault')
    : asking({ name: 'printHelp', codes }, sayAtConsole(locale, 'test.help'));
};

export const readFinger = ({ locale }: ConsoleView): Outcome =>
  asking({ name: 'readFinger' }, sayAtConsole(locale, 'test.finger'));
export const touchTest = ({ locale }: ConsoleView): Outcome =>
  asking({ name: 'touchTest' }, sayAtConsole(locale, 'test.touch'));

/** Nothing that changes the unit happens by a slip of the hand. */
export const confirmed = (
  { locale }: ConsoleView,
  name: 'park' | 'resume' | 'reboot',
  word: string | undefined,
): Outcome =>
  word === 'yes'
    ? asking({ name }, sayAtConsole(locale, 'test.officer'))
    : answering([sayAtConsole(locale, 'confirm', { command: name })], null, 'notConfirmed');

export const login = (response: string | undefined): Outcome =>
  asking(response === undefined ? { name: 'challenge' } : { name: 'login', response });

export const logout = ({ locale }: ConsoleView): Outcome => ({
  kind: 'request',
  request: { name: 'logout' },
  meanwhile: null,
  tell: (answer) => ({ code: null, lines: [sayAtConsole(locale, 'login.ended')], data: answer }),
});

const answerOf = (outcome: Outcome): Answer =>
  outcome.kind === 'request' || outcome.kind === 'export'
    ? { code: 'noAnswer', lines: [], data: null }
    : outcome.answer;

/** Looks at the devices first, so that what is shown is of now. */
export const afterLook = (make: (view: ConsoleView) => Outcome): Outcome => ({
  kind: 'request',
  request: { name: 'look' },
  meanwhile: null,
  tell: (_answer, view) => answerOf(make(view)),
});

/** While votes are cast the newest entries stay in: they would tell when somebody voted. */
const exported = (phase: PollsPhase | null | undefined): 'export.done' | 'export.quarter' =>
  phase == null || phase === 'open' ? 'export.quarter' : 'export.done';

/** The whole log, or what is left of it from a byte on: a broken export goes on where it ended. */
export const exportLog = (from: number): Outcome => ({
  kind: 'export',
  from,
  end: (total, code, { locale, diagnostics }) => ({
    code,
    lines: [
      code === null || code === 'interrupted'
        ? sayAtConsole(locale, code === null ? exported(diagnostics?.phase) : 'export.cut', {
            total,
          })
        : sayAtConsole(locale, `refused.${code}`),
    ],
    data: { from, total },
  }),
});
