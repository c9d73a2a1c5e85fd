/**
 * What every byte of a vault is bound to: the election, the precinct, and the machines whose
 * signatures count here. A file of another precinct never verifies.
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { lengthAndText } from './fields.ts';

export type VaultContext = {
  readonly electionId: string;
  readonly precinctId: string;
  /** Ed25519 public keys of this unit and, after a move to a spare one, of the unit before. */
  readonly trusted: readonly Uint8Array[];
};

/** Domain-separated bytes: purpose, election, precinct. */
export const contextBytes = (purpose: string, context: VaultContext): Uint8Array =>
  concatBytes(
    lengthAndText(`urna ${purpose}`),
    lengthAndText(context.electionId),
    lengthAndText(context.precinctId),
  );

/** `info` of HPKE for a ballot (RFC 9180, 5.1): the same when sealing and when counting. */
export const ballotInfo = (electionId: string, precinctId: string): Uint8Array =>
  concatBytes(utf8ToBytes('urna ballot 1'), lengthAndText(electionId), lengthAndText(precinctId));
