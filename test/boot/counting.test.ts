/** The counting in a process of its own: the same totals as in place, and a name for each of its ends. */
import { describe, expect, test } from 'vitest';
import { COUNTING_SILENCE_MS, countOutside } from '#boot/counting/count-outside.ts';
import { runCounting } from '#boot/counting/run-counting.ts';
import type { ProcessHandle } from '#boot/process/handle.ts';
import { type MemoryLink, makeMemoryLink } from '#drivers/links/memory-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { type CountingJob, countBallots } from '#firmware/runtime/counting.ts';
import { makeJob } from './counting-job.ts';

const BALLOTS = 60;
const PACE = { baud: 1e8, bitsPerByte: 8 };

/** A counting process in memory; `run` is its program. */
const rig = (run: (link: MemoryLink, end: (reason: string) => void) => void) => {
  const clock = makeVirtualClock(0);
  let killed = 0;
  const start = (): ProcessHandle => {
    const link = makeMemoryLink(clock, PACE);
    const listeners: ((reason: string) => void)[] = [];
    const end = (reason: string): void => {
      link.unplug();
      for (const listener of listeners) listener(reason);
    };
    run(link, end);
    return {
      link: link.host,
      onExit: (listener) => listeners.push(listener),
      kill: () => {
        killed++;
        end('signal-SIGKILL');
      },
    };
  };
  return { clock, count: countOutside(start, clock), killed: () => killed };
};
const honest = () => {
  const made = rig((link, end) =>
    runCounting({ link: link.device, clock: made.clock, onEnd: () => end('code-0') }),
  );
  return made;
};

describe('counting outside', () => {
  test('comes to what counting in place comes to, tells how far it is, and leaves no share', async () => {
    const { clock, count } = honest();
    const job = makeJob(BALLOTS);
    const opened: number[] = [];
    const counted = await clock.run(
      count({
        ...job,
        pause: (ballots) => {
          opened.push(ballots);
          return Promise.resolve();
        },
      }),
    );
    expect(counted).toEqual(await countBallots(makeJob(BALLOTS)));
    expect(counted.ok && counted.value.ballots).toBe(BALLOTS);
    expect(opened).toEqual([...opened].sort((a, b) => a - b));
    expect(opened.at(-1)).toBe(BALLOTS);
    for (const { bytes } of job.shares) expect([...bytes].every((byte) => byte === 0)).toBe(true);
  });

  test('an empty urn is counted too', async () => {
    const { clock, count } = honest();
    const counted = await clock.run(count({ ...makeJob(BALLOTS), sealedBallots: [], votes: 0 }));
    expect(counted.ok && counted.value.ballots).toBe(0);
  });

  const changed = (ballots: readonly Uint8Array[]): readonly Uint8Array[] =>
    ballots.map((sealed, index) =>
      index === 3 ? sealed.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) : sealed,
    );
  test.each([
    ['no shares', (job) => ({ ...job, shares: [] }), 'counting.sharesDoNotJoin'],
    [
      'a ballot that was changed',
      (job) => ({ ...job, sealedBallots: changed(job.sealedBallots) }),
      'counting.ballotNotOpened',
    ],
    ['a ballot too few', (job) => ({ ...job, votes: BALLOTS + 1 }), 'counting.ballotsMissing'],
  ] as readonly [string, (job: CountingJob) => CountingJob, string][])(
    '%s: named as in place',
    async (_what, change, code) => {
      const { clock, count } = honest();
      expect(await clock.run(count(change(makeJob(BALLOTS))))).toEqual({ ok: false, error: code });
    },
  );

  test.each([
    ['dies at once', (_link: MemoryLink, end: (reason: string) => void) => end('code-70')],
    ['closes its channel', (link: MemoryLink) => link.unplug()],
    [
      'talks nonsense',
      (link: MemoryLink) => {
        link.device.onBytes(() => void link.device.write(new Uint8Array(20).fill(0xff)));
      },
    ],
  ])('a process that %s is a fault with a name', async (_what, run) => {
    const { clock, count } = rig((link, end) => {
      clock.after(5, () => run(link, end));
    });
    expect(await clock.run(count(makeJob(BALLOTS)))).toEqual({
      ok: false,
      error: 'counting.processFailed',
    });
  });

  test('one that hangs is ended after its limit', async () => {
    const { clock, count, killed } = rig(() => undefined);
    expect(await clock.run(count(makeJob(BALLOTS)))).toEqual({
      ok: false,
      error: 'counting.processFailed',
    });
    expect(clock.nowMs()).toBe(COUNTING_SILENCE_MS);
    expect(killed()).toBe(1);
  });
});
