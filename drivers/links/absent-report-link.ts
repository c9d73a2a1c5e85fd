/** The link of a HID device that a unit does not have: it never comes. */
import type { ReportLink } from '#hal/report-link.ts';
import { err } from '#hal/result.ts';

export const absentReportLink: ReportLink = {
  descriptor: () => new Uint8Array(0),
  send: () =>
    Promise.resolve(
      err({ device: 'link', kind: 'absent', detail: 'this unit has no such device' }),
    ),
  onReport: () => () => undefined,
  onPresence: () => () => undefined,
  present: () => false,
  close: () => undefined,
};
