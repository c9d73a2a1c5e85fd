/** `urna test --blocks N`: the power is cut between a voting guest's kernel and its disk. */

import { missingForBlocks } from '../crash/blocks/guest.ts';
import { BLOCK_CONTROLS, runBlocks } from '../crash/blocks/run.ts';
import { EXIT, MissingError, parseOptions, runCommand, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';

const STATES = 1000;
const BOOTS = 20;
const STATES_MOST = 1_000_000;

const HELP = `usage: scripts/urna test --blocks N [options]

A unit's vault and desk file live through a precinct in a guest of QEMU (Debian's kernel, ext4 on three
partitions) whose disk logs every write and every flush. Then N states that the disk may have been in when the
power went (all that was flushed; of the rest anything, whole or torn) are taken apart on this computer; the unit gets
up from each, finishes, votes on and counts. Some are started in the guest.

  N             states; default ${STATES}
  --boots N     of them, so many are started in the guest; default ${BOOTS}
  --seed S      what a crash leaves of what was not flushed; default 1
  --no-controls without what must be found out: a disk that flushes nothing, no barriers, files not synced
  --json        one JSON document on standard output:
                {entries, flushes, states, booted, failures, controls:[{name, detected, by}]}

exit code: 0 nothing is lost and every control is found out, 1 otherwise, 2 usage, 3 QEMU or another program is missing
`;

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values } = parseOptions(args, {
      blocks: { type: 'string' },
      boots: { type: 'string' },
      seed: { type: 'string' },
      'no-controls': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const states = wholeNumber('blocks', values.blocks, STATES, 1, STATES_MOST);
    const boots = wholeNumber('boots', values.boots, Math.min(BOOTS, states), 0, states);
    const seed = wholeNumber('seed', values.seed, 1, 0, Number.MAX_SAFE_INTEGER);
    const missing = missingForBlocks();
    if (missing !== null) throw new MissingError(missing);
    const progress = makeProgress();
    const outcome = await runBlocks({
      states,
      boots,
      seed,
      controls: values['no-controls'] === true ? [] : BLOCK_CONTROLS,
      onProgress: progress,
    });
    progress.end();
    const { failures, controls } = outcome;
    for (const failure of failures) process.stderr.write(`urna: ${failure}\n`);
    const unseen = controls.filter(({ detected }) => !detected);
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ ...outcome, failures: failures.length })}\n`
        : [
            `${outcome.entries} writes and flushes (${outcome.flushes}) of a precinct, ${outcome.states} states, ${outcome.booted} of them started in the guest: ${failures.length} failures`,
            ...controls.map(
              ({ name, by }) =>
                `  ${by === null ? 'NOT FOUND OUT' : 'found out'}: ${name}${by === null ? '' : `: ${by}`}`,
            ),
            '',
          ].join('\n'),
    );
    return failures.length === 0 && unseen.length === 0 ? EXIT.fine : EXIT.found;
  });
