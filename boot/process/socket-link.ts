/**
 * A connected socket as a link that does not come back: the private channel between a process and the
 * one that started it. When one of them is gone the channel is closed for good.
 */
import type { Socket } from 'node:net';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err } from '#hal/result.ts';

const CLOSED: Fault = { device: 'link', kind: 'absent', detail: 'the channel is closed' };

export const makeSocketLink = (socket: Socket): ByteLink => {
  const onBytes = new Set<(chunk: Uint8Array) => void>();
  const onPresence = new Set<(present: boolean) => void>();
  let open = true;
  socket.on('data', (chunk: Buffer) => {
    for (const listener of [...onBytes]) listener(new Uint8Array(chunk));
  });
  // What went wrong follows as `close`.
  socket.on('error', () => undefined);
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    if (!open) return;
    open = false;
    for (const listener of [...onPresence]) listener(false);
  });
  return {
    present: () => open,
    onBytes: (listener) => listen(onBytes, listener),
    onPresence: (listener) => listen(onPresence, listener),
    write: (bytes) =>
      new Promise((resolve) => {
        if (!open) return resolve(err(CLOSED));
        socket.write(bytes, (error) => resolve(error == null ? done : err(CLOSED)));
      }),
    close: () => {
      open = false;
      socket.destroy();
    },
  };
};
