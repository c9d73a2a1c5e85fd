/** `urna test --exhaustive`: every state a crash may leave, and every control. */
import { runExhaustive } from '../crash/exhaustive.ts';
import { EXIT, parseOptions, runCommand, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';

const STRIDE_MOST = 10_000;

const HELP = `usage: scripts/urna test --exhaustive [options]

Tries every state that may remain after a crash (power cut, death of the processes, a medium or the
board gone) at every step of a ceremony and a session of votes, and again at every step of the
recoveries from those; then takes the parts of the protocol out one by one, each of which must be
found out. Takes about a quarter of an hour on two cores.

  --stride N    cut only one in N of the recoveries' steps; default 1
  --json        one JSON document on standard output: {states, instants, failures, controls:
                [{name, detected, by, states}]}

exit code: 0 nothing found and every control found out, 1 otherwise, 2 usage
`;

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values } = parseOptions(args, {
      exhaustive: { type: 'boolean' },
      stride: { type: 'string' },
      json: { type: 'boolean' },
    });
    const stride = wholeNumber('stride', values.stride, 1, 1, STRIDE_MOST);
    const progress = makeProgress();
    const { states, instants, findings, controls } = await runExhaustive(stride, progress);
    progress.end();
    for (const { rule, detail, path } of findings)
      process.stderr.write(`urna: ${rule}\n  ${detail}\n  ${path.join('\n  ')}\n`);
    const missed = controls.filter(({ detected }) => !detected);
    if (values.json === true) {
      const told = controls.map(({ name, detected, by, states: tried }) => ({
        name,
        detected,
        by,
        states: tried,
      }));
      const document = { states, instants, failures: findings.length, controls: told };
      process.stdout.write(`${JSON.stringify(document)}\n`);
    } else {
      const rows = controls.map(
        ({ name, detected, by }) =>
          `  ${detected ? 'found out' : 'NOT FOUND'}  ${name}: ${by ?? ''}\n`,
      );
      process.stdout.write(
        `${states} states after ${instants} instants, ${findings.length} failures\ncontrols:\n${rows.join('')}`,
      );
    }
    return findings.length === 0 && missed.length === 0 ? EXIT.fine : EXIT.found;
  });
