/**
 * Officers' tokens at the booth: who is it, by a PIN, and only for a token that the setup ceremony
 * wrote. The pollbook's key passes through here on its way to the desk and is kept no longer than until
 * the machine says what to do with it; shares go to the counting.
 */
import type { BoothEvent, TokenRefusal } from '#firmware/booth/state.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import type { CeremonyRecord, Share } from '#firmware/vault/key-shares.ts';
import {
  isListedToken,
  openToken,
  type TokenHeader,
  type TokenOpening,
  tokenHeader,
} from '#firmware/vault/officer-token.ts';
import type { OfficerTokenSlot } from '#hal/officer-token.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';

export type BoothTokens = ReturnType<typeof makeBoothTokens>;

/** What makes a token one of this precinct's ceremony; null: it is. */
const strange = (
  record: Uint8Array,
  header: TokenHeader,
  ceremony: CeremonyRecord,
): TokenRefusal | null => {
  const { election, precinct } = ceremony.context;
  if (header.electionId !== election || header.precinct !== precinct) return 'foreign';
  return isListedToken(record, ceremony.tokens) ? null : 'forged';
};

/** `ceremony`: the record that the vault keeps; read when a token is checked. */
export const makeBoothTokens = (slot: OfficerTokenSlot, ceremony: () => CeremonyRecord | null) => {
  let pollbookKey: Uint8Array | null = null;

  const forgetKey = (): void => {
    forget(pollbookKey);
    pollbookKey = null;
  };

  const open = async (pin: string): Promise<Result<TokenOpening, TokenRefusal>> => {
    const read = await slot.read();
    if (!read.ok) return err('unreadable');
    if (read.value === null) return err('blank');
    const header = tokenHeader(read.value);
    if (header === null) return err('blank');
    const listed = ceremony();
    const refusal = listed === null ? 'forged' : strange(read.value, header, listed);
    if (refusal !== null) return err(refusal);
    const opened = openToken(read.value, pin);
    if (opened.ok) return opened;
    return err(opened.error === 'malformed' ? 'forged' : 'wrongPin');
  };

  return {
    forgetKey,
    /** Before the setup ceremony no token is this precinct's. */
    areKnown: (): boolean => ceremony() !== null,
    /** Whose token of this precinct it is, by its PIN; nothing that is on it is kept. */
    prove: async (pin: string): Promise<Result<string, TokenRefusal>> => {
      const opened = await open(pin);
      if (!opened.ok) return opened;
      const { header, secrets } = opened.value;
      forget(secrets.share);
      forget(secrets.pollbookKey);
      return ok(header.officerId);
    },
    check: async (pin: string): Promise<BoothEvent> => {
      const opened = await open(pin);
      if (!opened.ok) return { kind: 'tokenRefused', refusal: opened.error };
      const { header, secrets } = opened.value;
      forget(secrets.share);
      // A second officer's token, which has no key, does not take the presiding officer's away.
      if (secrets.pollbookKey !== null) {
        forgetKey();
        pollbookKey = secrets.pollbookKey;
      }
      return {
        kind: 'tokenChecked',
        officerId: header.officerId,
        presiding: header.role === 'presidingOfficer',
      };
    },
    /** Hex; null when no token brought one. Then it is forgotten here. */
    takeKey: (): string | null => {
      const key = pollbookKey === null ? null : toHex(pollbookKey);
      forgetKey();
      return key;
    },
    /** The share on the token in the slot. */
    share: async (pin: string): Promise<Result<Share, TokenRefusal>> => {
      const opened = await open(pin);
      if (!opened.ok) return opened;
      const { header, secrets } = opened.value;
      forget(secrets.pollbookKey);
      if (secrets.share === null) return err('noShare');
      return ok({
        context: { election: header.electionId, precinct: header.precinct },
        holder: header.officerId,
        bytes: secrets.share,
      });
    },
  };
};
