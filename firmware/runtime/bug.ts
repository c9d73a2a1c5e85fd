/**
 * A bug as a code: where it struck, never what was said. Messages of exceptions may quote what the code
 * had in hand, a mark or a voter, and a code goes to screen, log and console.
 */
import { asWord } from '../events/catalogue.ts';
import { MAX_WORD_LENGTH } from '../events/fields.ts';

/** A stack of V8: `Error: message`, then one line `    at name (path/file.ts:line:column)` a frame. */
const FIRST_FRAME = /\n {4}at [^\n]*?([\w.-]+)\.ts:(\d+):\d+/;

const asCode = (where: string): string => `bug.${asWord(where)}`.slice(0, MAX_WORD_LENGTH);

/** `bug.file.line` of what was thrown; `bug.unknown` when that can not be told. */
export const codeOfThrown = (thrown: unknown): string => {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const [, file, line] = FIRST_FRAME.exec(stack) ?? [];
  return asCode(file === undefined ? 'unknown' : `${file}.${line}`);
};

/** An invariant's own words: they name no mark and no voter. */
export const codeOfInvariant = (wrong: string): string => asCode(wrong);
