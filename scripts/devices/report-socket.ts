/**
 * An emulated HID device behind a local socket (drivers/links/report-frames.ts). Like a host, whoever is
 * connected gets at most one report each polling interval, and what is pressed while nobody is
 * connected is lost.
 */

import type { ReportDevice } from '#drivers/links/memory-report-link.ts';
import { encodeReportFrame, makeReportFrameDecoder } from '#drivers/links/report-frames.ts';
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err } from '#hal/result.ts';
import { openPeerSocket } from './peer-socket.ts';

export type ReportSocket = {
  readonly path: string;
  /** For the emulator. */
  readonly device: ReportDevice;
  unplug(): void;
  plug(): void;
  close(): void;
};

/** As a full-speed device with bInterval 8. */
const POLL_INTERVAL_MS = 8;
const MAX_QUEUED = 64;

const linkFault = (kind: Fault['kind'], detail: string): Fault => ({
  device: 'link',
  kind,
  detail,
});

/**
 * Serves a HID device with `descriptor` at `path`. With a polling interval of 0 reports go out as the
 * device makes them.
 */
export const openReportSocket = async (
  path: string,
  descriptor: Uint8Array,
  clock: Clock,
  pollIntervalMs = POLL_INTERVAL_MS,
): Promise<ReportSocket> => {
  const onOutput = new Set<(report: Uint8Array) => void>();
  const onPresence = new Set<(present: boolean) => void>();
  let decode = makeReportFrameDecoder();
  let queue: Uint8Array[] = [];
  let nextPollMs = 0;
  let stopPolling: (() => void) | null = null;

  const forget = (): void => {
    stopPolling?.();
    stopPolling = null;
    queue = [];
  };
  const socket = await openPeerSocket(
    { path },
    {
      joined: () => {
        decode = makeReportFrameDecoder();
        forget();
        socket.peer()?.write(encodeReportFrame(descriptor));
      },
      bytes: (chunk) => {
        for (const report of decode(chunk) ?? [])
          for (const listener of [...onOutput]) listener(report);
      },
    },
  );
  const poll = (): void => {
    stopPolling = null;
    const report = queue.shift();
    if (report === undefined) return;
    nextPollMs = clock.nowMs() + pollIntervalMs;
    socket.peer()?.write(encodeReportFrame(report));
    pollLater();
  };
  const pollLater = (): void => {
    if (stopPolling !== null || queue.length === 0) return;
    const delayMs = nextPollMs - clock.nowMs();
    if (delayMs > 0) stopPolling = clock.after(delayMs, poll);
    else poll();
  };
  const announce = (present: boolean): void => {
    for (const listener of [...onPresence]) listener(present);
  };

  return {
    path,
    device: {
      report: (bytes) => {
        if (!socket.plugged()) return err(linkFault('absent', 'unplugged'));
        if (socket.peer() === null) return done;
        if (queue.length >= MAX_QUEUED) return err(linkFault('busy', 'the report queue is full'));
        queue.push(bytes.slice());
        pollLater();
        return done;
      },
      onOutput: (listener) => listen(onOutput, listener),
      onPresence: (listener) => listen(onPresence, listener),
      present: socket.plugged,
    },
    unplug: () => {
      if (!socket.plugged()) return;
      forget();
      socket.unplug();
      announce(false);
    },
    plug: () => {
      if (socket.plugged()) return;
      socket.plug();
      announce(true);
    },
    close: () => {
      forget();
      socket.close();
    },
  };
};
