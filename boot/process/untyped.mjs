/**
 * Node loads the sources of a release as they lie there: their types were blanked when it was made
 * (boot/release/untyped.ts). Otherwise each program first loads a compiler and lets it look for types that are not
 * there, which is most of the time that a program takes to start. Where there are types, this is not loaded; with
 * it they are a syntax error.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

registerHooks({
  load: (url, context, next) =>
    url.startsWith('file:') && url.endsWith('.ts')
      ? { format: 'module', source: readFileSync(new URL(url)), shortCircuit: true }
      : next(url, context),
});
