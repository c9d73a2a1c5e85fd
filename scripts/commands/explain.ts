/** `urna explain`: what a fault code of a unit means and what to do, and all of them as a sheet to print. */
import { writeFileSync } from 'node:fs';
import { knownCode } from '#firmware/console/answers-parts.ts';
import { FAULT_CODES } from '#firmware/faults/catalogue.ts';
import { faultHelp } from '#firmware/locale/fault-help.ts';
import { helpSheet, helpText } from '../field/help-sheet.ts';
import { EXIT, oneOf, parseOptions, runCommand, UsageError } from './options.ts';

const HELP = `usage: scripts/urna explain CODE [--locale es|en] [--json]
       scripts/urna explain --sheet FILE [--locale es|en]

What the code on a unit's screen means: cause, what to check, remedy, the part to swap, and whether
voting goes on. The console's explain says the same, and its print help prints it.

  --sheet FILE   all codes, part by part, as one HTML file: print it, and lay it into the unit's case
  --locale L     es (default) or en
  --json         {code, explanation, cause, check, remedy, part, severity, votingGoesOn}

exit code: 0 told, 1 nobody knows the code, 2 usage
`;

const MOST_OFFERED = 12;

/** Codes that are like it: of the same device, or with a word of it. */
const likeCode = (code: string): readonly string[] => {
  const [device = ''] = code.split('.');
  const near = FAULT_CODES.filter(
    (each) => each.startsWith(`${device}.`) || each.toLowerCase().includes(code.toLowerCase()),
  );
  return near.slice(0, MOST_OFFERED);
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      sheet: { type: 'string' },
      locale: { type: 'string' },
      json: { type: 'boolean' },
    });
    const locale = oneOf('locale', values.locale, 'es', ['es', 'en']);
    const [code, extra] = positionals;
    if (extra !== undefined || (code === undefined) === (values.sheet === undefined))
      throw new UsageError('either one CODE or --sheet FILE is needed');
    if (values.sheet !== undefined) {
      try {
        writeFileSync(values.sheet, helpSheet(locale));
      } catch (cause) {
        throw new UsageError(`--sheet ${cause instanceof Error ? cause.message : cause}`);
      }
      process.stderr.write(`${values.sheet}: ${FAULT_CODES.length} codes\n`);
      return EXIT.fine;
    }
    const known = knownCode(code ?? '');
    if (known === null) {
      const near = likeCode(code ?? '');
      process.stderr.write(
        `urna: nobody knows the code "${code}"${near.length === 0 ? '' : `; there are ${near.join(', ')}`}\n`,
      );
      return EXIT.found;
    }
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(faultHelp(locale, known))}\n`
        : helpText(locale, known),
    );
    return EXIT.fine;
  });
