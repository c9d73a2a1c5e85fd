/**
 * The vault as booth and counting use it: one call at a time, in the protocol's order, over whatever
 * the two units hold. A medium that goes away between two calls is dealt with at once, in turn.
 */
import { listen } from '#hal/listen.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import { ballotsToCount, codesLeft, type Polls, storePolls } from './day.ts';
import { recoverUnits } from './recovery.ts';
import { cellNotTrusted } from './set-up.ts';
import {
  activate,
  type Ballotbox,
  commit,
  currentCode,
  discard,
  eraseLeftovers,
  finishSpoil,
  mark,
  prepare,
  readPending,
  settle,
} from './steps.ts';
import { synchronise } from './synchronise.ts';
import { inStepUnits, leader, lose, makeUnits, settleLosses, type VaultBoard } from './units.ts';
import type {
  CountableVault,
  Journal,
  JournalPhase,
  PollsStatus,
  PrintMark,
  VaultFault,
} from './vault.ts';

/** Marks that may follow a mark: repeating one is fine, going back to STARTED is a reprint. */
const MARK_AFTER = {
  STARTED: ['NONE', 'STARTED', 'PARTIAL'],
  DONE: ['STARTED', 'DONE'],
  CONFIRMED: ['DONE', 'CONFIRMED'],
} as const satisfies Record<'STARTED' | 'DONE' | 'CONFIRMED', readonly PrintMark[]>;

/** Opens nothing yet: `recover` is the first call. Call `close` when done with the media. */
export const openVault = (board: VaultBoard): CountableVault & { close(): void } => {
  const units = makeUnits(board);
  let box: Ballotbox | null = null;
  let polls: Polls = { status: 'ready', version: 0 };

  let busy: Promise<unknown> = Promise.resolve();
  /** A bug that struck while nobody waited for an answer: the next call throws it. */
  let bug: { readonly thrown: unknown } | null = null;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = busy.then(() => {
      if (bug !== null) throw bug.thrown;
      return work();
    });
    busy = next.catch(() => undefined);
    return next;
  };
  const opened = (): Ballotbox => {
    if (box === null) throw new Error('vault: used before it was recovered');
    return box;
  };
  /** The usual frame of a call: parked stays parked, losses come first, a wrong phase is a bug. */
  const step = <T>(
    phases: readonly JournalPhase[],
    work: (box: Ballotbox) => Promise<Result<T, VaultFault>>,
  ): Promise<Result<T, VaultFault>> =>
    inTurn(async () => {
      const ready = opened();
      const settled = await settleLosses(units);
      if (!settled.ok) return settled;
      const { phase } = leader(units).journal;
      if (!phases.includes(phase)) throw new Error(`vault: called out of order, in ${phase}`);
      return work(ready);
    });
  const requirePrint = (allowed: readonly PrintMark[]): Journal => {
    const { journal } = leader(units);
    if (!allowed.includes(journal.print))
      throw new Error(`vault: called out of order, print ${journal.print}`);
    return journal;
  };

  const stops = units.all.map((unit) =>
    unit.medium.onPresence((present) => {
      if (present) return;
      unit.departures++;
      if (!unit.inStep) return;
      lose(units, unit, 'medium.absent: it went away');
      inTurn(() => settleLosses(units)).catch((thrown: unknown) => {
        bug ??= { thrown };
      });
    }),
  );

  const recover = (): Promise<Result<Journal, VaultFault>> =>
    inTurn(async () => {
      const untrusted = cellNotTrusted(board);
      if (untrusted !== null) return err(untrusted);
      const recovered = await recoverUnits(units);
      if (!recovered.ok) return recovered;
      const { records, body } = recovered.value;
      forget(box?.body);
      box = { units, setup: records.setup, entropy: board.entropy, body };
      polls = { status: records.polls, version: records.pollsVersion };
      return ok(leader(units).journal);
    });

  const setPolls = (status: PollsStatus): Promise<Result<void, VaultFault>> =>
    step(['IDLE'], async () => {
      const stored = await storePolls(units, polls, status);
      if (!stored.ok) return stored;
      polls = stored.value;
      return done;
    });

  return {
    recover,
    journal: () => leader(units).journal,
    inStep: () => inStepUnits(units).map(({ name }) => name),
    onLoss: (listener) => listen(units.listeners, listener),
    clean: () => step(['IDLE'], () => eraseLeftovers(units)),
    activate: () => step(['IDLE', 'ACTIVE'], activate),
    prepare: (vote) =>
      step(['IDLE', 'ACTIVE'], (ready) => {
        const { phase } = leader(units).journal;
        // A loss may have taken back S1 on the survivor: then there is nothing to prepare.
        if (phase === 'IDLE' && inStepUnits(units).length === units.all.length)
          throw new Error('vault: prepare before activate');
        return prepare(ready, vote);
      }),
    pendingPaper: () =>
      step(['PREPARED'], async (ready) => {
        const vote = await readPending(ready);
        if (!vote.ok) return vote;
        forget(vote.value.sealedBallot);
        return ok(vote.value.paper);
      }),
    paperCode: () => step(['PREPARED'], async (ready) => currentCode(ready)),
    markPrint: (print) =>
      step(['PREPARED'], (ready) => {
        requirePrint(MARK_AFTER[print]);
        return mark(ready, { print });
      }),
    markPartial: () =>
      step(['PREPARED'], (ready) => {
        const { reprints } = requirePrint(['STARTED']);
        return mark(ready, { print: 'PARTIAL', reprints: reprints + 1 });
      }),
    spoil: () =>
      step(['PREPARED'], (ready) => {
        const { spoils } = requirePrint(['DONE']);
        return mark(ready, { phase: 'SPOILED', print: 'NONE', spoils: spoils + 1 });
      }),
    finishSpoil: () => step(['SPOILED', 'ACTIVE'], finishSpoil),
    discard: () => step(['ACTIVE', 'IDLE'], discard),
    commit: () =>
      step(['PREPARED', 'OUTCOME'], (ready) => {
        if (leader(units).journal.phase === 'PREPARED') requirePrint(['DONE', 'CONFIRMED']);
        return commit(ready);
      }),
    settle: () => step(['OUTCOME', 'IDLE'], settle),
    synchronise: () => step(['IDLE'], synchronise),
    polls: () => {
      opened();
      return polls.status;
    },
    setPolls,
    sealedBallots: () => step(['IDLE'], async (ready) => ballotsToCount(ready, polls)),
    unusedCodes: () => step(['IDLE'], async (ready) => ok(codesLeft(ready))),
    publicKey: () => opened().setup.publicKey.slice(),
    commitments: () => opened().setup.commitments.slice(),
    close: () => {
      for (const stop of stops) stop();
    },
  };
};
