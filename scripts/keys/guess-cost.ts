/** A token to guess at: sealed as the unit seals, nothing in it. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { PIN_COST, sealToken } from '#firmware/vault/officer-token.ts';

export const seededTokenForCost = (): Uint8Array =>
  sealToken(
    { share: null, pollbookKey: null },
    { version: 1, electionId: 'none', precinct: 'none', officerId: 'none', role: 'observer' },
    '271828',
    PIN_COST,
    makeSeededEntropy(1, 'guess cost'),
  );
