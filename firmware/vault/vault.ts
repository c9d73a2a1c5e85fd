/**
 * What the booth asks of the vault, one call for each step of the commit protocol (S1 to S8). Each
 * resolves only when what it says is durable on every medium that is in step. The calls are made one
 * at a time, in the protocol's order; a call out of order is a bug and throws.
 */
import type { Result } from '#hal/result.ts';
import type { MediumName } from '#hal/storage.ts';

/** Rank within an epoch: OUTCOME < IDLE < ACTIVE < PREPARED (by print) < SPOILED. */
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
  readonly kind: /** A medium or cell is gone or failed. `survivors` says what is still in step. */
    | 'mediumLost'
    /** fsync reported an error: stop and park, never try again. */
    | 'notSynced'
    | 'full'
    /** Nothing verifies: suspend, alarm, console only. */
    | 'tampered'
    /** No vault has been set up here. */
    | 'empty'
    /** The election is not a test and a cell is a stand-in that can not hide order. */
    | 'cellNotTrusted';
  readonly medium: MediumName | null;
  readonly detail: string;
};

/** A vote on its way into the urn. */
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
  /** Called when a medium in step goes away. The vault has already raised the generation on the survivor when it next resolves a call. */
  onLoss(listener: (medium: MediumName) => void): () => void;

  /** IDLE: erases every key but J's, one-time keys, pending records, other urns. */
  clean(): Promise<Result<void, VaultFault>>;
  /** S1: J = ACTIVE. */
  activate(): Promise<Result<void, VaultFault>>;
  /** S2 (seal) and S3: one-time key, pending record, then J = PREPARED, print NONE. The commit point. */
  prepare(vote: Vote): Promise<Result<void, VaultFault>>;
  /** What `prepare` was given for the paper, from the pending record. */
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
