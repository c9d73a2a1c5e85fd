/**
 * What the booth asks of the vault, one call for each step of the commit protocol (S1 to S8). Each
 * resolves only when what it says is durable on every medium that is in step. The calls are made one
 * at a time, in the protocol's order; a call out of order is a bug and throws.
 */
import type { Result } from '#hal/result.ts';
import type { MediumName } from '#hal/storage.ts';

/** In order of rank: OUTCOME < IDLE < ACTIVE < PREPARED (by print) < SPOILED. */
export type JournalPhase = 'OUTCOME' | 'IDLE' | 'ACTIVE' | 'PREPARED' | 'SPOILED';
export type PrintMark = 'NONE' | 'STARTED' | 'PARTIAL' | 'DONE' | 'CONFIRMED';

/** The journal J: nothing of one voter or ballot that outlives the vote. */
export type Journal = {
  readonly generation: number;
  /** Votes in the urn. */
  readonly epoch: number;
  readonly phase: JournalPhase;
  readonly print: PrintMark;
  readonly reprints: number;
  readonly spoils: number;
};

export type PollsStatus = 'ready' | 'open' | 'closed' | 'counted';

export type VaultFault = {
  readonly kind: /**
   * A medium (or its cell) is gone or failed, and the call could not be finished on what is left:
   * before PREPARED (`journal().phase` is then IDLE, or ACTIVE: call `discard`), or because nothing
   * is left in step. After PREPARED a loss is no fault of the call: it is finished on the survivor.
   */
    | 'mediumLost'
    /** fsync reported an error: stop and park, never try again. Every later call answers the same. */
    | 'notSynced'
    /** Setting up needs more room than a medium has. While voting, a full medium counts as lost. */
    | 'full'
    /** Nothing verifies: suspend, alarm, console only. */
    | 'tampered'
    /** No vault has been set up here. */
    | 'empty'
    /** Setting up where a vault already is. */
    | 'notEmpty'
    /** The medium to be synchronised holds another precinct's votes, or newer ones of this precinct: it is left as it is. */
    | 'foreign'
    /** Every paper code is used up: no further paper can be printed. */
    | 'noCodes'
    /** The election is not a test and a cell is a stand-in that can not hide order. */
    | 'cellNotTrusted';
  readonly medium: MediumName | null;
  readonly detail: string;
};

/** A vote on its way into the urn; whoever gives it overwrites it once `prepare` has resolved. */
export type Vote = {
  /** The encoded cast vote record: constant length, marks only. */
  readonly ballot: Uint8Array;
  /** What the paper record needs beside its code; opaque to the vault. */
  readonly paper: Uint8Array;
};

export interface Vault {
  /**
   * The first row of the recovery table, and nothing more: the newest journal that verifies and whose
   * urn opens is copied to the other medium of its generation, a lost one leaves the generation. The
   * caller then continues from `journal().phase`.
   */
  recover(): Promise<Result<Journal, VaultFault>>;
  journal(): Journal;
  /** Media (with their cells) that are in step. Voting goes on only with both. */
  inStep(): readonly MediumName[];
  /**
   * Called once when a medium in step goes away or fails, even if it comes straight back. The vault
   * has raised the generation on the survivor before it next resolves a call.
   */
  onLoss(listener: (medium: MediumName) => void): () => void;

  /** IDLE: erases every key but J's, one-time keys, pending records, other urns. */
  clean(): Promise<Result<void, VaultFault>>;
  /** S1: J = ACTIVE. Both media must be in step, else `mediumLost` and J is IDLE or ACTIVE. */
  activate(): Promise<Result<void, VaultFault>>;
  /**
   * S2 (seal) and S3: one-time key, pending record, then J = PREPARED, print NONE. The commit point.
   * A medium lost before J is PREPARED on the survivor: `mediumLost`, the attempt is to be discarded.
   */
  prepare(vote: Vote): Promise<Result<void, VaultFault>>;
  /** What `prepare` was given for the paper, from the pending record; the caller's to overwrite. */
  pendingPaper(): Promise<Result<Uint8Array, VaultFault>>;
  /** The code for the paper that is to be printed now; a fresh one after each reprint or spoil. */
  paperCode(): Promise<Result<string, VaultFault>>;
  /** S4: STARTED before a print, DONE after it, CONFIRMED once the voter accepted (VERIFY off: with DONE). */
  markPrint(mark: 'STARTED' | 'DONE' | 'CONFIRMED'): Promise<Result<void, VaultFault>>;
  /** S4: a partial print: J.print = PARTIAL, reprints + 1. */
  markPartial(): Promise<Result<void, VaultFault>>;
  /** S4', rejected: J = SPOILED, spoils + 1. */
  spoil(): Promise<Result<void, VaultFault>>;
  /** S4', after the paper is in the envelope: erase one-time key and pending record, J = ACTIVE. */
  finishSpoil(): Promise<Result<void, VaultFault>>;
  /** ACTIVE given up: erase one-time key and pending record, J = IDLE. */
  discard(): Promise<Result<void, VaultFault>>;
  /** S5, S6, S7 from PREPARED (DONE or CONFIRMED); from OUTCOME: S6 and S7 again. Idempotent. */
  commit(): Promise<Result<void, VaultFault>>;
  /** End of S8: J = IDLE. */
  settle(): Promise<Result<void, VaultFault>>;
  /** At IDLE: brings a present medium that is out of step back in. */
  synchronise(): Promise<Result<void, VaultFault>>;

  /** The precinct's day, durable on every medium in step. */
  polls(): PollsStatus;
  setPolls(status: PollsStatus): Promise<Result<void, VaultFault>>;
}

/** What the counting needs besides, once the polls are closed. */
export interface CountableVault extends Vault {
  /** The sealed ballots of the used slots, in the urn's (random) order; as many as the epoch says, else `tampered`. */
  sealedBallots(): Promise<Result<readonly Uint8Array[], VaultFault>>;
  /** The paper codes that no paper carries, in random order. */
  unusedCodes(): Promise<Result<readonly string[], VaultFault>>;
  /** The precinct's public key, 32 bytes. */
  publicKey(): Uint8Array;
  /** What the ceremony gave to keep: commitments to the shares; opaque to the vault. */
  commitments(): Uint8Array;
}
