/**
 * What a receiving centre does with a package, however it came: judged as whoever adds up judges it, kept in
 * the append-only store, and only then acknowledged. The first of a precinct has a receipt, always the same;
 * a different one is kept beside it as an alarm and has none.
 */
import { makeJudge, type Nation, type RefusalCode } from '#firmware/nation/judge-package.ts';
import { signReceipt } from '#firmware/transmission/receipt.ts';
import type { Submission } from '#firmware/transmission/submission.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import type { ResultStore, StoredPackage } from '../store/result-store.ts';
import type { AnomalyBook } from './anomalies.ts';
import type { ArrivalBook, ByReport } from './arrivals.ts';
import { RECEIVER_LIMITS } from './limits.ts';
import { makeProgressOf, type Progress } from './progress.ts';

export type NotTakenCode =
  | RefusalCode
  /** Sent by a machine of another precinct than the package is of. */
  | 'otherMachine'
  /** The precinct has another package already: an alarm. */
  | 'conflict'
  /** The storage budget is used up. */
  | 'storageFull';

export type Taken =
  | {
      readonly kind: 'acknowledged';
      readonly precinct: string;
      readonly receipt: Uint8Array;
      /** It was there already. */
      readonly again: boolean;
    }
  | {
      readonly kind: 'notTaken';
      readonly code: NotTakenCode;
      readonly detail: string;
      readonly precinct: string | null;
    };

export type Sender = {
  /** Address, or path. */
  readonly origin: string;
  /** The precinct of the machine that proved its key; null: it came on removable memory. */
  readonly precinct: string | null;
  /** It was put together from a photographed tally report (package-of-report.ts). */
  readonly byReport?: boolean;
};

export type Storage = { readonly bytes: number; readonly budget: number };

export type ReceptionOptions = {
  readonly nation: Nation;
  readonly store: ResultStore;
  /** Ed25519, private: signs receipts. */
  readonly receiverKey: Uint8Array;
  readonly anomalies: AnomalyBook;
  /** Marks what came by reports alone. */
  readonly arrivals?: ArrivalBook;
  /** Bytes on disk of all that the centre keeps. */
  readonly bytesOnDisk: () => Promise<number>;
  readonly budget?: number;
};

export type Reception = {
  /** Rejects when the store itself fails: nothing is acknowledged then. */
  readonly take: (submission: Submission, sender: Sender) => Promise<Taken>;
  /** As the store stands, whoever put it there. */
  readonly progress: () => Promise<Progress>;
  /** Packages that came again since the start. */
  readonly repeated: () => number;
  readonly storage: () => Promise<Storage>;
  /** What came by photographed reports. */
  readonly byReport: () => ByReport;
};

type Precinct = string;

export const makeReception = (options: ReceptionOptions): Reception => {
  const { nation, store, receiverKey, anomalies, arrivals, bytesOnDisk } = options;
  const budget = options.budget ?? RECEIVER_LIMITS.storageBytes;
  const { judge } = makeJudge(nation);
  const progressOf = makeProgressOf(nation.offer, nation.register);
  let repeated = 0;

  const notTaken = (
    code: NotTakenCode,
    detail: string,
    precinct: Precinct | null,
    { origin }: Sender,
  ): Taken => {
    anomalies.note({ code, precinct, detail, origin });
    return { kind: 'notTaken', code, detail, precinct };
  };

  const acknowledged = (
    precinct: Precinct,
    digest: string,
    again: boolean,
    { byReport = false }: Sender,
  ): Taken => {
    arrivals?.took(precinct, digest, { byReport, again });
    const receipt = signReceipt({ election: nation.offer.id, precinct, digest }, receiverKey);
    if (again) repeated += 1;
    return { kind: 'acknowledged', precinct, receipt, again };
  };

  const conflict = (precinct: Precinct, digest: string, sender: Sender): Taken => {
    const detail = `the precinct has another package; this one is ${digest}`;
    return notTaken('conflict', detail, precinct, sender);
  };

  /** A package that stands in the store. */
  const known = ({ precinct, digest, first }: StoredPackage, sender: Sender): Taken =>
    first ? acknowledged(precinct, digest, true, sender) : conflict(precinct, digest, sender);

  const keep = async (
    precinct: Precinct,
    { bytes, signature }: Submission,
    sender: Sender,
  ): Promise<Taken> => {
    const digest = sha256Hex(bytes);
    const kept = await store.of(precinct);
    const found = kept.find((each) => each.digest === digest);
    if (found !== undefined) return known(found, sender);
    if (kept.length >= RECEIVER_LIMITS.packagesOfOnePrecinct)
      return conflict(precinct, digest, sender);
    if ((await bytesOnDisk()) + bytes.length + RECEIVER_LIMITS.storageMargin > budget)
      return notTaken('storageFull', `of ${budget} bytes of storage`, precinct, sender);
    switch (await store.put({ precinct, bytes, signature })) {
      case 'kept':
        return acknowledged(precinct, digest, false, sender);
      case 'different':
        return conflict(precinct, digest, sender);
      case 'same': {
        // Another receiver at the same store put it in just now.
        const now = (await store.of(precinct)).find((each) => each.digest === digest);
        if (now === undefined) throw new Error(`the store lost a package of ${precinct}`);
        return known(now, sender);
      }
    }
  };

  return {
    take: async (submission, sender) => {
      const judged = judge(submission.bytes, submission.signature);
      if (!judged.ok) {
        const { code, detail, precinct } = judged.error;
        return notTaken(code, detail, precinct, sender);
      }
      const { id } = judged.value.precinct;
      if (sender.precinct !== null && sender.precinct !== id)
        return notTaken('otherMachine', `sent by a machine of ${sender.precinct}`, id, sender);
      return keep(id, submission, sender);
    },
    progress: async () => progressOf(await store.packagesOfEach()),
    repeated: () => repeated,
    storage: async () => ({ bytes: await bytesOnDisk(), budget }),
    byReport: () => arrivals?.byReport() ?? { confirmed: 0, waiting: 0, precincts: [] },
  };
};
