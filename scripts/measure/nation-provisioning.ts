/**
 * `urna measure nation`, provisioning: made-up precincts of the real size, read, checked, sealed, signed and
 * written to disk; prints on tokens and templates apart.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import { makeNationalElection } from '../nation/made-up.ts';
import { makeVotersOf } from '../nation/made-up-voters.ts';
import { provisionElection } from '../nation/provision.ts';
import { keysFor } from '../nation/provision-keys.ts';
import { writeElection } from '../nation/write-election.ts';
import type { AreaOptions } from './areas.ts';
import { type Figure, figureOf } from './figure.ts';

const PRECINCTS = 400;
const SEED = 1;
/** Precincts a second, at least. */
const RATE_LEAST = 100;

/** Processor time of this process, ms. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

export const measureProvisioning = ({
  onProgress,
}: Pick<AreaOptions, 'onProgress'>): readonly Figure[] => {
  const root = mkdtempSync(join(tmpdir(), 'urna-measure-'));
  try {
    const folder = join(root, 'election');
    const election = makeNationalElection(SEED, PRECINCTS);
    const votersOf = makeVotersOf(election, SEED, null);
    onProgress('making an election up', 0, 0);
    mkdirSync(folder);
    writeElection(folder, election, { votersOf, pollbooks: PRECINCTS, templateOf: null });
    const eachMs: number[] = [];
    let beforeMs = 0;
    let beganCpuMs = 0;
    let cpu = 0;
    const { errors } = provisionElection({
      folder,
      out: join(root, 'out'),
      keysFor: keysFor({ key: null, escrow: null, seed: null }),
      releaseDigest: new Uint8Array(32),
      keepUntil: null,
      partly: false,
      identities: null,
      onProgress: (words, done, of) => {
        onProgress(`provisioning: ${words}`, done, of);
        const nowMs = systemClock.nowMs();
        if (done > 1) eachMs.push(nowMs - beforeMs);
        if (done === 1) beganCpuMs = cpuMs();
        if (done === PRECINCTS) cpu = cpuMs() - beganCpuMs;
        beforeMs = nowMs;
      },
    });
    if (errors.length > 0) throw new Error(`${errors[0]?.path}: ${errors[0]?.message}`);
    const rate = (1000 * eachMs.length) / eachMs.reduce((sum, each) => sum + each, 0);
    return [
      figureOf('a precinct provisioned', 'ms', eachMs),
      {
        ...figureOf('precincts provisioned, at least', '1/s', [rate], RATE_LEAST),
        ok: rate >= RATE_LEAST,
      },
      // On a computer with other work: what one core does, were it there for this alone.
      figureOf('processor for a precinct', 'ms', [cpu / eachMs.length], 1000 / RATE_LEAST),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
