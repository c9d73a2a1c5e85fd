/**
 * The authority's part by way of a stick, as at a polling place: the delivery is brought, the unit leaves its
 * request for a certificate on it, the stick is taken away, and comes back with the certificates.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { certifyRequest, type DeliveryOptions, deliver } from '../bench/unit-delivery.ts';
import type { Files } from './stick-images.ts';
import type { VirtualSticks } from './virtual-sticks.ts';

/** The folder's files, by name. */
const filesOf = (folder: string): Files =>
  new Map(
    readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
  );

const inFolder = <T>(work: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-delivery-'));
  try {
    return work(join(folder, 'delivery'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What the authority hands out for a unit. */
export const deliveryFiles = (options: DeliveryOptions): Files =>
  inFolder((folder) => {
    deliver(folder, options);
    return filesOf(folder);
  });

/** The same with certificates for the request that is among the files; null: there is none, or one already. */
export const certified = (files: Files, { provision }: DeliveryOptions): Files | null => {
  const request = files.get(DELIVERY_FILES.request);
  if (request === undefined || files.has(DELIVERY_FILES.certificates)) return null;
  return inFolder((folder) => {
    const parent = join(folder, '..');
    writeFileSync(join(parent, DELIVERY_FILES.request), request);
    certifyRequest(parent, provision);
    return new Map([
      ...files,
      [
        DELIVERY_FILES.certificates,
        new Uint8Array(readFileSync(join(parent, DELIVERY_FILES.certificates))),
      ],
    ]);
  });
};

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
    const answered = files === null || stopped ? null : certified(files, options);
    if (answered !== null) {
      await sticks.delivery.bring(answered);
      stopped = true;
      onAnswered();
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopped) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  void loop();
  return () => {
    stopped = true;
  };
};
