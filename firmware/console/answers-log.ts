/** The log at the console: the newest entries, filtered, and followed as they come. */
import { sayAtConsole } from '../locale/console.ts';
import type { LogLine } from '../messages/diagnostics.ts';
import { timeText } from './answers-unit.ts';
import { SCREEN_COLUMNS } from './table.ts';
import type { ConsoleView, Outcome } from './view.ts';

/** Entries that one command shows. */
const SHOWN = 100;
/** Who follows wants what comes: only so many of what was are shown before, without a page to turn. */
const SHOWN_BEFORE = 12;

export const lineText = ({ atMs, id, fields, disposition }: LogLine): string => {
  const told = Object.entries(fields)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value.slice(0, 24) : value}`)
    .join(', ');
  const mark = disposition === 'failure' ? '!' : ' ';
  const line = `${timeText(atMs)} ${mark} ${id}${told === '' ? '' : ` (${told})`}`;
  return line.slice(0, SCREEN_COLUMNS - 1);
};

/** Whether an entry has `filter` in it, in whatever case; the empty filter fits all. */
export const fits = (line: LogLine, filter: string): boolean =>
  lineText(line).toLowerCase().includes(filter.toLowerCase());

export const log = (view: ConsoleView, args: readonly string[]): Outcome => {
  const follows = args.includes('-f');
  const filter = args.filter((arg) => arg !== '-f').join(' ');
  const shown = view.log
    .filter((line) => fits(line, filter))
    .slice(follows ? -SHOWN_BEFORE : -SHOWN);
  const lines = [
    ...(shown.length === 0 ? [sayAtConsole(view.locale, 'log.none')] : shown.map(lineText)),
    ...(follows ? [sayAtConsole(view.locale, 'log.follow')] : []),
  ];
  const answer = { code: null, lines, data: { filter, lines: shown } };
  return follows
    ? { kind: 'setting', setting: { name: 'follow', filter }, answer }
    : { kind: 'answer', answer };
};
