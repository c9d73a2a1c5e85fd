/** `urna fuzz`: bad input for every reader of bytes, by the million. */
import { type HuntReport, hunt, replay } from '../fuzz/hunt.ts';
import { TARGETS } from '../fuzz/registry.ts';
import type { FuzzTarget } from '../fuzz/target.ts';
import { EXIT, parseOptions, runCommand, UsageError, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';

const INPUTS_DEFAULT = 100_000;
const INPUTS_MOST = 1_000_000_000;
const SEED_MOST = 999_999_999;
const MAX_HEX = 131_072;

const HELP = `usage: scripts/urna fuzz NAME [options]        scripts/urna fuzz --list

Mutates valid inputs of a reader of bytes and runs it on each: whatever it throws, an input on which
it hangs (5 s) or wants more than 512 MB, and an accepted input that does not hold what an accepted
one must, is a finding. Every input follows from the seed and its number. NAME "all": each in turn.

  --inputs N      how many; default ${INPUTS_DEFAULT}
  --seed S        default 1
  --from I        begin with input I: goes on where a run was ended
  --hex BYTES     run this one input instead
  --list          the targets
  --json          one JSON document on standard output

exit code: 0 no finding, 1 a finding (with the input made small, and how to see it again), 2 usage
`;

const targetsOf = (name: string | undefined, extra: string | undefined): readonly FuzzTarget[] => {
  if (name === undefined) throw new UsageError('which target? --list names them');
  if (extra !== undefined) throw new UsageError(`"${extra}" is one target too many`);
  if (name === 'all') return TARGETS;
  const found = TARGETS.find((target) => target.name === name);
  if (found === undefined) throw new UsageError(`no target "${name}"; --list names them`);
  return [found];
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

type Line = {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly errors: readonly {
    readonly index: number;
    readonly text: string;
    readonly hex: string;
  }[];
};

const lineOf = (target: string, seed: number, from: number, report: HuntReport): Line => ({
  target,
  seed,
  from,
  inputs: report.inputs,
  accepted: report.accepted,
  refused: report.refused,
  seconds: Math.round(report.seconds * 10) / 10,
  perSecond: Math.round(report.inputs / Math.max(report.seconds, 0.001)),
  errors:
    report.finding === null
      ? []
      : [
          {
            index: report.finding.index,
            text: report.finding.text,
            hex: hex(report.finding.minimised),
          },
        ],
});

const tell = (line: Line): string => {
  const head = `${line.target}: ${line.inputs} inputs from ${line.from}, seed ${line.seed}, ${line.perSecond} a second, ${line.accepted} accepted, ${line.errors.length} findings`;
  const found = line.errors.map(
    ({ index, text, hex: small }) =>
      `  input ${index}: ${text}\n  made small: ${small}\n  again: scripts/urna fuzz ${line.target} --seed ${line.seed} --from ${index} --inputs 1\n         scripts/urna fuzz ${line.target} --hex ${small}`,
  );
  return [head, ...found].join('\n');
};

const runOne = async (targets: readonly FuzzTarget[], text: string, json: boolean) => {
  const [target, other] = targets;
  if (target === undefined || other !== undefined) throw new UsageError('--hex is for one target');
  if (!/^([0-9a-f]{2})*$/i.test(text) || text.length > MAX_HEX)
    throw new UsageError('--hex is an even number of hexadecimal digits');
  const outcome = await replay(target, new Uint8Array(Buffer.from(text, 'hex')));
  const words = outcome.kind === 'finding' ? outcome.text : outcome.kind;
  process.stdout.write(
    json
      ? `${JSON.stringify({ target: target.name, ...outcome })}\n`
      : `${target.name}: ${words}\n`,
  );
  return outcome.kind === 'finding' ? EXIT.found : EXIT.fine;
};

const list = (json: boolean): number => {
  const rows = TARGETS.map(({ name, describes }) => ({ name, describes }));
  const text = rows.map(({ name, describes }) => `  ${name.padEnd(26)}${describes}`).join('\n');
  process.stdout.write(json ? `${JSON.stringify(rows)}\n` : `${text}\n`);
  return EXIT.fine;
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      inputs: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string' },
      hex: { type: 'string' },
      list: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const json = values.json === true;
    if (values.list === true) return list(json);
    const targets = targetsOf(positionals[0], positionals[1]);
    const inputs = wholeNumber('inputs', values.inputs, INPUTS_DEFAULT, 1, INPUTS_MOST);
    const seed = wholeNumber('seed', values.seed, 1, 0, SEED_MOST);
    const from = wholeNumber('from', values.from, 0, 0, INPUTS_MOST);
    if (values.hex !== undefined) return runOne(targets, values.hex, json);

    const progress = makeProgress();
    const lines: Line[] = [];
    for (const target of targets) {
      const report = await hunt({
        target,
        seed,
        from,
        inputs,
        progress: (done) => progress(target.name, done, inputs),
      });
      const line = lineOf(target.name, seed, from, report);
      lines.push(line);
      if (!json) process.stdout.write(`${tell(line)}\n`);
    }
    progress.end();
    const errors = lines.flatMap((line) => line.errors);
    if (json) {
      const total = lines.reduce((sum, line) => sum + line.inputs, 0);
      process.stdout.write(`${JSON.stringify({ seed, inputs: total, targets: lines, errors })}\n`);
    }
    return errors.length === 0 ? EXIT.fine : EXIT.found;
  });
