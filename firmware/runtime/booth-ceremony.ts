/**
 * The setup ceremony's work: the precinct's key pair, its shares on the officers' tokens, and the vault
 * for the public key. The private key lives for one call (`makeKeys`), a share until its token is
 * written, the pollbook's key until the ceremony ends.
 */
import type { BoothEvent } from '#firmware/booth/state.ts';
import { ballotBytes } from '#firmware/election/cast-vote-record.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import {
  type CeremonyRecord,
  encodeCeremonyRecord,
  type Share,
  splitKey,
  type TokenListing,
  withTokens,
} from '#firmware/vault/key-shares.ts';
import { KEY_BYTES, makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { PIN_COST, sealToken, tokenDigest } from '#firmware/vault/officer-token.ts';
import { forget } from '#hal/secret-bytes.ts';
import type { BoothOptions } from './booth-options.ts';
import { precinctOf } from './booth-precinct.ts';
import type { BoothVault } from './booth-vault.ts';

type Ceremony = {
  readonly shares: Map<string, Share>;
  readonly record: CeremonyRecord;
  readonly tokens: TokenListing[];
  readonly pollbookKey: Uint8Array;
};

/** Nothing of it can be read again, as far as JavaScript can promise. */
const forgetCeremony = ({ shares, pollbookKey }: Ceremony): void => {
  for (const { bytes } of shares.values()) forget(bytes);
  shares.clear();
  forget(pollbookKey);
};

export const makeCeremony = (options: BoothOptions, vault: BoothVault) => {
  const { board, electionPackage, identity } = options;
  const { definition } = electionPackage;
  const precinct = precinctOf(definition);
  let ceremony: Ceremony | null = null;

  const begun = (): Ceremony => {
    if (ceremony === null) throw new Error('no ceremony is under way');
    return ceremony;
  };

  /** What this officer's token is to hold, sealed under the PIN. */
  const recordFor = (officerId: string, pin: string): Uint8Array => {
    const { shares, pollbookKey } = begun();
    const officer = definition.officers.find(({ id }) => id === officerId);
    if (officer === undefined) throw new Error('no such officer');
    return sealToken(
      {
        share: shares.get(officerId)?.bytes ?? null,
        pollbookKey: officer.role === 'presidingOfficer' ? pollbookKey : null,
      },
      { version: 1, electionId: definition.id, precinct, officerId, role: officer.role },
      pin,
      options.pinCost ?? PIN_COST,
      board.entropy,
    );
  };

  return {
    makeKeys: (): BoothEvent => {
      const pollbookKey = options.takePollbookKey();
      if (pollbookKey === null) throw new Error('no key of the pollbook was delivered');
      const holders = definition.officers.filter(({ holdsShare }) => holdsShare);
      const { privateKey } = makeX25519KeyPair(board.entropy);
      const { shares, record } = splitKey(
        privateKey,
        holders.map(({ id }) => id),
        definition.rules.shareThreshold,
        { election: definition.id, precinct },
        board.entropy,
      );
      forget(privateKey);
      ceremony = {
        shares: new Map(shares.map((share) => [share.holder, share])),
        record,
        tokens: [],
        pollbookKey,
      };
      return { kind: 'keysMade' };
    },

    /** Writes the token in the slot; one that was written in this ceremony is another officer's. */
    writeToken: async (officerId: string, pin: string): Promise<BoothEvent> => {
      const { shares, tokens } = begun();
      const present = await board.tokens.read();
      if (!present.ok) return { kind: 'tokenNotWritten', problem: 'notWritten' };
      const digest = present.value === null ? null : tokenDigest(present.value);
      if (tokens.some((token) => token.digest === digest))
        return { kind: 'tokenNotWritten', problem: 'alreadyUsed' };
      const record = recordFor(officerId, pin);
      const written = await board.tokens.write(record);
      if (!written.ok) return { kind: 'tokenNotWritten', problem: 'notWritten' };
      tokens.push({ officerId, digest: tokenDigest(record) });
      forget(shares.get(officerId)?.bytes);
      shares.delete(officerId);
      return { kind: 'tokenWritten' };
    },

    /** All tokens are written: the vault is made for the public key; everything secret is forgotten. */
    setUpVault: (): Promise<BoothEvent> => {
      const { record, tokens } = begun();
      forgetCeremony(begun());
      ceremony = null;
      const listed = withTokens(record, tokens);
      const publicKey = bytesOfHex(record.publicKey, KEY_BYTES);
      if (publicKey === null) throw new Error('the ceremony made no public key');
      return vault.setUp({
        publicKey,
        slots: electionPackage.registered,
        ballotBytes: ballotBytes(definition),
        paperBytes: ballotBytes(definition),
        codes: electionPackage.paperCodes,
        commitments: encodeCeremonyRecord(listed, identity.privateKey),
      });
    },
  };
};
