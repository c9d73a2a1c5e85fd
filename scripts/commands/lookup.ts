/** `urna lookup`: where a voter votes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseNationalId } from '#firmware/desk/national-id.ts';
import { lookUp } from '../nation/lookup.ts';
import { LOOKUP } from '../nation/provision-folder.ts';
import { twoDigits } from '../nation/roster.ts';
import { INDEX_FILE } from '../nation/voter-index.ts';
import { EXIT, MissingError, parseOptions, runCommand, UsageError } from './options.ts';

const HELP = `usage: scripts/urna lookup ID --in DIR [--json]

Where the voter with this national ID votes: polling place, precinct, and the last two digits by which its
table is found. It says nothing else of this voter, and nothing of others.

  --in DIR   a folder that scripts/urna provision wrote
  --json     {pollingPlace, name, address, precinct, lastTwoDigits:[lowest, highest]}

exit code: 0 found, 1 nobody of this ID votes in this election, 2 usage, 3 no such folder
`;

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      in: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [typed, ...more] = positionals;
    if (typed === undefined || more.length > 0) throw new UsageError('say one national ID');
    const id = parseNationalId(typed);
    if (!id.ok) throw new UsageError('that is no national ID: like V-12345678 or 12345678');
    const root = values.in;
    if (root === undefined)
      throw new UsageError('--in DIR is missing: a folder that provision wrote');
    if (!existsSync(join(root, LOOKUP, INDEX_FILE)))
      throw new MissingError(`${root} has no index of voters: never made, or erased`);
    let found: ReturnType<typeof lookUp>;
    try {
      found = lookUp(root, id.value);
    } catch (cause) {
      throw new UsageError(`${root}: ${cause instanceof Error ? cause.message : cause}`);
    }
    if (found === null) {
      process.stdout.write(values.json === true ? 'null\n' : 'nobody of this ID votes here\n');
      return EXIT.found;
    }
    const { precinct, name, address, terminals } = found;
    const [pollingPlace = '', number = ''] = precinct.split('.');
    const [lowest, highest] = terminals.map(twoDigits);
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ pollingPlace, name, address, precinct: number, lastTwoDigits: terminals })}\n`
        : `${pollingPlace} ${name}, ${address}\nprecinct (mesa) ${number}, last two digits ${lowest} to ${highest}\n`,
    );
    return EXIT.fine;
  });
