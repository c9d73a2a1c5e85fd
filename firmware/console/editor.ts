/**
 * A line as it is typed, from the bytes of a terminal: `node:readline` for one that knows VT100, a plain
 * collector for one that does not and for programs. Both are fed byte by byte (a Tab inside a chunk is
 * text to readline), and only bytes that edit a line get to them: Ctrl+Z would stop the process, Ctrl+D end
 * the interface.
 */
import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { MAX_LINE } from './commands.ts';
import { SCREEN_COLUMNS, SCREEN_ROWS } from './table.ts';

export type EditorEvents = {
  /** A whole line. `whole` false: it was too long, and `line` is only its beginning. */
  readonly onLine: (line: string, whole: boolean) => void;
  /** Ctrl+C. */
  readonly onInterrupt: () => void;
};

export type Editor = {
  readonly take: (byte: number) => void;
  /** The prompt and what is typed of a line, below whatever is on the screen now. */
  readonly prompt: () => void;
  /** Takes prompt and line off the screen, so that something else can be written there. */
  readonly hide: () => void;
  readonly close: () => void;
};

export const BYTE = {
  interrupt: 0x03,
  backspace: 0x08,
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  escape: 0x1b,
  space: 0x20,
  delete: 0x7f,
} as const;

/** Ctrl + A B C E F H I J K L M N P U W, Esc: what edits a line, and nothing else below the space. */
const EDITING = new Set([
  0x01, 0x02, 0x03, 0x05, 0x06, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x10, 0x15, 0x17, 0x1b,
]);
const HISTORY = 50;
/** Bytes between Esc and the end of a sequence, at most. */
const LONGEST_SEQUENCE = 8;

/** The parts of readline that are not in its types (lib/internal/readline/interface.js). */
type Rows = { prevRows: number };

/** Text goes on while the line is not full; what edits always does. */
const makeGate = (length: () => number) => {
  let inSequence = 0;
  let full = false;
  return {
    passes: (byte: number): boolean => {
      if (byte === BYTE.escape) inSequence = LONGEST_SEQUENCE;
      else if (inSequence > 0) {
        inSequence =
          /[A-Za-z~]/.test(String.fromCharCode(byte)) && byte !== 0x4f ? 0 : inSequence - 1;
        return byte >= BYTE.space;
      }
      if (byte < BYTE.space || byte === BYTE.delete)
        return EDITING.has(byte) || byte === BYTE.delete;
      if (length() < MAX_LINE) return true;
      full = true;
      return false;
    },
    /** Whether something did not fit since the last line. */
    takeFull: (): boolean => {
      const was = full;
      full = false;
      return was;
    },
  };
};

export const makeVt100Editor = (
  write: (text: string) => void,
  promptText: () => string,
  complete: (line: string) => { readonly words: readonly string[]; readonly of: string },
  { onLine, onInterrupt }: EditorEvents,
): Editor => {
  const input = new PassThrough();
  const output = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: unknown, _encoding, done) => {
        write(String(chunk));
        done();
      },
    }),
    { columns: SCREEN_COLUMNS, rows: SCREEN_ROWS, isTTY: true as const },
  );
  const lines = createInterface({
    input,
    output,
    terminal: true,
    historySize: HISTORY,
    removeHistoryDuplicates: true,
    completer: (line: string): [string[], string] => {
      const { words, of } = complete(line);
      return [words.map((word) => `${word} `), of];
    },
  });
  const gate = makeGate(() => lines.line.length);
  lines.on('line', (line) => onLine(line, !gate.takeFull()));
  lines.on('SIGINT', () => {
    gate.takeFull();
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    write('^C\r\n');
    onInterrupt();
  });
  return {
    take: (byte) => {
      if (gate.passes(byte)) input.write(Uint8Array.of(byte));
    },
    prompt: () => {
      (lines as unknown as Rows).prevRows = 0;
      lines.setPrompt(promptText());
      lines.prompt(true);
    },
    hide: () => {
      const { rows } = lines.getCursorPos();
      cursorTo(output, 0);
      if (rows > 0) moveCursor(output, 0, -rows);
      clearScreenDown(output);
    },
    close: () => {
      lines.close();
      input.destroy();
    },
  };
};

/** For terminals without VT100 (`echo`), and for programs. */
export const makePlainEditor = (
  write: (text: string) => void,
  promptText: () => string,
  echo: boolean,
  { onLine, onInterrupt }: EditorEvents,
): Editor => {
  let typed: number[] = [];
  let afterReturn = false;
  const gate = makeGate(() => typed.length);
  const say = (text: string): void => {
    if (echo) write(text);
  };
  const take = (byte: number): void => {
    const second = afterReturn && byte === BYTE.lineFeed;
    afterReturn = byte === BYTE.carriageReturn;
    if (second) return;
    if (byte === BYTE.carriageReturn || byte === BYTE.lineFeed) {
      const line = new TextDecoder().decode(Uint8Array.from(typed));
      typed = [];
      say('\r\n');
      onLine(line, !gate.takeFull());
    } else if (byte === BYTE.interrupt) {
      typed = [];
      gate.takeFull();
      say('^C\r\n');
      onInterrupt();
    } else if (byte === BYTE.backspace || byte === BYTE.delete) {
      if (typed.pop() !== undefined) say('\b \b');
    } else if (byte >= BYTE.space && gate.passes(byte)) {
      typed.push(byte);
      if (byte < BYTE.delete) say(String.fromCharCode(byte));
    }
  };
  return {
    take,
    prompt: () => say(`${promptText()}${new TextDecoder().decode(Uint8Array.from(typed))}`),
    hide: () => say('\r\n'),
    close: () => undefined,
  };
};
