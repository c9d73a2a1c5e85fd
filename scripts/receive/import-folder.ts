/** Results that came on removable memory, through the same judgement as those that came over the network. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findPackages, makePackageReader } from '../nation/find-packages.ts';
import type { Centre } from './centre-folder.ts';

export type Imported = {
  /** New in the store. */
  readonly accepted: number;
  /** There already. */
  readonly repeated: number;
  readonly rejected: readonly {
    readonly precinct: string | null;
    readonly code: string;
    readonly origin: string;
    readonly detail: string;
  }[];
};

export type ImportOptions = {
  /** Where receipts are written, a file a precinct; null: nowhere. */
  readonly receipts: string | null;
  readonly onProgress: (done: number, of: number) => void;
};

/** The receipt's file of a precinct. */
export const receiptFile = (precinct: string): string => `${precinct}.receipt`;

export const importFolder = async (
  { reception, anomalies }: Pick<Centre, 'reception' | 'anomalies'>,
  folder: string,
  { receipts, onProgress }: ImportOptions,
): Promise<Imported> => {
  const read = makePackageReader();
  const paths = findPackages(folder);
  const rejected: Imported['rejected'][number][] = [];
  let [accepted, repeated] = [0, 0];
  if (receipts !== null) mkdirSync(receipts, { recursive: true });
  for (const [index, path] of paths.entries()) {
    const origin = relative(folder, path);
    const found = read(path);
    if (!found.ok) {
      const { code, detail } = found;
      anomalies.note({ code, precinct: null, detail, origin });
      rejected.push({ precinct: null, code, origin, detail });
    } else {
      const taken = await reception.take(found, { origin, precinct: null });
      if (taken.kind === 'notTaken') {
        const { precinct, code, detail } = taken;
        rejected.push({ precinct, code, origin, detail });
      } else {
        if (taken.again) repeated += 1;
        else accepted += 1;
        if (receipts !== null)
          writeFileSync(join(receipts, receiptFile(taken.precinct)), taken.receipt);
      }
    }
    onProgress(index + 1, paths.length);
  }
  return { accepted, repeated, rejected };
};
