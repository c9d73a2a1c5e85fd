/**
 * A HID device and its host joined inside one process under a clock: the host polls the device's
 * interrupt endpoint at a fixed interval and takes one report each time, as USB does.
 */
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { done, err, type Result } from '#hal/result.ts';

/** The device's end. */
export type ReportDevice = {
  /** Queues one input report, report id first when the descriptor has ids. Error: unplugged, or the queue is full. */
  report(bytes: Uint8Array): Result<void, Fault>;
  /** Calls `listener` with each output or feature report from the host. */
  onOutput(listener: (report: Uint8Array) => void): () => void;
  onPresence(listener: (present: boolean) => void): () => void;
  present(): boolean;
};

export type MemoryReportLink = {
  readonly host: ReportLink;
  /** A fresh host's end after a restart; the one before is closed, as a dead process' is. */
  renewHost(): ReportLink;
  readonly device: ReportDevice;
  /** Pulls the cable out: queued reports are lost, both ends are told. */
  unplug(): void;
  plug(): void;
};

/** Interval of a full-speed touch panel, ms (bInterval of its endpoint). */
export const POLL_INTERVAL_MS = 8;
/** Reports a device holds until the host has polled them. */
const MAX_QUEUED = 64;

const linkFault = (kind: Fault['kind'], detail: string): Fault => ({
  device: 'link',
  kind,
  detail,
});
const ABSENT = linkFault('absent', 'the link is closed');

export const makeMemoryReportLink = (
  clock: Clock,
  descriptor: Uint8Array,
  pollIntervalMs = POLL_INTERVAL_MS,
): MemoryReportLink => {
  const deviceOutputs = new Set<(report: Uint8Array) => void>();
  const devicePresence = new Set<(present: boolean) => void>();
  let plugged = true;
  /** Counts unplugs: what was on the wire before never arrives. */
  let session = 0;
  let queue: Uint8Array[] = [];
  let polling = false;
  let lastPollMs = Number.NEGATIVE_INFINITY;

  type HostEnd = ReportLink & { hear(report: Uint8Array): void; announce(present: boolean): void };
  const makeHost = (): HostEnd => {
    const onReport = new Set<(report: Uint8Array) => void>();
    const onPresence = new Set<(present: boolean) => void>();
    let closed = false;
    const usable = (): boolean => plugged && !closed;
    return {
      descriptor: () => descriptor.slice(),
      send: (report) => {
        if (!usable()) return Promise.resolve(err(ABSENT));
        const copy = report.slice();
        const began = session;
        return new Promise((resolve) => {
          clock.after(pollIntervalMs, () => {
            if (began !== session || !usable()) return resolve(err(ABSENT));
            for (const listener of [...deviceOutputs]) listener(copy);
            resolve(done);
          });
        });
      },
      onReport: (listener) => listen(onReport, listener),
      onPresence: (listener) => listen(onPresence, listener),
      present: usable,
      close: () => {
        closed = true;
      },
      hear: (report) => {
        if (usable()) for (const listener of [...onReport]) listener(report);
      },
      announce: (present) => {
        if (!closed) for (const listener of [...onPresence]) listener(present);
      },
    };
  };
  let host = makeHost();

  /** The host polls at whole multiples of its interval; only polls that find a report matter. */
  const pollLater = (): void => {
    if (polling || queue.length === 0) return;
    polling = true;
    const began = session;
    const nowMs = clock.nowMs();
    const earliest = Math.ceil(nowMs / pollIntervalMs) * pollIntervalMs;
    const dueMs = earliest > lastPollMs ? earliest : lastPollMs + pollIntervalMs;
    clock.after(dueMs - nowMs, () => {
      if (began !== session) return;
      polling = false;
      lastPollMs = dueMs;
      const report = queue.shift();
      if (report !== undefined) host.hear(report);
      pollLater();
    });
  };

  const setPlugged = (next: boolean): void => {
    if (plugged === next) return;
    plugged = next;
    session++;
    queue = [];
    polling = false;
    host.announce(next);
    for (const listener of [...devicePresence]) listener(next);
  };

  return {
    get host() {
      return host;
    },
    renewHost: () => {
      host.close();
      host = makeHost();
      return host;
    },
    device: {
      report: (bytes) => {
        if (!plugged) return err(ABSENT);
        if (queue.length >= MAX_QUEUED) return err(linkFault('busy', 'the report queue is full'));
        queue.push(bytes.slice());
        pollLater();
        return done;
      },
      onOutput: (listener) => listen(deviceOutputs, listener),
      onPresence: (listener) => listen(devicePresence, listener),
      present: () => plugged,
    },
    unplug: () => setPlugged(false),
    plug: () => setPlugged(true),
  };
};
