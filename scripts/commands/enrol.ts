/** `urna enrol`: takes an officer's print at the authority's desk, for the election package. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { makeFingerprintReader } from '#drivers/fingerprint/driver.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { faultCode } from '#hal/fault.ts';
import type { FingerGuidance, FingerprintReader, ReaderFault } from '#hal/fingerprint-reader.ts';
import type { Result } from '#hal/result.ts';
import {
  EXIT,
  MissingError,
  oneOf,
  parseOptions,
  runCommand,
  UsageError,
  wholeNumber,
} from './options.ts';

const BAUD = 57_600;
const WAIT_MOST_S = 600;
/** A reader that was just plugged in takes this long to answer, ms. */
const READY_LIMIT_MS = 5_000;

const HELP = `usage: scripts/urna enrol --port PORT --out FILE [options]

Takes an officer's print with a fingerprint reader on a serial port: the finger twice, and once more to
see that what was taken knows it again. The presiding officer's print authorises a voter whose own
does not match. Only officers are enrolled, and never on a unit: a unit gets their prints with its
election package, and a voter without a stored print is an outcome of its own.

  --port PORT     the reader's serial port, /dev/ttyUSB0 for example
  --out FILE      where the print goes, as the reader tells it: 1,536 bytes (R503) or 512 (ZFM)
  --family F      R503 or ZFM; default: what the reader says
  --wait S        seconds that a finger is waited for; default 60
  --force         write over FILE
  --json          one JSON document on standard output: {file, family, bytes, score}

exit code: 0 taken, 1 not (nobody came, two fingers, not known again), 2 usage, 3 no reader there
`;

const WORDS: Readonly<Record<FingerGuidance, string>> = {
  placeFinger: 'put the finger on',
  placeAgain: 'put it on again',
  cleanFinger: 'wipe the finger',
  moistenFinger: 'moisten the finger',
  dryFinger: 'dry the finger',
  otherFinger: 'use another finger',
  liftFinger: 'lift it',
};
const guide = (guidance: FingerGuidance): void => void process.stderr.write(`${WORDS[guidance]}\n`);

class NotTaken extends Error {}

const orRefuse = <T>(result: Result<T, ReaderFault>, doing: string): T => {
  if (result.ok) return result.value;
  const words = `${doing}: ${faultCode(result.error)}, ${result.error.detail}`;
  if (result.error.kind === 'refused') throw new NotTaken(words);
  throw new MissingError(`${words}. Is it the right port, and the reader plugged in?`);
};

/** The port opens, and the reader behind it wakes, in their own time. */
const start = async (reader: FingerprintReader) => {
  const endMs = systemClock.nowMs() + READY_LIMIT_MS;
  let started = await reader.start();
  while (!started.ok && systemClock.nowMs() < endMs) {
    await new Promise<void>((resolve) => void systemClock.after(200, resolve));
    started = await reader.start();
  }
  return orRefuse(started, 'the reader does not start');
};

/** The template, and how well the finger was known again. */
const take = async (
  reader: FingerprintReader,
  waitMs: number,
): Promise<{ readonly template: Uint8Array; readonly score: number }> => {
  const template = orRefuse(await reader.enrol(waitMs, guide), 'the print was not taken');
  if (template === null) throw new NotTaken('nobody put a finger on');
  orRefuse(await reader.loadTemplate(template), 'the print can not be put back');
  process.stderr.write('once more, to see that it is known again\n');
  const outcome = orRefuse(await reader.verifyFinger(waitMs, guide), 'the finger can not be read');
  if (outcome.kind === 'noFinger') throw new NotTaken('nobody put the finger on once more');
  if (outcome.kind === 'noMatch')
    throw new NotTaken('the finger is not known again; begin anew, with another finger perhaps');
  return { template, score: outcome.score };
};

/** Whole or not at all, and readable by its owner alone. */
const keep = (file: string, template: Uint8Array): void => {
  writeFileSync(`${file}.new`, template, { mode: 0o600 });
  renameSync(`${file}.new`, file);
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      port: { type: 'string' },
      out: { type: 'string' },
      family: { type: 'string' },
      wait: { type: 'string' },
      force: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is not an option`);
    const { port, out, force = false } = values;
    if (port === undefined)
      throw new UsageError("--port PORT is missing: the reader's serial port");
    if (out === undefined) throw new UsageError('--out FILE is missing: where the print shall go');
    if (existsSync(out) && !force)
      throw new UsageError(`${out} is there already; --force writes over it`);
    const waitMs = wholeNumber('wait', values.wait, 60, 1, WAIT_MOST_S) * 1000;
    const family: ReaderFamily | null =
      values.family === undefined ? null : oneOf('family', values.family, 'R503', ['R503', 'ZFM']);

    const link = openSerialLink(port, BAUD, systemClock);
    try {
      const options = family === null ? {} : { family };
      const reader = makeFingerprintReader(link, systemClock, options);
      const info = await start(reader);
      const { template, score } = await take(reader, waitMs);
      keep(out, template);
      const told = { file: out, family: info.family, bytes: template.length, score };
      process.stdout.write(
        values.json === true
          ? `${JSON.stringify(told)}\n`
          : `${out}: a print of ${template.length} bytes (${info.family}), known again with ${score}\n`,
      );
      return EXIT.fine;
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      process.stderr.write(`urna: ${error.message}\n`);
      return EXIT.found;
    } finally {
      link.close();
    }
  });
