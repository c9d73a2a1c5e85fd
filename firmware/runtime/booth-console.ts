/**
 * What the field console may have done at the booth: its devices tested, a sheet printed, and an officer
 * asked to agree to what changes the unit. Nothing while a voter is here or a vote is on its way to paper: then
 * the answer is that, and no device is touched.
 */
import type { Stage, StageName } from '#firmware/booth/state.ts';
import { findingsOf } from '#firmware/console/fault-book.ts';
import type { UnitPart } from '#firmware/faults/parts.ts';
import type { TestResult } from '#firmware/messages/console-catalogue.ts';
import type { BoothTest, BoothTested } from '#firmware/messages/unit-catalogue.ts';
import { printHelpSheet } from '#firmware/paper/help-sheet.ts';
import { printTestDocument } from '#firmware/paper/test-sheet.ts';
import type { BoothBoard } from '#hal/board.ts';
import { type Fault, faultCode } from '#hal/fault.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import type { Result } from '#hal/result.ts';
import type { Locale } from '../election/definition.ts';
import type { LogEvent } from '../events/catalogue.ts';
import { asWord } from '../events/catalogue.ts';
import { COMMAND_NAMES, sayAtConsole } from '../locale/console.ts';
import { runSelfTest } from './booth-self-test.ts';

/** Nobody votes, and nothing of the booth's is under way. */
const FREE: readonly StageName[] = [
  'readyForCeremony',
  'readyToOpen',
  'waiting',
  'resuming',
  'suspended',
  'finished',
  'resting',
  'parked',
];
/** Officers are at the booth, or the machine is at work; no voter is. */
const BUSY: readonly StageName[] = [
  'starting',
  'selfTest',
  'ceremony',
  'report',
  'opening',
  'openingClock',
  'openingStored',
  'officer',
  'officerMenu',
  'closingClock',
  'closingOverride',
  'closingQueue',
  'closingStored',
  'awaitingTotals',
  'shares',
  'counting',
  'writingResult',
  'finishing',
];

/** Whether the console may touch a device in this stage of the booth, and if not, for whose sake. */
export const presenceIn = (stage: Stage): BoothTested['presence'] => {
  // A self-test that found something, or nothing to start from, is what a technician is called for.
  if (stage.name === 'selfTest' && stage.ended) return 'free';
  if (stage.name === 'starting' && stage.stuck) return 'free';
  if (FREE.includes(stage.name)) return 'free';
  return BUSY.includes(stage.name) ? 'busy' : 'voter';
};

/** An officer whose token was put in: the machine asks what for, and nothing is under way. */
const AT_OFFICER: readonly StageName[] = ['officer', 'officerMenu', 'opening'];

/** Who is asked to agree has put a token in; so the machine underneath may be at its own question. */
const presenceFor = (stage: Stage, { what, lines }: BoothTest): BoothTested['presence'] => {
  const byOfficer =
    what === 'nothing' || what === 'officer' || (what === 'print' && lines.length > 0);
  return byOfficer && AT_OFFICER.includes(stage.name) ? 'free' : presenceIn(stage);
};

export type BoothConsoleOptions = {
  readonly board: BoothBoard;
  /** Voters on the roll. */
  readonly registered: number;
  readonly locale: Locale;
  readonly stage: () => Stage;
  /** Asks for an officer's token and PIN on the screen; null: nobody agreed. */
  readonly officer: (
    request: readonly string[],
    over: (stage: Stage) => boolean,
  ) => Promise<string | null>;
  readonly log: (event: LogEvent) => void;
};

const codeOf = (result: Result<unknown, Fault<string>>): string | null =>
  result.ok ? null : faultCode(result.error);

/** The part as the unit's list has it, by the booth's own name. */
const resultOf = (check: string, code: string): TestResult => {
  const event: LogEvent =
    code === 'ok'
      ? { id: 'selfTestPassed', fields: { part: asWord(check) } }
      : { id: 'selfTestFailed', fields: { part: asWord(check), code: asWord(code) } };
  const [finding] = findingsOf(event);
  return { part: finding?.part ?? 'software', code: finding?.code ?? null };
};

const selfTest = async ({
  board,
  registered,
}: BoothConsoleOptions): Promise<readonly TestResult[]> => {
  const results: TestResult[] = [];
  await runSelfTest(board, registered, (check, result) => results.push(resultOf(check, result)));
  const [keypad, audio] = await Promise.all([board.keypad.check(), board.audio.check()]);
  return [
    ...results,
    { part: 'keypad', code: codeOf(keypad) },
    { part: 'audio', code: codeOf(audio) },
  ];
};

const print = async (
  { board, log }: BoothConsoleOptions,
  document: PaperDocument,
): Promise<readonly TestResult[]> => {
  await board.printer.recover();
  const printed = await board.printer.print(document);
  const done = (code: string | null): readonly TestResult[] => [{ part: 'printer', code }];
  if (!printed.ok) return done(faultCode(printed.error.fault));
  const cut = await board.printer.cut();
  if (cut.ok) log({ id: 'diagnosticReportPrinted', fields: {} });
  return done(codeOf(cut));
};

const perform = async (
  options: BoothConsoleOptions,
  { what, lines }: BoothTest,
): Promise<readonly TestResult[]> => {
  const { board, locale } = options;
  switch (what) {
    case 'nothing':
    case 'officer':
      return [];
    case 'selfTest':
      return selfTest(options);
    case 'print':
      return print(options, printTestDocument(lines, locale, board.printer.profile()));
    case 'help':
      return print(options, printHelpSheet(lines, locale, board.printer.profile()));
    case 'touch':
      return [
        { part: 'touchscreen' satisfies UnitPart, code: codeOf(await board.touchscreen.check()) },
      ];
  }
};

/** Letters of a technician's name that the smallest screen has room for; log and slip have it whole. */
export const NAME_SHOWN = 16;

/** What is asked for, by whom: `park: stops the machine with everything stored`, and the technician. */
const requestWords = (lines: readonly string[], locale: Locale): readonly string[] =>
  lines.map((word) => {
    const name = COMMAND_NAMES.find((each) => each === word);
    return name === undefined
      ? word.slice(0, NAME_SHOWN)
      : `${name}: ${sayAtConsole(locale, `help.${name}`)}`;
  });

/** Answers one test of the console. */
export const answerConsole = async (
  options: BoothConsoleOptions,
  test: BoothTest,
): Promise<BoothTested> => {
  const presence = (): BoothTested['presence'] => presenceFor(options.stage(), test);
  if (presence() !== 'free') return { presence: presence(), officer: null, results: [] };
  if (test.what !== 'officer')
    return { presence: 'free', officer: null, results: await perform(options, test) };
  const officer = await options.officer(
    requestWords(test.lines, options.locale),
    (stage) => presenceFor(stage, test) === 'free',
  );
  return { presence: presence(), officer: presence() === 'free' ? officer : null, results: [] };
};
