/** What a receiver shows of itself, as `/state` gives it to programs and the page draws it. */
import type { NationalOffer } from '#firmware/nation/offer.ts';
import type { Anomaly, AnomalyBook } from './anomalies.ts';
import type { ByReport } from './arrivals.ts';
import { RECEIVER_LIMITS } from './limits.ts';
import type { Progress } from './progress.ts';
import type { ReceiverServer } from './receiver-server.ts';
import type { Reception, Storage } from './reception.ts';

export type ReceiverState = Progress & {
  readonly election: string;
  readonly title: string;
  /** Packages that came again since the start. */
  readonly repeated: number;
  /** What came by photographed reports, and which of it a package confirmed. */
  readonly byReport: ByReport;
  /** How often each kind of anomaly came since the start. */
  readonly refused: Readonly<Record<string, number>>;
  /** Bytes. */
  readonly storage: Storage;
  readonly sockets: { readonly open: number; readonly most: number };
  /** Bytes of messages under way. */
  readonly inFlight: { readonly bytes: number; readonly most: number };
  /** The latest first. */
  readonly anomalies: readonly Anomaly[];
  /** The file of anomalies is full: the latest are here alone. */
  readonly anomalyFileFull: boolean;
};

export const receiverState = async (
  offer: NationalOffer,
  reception: Reception,
  anomalies: AnomalyBook,
  server: Pick<ReceiverServer, 'sockets' | 'bytesInFlight'>,
): Promise<ReceiverState> => ({
  election: offer.id,
  title: offer.title.es,
  ...(await reception.progress()),
  repeated: reception.repeated(),
  byReport: reception.byReport(),
  refused: anomalies.counts(),
  storage: await reception.storage(),
  sockets: { open: server.sockets(), most: RECEIVER_LIMITS.sockets },
  inFlight: { bytes: server.bytesInFlight(), most: RECEIVER_LIMITS.bytesInFlight },
  anomalies: anomalies.latest(),
  anomalyFileFull: anomalies.full(),
});
