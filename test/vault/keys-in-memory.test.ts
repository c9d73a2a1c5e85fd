/**
 * Secrets that the vault draws are overwritten in memory once they are used: the seed of a ballot's
 * ephemeral key opens that ballot without the precinct's key, and the outer keys of the day together
 * with the old urns on flash tell the order of the votes.
 */
import { expect, test } from 'vitest';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import type { VaultBoard } from '#firmware/vault/units.ts';
import { castVote, makeRig, makeVisit, makeWorld, must } from './rig.ts';

const VOTERS = 3;
/** An ephemeral seed, a one-time key and an outer key a vote. */
const DRAWN_A_VOTE = 3;

test('of all that is drawn for votes only the key of the newest urn is left in memory', async () => {
  const rig = makeRig({ seed: 950 });
  await rig.setUp();
  const drawn: Uint8Array[] = [];
  const watched: VaultBoard = {
    ...rig.board(),
    entropy: {
      ...rig.entropy,
      bytes: (count) => {
        const bytes = rig.entropy.bytes(count);
        if (count === KEY_BYTES) drawn.push(bytes);
        return bytes;
      },
    },
  };
  const vault = openVault(watched);
  must(await vault.recover());
  const world = makeWorld();
  for (let voter = 1; voter <= VOTERS; voter++) await castVote(rig, vault, world, makeVisit(voter));
  expect(drawn.length).toBe(VOTERS * DRAWN_A_VOTE);
  const left = drawn.filter((bytes) => bytes.some((byte) => byte !== 0));
  expect(left).toEqual([drawn.at(-1)]);
  vault.close();
});
