/**
 * Has the urn counted by a process that lives for it alone; the booth goes on meanwhile, and also when
 * that process fails.
 */
import type { Totals } from '#firmware/election/ballot.ts';
import { contestOptions } from '#firmware/election/resolve-ballot.ts';
import { readFromCounting } from '#firmware/messages/read-unit-message.ts';
import type {
  CountedContest,
  FromCounting,
  ToCounting,
} from '#firmware/messages/unit-catalogue.ts';
import type { CountingJob, CountingProblem } from '#firmware/runtime/counting.ts';
import { toHex, utf8 } from '#firmware/vault/bytes.ts';
import type { Clock } from '#hal/clock.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import { openChannel } from '../process/channel.ts';
import type { ProcessHandle } from '../process/handle.ts';
import { portionsOf } from '../process/portions.ts';

/** From one word of it to the next: 25 ballots take 15 ms on a desktop, and a start half a second. */
export const COUNTING_SILENCE_MS = 30_000;

const PROBLEMS = [
  'counting.sharesDoNotJoin',
  'counting.ballotNotOpened',
  'counting.ballotUndecodable',
  'counting.ballotsMissing',
  'counting.processFailed',
] as const satisfies readonly CountingProblem[];

const problemOf = (code: string): CountingProblem =>
  PROBLEMS.find((problem) => problem === code) ?? 'counting.processFailed';

/** Definition and ballots as one row of bytes; null when the ballots are not of one length. */
const bytesOf = ({ definition, sealedBallots }: CountingJob) => {
  const json = utf8(JSON.stringify(definition));
  const ballotBytes = sealedBallots[0]?.length ?? 0;
  if (sealedBallots.some(({ length }) => length !== ballotBytes)) return null;
  const bytes = new Uint8Array(json.length + sealedBallots.length * ballotBytes);
  bytes.set(json);
  for (const [index, sealed] of sealedBallots.entries())
    bytes.set(sealed, json.length + index * ballotBytes);
  return { bytes, definitionBytes: json.length, ballotBytes };
};

const beginOf = (
  { sealedBallots, votes, shares, ceremony }: CountingJob,
  { definitionBytes, ballotBytes }: { definitionBytes: number; ballotBytes: number },
): ToCounting => ({
  kind: 'beginCounting',
  definitionBytes,
  ballots: sealedBallots.length,
  ballotBytes,
  votes,
  shares: shares.map(({ holder, bytes }) => ({ holder, bytes: toHex(bytes) })),
  ceremony: {
    ...ceremony.context,
    publicKey: ceremony.publicKey,
    threshold: ceremony.threshold,
    commitments: ceremony.commitments.map(({ holder, index, digest }) => ({
      holder,
      index,
      digest,
    })),
  },
});

/** The figures, each contest with its options again; null when they are not of this election. */
const totalsOf = (
  { definition }: CountingJob,
  ballots: number,
  contests: readonly CountedContest[],
): Totals | null => {
  const whole = contests.map((contest) => {
    const defined = definition.contests.find(({ id }) => id === contest.contestId);
    if (defined === undefined) return null;
    const options = contestOptions(definition, defined);
    return options.length === contest.votes.length ? { ...contest, options } : null;
  });
  return whole.some((contest) => contest === null)
    ? null
    : { ballots, contests: whole.filter((contest) => contest !== null) };
};

/** `start`: of a fresh counting process. The shares are overwritten, as `countBallots` does. */
export const countOutside =
  (start: () => ProcessHandle, clock: Clock) =>
  (job: CountingJob): Promise<Result<Totals, CountingProblem>> =>
    new Promise((resolve) => {
      const failed = err<CountingProblem>('counting.processFailed');
      const packed = bytesOf(job);
      if (packed === null) return resolve(failed);
      const begin = beginOf(job, packed);
      for (const { bytes } of job.shares) forget(bytes);
      const process = start();
      let cancel = (): void => undefined;
      let finished = false;
      const finish = (result: Result<Totals, CountingProblem>): void => {
        if (finished) return;
        finished = true;
        cancel();
        channel.leave();
        // It ends by itself after its answer; nothing of it may stay, whatever it does.
        process.kill();
        resolve(result);
      };
      const hear = (): void => {
        cancel();
        cancel = clock.after(COUNTING_SILENCE_MS, () => finish(failed));
      };
      const take = (message: FromCounting): void => {
        hear();
        switch (message.kind) {
          case 'opened':
            void job.pause?.(message.ballots);
            return;
          case 'counted': {
            const totals = totalsOf(job, message.ballots, message.contests);
            finish(totals === null ? failed : ok(totals));
            return;
          }
          case 'notCounted':
            finish(err(problemOf(message.code)));
            return;
        }
      };
      const channel = openChannel<ToCounting, FromCounting>({
        link: process.link,
        read: readFromCounting,
        onMessage: take,
        onGarbage: () => finish(failed),
      });
      // What it said before it ended may still be on its way: a closed channel, not the exit, is the end.
      process.link.onPresence((present) => {
        if (!present) finish(failed);
      });
      process.onExit((reason) => {
        if (reason !== 'code-0') finish(failed);
      });
      hear();
      void channel.send(begin);
      for (const portion of portionsOf(packed.bytes)) void channel.send(portion);
    });
