/**
 * QEMU's monitor protocol (QMP): JSON objects, one a line. The codec is pure; the client is its thin edge on
 * a local socket. Only what the virtual unit is asked is typed here.
 */
import { createConnection, type Socket } from 'node:net';
import { listen } from '#hal/listen.ts';
import { err, ok, type Result } from '#hal/result.ts';

export type QmpMessage =
  | { readonly kind: 'greeting' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number | null; readonly reason: string }
  | {
      readonly kind: 'event';
      readonly name: string;
      readonly data: Readonly<Record<string, unknown>>;
    };

/** The monitor said no; the message is QEMU's. */
export class QmpRefused extends Error {}

/** Lines at most; the answers to what is asked here are far shorter. */
export const MAX_LINE_BYTES = 1 << 20;

export const encodeQmp = (id: number, execute: string, args: object): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify({ execute, arguments: args, id })}\n`);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Error: no message of this protocol. */
export const readQmp = (line: string): Result<QmpMessage, string> => {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return err('not JSON');
  }
  if (!isObject(json)) return err('not an object');
  const id = typeof json.id === 'number' ? json.id : null;
  if (isObject(json.QMP)) return ok({ kind: 'greeting' });
  if (isObject(json.error))
    return ok({ kind: 'refusal', id, reason: String(json.error.desc ?? 'no reason given') });
  if (typeof json.event === 'string')
    return ok({ kind: 'event', name: json.event, data: isObject(json.data) ? json.data : {} });
  if ('return' in json && id !== null) return ok({ kind: 'answer', id, value: json.return });
  return err('neither an answer nor an event');
};

/** Takes chunks cut anywhere, gives the lines that are whole now. Error, for ever after: a line too long. */
export const makeLineDecoder = (): ((chunk: Uint8Array) => Result<readonly string[], string>) => {
  let held = Buffer.alloc(0);
  let broken = false;
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    const lines: string[] = [];
    for (let end = held.indexOf(10); end >= 0 && !broken; end = held.indexOf(10)) {
      broken = end > MAX_LINE_BYTES;
      const line = held.subarray(0, end).toString('utf8').trim();
      held = held.subarray(end + 1);
      if (line !== '') lines.push(line);
    }
    broken ||= held.length > MAX_LINE_BYTES;
    return broken ? err(`a line longer than ${MAX_LINE_BYTES} bytes`) : ok(lines);
  };
};

export type QmpEvent = Extract<QmpMessage, { kind: 'event' }>;

export type QmpClient = {
  /** Rejects with `QmpRefused`, or when the connection ends before the answer. */
  ask(execute: string, args?: object): Promise<unknown>;
  onEvent(listener: (event: QmpEvent) => void): () => void;
  close(): void;
};

const connected = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/** Resolves when the monitor takes commands. */
export const openQmp = async (path: string): Promise<QmpClient> => {
  const socket = await connected(path);
  const decode = makeLineDecoder();
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: QmpEvent) => void>();
  let nextId = 1;
  let over: Error | null = null;
  const end = (why: string): void => {
    over ??= new Error(`QEMU's monitor: ${why}`);
    for (const { reject } of waiting.values()) reject(over);
    waiting.clear();
    socket.destroy();
  };
  const take = (message: QmpMessage): void => {
    switch (message.kind) {
      case 'greeting':
        return;
      case 'event':
        for (const listener of [...listeners]) listener(message);
        return;
      case 'answer':
      case 'refusal': {
        const { id } = message;
        const asked = id === null ? undefined : waiting.get(id);
        if (id === null || asked === undefined) return;
        waiting.delete(id);
        if (message.kind === 'answer') asked.resolve(message.value);
        else asked.reject(new QmpRefused(message.reason));
      }
    }
  };
  socket.on('error', (error) => end(error.message));
  socket.on('close', () => end('it is gone'));
  socket.on('data', (chunk: Buffer) => {
    const lines = decode(chunk);
    if (!lines.ok) return end(lines.error);
    for (const line of lines.value) {
      const message = readQmp(line);
      if (!message.ok) return end(message.error);
      take(message.value);
    }
  });
  const ask: QmpClient['ask'] = (execute, args = {}) =>
    new Promise((resolve, reject) => {
      if (over !== null) return reject(over);
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      socket.write(encodeQmp(id, execute, args));
    });
  await ask('qmp_capabilities');
  return {
    ask,
    onEvent: (listener) => listen(listeners, listener),
    close: () => end('closed'),
  };
};
