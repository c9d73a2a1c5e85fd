/**
 * What runs of a source: all of it but its types, each blanked by a space where it stood, so that lines, columns
 * and comments stay. Node does that whenever it loads a `.ts` file; a release has it done once, by the Node that
 * it carries, and a unit loads its files as they lie there (boot/process/untyped.mjs). A manifest therefore names
 * what runs, and a clone's sources are the release when they are so without their types.
 */
import { stripTypeScriptTypes } from 'node:module';
import { isReleasedSource } from './which-files.ts';

/** From the root of the tree. */
export const UNTYPED_LOADER = 'boot/process/untyped.mjs';

/** This program's sources have no types, as on a unit. */
export const RUNS_UNTYPED = process.execArgv.some((option) => option.endsWith(UNTYPED_LOADER));

/**
 * The content of a file of the tree as a release has it; `path` from the tree's root. Throws SyntaxError for a
 * source that is none.
 */
export const asReleased = (path: string, content: Uint8Array): Uint8Array =>
  path.endsWith('.ts') && isReleasedSource(path)
    ? new Uint8Array(Buffer.from(stripTypeScriptTypes(new TextDecoder().decode(content))))
    : content;

/** As this program runs it. */
export const asItRuns = (path: string, content: Uint8Array): Uint8Array =>
  RUNS_UNTYPED ? content : asReleased(path, content);
