/** A `ReportLink` over whatever carries HID reports and may go away. */
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { done, err, type Result } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { keepOpen, type Opened } from './reopening.ts';

/** One HID device, from its opening until it is gone. */
export type ReportConnection = Opened & {
  readonly descriptor: Uint8Array;
  /** True once the device took it. */
  send(report: Uint8Array): Promise<boolean>;
};

export type ReportEvents = { report(bytes: Uint8Array): void; gone(): void };
export type ReportConnector = (events: ReportEvents) => Promise<ReportConnection | null>;

/** A device that has not taken a report after this does not take it any more. */
export const SEND_LIMIT_MS = 1_000;

const linkFault = (kind: Fault['kind'], detail: string): Result<never, Fault> =>
  err({ device: 'link', kind, detail });

export const makeReopeningReportLink = (
  clock: Clock,
  connect: ReportConnector,
  name: string,
): ReportLink => {
  const onReport = new Set<(report: Uint8Array) => void>();
  const life = keepOpen<ReportConnection>(clock, (gone) =>
    connect({
      report: (bytes) => {
        for (const listener of [...onReport]) listener(bytes);
      },
      gone,
    }),
  );
  const absent = (): Result<never, Fault> => linkFault('absent', `${name} is not there`);

  return {
    descriptor: () => life.current()?.descriptor.slice() ?? new Uint8Array(0),
    send: (report) => {
      const connection = life.current();
      if (connection === null) return Promise.resolve(absent());
      return new Promise((resolve) => {
        const stopLimit = afterSilence(clock, SEND_LIMIT_MS, () =>
          resolve(linkFault('timeout', `${name} takes no report`)),
        );
        connection
          .send(report.slice())
          .then(
            (taken) => resolve(taken ? done : absent()),
            () => resolve(absent()),
          )
          .finally(stopLimit);
      });
    },
    onReport: (listener) => listen(onReport, listener),
    onPresence: life.onPresence,
    present: () => life.current() !== null,
    close: () => {
      life.close();
      onReport.clear();
    },
  };
};
