/**
 * How commands reach a TPM: the kernel's resource-managed device, or the socket of a TPM simulator
 * (`swtpm socket --server type=tcp,port=…`), which takes the same bytes.
 */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Clock } from '#hal/clock.ts';
import { MAX_MESSAGE_BYTES, messageLength } from './codec.ts';

/** Commands are worked off in order. Rejects when the TPM is not there, or goes meanwhile. */
export type TpmTransport = {
  present(): boolean;
  exchange(command: Uint8Array): Promise<Uint8Array>;
  close(): void;
};

/** `/dev/tpmrm0`: a command is one write(2), its response one read(2) (kernel: tpm-dev-common.c). */
export const openTpmDevice = (path: string): TpmTransport => ({
  present: () => existsSync(path),
  exchange: async (command) => {
    const device = await open(path, 'r+');
    try {
      await device.write(command);
      const response = new Uint8Array(MAX_MESSAGE_BYTES);
      const { bytesRead } = await device.read(response, 0, response.length, null);
      return response.subarray(0, bytesRead);
    } finally {
      await device.close();
    }
  },
  close: () => undefined,
});

/**
 * The same, opened once: the kernel lets go of an opener's sessions and objects when it closes the device
 * (tpm-space.c), so whoever makes any holds it. One exchange at a time.
 */
export const holdTpmDevice = async (path: string): Promise<TpmTransport> => {
  const device = await open(path, 'r+');
  return {
    present: () => existsSync(path),
    exchange: async (command) => {
      await device.write(command);
      const response = new Uint8Array(MAX_MESSAGE_BYTES);
      const { bytesRead } = await device.read(response, 0, response.length, null);
      return response.subarray(0, bytesRead);
    },
    close: () => void device.close().catch(() => undefined),
  };
};

/** How often a simulator that is not there is looked for. */
const LOOK_EVERY_MS = 200;

export type TpmSocket =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** Connects at once, and again whenever it went away. */
export const openTpmSocket = (place: TpmSocket, clock: Clock): TpmTransport => {
  let socket: Socket | null = null;
  let closed = false;
  let stopLooking = (): void => undefined;
  /** The exchange under way. */
  let waiting: { take(chunk: Uint8Array): void; fail(reason: Error): void } | null = null;
  const look = (): void => {
    const next = connect(place);
    next.on('connect', () => {
      socket = next;
    });
    next.on('data', (chunk: Buffer) => waiting?.take(chunk));
    next.on('error', () => undefined);
    next.on('close', () => {
      if (socket === next) socket = null;
      waiting?.fail(new Error('the TPM went away'));
      if (!closed) stopLooking = clock.after(LOOK_EVERY_MS, look);
    });
  };
  const exchangeNow = (command: Uint8Array): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const connection = socket;
      if (connection === null) return reject(new Error('no TPM is there'));
      let held: Uint8Array = new Uint8Array(0);
      const settle = (tell: () => void): void => {
        waiting = null;
        tell();
      };
      waiting = {
        take: (chunk) => {
          held = new Uint8Array(Buffer.concat([held, chunk]));
          const length = messageLength(held);
          // What can be no message ends the exchange: the decoder will say so.
          if (!length.ok || (length.value !== null && held.length >= length.value))
            settle(() => resolve(held));
        },
        fail: (reason) => settle(() => reject(reason)),
      };
      connection.write(command);
    });
  let queue: Promise<unknown> = Promise.resolve();
  look();
  return {
    present: () => socket !== null,
    exchange: (command) => {
      const turn = queue.then(() => exchangeNow(command));
      queue = turn.catch(() => undefined);
      return turn;
    },
    close: () => {
      closed = true;
      stopLooking();
      socket?.destroy();
      socket = null;
    },
  };
};
