/**
 * The counting's memory when it has answered and would exit: neither shares nor private key nor an opened
 * ballot stands in it, once what the engine keeps by itself is collected. That is counted, and goes with
 * the process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { countOutside } from '#boot/counting/count-outside.ts';
import { makeSocketLink } from '#boot/process/socket-link.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { encodeBallot } from '#firmware/election/cast-vote-record.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { jobKeys, makeJob } from '../../boot/counting-job.ts';
import { longBallots, manyMarks } from './long-ballots.ts';
import { type Needle, scanMemory } from './scan.ts';

const BALLOTS = 200;
const LOOKED_FOR = 40;
const CHILD = fileURLToPath(new URL('./counting-child.ts', import.meta.url));

test('neither shares nor key nor opened ballots are left in it', async () => {
  const planted = systemEntropy.bytes(32);
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=2', '--expose-gc', CHILD, Buffer.from(planted).toString('hex')],
    { env: {}, stdio: ['pipe', 'pipe', 'inherit', 'pipe'] },
  );
  try {
    const job = makeJob(BALLOTS, longBallots, manyMarks);
    const ballot = resolveBallot(longBallots, longBallots.ballotStyles[0]!.id);
    const needles: readonly Needle[] = [
      { name: 'control', bytes: planted },
      { name: 'private key', bytes: jobKeys().privateKey },
      ...job.shares.map(({ holder, bytes }) => ({
        name: `share of ${holder}`,
        bytes: bytes.slice(),
      })),
      ...Array.from({ length: LOOKED_FOR }, (_, index) => ({
        name: `ballot ${index}`,
        bytes: encodeBallot(longBallots, ballot, manyMarks(ballot, index)),
      })),
    ];
    const waiting = once(child.stdout!, 'data');
    const counted = await countOutside(
      () => ({
        link: makeSocketLink(child.stdio[3] as Socket),
        onExit: () => undefined,
        kill: () => undefined,
      }),
      systemClock,
    )(job);
    expect(counted.ok && counted.value.ballots).toBe(BALLOTS);
    await waiting;
    const before = scanMemory(child.pid!, needles);
    const collected = once(child.stdout!, 'data');
    child.stdin!.write('collect\n');
    await collected;
    const after = scanMemory(child.pid!, needles);

    const engine = before.sightings.filter(({ name }) => name !== 'control');
    const copies = engine.reduce((sum, { bytes, hexText }) => sum + bytes + hexText, 0);
    process.stderr.write(`counting: ${copies} copies of the engine's own, before collection\n`);
    const [control, ...secrets] = after.sightings;
    expect(control!.bytes).toBeGreaterThan(0);
    expect(control!.hexText).toBeGreaterThan(0);
    // Shares come over the channel as text, and text is the engine's: it is counted, nobody can overwrite it.
    expect(secrets.filter(({ bytes }) => bytes > 0)).toEqual([]);
    const texts = secrets.filter(({ hexText }) => hexText > 0).map(({ name }) => name);
    expect(texts.filter((name) => !name.startsWith('share'))).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
});
