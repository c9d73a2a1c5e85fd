/** Every guide there is, in one language. */
import type { Locale } from '#firmware/election/definition.ts';
import { auditorGuide } from './auditor.ts';
import type { Guide } from './guide.ts';
import { pollWorkerGuide } from './poll-worker.ts';
import { technicianGuide } from './technician.ts';

export const guidesIn = (locale: Locale): readonly Guide[] => [
  pollWorkerGuide(locale),
  technicianGuide(locale),
  auditorGuide(locale),
];
