/** What decides between competitors with equal votes, by the rule that the election was offered under. */
import { utf8 } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import type { TieRule } from './offer.ts';

/**
 * The place of a competitor in the lot of one contest: SHA-256, in hex, of seed, contest and competitor,
 * a line feed between them. The lowest comes first; anyone can draw it again.
 */
export const lotOf = (seed: string, contestId: string, competitorId: string): string =>
  sha256Hex(utf8(`${seed}\n${contestId}\n${competitorId}`));

/** `tied` (in the order of the ballot) in the order in which seats go to them; null: the rule leaves it open. */
export const tieOrder = (
  rule: TieRule,
  contestId: string,
  tied: readonly string[],
): readonly string[] | null => {
  switch (rule.kind) {
    case 'ballotOrder':
      return tied;
    case 'lot':
      return tied
        .map((id) => ({ id, lot: lotOf(rule.seed, contestId, id) }))
        .sort((a, b) => (a.lot < b.lot ? -1 : 1))
        .map(({ id }) => id);
    case 'open':
      return null;
  }
};
