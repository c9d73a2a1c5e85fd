/** `urna volume`: very many ballot positions, from the touch to the tally. */
import { DEMO_PATH, SMALL_PATH } from '../elections/load.ts';
import { readState, runVolume, type VolumeState } from '../volume/volume.ts';
import { EXIT, oneOf, parseOptions, runCommand, UsageError, wholeNumber } from './options.ts';
import { makeProgress } from './progress.ts';

const POSITIONS_MOST = 1_000_000_000;
const VOTERS_MOST = 1_000;
const THREADS_MOST = 64;
/** VVSG 2.0, 1.2-C. */
const ASKED_FOR = 10_000_000;

const HELP = `usage: scripts/urna volume --positions N [options]

The accuracy test of VVSG 2.0, 1.2-C: N ballot positions presented without a single error (the standard
asks for 10,000,000). A position is a place on a ballot that may be marked: the demo election has 279 or
286 on each. Precinct days are run from the key ceremony to the tally report; a voter's every position is
presented, and what voters confirmed is compared with the tally, total by total, and with the papers,
ballot by ballot.

Real in it: the firmware of desk and booth, the vault with its cryptography and journal on both media,
drivers, HID reports of each finger on the glass, the bytes to and from the printer, the fingerprint module
and every other device, the paper read back from those bytes. Emulated: the devices at the far ends of the
wires, the people, and time. Not in it: the drawing of pixels, processes, hardware.

  --positions N   1 to ${POSITIONS_MOST}
  --voters N      voters of each day, 1 to ${VOTERS_MOST}; default 1000
  --election E    demo or small; default demo
  --state FILE    keeps what is done, and goes on from it
  --threads N     worker threads; default 2
  --json          one JSON document on standard output: {days, ballots, positions, marks, papers, errors,
                  positionsPerSecond, seconds, secondsForTenMillion}

exit code: 0 no error, 1 errors were found, 2 usage
`;

const summaryOf = (state: VolumeState, spentBefore: number, doneBefore: number) => {
  const seconds = (state.spentMs - spentBefore) / 1000;
  const rate = (state.positions - doneBefore) / Math.max(seconds, 0.001);
  return {
    days: state.doneSeeds.length,
    voters: state.voters,
    ballots: state.ballots,
    positions: state.positions,
    marks: state.marks,
    papers: state.papers,
    errors: state.errors.length,
    found: state.errors,
    seconds: Math.round(state.spentMs / 1000),
    positionsPerSecond: Math.round(rate),
    secondsForTenMillion: rate === 0 ? null : Math.round(ASKED_FOR / rate),
  };
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      positions: { type: 'string' },
      voters: { type: 'string' },
      election: { type: 'string' },
      state: { type: 'string' },
      threads: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is not an option`);
    if (values.positions === undefined) throw new UsageError('--positions N is missing');
    const positions = wholeNumber('positions', values.positions, 1, 1, POSITIONS_MOST);
    const voters = wholeNumber('voters', values.voters, VOTERS_MOST, 1, VOTERS_MOST);
    const threads = wholeNumber('threads', values.threads, 2, 1, THREADS_MOST);
    const election = oneOf('election', values.election, 'demo', ['demo', 'small']);
    const electionPath = election === 'demo' ? DEMO_PATH : SMALL_PATH;
    const from = readState(values.state, { electionPath, voters });
    const progress = makeProgress();
    const state = await runVolume({
      from,
      positions,
      threads,
      statePath: values.state,
      onDay: (now) =>
        progress(
          `${now.errors.length} errors; positions`,
          Math.min(now.positions, positions),
          positions,
        ),
    });
    progress.end();
    for (const { seed, error } of state.errors)
      process.stderr.write(`urna: the day of seed ${seed}: ${error}\n`);
    const summary = summaryOf(state, from.spentMs, from.positions);
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(summary)}\n`
        : [
            `${summary.positions} ballot positions on ${summary.ballots} ballots of ${summary.days} precinct days`,
            `${summary.marks} marks counted, ${summary.papers} papers read, ${summary.errors} errors`,
            `${summary.positionsPerSecond} positions a second; ten million take ${((summary.secondsForTenMillion ?? 0) / 60).toFixed(0)} minutes`,
            '',
          ].join('\n'),
    );
    return state.errors.length === 0 ? EXIT.fine : EXIT.found;
  });
