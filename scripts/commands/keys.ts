/** `urna keys`: what officers' tokens are, before they are put into a unit. It never makes an election's keys. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import { MAX_TOKEN_BYTES, openToken } from '#firmware/vault/officer-token.ts';
import { checkTokens, hoursForAll, type TokenCheck, type TokenFile } from '../keys/check-tokens.ts';
import { seededTokenForCost } from '../keys/guess-cost.ts';
import { EXIT, MissingError, parseOptions, runCommand, UsageError } from './options.ts';

const HELP = `usage: scripts/urna keys check PATH... [options]
       scripts/urna keys cost [--json]

Officers' tokens that are files. An election's keys are made on the unit, in the ceremony, never here.

check   what each token says to be; not a token, foreign and repeated ones are named. PATH is a token or
        a folder of them. Whether a token is the one that the ceremony wrote, only the unit can say.
cost    what guessing a PIN takes who has copied such a token: nothing but time stands in the way

  --precinct ID  the precinct whose tokens they should be
  --pin          also opens them: PINs from standard input, one a line, in the order of the tokens
  --json         {precincts, machineCodes, errors:[{path, message}], tokens, blank}; cost: {guessMs, hours}

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
      precinct: { type: 'string' },
      pin: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [what, ...paths] = positionals;
    const json = values.json === true;
    if (what === 'check') return check(paths, values.precinct ?? null, values.pin === true, json);
    if (what !== 'cost') throw new UsageError('say what: check or cost');
    if (paths.length > 0) throw new UsageError(`"${paths.join(' ')}" is too much`);
    return cost(json);
  });
