/**
 * The booth's memory after each vote, as a thief of the running unit would find it: no ballot that was
 * cast. Keys of earlier urns are overwritten where they lie (test/vault/keys-in-memory.test.ts); the cipher
 * takes a copy of each key into an array of its own (noble's `copyBytes`), whose bytes the engine keeps
 * where nobody can reach them until it collects: these are counted. The unit is the bench's, in
 * processes of its own; what is looked for is known from the voters and from outside, at the cells.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeBallot } from '#firmware/election/cast-vote-record.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import type { SecureCell } from '#hal/secure-cell.ts';
import { makeMachine, type RackMachine } from '#scripts/bench/machine.ts';
import { prepare } from '#scripts/bench/prepare.ts';
import { runVoter } from '#scripts/bench/robots/voter.ts';
import { makeSession } from '#scripts/bench/session.ts';
import { until } from '../processes/unit-rig.ts';
import { longBallots } from './long-ballots.ts';
import { type Needle, scanMemory } from './scan.ts';

const VOTERS = 3;
const LIMIT_MS = 300_000;
/** The board's and the module's. */
const CELLS = 2;
/** Where a key lies in a slot (firmware/vault/cells.ts). */
const KEY = { from: 8, to: 40 } as const;
const OUTER_SLOTS = [0, 1] as const satisfies readonly Parameters<SecureCell['read']>[0][];

/** The outer keys that lie in both cells now. */
const outerKeys = ({ memory }: RackMachine): readonly Uint8Array[] =>
  [memory.boardCell, memory.moduleCell].flatMap((cell) =>
    OUTER_SLOTS.map((slot) => cell.image().get(slot)!.slice(KEY.from, KEY.to)).filter((key) =>
      key.some((byte) => byte !== 0),
    ),
  );

const isAmong = (key: Uint8Array, known: readonly Needle[]): boolean =>
  known.some(({ bytes }) => Buffer.compare(bytes, key) === 0);

const boothOf = (machine: RackMachine): number => {
  const isBooth = (pid: number): boolean =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('booth-process');
  const pid = machine.pids().find(isBooth);
  if (pid === undefined) throw new Error('no booth runs');
  return pid;
};

const found = (pid: number, needles: readonly Needle[]): readonly string[] =>
  scanMemory(pid, needles).sightings.flatMap(({ name, bytes, hexText }) =>
    bytes + hexText > 0 ? [name] : [],
  );

test(
  'after each vote its ballot is not left',
  async () => {
    const options = { definition: longBallots, voters: 2 * VOTERS, seed: 1, locale: 'es' } as const;
    const prepared = await prepare('open', options);
    const folder = mkdtempSync(join(tmpdir(), 'urna-memory-'));
    const machine = await makeMachine(prepared, folder);
    const session = makeSession(prepared, machine);
    try {
      await machine.start();
      session.crew.begin('resume');
      await session.crew.idle();
      expect(session.crew.view().failure).toBeNull();
      const booth = boothOf(machine);
      const secrets: Needle[] = [];
      const keys: Needle[] = [];
      const voters = session.people.voters.filter(({ print }) => print === 'stored');
      for (const [index, voter] of voters.slice(0, VOTERS).entries()) {
        // The commit goes on after the voter has left: then each cell has one key, and it is a new one.
        await until(`the urn of vote ${index} under a key of its own`, () => {
          const now = outerKeys(machine);
          return now.length === CELLS && !now.some((key) => isAmong(key, keys));
        });
        const old = outerKeys(machine).map((bytes) => ({ name: `key of epoch ${index}`, bytes }));
        // The search finds what the booth has to know: the key that its journal is under.
        expect(found(booth, old)).toEqual(old.map(({ name }) => name));
        const { styleId, marks } = await runVoter(
          session,
          voter.id,
          () => false,
          () => 0,
        );
        const bytes = encodeBallot(longBallots, resolveBallot(longBallots, styleId), marks);
        secrets.push({ name: `ballot ${index}`, bytes });
        keys.push(...old);
        let left: readonly string[] = [];
        await until(`nothing to be left of vote ${index}`, () => {
          left = found(booth, secrets);
          return left.length === 0;
        }).catch(() => undefined);
        expect(left).toEqual([]);
      }
      const copies = new Set(found(booth, keys)).size;
      process.stderr.write(`booth: copies of ${copies} keys of earlier urns\n`);
    } finally {
      await session.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);
