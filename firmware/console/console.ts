/**
 * The field console on its serial line: bytes of a terminal in, lines of text or JSON out. It knows what
 * the supervisor tells it and asks it for the rest; what comes over the line can do no more than the
 * commands can. Input and output are bounded: a flood costs this process its time and nobody else's.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Locale } from '../election/definition.ts';
import { sayAtConsole } from '../locale/console.ts';
import type { ConsoleAnswer, ConsoleRequest } from '../messages/console-catalogue.ts';
import type { Diagnostics, LogLine } from '../messages/diagnostics.ts';
import { crc32 } from '../messages/frame.ts';
import { fits, lineText } from './answers-log.ts';
import { completionsOf, MAX_LINE, runLine } from './commands.ts';
import { BYTE, type Editor, makePlainEditor, makeVt100Editor } from './editor.ts';
import { JSON_FORMAT, jsonLine } from './json-line.ts';
import { makeOutput } from './output.ts';
import { printable, SCREEN_ROWS } from './table.ts';
import type { Answer, ConsoleView, Export, Outcome, Setting } from './view.ts';

/** Bytes that came and were not looked at yet; more are dropped. */
const MAX_INPUT_BYTES = 4_096;
/** Bytes that are looked at in one go. */
const PORTION_BYTES = 256;
/** Lines that wait for the command before them. */
const MAX_WAITING_LINES = 8;
/** Entries of the log that are kept here. */
const KEPT_LINES = 500;
/** Somebody who typed nothing for so long has left. */
const LEFT_AFTER_MS = 10 * 60_000;
/** What is refused is refused at once: only what takes longer is announced. */
const ANNOUNCE_MS = 200;

export type ConsoleOptions = {
  readonly link: ByteLink;
  readonly clock: Clock;
  readonly locale: Locale;
  readonly unit: string;
  readonly ask: (request: ConsoleRequest) => Promise<ConsoleAnswer>;
  /** Somebody is at it who was not. */
  readonly onOpened: () => void;
};

export type FieldConsole = {
  readonly snapshot: (diagnostics: Diagnostics) => void;
  readonly logged: (lines: readonly LogLine[]) => void;
  readonly stop: () => void;
};

type Mode = 'vt100' | 'plain' | 'json';

const bytesOfBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

/** A key press that a page of text waits for. */
type Waiting = (byte: number) => void;

export const startConsole = (options: ConsoleOptions): FieldConsole => {
  const { link, clock } = options;
  let locale = options.locale;
  let diagnostics: Diagnostics | null = null;
  let log: readonly LogLine[] = [];
  let mode: Mode = 'vt100';
  let follow: string | null = null;
  let seq = 0;
  let typedAtMs: number | null = null;
  let stopped = false;
  let busy = false;
  let interrupted = false;
  let lostLines = 0;
  let waitingLines: { readonly text: string; readonly whole: boolean }[] = [];
  let pageKey: Waiting | null = null;
  const input: number[] = [];
  let cancelPump: (() => void) | null = null;

  const view = (): ConsoleView => ({ locale, unit: options.unit, diagnostics, log });
  const output = makeOutput(link, (bytes) => {
    if (mode === 'json') sayJson({ kind: 'dropped', bytes });
    else notice(sayAtConsole(locale, 'dropped', { bytes }));
  });
  const sayJson = (content: Readonly<Record<string, unknown>>): boolean => {
    seq += 1;
    return output.write(`${jsonLine(content, seq)}\r\n`);
  };
  /** A line between prompt and answers: the prompt is drawn anew below it. */
  const notice = (text: string): void => {
    const quiet = busy || pageKey !== null;
    if (!quiet) editor.hide();
    output.write(`${printable(text)}\r\n`);
    if (!quiet) editor.prompt();
  };

  const onLine = (text: string, whole: boolean): void => {
    if (waitingLines.length >= MAX_WAITING_LINES) {
      lostLines += 1;
      return;
    }
    waitingLines.push({ text, whole });
    if (!busy) void work();
  };
  const onInterrupt = (): void => {
    interrupted = true;
    waitingLines = [];
    if (follow !== null) {
      follow = null;
      if (mode !== 'json') output.write(`${sayAtConsole(locale, 'log.followEnds')}\r\n`);
    }
    if (mode === 'json') setMode('vt100');
    if (!busy) editor.prompt();
  };
  const editorFor = (next: Mode): Editor => {
    const write = (text: string): void => void output.write(text);
    const events = { onLine, onInterrupt };
    return next === 'vt100'
      ? makeVt100Editor(
          write,
          () => 'urna> ',
          (line) => completionsOf(view(), line),
          events,
        )
      : makePlainEditor(write, () => 'urna> ', next === 'plain', events);
  };
  const setMode = (next: Mode): void => {
    if (next === mode) return;
    editor.close();
    mode = next;
    editor = editorFor(next);
    if (next === 'json') sayJson({ kind: 'ready', format: JSON_FORMAT, unit: options.unit });
  };
  let editor = editorFor(mode);

  /** Waits at the foot of a page. False: no more of it. */
  const nextPage = (): Promise<'page' | 'line' | 'end'> =>
    new Promise((resolve) => {
      output.write(sayAtConsole(locale, 'more'));
      pageKey = (byte) => {
        pageKey = null;
        output.write('\r\u001b[K');
        if (byte === BYTE.space) resolve('page');
        else if (byte === BYTE.carriageReturn || byte === BYTE.lineFeed) resolve('line');
        else resolve('end');
      };
    });
  const sayText = async (lines: readonly string[]): Promise<void> => {
    let left = SCREEN_ROWS - 2;
    for (const [at, line] of lines.entries()) {
      if (interrupted || stopped) return;
      if (mode === 'vt100' && left === 0 && at < lines.length - 1) {
        const next = await nextPage();
        if (next === 'end') return;
        left = next === 'page' ? SCREEN_ROWS - 2 : 1;
      }
      left -= 1;
      await output.room();
      output.write(`${printable(line)}\r\n`);
    }
  };
  const say = async (answer: Answer, command: string, id: number | null): Promise<void> => {
    if (mode !== 'json') return sayText(answer.lines);
    await output.room();
    sayJson({ kind: 'answer', id, command, code: answer.code, data: answer.data });
  };
  const apply = (setting: Setting): void => {
    switch (setting.name) {
      case 'json':
        setMode(setting.on ? 'json' : 'vt100');
        return;
      case 'plain':
        setMode(setting.on ? 'plain' : 'vt100');
        return;
      case 'locale':
        locale = setting.locale;
        return;
      case 'follow':
        follow = setting.filter;
        return;
    }
  };
  const perform = async (outcome: Outcome, command: string, id: number | null): Promise<void> => {
    switch (outcome.kind) {
      case 'answer':
        return say(outcome.answer, command, id);
      case 'setting':
        apply(outcome.setting);
        return say(outcome.answer, command, id);
      case 'request': {
        const { request, meanwhile } = outcome;
        const stopAnnouncing = clock.after(ANNOUNCE_MS, () => {
          if (meanwhile !== null && mode !== 'json') output.write(`${printable(meanwhile)}\r\n`);
        });
        const answer = await options.ask(request);
        stopAnnouncing();
        return say(outcome.tell(answer, view()), command, id);
      }
      case 'export':
        return say(outcome.end(...(await sendLog(outcome.from))), command, id);
    }
  };
  /** Frames `@OFFSET LENGTH CRC-32 BASE64`, or the same as objects, until the end or Ctrl+C. */
  const sendLog = async (from: number): Promise<Parameters<Export['end']>> => {
    for (let offset = from; ; ) {
      const answer = await options.ask({ name: 'readLog', offset });
      if (interrupted || stopped) return [offset, 'interrupted', view()];
      if (answer.outcome !== 'bytes')
        return [offset, answer.outcome === 'refused' ? answer.reason : 'noAnswer', view()];
      const bytes = bytesOfBase64(answer.data);
      if (bytes.length === 0) return [offset, null, view()];
      const { length } = bytes;
      const crc = crc32(bytes).toString(16).padStart(8, '0');
      await output.room();
      const sent =
        mode === 'json'
          ? sayJson({ kind: 'portion', offset, length, data: answer.data })
          : output.write(`@${offset} ${length} ${crc} ${answer.data}\r\n`);
      // What nobody took is not counted as gone out.
      if (!sent) return [offset, 'interrupted', view()];
      offset += length;
    }
  };
  const runOne = async (text: string, whole: boolean): Promise<void> => {
    const [, number, rest = text] = /^\s*(\d{1,9})\s+(.*)$/s.exec(text) ?? [];
    const id = mode === 'json' && number !== undefined ? Number(number) : null;
    const command = id === null ? text : rest;
    if (!whole) {
      const words = sayAtConsole(locale, 'tooLong', { most: MAX_LINE });
      return say({ code: 'tooLong', lines: [words], data: null }, '', id);
    }
    const outcome = runLine(view(), command);
    if (outcome !== null) await perform(outcome, printable(command).trim(), id);
  };
  /** One line after the other. */
  const work = async (): Promise<void> => {
    busy = true;
    for (let next = waitingLines.shift(); next !== undefined; next = waitingLines.shift()) {
      interrupted = false;
      await runOne(next.text, next.whole);
      if (stopped) return;
      if (lostLines > 0 && waitingLines.length === 0) {
        const lines = [sayAtConsole(locale, 'tooFast', { count: lostLines })];
        await say({ code: 'tooFast', lines, data: { count: lostLines } }, '', null);
        lostLines = 0;
      }
      if (waitingLines.length === 0) editor.prompt();
    }
    busy = false;
  };

  /** What one person at the line leaves behind. */
  const forget = (): void => {
    input.length = 0;
    waitingLines = [];
    interrupted = true;
    follow = null;
    locale = options.locale;
    pageKey?.(BYTE.interrupt);
    editor.close();
    mode = 'vt100';
    editor = editorFor(mode);
    void options.ask({ name: 'logout' });
  };
  const greet = (): void => {
    const nowMs = clock.nowMs();
    const isNew = typedAtMs === null || nowMs - typedAtMs > LEFT_AFTER_MS;
    typedAtMs = nowMs;
    if (!isNew) return;
    options.onOpened();
    if (mode === 'json') return;
    output.write(`\r\n${sayAtConsole(locale, 'welcome', { unit: options.unit })}\r\n`);
    editor.prompt();
  };
  const takeByte = (byte: number): void => {
    if (pageKey !== null) pageKey(byte);
    else editor.take(byte);
  };
  const pump = (): void => {
    cancelPump = null;
    for (const byte of input.splice(0, PORTION_BYTES)) takeByte(byte);
    if (input.length > 0 && !stopped) cancelPump = clock.after(0, pump);
  };
  const stops = [
    link.onBytes((chunk) => {
      if (stopped) return;
      greet();
      for (const byte of chunk.subarray(0, MAX_INPUT_BYTES - input.length)) input.push(byte);
      if (cancelPump === null) pump();
    }),
    // Whoever plugs in next is not who pulled out.
    link.onPresence((present) => {
      typedAtMs = null;
      if (!present) forget();
    }),
  ];

  const tell = (line: LogLine): void => {
    // That the command of now was refused is its answer.
    const isOwn = busy && line.id === 'consoleRefused';
    const wanted = follow !== null ? fits(line, follow) : line.disposition === 'failure' && !isOwn;
    if (!wanted || typedAtMs === null) return;
    if (mode !== 'json') notice(lineText(line));
    else if (follow !== null) sayJson({ kind: 'log', line });
  };
  return {
    snapshot: (next) => {
      diagnostics = next;
    },
    logged: (lines) => {
      log = [...log, ...lines].slice(-KEPT_LINES);
      for (const line of lines) tell(line);
    },
    stop: () => {
      stopped = true;
      cancelPump?.();
      for (const stop of stops) stop();
      editor.close();
    },
  };
};
