/**
 * Two ends of a wire inside one process, paced like the real one under a clock: a byte takes
 * `bitsPerByte / baud` seconds, and each direction carries one byte at a time.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err } from '#hal/result.ts';

export type MemoryLink = {
  /** The machine's end. */
  readonly host: ByteLink;
  /** A fresh machine's end after a restart; the one before is closed, as a dead process' is. */
  renewHost(): ByteLink;
  /** The device's end. */
  readonly device: ByteLink;
  /** Pulls the cable out: bytes on the wire are lost, both ends are told. */
  unplug(): void;
  plug(): void;
  /** Bytes carried so far, to the device and from it. */
  carried(): { readonly toDevice: number; readonly toHost: number };
};

export type WirePace = { readonly baud: number; readonly bitsPerByte: number };

/** 8 data bits, no parity, one stop bit: 10 bits a byte. */
export const serialPace = (baud: number): WirePace => ({ baud, bitsPerByte: 10 });

const ABSENT: Fault = { device: 'link', kind: 'absent', detail: 'the link is closed' };

type End = ByteLink & { deliver(bytes: Uint8Array): void; announce(present: boolean): void };

export const makeMemoryLink = (clock: Clock, pace: WirePace): MemoryLink => {
  let plugged = true;
  /** Counts unplugs, so that bytes that were on the wire then never arrive. */
  let session = 0;

  const makeEnd = (other: () => End): End & { sent(): number } => {
    const onBytes = new Set<(chunk: Uint8Array) => void>();
    const onPresence = new Set<(present: boolean) => void>();
    let closed = false;
    let freeAtMs = 0;
    /** The session to which `freeAtMs` belongs: an unplug frees the wire. */
    let pacedSession = 0;
    let sent = 0;
    const usable = (): boolean => plugged && !closed;
    return {
      present: usable,
      close: () => {
        closed = true;
      },
      onBytes: (listener) => listen(onBytes, listener),
      onPresence: (listener) => listen(onPresence, listener),
      deliver: (bytes) => {
        if (!closed) for (const listener of [...onBytes]) listener(bytes);
      },
      announce: (present) => {
        if (!closed) for (const listener of [...onPresence]) listener(present);
      },
      sent: () => sent,
      write: (bytes) => {
        if (!usable()) return Promise.resolve(err(ABSENT));
        const copy = bytes.slice();
        const began = session;
        const busyUntilMs = pacedSession === session ? freeAtMs : 0;
        pacedSession = session;
        const nowMs = clock.nowMs();
        const startMs = Math.max(nowMs, busyUntilMs);
        freeAtMs = startMs + (copy.length * pace.bitsPerByte * 1000) / pace.baud;
        return new Promise((resolve) => {
          clock.after(freeAtMs - nowMs, () => {
            if (began !== session || !usable()) return resolve(err(ABSENT));
            sent += copy.length;
            if (copy.length > 0) other().deliver(copy);
            resolve(done);
          });
        });
      },
    };
  };

  let host: ReturnType<typeof makeEnd> = makeEnd(() => device);
  const device: ReturnType<typeof makeEnd> = makeEnd(() => host);
  const setPlugged = (next: boolean): void => {
    if (plugged === next) return;
    plugged = next;
    session++;
    host.announce(next);
    device.announce(next);
  };
  return {
    get host() {
      return host;
    },
    renewHost: () => {
      host.close();
      host = makeEnd(() => device);
      return host;
    },
    device,
    unplug: () => setPlugged(false),
    plug: () => setPlugged(true),
    carried: () => ({ toDevice: host.sent(), toHost: device.sent() }),
  };
};
