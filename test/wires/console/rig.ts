/** A technician's laptop at the bench's serial cable: keys out, what the terminal shows in. */
import { openSerialPort } from '#drivers/links/serial-port.ts';

const LIMIT_MS = 30_000;

/** The console's process may only just be starting: Enter again after this. */
const KNOCK_MS = 700;

export type Laptop = {
  /** Presses Enter until a prompt is there. */
  readonly wake: () => Promise<string>;
  /** Types, and resolves to what appears from then on until `until` does. */
  readonly type: (keys: string, until: string | RegExp) => Promise<string>;
  readonly send: (bytes: Uint8Array) => Promise<boolean>;
  readonly shown: () => string;
  readonly close: () => void;
};

const matches = (text: string, until: string | RegExp): boolean =>
  typeof until === 'string' ? text.includes(until) : until.test(text);

export const plugIn = async (path: string): Promise<Laptop> => {
  const port = await openSerialPort(path, 115_200);
  let shown = '';
  const lookers = new Set<() => void>();
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for (let chunk = await port.read(); chunk !== null; chunk = await port.read()) {
      shown += decoder.decode(chunk, { stream: true });
      for (const look of [...lookers]) look();
    }
  };
  void read();
  const laptop: Laptop = {
    wake: async () => {
      const prompt = laptop.type('\r', 'urna> ');
      const knocking = setInterval(() => void port.write(Uint8Array.of(0x0d)), KNOCK_MS);
      try {
        return await prompt;
      } finally {
        clearInterval(knocking);
      }
    },
    type: async (keys, until) => {
      const from = shown.length;
      const seen = new Promise<string>((resolve, reject) => {
        const look = (): void => {
          const text = shown.slice(from);
          if (!matches(text, until)) return;
          clearTimeout(late);
          lookers.delete(look);
          resolve(text);
        };
        const late = setTimeout(() => {
          lookers.delete(look);
          reject(new Error(`in vain for ${until}: ${JSON.stringify(shown.slice(from))}`));
        }, LIMIT_MS);
        lookers.add(look);
      });
      await port.write(new TextEncoder().encode(keys));
      return seen;
    },
    send: (bytes) => port.write(bytes),
    shown: () => shown,
    close: port.close,
  };
  return laptop;
};
