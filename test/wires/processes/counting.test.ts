/** The counting's real process: counts, answers, is gone; killed in between, it is a fault with a name. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countOutside } from '#boot/counting/count-outside.ts';
import { spawnProcess } from '#boot/process/spawn.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { countBallots } from '#firmware/runtime/counting.ts';
import { done } from '#hal/result.ts';
import { makeJob } from '../../boot/counting-job.ts';
import { until } from './unit-rig.ts';

const BALLOTS = 300;

/** Children of this process that count. */
const countings = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return (
          state !== 'Z' && Number(parent) === process.pid && command.includes('counting-process')
        );
      } catch {
        return false;
      }
    });

const start = () => spawnProcess('counting-process.ts', []);

test('counts as in place, tells how far it is, and leaves no process behind', async () => {
  const opened: number[] = [];
  const counted = await countOutside(
    start,
    systemClock,
  )({
    ...makeJob(BALLOTS),
    pause: (ballots) => {
      opened.push(ballots);
      return Promise.resolve();
    },
  });
  expect(counted).toEqual(await countBallots(makeJob(BALLOTS)));
  expect(opened.at(-1)).toBe(BALLOTS);
  await until('the process to be gone', () => countings().length === 0);
});

test('nothing of the shares stands in its arguments or environment', async () => {
  const job = makeJob(BALLOTS);
  const shares = job.shares.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
  // It waits for its work: so long it can be looked at.
  const waiting = start();
  await until('the process', () => countings().length === 1);
  for (const pid of countings())
    for (const file of ['cmdline', 'environ']) {
      const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
      for (const share of shares) expect(text).not.toContain(share);
    }
  expect((await countOutside(() => waiting, systemClock)(job)).ok).toBe(true);
});

test('killed before its end: named, and whoever asked goes on', async () => {
  const waiting = start();
  await until('the process', () => countings().length === 1);
  const [pid = 0] = countings();
  let portions = 0;
  const starved = {
    ...waiting,
    link: {
      ...waiting.link,
      // It is never given all of its work, and so is still there when it is killed.
      write: (bytes: Uint8Array) => {
        if (++portions === 3) process.kill(pid, 'SIGKILL');
        return portions < 3 ? waiting.link.write(bytes) : Promise.resolve(done);
      },
    },
  };
  expect(await countOutside(() => starved, systemClock)(makeJob(BALLOTS))).toEqual({
    ok: false,
    error: 'counting.processFailed',
  });
  expect((await countOutside(start, systemClock)(makeJob(10))).ok).toBe(true);
});
