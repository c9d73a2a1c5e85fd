/** The other end of the field console's line, for programs: its JSON protocol (firmware/console/json-line.ts). */
import { readFileSync } from 'node:fs';
import { JSON_FORMAT, readJsonLine } from '#firmware/console/json-line.ts';
import { bytesOfHex, jsonObject } from '#firmware/vault/bytes.ts';
import { signChallenge } from '#firmware/vault/console-keys.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { openConsolePort } from './console-port.ts';

/** A console whose process only just starts is knocked at again after this. */
const KNOCK_MS = 700;
const ATTACH_LIMIT_MS = 15_000;
/** An officer is waited for 40 s, then a slip is printed in 30 s (boot/supervisor/console-requests.ts). */
const ANSWER_LIMIT_MS = 130_000;
/** 16 MiB at 115,200 baud in base64 take 32 minutes. */
const EXPORT_LIMIT_MS = 45 * 60_000;
const MAX_LINE_CHARACTERS = 65_536;

export type ConsoleReply = { readonly code: string | null; readonly data: unknown };

export type ConsoleClient = {
  readonly unit: string;
  readonly ask: (command: string) => Promise<ConsoleReply>;
  /** The event log from byte `from` on, in order, none missing; resolves to why it ended early, or null. */
  readonly exportLog: (
    from: number,
    onBytes: (bytes: Uint8Array) => void,
  ) => Promise<string | null>;
  /** Leaves the console as a person would like to find it. */
  readonly close: () => Promise<void>;
};

/** Nobody answers at that port, or not in this protocol. */
export class NoConsoleError extends Error {}

type Line = Readonly<Record<string, unknown>>;

/** Whole lines out of chunks cut anywhere. */
const makeLines = (onLine: (line: string) => void): ((chunk: Uint8Array) => void) => {
  const decoder = new TextDecoder('latin1');
  let held = '';
  return (chunk) => {
    const parts = `${held}${decoder.decode(chunk)}`.split('\n');
    held = (parts.pop() ?? '').slice(-MAX_LINE_CHARACTERS);
    for (const part of parts) onLine(part);
  };
};

/** Opens the port and puts the console into its JSON mode. Rejects with `NoConsoleError`. */
export const attachConsole = async (path: string): Promise<ConsoleClient> => {
  const port = await openConsolePort(path).catch((error: unknown) => {
    throw new NoConsoleError(`${path}: ${error instanceof Error ? error.message : error}`);
  });
  const waiting = new Map<number, (line: Line) => void>();
  let onReady: (line: Line) => void = () => undefined;
  let onPortion: (line: Line) => void = () => undefined;
  const take = makeLines((text) => {
    const line = readJsonLine(text);
    if (line?.kind === 'ready') onReady(line);
    if (line?.kind === 'portion') onPortion(line);
    if (line?.kind === 'answer' && typeof line.id === 'number') waiting.get(line.id)?.(line);
  });
  const readOn = async (): Promise<void> => {
    for (let chunk = await port.read(); chunk !== null; chunk = await port.read()) take(chunk);
  };
  void readOn();
  const write = (text: string): Promise<boolean> => port.write(new TextEncoder().encode(text));
  const within = <T>(ms: number, what: string, work: (done: (value: T) => void) => void) =>
    new Promise<T>((resolve, reject) => {
      const late = setTimeout(() => reject(new NoConsoleError(`${path}: ${what}`)), ms);
      work((value) => {
        clearTimeout(late);
        resolve(value);
      });
    });

  const knock = (): void => void write('\u0003\rjson on\r');
  const knocking = setInterval(knock, KNOCK_MS);
  knock();
  const ready = await within<Line>(ATTACH_LIMIT_MS, 'no console answers', (done) => {
    onReady = done;
  })
    .catch((error: unknown) => {
      port.close();
      throw error;
    })
    .finally(() => clearInterval(knocking));
  if (ready.format !== JSON_FORMAT) {
    port.close();
    throw new NoConsoleError(`${path}: speaks ${String(ready.format)}, not ${JSON_FORMAT}`);
  }
  let last = 0;
  const ask = async (command: string, limitMs = ANSWER_LIMIT_MS): Promise<ConsoleReply> => {
    last += 1;
    const id = last;
    const answer = await within<Line>(limitMs, `no answer to ${command}`, (done) => {
      waiting.set(id, done);
      void write(`${id} ${command}\r`);
    }).finally(() => waiting.delete(id));
    return { code: typeof answer.code === 'string' ? answer.code : null, data: answer.data };
  };
  return {
    unit: String(ready.unit),
    ask,
    exportLog: async (from, onBytes) => {
      let next = from;
      let gap = false;
      onPortion = ({ offset, data }) => {
        if (offset !== next) gap = true;
        if (gap) return;
        const bytes = new Uint8Array(Buffer.from(String(data), 'base64'));
        next += bytes.length;
        onBytes(bytes);
      };
      const { code } = await ask(`export log ${from}`, EXPORT_LIMIT_MS);
      onPortion = () => undefined;
      return gap ? 'damaged on the way' : code;
    },
    close: async () => {
      await write('\u0003\r');
      port.close();
    },
  };
};

/** What a technician's key file holds: `{"id", "privateKey"}`, the key in hex. Null: it holds something else. */
export const readTechnicianKey = (path: string): Uint8Array | null =>
  bytesOfHex(jsonObject(readFileSync(path, 'utf8'))?.privateKey, KEY_BYTES);

/** Answers the unit's challenge. Null: logged in; otherwise why not. */
export const logIn = async (client: ConsoleClient, key: Uint8Array): Promise<string | null> => {
  const { code, data } = await client.ask('login');
  if (code !== null) return code;
  const { nonce } = data as { readonly nonce: string };
  const release = (await client.ask('release')).data as { readonly machineCode?: unknown } | null;
  const machineCode = typeof release?.machineCode === 'string' ? release.machineCode : '';
  const answer = await client.ask(`login ${signChallenge(key, machineCode, nonce)}`);
  return answer.code;
};
