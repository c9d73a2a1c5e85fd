/** `urna keys`: what officers' tokens are, before they are put into a unit. It never makes an election's keys. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { MAX_TOKEN_BYTES, openToken } from '#firmware/vault/officer-token.ts';
import { DEMO_PATH } from '../elections/load.ts';
import { ceremonySheet } from '../keys/ceremony-sheet.ts';
import { checkTokens, hoursForAll, type TokenCheck, type TokenFile } from '../keys/check-tokens.ts';
import { seededTokenForCost } from '../keys/guess-cost.ts';
import { rehearse } from '../keys/rehearse.ts';
import { EXIT, MissingError, parseOptions, runCommand, UsageError } from './options.ts';
import { readElection } from './read-election.ts';

const HELP = `usage: scripts/urna keys prepare [ELECTION] [options]
       scripts/urna keys rehearse [ELECTION] [options]
       scripts/urna keys check PATH... [options]
       scripts/urna keys cost [--json]

Officers' tokens that are files. An election's keys are made on the unit, in the ceremony, never here.

prepare   the sheet of a precinct's ceremony, to print and sign: who comes, what the screen will ask for, how
          many shares open the urn. ELECTION is an election definition (JSON); default: the demo election
rehearse  ceremony and evening on a virtual unit with throw-away keys: every set of officers who suffice opens
          the urn, no set of one fewer does (up to 2,000 of each), and the unit counts
check   what each token says to be; not a token, foreign and repeated ones are named. PATH is a token or
        a folder of them. Whether a token is the one that the ceremony wrote, only the unit can say.
cost    what guessing a PIN takes who has copied such a token: nothing but time stands in the way

  --locale L     es or en, of sheet and rehearsal; default: the election's
  --out FILE     writes the sheet there
  --story        rehearse: what the screen says, on standard error
  --precinct ID  the precinct whose tokens they should be
  --pin          also opens them: PINs from standard input, one a line, in the order of the tokens
  --json         {precincts, machineCodes, errors:[{path, message}], tokens, blank}; cost: {guessMs, hours};
                 rehearse: {holders, threshold, sufficient, tooFew, counted}

exit code: 0 nothing found, 1 something is wrong, 2 usage, 3 no token there
`;
const MOST_FILES = 1000;
const GUESSES = 5;

const filesOf = (path: string): readonly TokenFile[] => {
  try {
    const paths = statSync(path).isDirectory()
      ? readdirSync(path, { withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(path, entry.name))
          .sort()
      : [path];
    if (paths.length > MOST_FILES) throw new UsageError(`${path} holds over ${MOST_FILES} files`);
    return paths.map((each) => {
      // One byte more than a token holds is enough to see that it is none.
      const bytes = readFileSync(each);
      return { path: each, bytes: bytes.subarray(0, MAX_TOKEN_BYTES + 1) };
    });
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new MissingError(`${path}: ${cause instanceof Error ? cause.message : ''}`);
  }
};

const tell = ({ tokens, blank, errors }: TokenCheck): string =>
  [
    ...tokens.map(({ path, header, holdsShare }) => {
      const share = holdsShare === null ? '' : holdsShare ? ', holds a share' : ', holds no share';
      return `${path}  ${header.officerId}, ${header.role}, precinct ${header.precinct}${share}`;
    }),
    ...blank.map((path) => `${path}  blank`),
    ...errors.map(({ path, message }) => `WRONG  ${path}: ${message}`),
    errors.length === 0 ? 'nothing found' : `${errors.length} found`,
    '',
  ].join('\n');

const check = (paths: readonly string[], precinct: string | null, pin: boolean, json: boolean) => {
  if (paths.length === 0) throw new UsageError('PATH is missing: a token or a folder of tokens');
  const files = paths.flatMap(filesOf);
  if (files.length === 0) throw new MissingError(`no token in ${paths.join(', ')}`);
  const pins = pin
    ? readFileSync(0, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.trim())
    : [];
  const found = checkTokens(files, pins, precinct);
  const precincts = [...new Set(found.tokens.map(({ header }) => header.precinct))];
  process.stdout.write(
    json ? `${JSON.stringify({ precincts, machineCodes: [], ...found })}\n` : tell(found),
  );
  return found.errors.length === 0 ? EXIT.fine : EXIT.found;
};

const electionOf = (paths: readonly string[]): ElectionDefinition => {
  const [path = DEMO_PATH, ...more] = paths;
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}" is too much`);
  return readElection(path);
};

const prepare = (
  definition: ElectionDefinition,
  locale: Locale,
  out: string | undefined,
): number => {
  const sheet = ceremonySheet(definition, locale);
  if (out === undefined) process.stdout.write(sheet);
  else writeFileSync(out, sheet);
  return EXIT.fine;
};

const STEPS = {
  ceremony: 'Friday: the ceremony, as the screen asks',
  sets: 'every set of officers',
  evening: 'Sunday evening: shares, one PIN mistyped, one token given twice; the count',
} as const;

const hold = async (
  definition: ElectionDefinition,
  locale: Locale,
  story: boolean,
  json: boolean,
): Promise<number> => {
  const result = await rehearse({
    definition,
    seed: 1,
    locale,
    onStep: (step) => process.stderr.write(`${STEPS[step]}\n`),
    onScene: (name, words) => {
      if (story) process.stderr.write(`  ${name}: ${words.join(' / ')}\n`);
    },
  });
  const { holders, threshold, sufficient, tooFew, counted } = result;
  process.stdout.write(
    json
      ? `${JSON.stringify(result)}\n`
      : [
          `${threshold} of ${holders} shares open the urn`,
          `sets of ${threshold}: ${sufficient.opened} of ${sufficient.tried} opened it`,
          `sets of ${threshold - 1}: ${tooFew.opened} of ${tooFew.tried} opened it`,
          counted ? 'the unit counted' : 'the unit did not count',
          'The keys of this rehearsal are gone; those of the election are made on the unit.',
          '',
        ].join('\n'),
  );
  const sound = sufficient.opened === sufficient.tried && tooFew.opened === 0 && counted;
  return sound ? EXIT.fine : EXIT.found;
};

const cost = (json: boolean): number => {
  const token = seededTokenForCost();
  const times = Array.from({ length: GUESSES }, () => {
    const before = systemClock.nowMs();
    openToken(token, '000000');
    return systemClock.nowMs() - before;
  }).sort((a, b) => a - b);
  const guessMs = times[GUESSES >> 1] ?? 0;
  const hours = [6, 7, 8].map((digits) => ({ digits, hours: hoursForAll(guessMs, digits) }));
  const lines = hours.map(
    (row) => `${row.digits} digits: ${row.hours.toFixed(0)} hours for all PINs\n`,
  );
  process.stdout.write(
    json
      ? `${JSON.stringify({ guessMs, hours })}\n`
      : `one guess: ${guessMs.toFixed(0)} ms and 32 MB on one core of this machine (median of ${GUESSES})\n${lines.join('')}More cores divide it. A file can not limit attempts; a share that is guessed opens nothing alone.\n`,
  );
  return EXIT.fine;
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      locale: { type: 'string' },
      out: { type: 'string' },
      story: { type: 'boolean' },
      precinct: { type: 'string' },
      pin: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [what, ...paths] = positionals;
    const json = values.json === true;
    if (what === 'prepare' || what === 'rehearse') {
      const definition = electionOf(paths);
      const { locale = definition.locale } = values;
      if (locale !== 'es' && locale !== 'en') throw new UsageError('--locale is es or en');
      return what === 'prepare'
        ? prepare(definition, locale, values.out)
        : hold(definition, locale, values.story === true, json);
    }
    if (what === 'check') return check(paths, values.precinct ?? null, values.pin === true, json);
    if (what !== 'cost') throw new UsageError('say what: prepare, rehearse, check or cost');
    if (paths.length > 0) throw new UsageError(`"${paths.join(' ')}" is too much`);
    return cost(json);
  });
