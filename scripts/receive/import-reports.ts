/** Results that came as photographed tally reports: the texts of their QR codes, a report each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Centre } from './centre-folder.ts';
import { type Imported, receiptFile } from './import-folder.ts';
import type { ReadReport } from './package-of-report.ts';

export type ReportText = {
  /** A file's path, or `text`. */
  readonly origin: string;
  readonly text: string;
};

export const importReports = async (
  { reception, anomalies }: Pick<Centre, 'reception' | 'anomalies'>,
  read: ReadReport,
  reports: readonly ReportText[],
  receipts: string | null,
): Promise<Imported> => {
  const rejected: Imported['rejected'][number][] = [];
  let [accepted, repeated] = [0, 0];
  if (receipts !== null) mkdirSync(receipts, { recursive: true });
  for (const { origin, text } of reports) {
    const found = read(text);
    if (!found.ok) {
      anomalies.note({ ...found.error, origin });
      rejected.push({ ...found.error, origin });
      continue;
    }
    const taken = await reception.take(found.value, { origin, precinct: null, byReport: true });
    if (taken.kind === 'notTaken') {
      const { precinct, code, detail } = taken;
      rejected.push({ precinct, code, origin, detail });
      continue;
    }
    if (taken.again) repeated += 1;
    else accepted += 1;
    if (receipts !== null)
      writeFileSync(join(receipts, receiptFile(taken.precinct)), taken.receipt);
  }
  return { accepted, repeated, rejected };
};
