/**
 * Node loads the sources of a release as they lie there: their types were blanked when it was made
 * (boot/release/untyped.ts). Otherwise each program first loads a compiler and lets it look for types that are not
 * there, which is most of the time that a program takes to start. Where there are types, this is not loaded; with
 * it they are a syntax error.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const TREE = new URL('../../', import.meta.url).href;

registerHooks({
  // A source names another by its place, `./x.ts` or `#hal/x.ts`. Node would look for links on the way and for the
  // package.json above it, once for each time that one of hundreds of sources is named.
  resolve: (name, context, next) =>
    !name.endsWith('.ts') || !/^[.#]/.test(name) || context.parentURL === undefined
      ? next(name, context)
      : {
          url: name.startsWith('#') ? TREE + name.slice(1) : new URL(name, context.parentURL).href,
          format: 'module',
          shortCircuit: true,
        },
  load: (url, context, next) =>
    url.startsWith('file:') && url.endsWith('.ts')
      ? { format: 'module', source: readFileSync(new URL(url)), shortCircuit: true }
      : next(url, context),
});
