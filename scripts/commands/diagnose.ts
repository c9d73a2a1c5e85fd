/** `urna diagnose PORT`: what is wrong with the unit at the other end of this cable. */
import { writeFileSync } from 'node:fs';
import { attachConsole, NoConsoleError, readTechnicianKey } from '../field/console-client.ts';
import { examine } from '../field/examine.ts';
import { choosePort } from '../field/find-port.ts';
import { findingsOf } from '../field/findings.ts';
import { reportOf } from '../field/report.ts';
import { EXIT, MissingError, oneOf, parseOptions, runCommand, UsageError } from './options.ts';

const HELP = `usage: scripts/urna diagnose [PORT] [options]

Asks the field console at a serial port everything, tests what may be tested, and says which part is
at fault and what to do. Nothing of the unit is changed. Progress goes to standard error.
Without PORT it is the USB serial port of this computer, where there is only one.

  --key FILE      a technician's key, {"privateKey": hex}: devices are tested, a test sheet printed;
                  without it the unit is only looked at
  --finger        a finger lies on the reader: its sensor is tested too
  --release HEX   digest of the release that should run
  --no-clock      do not compare the unit's clock with this computer's
  --out FILE      a report for people, one HTML file with charts
  --locale L      es (default) or en
  --json          {"findings": [{"part", "code", "remedy"}]} on standard output

exit code: 0 nothing found, 1 something was found, 2 usage, 3 no console answers at the port
`;

const keyOf = (path: string | undefined): Uint8Array | null => {
  if (path === undefined) return null;
  let key: Uint8Array | null = null;
  try {
    key = readTechnicianKey(path);
  } catch (error) {
    throw new UsageError(`--key ${path}: ${error instanceof Error ? error.message : error}`);
  }
  if (key === null) throw new UsageError(`--key ${path} holds no {"privateKey": 64 hex digits}`);
  return key;
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      key: { type: 'string' },
      finger: { type: 'boolean' },
      release: { type: 'string' },
      'no-clock': { type: 'boolean' },
      out: { type: 'string' },
      locale: { type: 'string' },
      json: { type: 'boolean' },
    });
    const locale = oneOf('locale', values.locale, 'es', ['es', 'en']);
    const { release = null } = values;
    if (release !== null && !/^[0-9a-f]{64}$/.test(release))
      throw new UsageError('--release is 64 hex digits');
    const key = keyOf(values.key);
    const port = choosePort(positionals);
    try {
      const client = await attachConsole(port);
      const examination = await examine(client, {
        key,
        finger: values.finger === true,
        nowMs: values['no-clock'] === true ? null : Date.now(),
        release,
        onStep: (step) => process.stderr.write(`${step}\n`),
      }).finally(() => client.close());
      const findings = findingsOf(examination, locale);
      if (values.out !== undefined)
        writeFileSync(values.out, reportOf(examination, findings, locale));
      if (values.json === true) {
        const told = findings.map(({ part, code, remedy }) => ({ part, code, remedy }));
        process.stdout.write(
          `${JSON.stringify({ findings: told, refused: examination.refused })}\n`,
        );
      } else
        for (const { part, code, explanation, remedy } of findings)
          process.stdout.write(`${part}  ${code}\n  ${explanation}\n  ${remedy}\n`);
      for (const each of examination.refused) process.stderr.write(`not done: ${each}\n`);
      return findings.length === 0 ? EXIT.fine : EXIT.found;
    } catch (error) {
      if (error instanceof NoConsoleError) throw new MissingError(error.message);
      throw error;
    }
  });
