/** What a command of the console works from, and what it leads to. All of it is data. */
import type { Locale } from '../election/definition.ts';
import type {
  ConsoleAnswer,
  ConsoleRefusal,
  ConsoleRequest,
} from '../messages/console-catalogue.ts';
import type { Diagnostics, LogLine } from '../messages/diagnostics.ts';

export type ConsoleView = {
  readonly locale: Locale;
  /** The unit's name in its board file. */
  readonly unit: string;
  /** Null: the supervisor has not said anything yet. */
  readonly diagnostics: Diagnostics | null;
  /** The newest entries of the log that may be told, oldest first. */
  readonly log: readonly LogLine[];
};

/** An answer for people and the same for programs. `code`: why not; null when it went well. */
export type Answer = {
  readonly code: string | null;
  readonly lines: readonly string[];
  readonly data: unknown;
};

/** How the console itself is set. */
export type Setting =
  | { readonly name: 'json'; readonly on: boolean }
  | { readonly name: 'plain'; readonly on: boolean }
  | { readonly name: 'locale'; readonly locale: Locale }
  /** Entries of the log as they come; null ends it. */
  | { readonly name: 'follow'; readonly filter: string | null };

export type Outcome =
  | Export
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'setting'; readonly setting: Setting; readonly answer: Answer }
  | {
      readonly kind: 'request';
      readonly request: ConsoleRequest;
      /** What is said while it is waited for; null: nothing. */
      readonly meanwhile: string | null;
      readonly tell: (answer: ConsoleAnswer, view: ConsoleView) => Answer;
    };

/** The log over the line, in frames from byte `from` on; `end` tells how it went. */
export type Export = {
  readonly kind: 'export';
  readonly from: number;
  readonly end: (
    total: number,
    code: ConsoleRefusal | 'interrupted' | null,
    view: ConsoleView,
  ) => Answer;
};

export const answering = (
  lines: readonly string[],
  data: unknown,
  code: string | null = null,
): Outcome => ({ kind: 'answer', answer: { code, lines, data } });
