/**
 * The commands of the field console: one row each, with what it needs and what it leads to. Pure: a
 * line and what is known of the unit go in, an answer, a setting or a request to the supervisor comes out.
 */
import { COMMAND_NAMES, type CommandName, sayAtConsole } from '../locale/console.ts';
import { type ConsoleLevel, QUOTE_NONCE } from '../messages/console-catalogue.ts';
import { log } from './answers-log.ts';
import { codesOf, device, devices, explain, faults, partsOf } from './answers-parts.ts';
import {
  afterLook,
  confirmed,
  exportLog,
  hash,
  login,
  logout,
  printHelp,
  printTest,
  quote,
  readFinger,
  selfTest,
  touchTest,
} from './answers-requests.ts';
import { trace } from './answers-trace.ts';
import { attachedParts, media, network, power, release, status, time } from './answers-unit.ts';
import { SCREEN_COLUMNS } from './table.ts';
import { answering, type ConsoleView, type Outcome } from './view.ts';

/** Letters of a command line; a response to a challenge is the longest. */
export const MAX_LINE = 200;

/** Eight digits read aloud, or a signature in base64url (levels.ts). */
const RESPONSE = /^[\w-]{8,90}$/;

type Words = readonly string[];

type Command = {
  /** What stands after the name. */
  readonly usage: string;
  readonly level: ConsoleLevel;
  /** Null: used wrongly. */
  readonly run: (view: ConsoleView, args: Words) => Outcome | null;
  /** What Tab offers for the first word after the name. */
  readonly words?: (view: ConsoleView, typed: string) => Words;
};

const bare = (run: (view: ConsoleView) => Outcome): Pick<Command, 'run'> => ({
  run: (view, args) => (args.length === 0 ? run(view) : null),
});

/** A command of two words, as people say it. */
const second = (
  word: string,
  run: (view: ConsoleView) => Outcome,
): Pick<Command, 'run' | 'words' | 'usage'> => ({
  usage: word,
  run: (view, args) => (args.length === 1 && args[0] === word ? run(view) : null),
  words: () => [word],
});

const onOff = (name: 'json' | 'plain'): Pick<Command, 'run' | 'words' | 'usage'> => ({
  usage: 'on|off',
  words: () => ['on', 'off'],
  run: ({ locale }, [word, ...rest]) =>
    rest.length > 0 || (word !== 'on' && word !== 'off')
      ? null
      : {
          kind: 'setting',
          setting: { name, on: word === 'on' },
          answer: { code: null, lines: [sayAtConsole(locale, 'done')], data: { [name]: word } },
        },
});

const change = (name: 'park' | 'resume' | 'reboot'): Command => ({
  usage: 'yes',
  level: 'officer',
  words: () => ['yes'],
  run: (view, [word, ...rest]) => (rest.length > 0 ? null : confirmed(view, name, word)),
});

/** The longest usage, and a gap. */
const HELP_COLUMN = 24;

const LEVEL_KEYS = {
  reader: 'needsNothing',
  technician: 'needsTechnician',
  officer: 'needsOfficer',
} as const;

const isCommand = (word: string): word is CommandName =>
  (COMMAND_NAMES as readonly string[]).includes(word);

const help = ({ locale }: ConsoleView, args: Words): Outcome | null => {
  const [word, ...rest] = args;
  if (rest.length > 0) return null;
  if (word === undefined)
    return answering(
      COMMAND_NAMES.map((name) =>
        `  ${`${name} ${COMMANDS[name].usage}`.padEnd(HELP_COLUMN)}${sayAtConsole(locale, `help.${name}`)}`.slice(
          0,
          SCREEN_COLUMNS - 1,
        ),
      ),
      COMMAND_NAMES.map((name) => ({
        name,
        usage: COMMANDS[name].usage,
        level: COMMANDS[name].level,
      })),
    );
  if (!isCommand(word))
    return answering(
      [sayAtConsole(locale, 'unknown', { word: word.slice(0, 20) })],
      null,
      'unknownCommand',
    );
  const { usage, level } = COMMANDS[word];
  return answering(
    [
      `${word} ${usage}`.trimEnd(),
      `  ${sayAtConsole(locale, `help.${word}`)}`,
      `  ${sayAtConsole(locale, LEVEL_KEYS[level])}`,
    ],
    { name: word, usage, level },
  );
};

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  help: { usage: '[word]', level: 'reader', run: help, words: () => COMMAND_NAMES },
  status: { usage: '', level: 'reader', ...bare(status) },
  faults: { usage: '', level: 'reader', ...bare(faults) },
  explain: {
    usage: 'CODE',
    level: 'reader',
    words: codesOf,
    run: (view, [code, ...rest]) =>
      code === undefined || rest.length > 0 ? null : explain(view, code.slice(0, 64)),
  },
  devices: { usage: '', level: 'reader', ...bare(devices) },
  device: {
    usage: 'NAME',
    level: 'reader',
    words: partsOf,
    run: (_view, [name, ...rest]) =>
      name === undefined || rest.length > 0
        ? null
        : afterLook((fresh) => device(fresh, name.slice(0, 20))),
  },
  selftest: {
    usage: '[NAME]',
    level: 'technician',
    words: partsOf,
    run: (view, [name, ...rest]) => (rest.length > 0 ? null : selfTest(view, name?.slice(0, 20))),
  },
  print: {
    usage: 'test|help [CODE]',
    level: 'technician',
    words: () => ['test', 'help'],
    run: (view, [word, code, ...rest]) => {
      if (rest.length > 0) return null;
      if (word === 'help') return printHelp(view, code?.slice(0, 64));
      return word === 'test' && code === undefined ? printTest(view) : null;
    },
  },
  read: { level: 'technician', ...second('finger', readFinger) },
  touch: { level: 'technician', ...second('test', touchTest) },
  power: { usage: '', level: 'reader', ...bare(power) },
  media: { usage: '', level: 'reader', ...bare(media) },
  time: { usage: '', level: 'reader', ...bare(time) },
  parts: { usage: '', level: 'reader', ...bare(attachedParts) },
  log: { usage: '[filter] [-f]', level: 'reader', run: log, words: () => ['-f'] },
  trace: { usage: '', level: 'reader', ...bare(trace) },
  release: { usage: '', level: 'reader', ...bare(release) },
  hash: {
    usage: 'FILE',
    level: 'reader',
    run: (_view, [path, ...rest]) => (path === undefined || rest.length > 0 ? null : hash(path)),
  },
  quote: {
    usage: 'NONCE',
    level: 'reader',
    run: (view, [nonce = '', ...rest]) =>
      rest.length === 0 && QUOTE_NONCE.test(nonce.toLowerCase()) ? quote(view, nonce) : null,
  },
  network: { usage: '', level: 'reader', ...bare(() => afterLook(network)) },
  login: {
    usage: '[RESPONSE]',
    level: 'reader',
    // A code that is read aloud comes in groups.
    run: (_view, args) => {
      const response = args.join('');
      if (response === '') return login(undefined);
      return RESPONSE.test(response) ? login(response) : null;
    },
  },
  logout: { usage: '', level: 'reader', ...bare(logout) },
  park: change('park'),
  resume: change('resume'),
  reboot: change('reboot'),
  export: {
    usage: 'log [FROM]',
    level: 'technician',
    words: () => ['log'],
    run: (_view, [word, from = '0', ...rest]) =>
      word !== 'log' || rest.length > 0 || !/^\d{1,9}$/.test(from) ? null : exportLog(Number(from)),
  },
  json: { level: 'reader', ...onOff('json') },
  plain: { level: 'reader', ...onOff('plain') },
  lang: {
    usage: 'es|en',
    level: 'reader',
    words: () => ['es', 'en'],
    run: (_view, [word, ...rest]) =>
      rest.length > 0 || (word !== 'es' && word !== 'en')
        ? null
        : {
            kind: 'setting',
            setting: { name: 'locale', locale: word },
            answer: { code: null, lines: [sayAtConsole(word, 'done')], data: { locale: word } },
          },
  },
};

export const wordsIn = (line: string): Words => line.split(/\s+/).filter((word) => word !== '');

/** What a line leads to; null: an empty line. */
export const runLine = (view: ConsoleView, line: string): Outcome | null => {
  const [name, ...args] = wordsIn(line);
  if (name === undefined) return null;
  if (!isCommand(name))
    return answering(
      [
        sayAtConsole(view.locale, 'unknown', {
          word: name.slice(0, 20).replace(/[^\x21-\x7e]/g, '?'),
        }),
      ],
      null,
      'unknownCommand',
    );
  return (
    COMMANDS[name].run(view, args) ??
    answering(
      [sayAtConsole(view.locale, 'usage', { usage: `${name} ${COMMANDS[name].usage}`.trimEnd() })],
      null,
      'usage',
    )
  );
};

/** What Tab offers for the line as typed so far, and the word that it would complete. */
export const completionsOf = (
  view: ConsoleView,
  line: string,
): { readonly words: Words; readonly of: string } => {
  const typed = line.split(/\s+/);
  const of = typed.at(-1) ?? '';
  const [name = ''] = typed;
  const offered =
    typed.length === 1
      ? COMMAND_NAMES
      : typed.length === 2 && isCommand(name)
        ? (COMMANDS[name].words?.(view, of) ?? [])
        : [];
  return { words: offered.filter((word) => word.startsWith(of)), of };
};

/** What a command needs, for tests and for the documentation. */
export const levelOf = (name: CommandName): ConsoleLevel => COMMANDS[name].level;
