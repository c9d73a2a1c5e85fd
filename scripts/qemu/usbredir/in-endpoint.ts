/**
 * An endpoint that goes in, between the device that has something to say and the host that asks. Bulk: each
 * transfer of the host takes what is there. Interrupt: one report each polling interval, as a host
 * fetches them, while the host polls at all.
 */
import type { Clock } from '#hal/clock.ts';
import type { UsbEndpoint } from '../usb/descriptors.ts';
import { type RedirPacket, STATUS } from './packets.ts';

export type InEndpoint = {
  readonly transfer: UsbEndpoint['transfer'];
  /** The device has something to say; false: too much waits already. */
  put(bytes: Uint8Array): boolean;
  /** A bulk transfer of at most `bytes`; false: too many wait already. */
  ask(id: bigint, bytes: number): boolean;
  /** The host calls a transfer off; false: it is not here. */
  cancel(id: bigint): boolean;
  /** The host polls an interrupt endpoint, or does no more. */
  poll(on: boolean): void;
  /** A reset: nothing of before is told. */
  forget(): void;
};

/** Reports or writes that wait. */
const MAX_QUEUED = 64;
/** Transfers of the host that wait at one endpoint. */
export const MAX_WAITING = 256;

const NO_DATA = new Uint8Array(0);

/** The answer to a bulk transfer. */
export const bulkAnswer = (
  id: bigint,
  endpoint: number,
  status: number,
  data: Uint8Array = NO_DATA,
  length = data.length,
): RedirPacket => ({
  ...{ kind: 'bulk', id, endpoint, status, stream: 0, data },
  ...{ length: length & 0xffff, lengthHigh: length >>> 16 },
});

export const makeInEndpoint = (
  { address, transfer, packetBytes, intervalMs }: UsbEndpoint,
  clock: Clock,
  send: (packet: RedirPacket) => void,
): InEndpoint => {
  let queue: Uint8Array[] = [];
  let waiting: { readonly id: bigint; readonly bytes: number }[] = [];
  let polled = false;
  let nextPollMs = 0;
  let stop: (() => void) | null = null;

  const serveBulk = (): void => {
    for (let [wanted] = waiting; wanted !== undefined && queue.length > 0; [wanted] = waiting) {
      waiting.shift();
      const all = Buffer.concat(queue);
      queue = all.length > wanted.bytes ? [new Uint8Array(all.subarray(wanted.bytes))] : [];
      const taken = new Uint8Array(all.subarray(0, wanted.bytes));
      send(bulkAnswer(wanted.id, address, STATUS.success, taken));
    }
  };
  /** In packets of the endpoint's size, the last one shorter (USB 2.0, 5.7.3). */
  const sendReport = (report: Uint8Array): void => {
    for (let at = 0; at === 0 || at < report.length; at += packetBytes) {
      const data = report.slice(at, at + packetBytes);
      send({
        ...{ kind: 'interrupt', id: 0n, endpoint: address, status: STATUS.success },
        ...{ length: data.length, data },
      });
    }
  };
  const serveReports = (): void => {
    if (stop !== null || !polled || queue.length === 0) return;
    const fetch = (): void => {
      stop = null;
      const report = queue.shift();
      if (report === undefined) return;
      nextPollMs = clock.nowMs() + intervalMs;
      sendReport(report);
      serveReports();
    };
    const delayMs = nextPollMs - clock.nowMs();
    if (delayMs > 0) stop = clock.after(delayMs, fetch);
    else fetch();
  };
  const serve = (): void => (transfer === 'bulk' ? serveBulk() : serveReports());

  return {
    transfer,
    put: (bytes) => {
      if (queue.length >= MAX_QUEUED) return false;
      queue.push(bytes.slice());
      serve();
      return true;
    },
    ask: (id, bytes) => {
      if (waiting.length >= MAX_WAITING) return false;
      waiting.push({ id, bytes });
      serve();
      return true;
    },
    cancel: (id) => {
      const before = waiting.length;
      waiting = waiting.filter((each) => each.id !== id);
      if (waiting.length === before) return false;
      send(bulkAnswer(id, address, STATUS.cancelled));
      return true;
    },
    poll: (on) => {
      polled = on;
      serve();
    },
    forget: () => {
      stop?.();
      stop = null;
      queue = [];
      polled = false;
    },
  };
};
