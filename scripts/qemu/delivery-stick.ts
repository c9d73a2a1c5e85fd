/**
 * The authority's part by way of a stick, as at a polling place: the delivery is brought, the unit leaves its
 * request for a certificate on it, the stick is taken away, and comes back with the certificates.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { certifyRequest, type DeliveryOptions, deliver } from '../bench/unit-delivery.ts';
import { type Files, filesIn } from './stick-images.ts';
import type { VirtualSticks } from './virtual-sticks.ts';

const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'urna-delivery-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** What the authority hands out for a unit. */
export const deliveryFiles = (options: DeliveryOptions): Promise<Files> =>
  inFolder((folder) => {
    // The folder must not be there yet.
    const delivery = join(folder, 'delivery');
    deliver(delivery, options);
    return filesIn(delivery);
  });

/** The same with certificates for the request that is among the files; null: there is none, or one already. */
export const certified = (
  files: Files,
  { provision }: Pick<DeliveryOptions, 'provision'>,
): Promise<Files | null> =>
  inFolder(async (folder) => {
    const request = files.get(DELIVERY_FILES.request);
    if (request === undefined || files.has(DELIVERY_FILES.certificates)) return null;
    await writeFile(join(folder, DELIVERY_FILES.request), request);
    certifyRequest(folder, provision);
    return new Map([...files, ...(await filesIn(folder))]);
  });

/** Looks at the stick this often, ms. */
const LOOK_MS = 2_000;

/** Waits for a request on the stick and answers it once. Returns how to stop. */
export const answerRequests = (
  sticks: VirtualSticks,
  options: DeliveryOptions,
  onAnswered: () => void = () => undefined,
): (() => void) => {
  let stopped = false;
  const look = async (): Promise<void> => {
    // A stick that is being written to may be read half: it is looked at again.
    const files = await sticks.delivery.files().catch(() => null);
    const answered = files === null || stopped ? null : await certified(files, options);
    if (answered !== null && !stopped) {
      await sticks.delivery.bring(answered);
      stopped = true;
      onAnswered();
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopped) {
      // Whatever goes wrong with the stick is seen by who waits for the certificate.
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  void loop();
  return () => {
    stopped = true;
  };
};
