/**
 * Node loads the sources of a release as they lie there: their types were blanked when it was made
 * (boot/release/untyped.ts). Otherwise each program first loads a compiler and lets it look for types that are not
 * there, which is most of the time that a program takes to start. Where there are types, this is not loaded; with
 * it they are a syntax error.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const TREE = new URL('../../', import.meta.url).href;
const PACKAGES = `${TREE}node_modules/`;

const isSource = (url) => url !== undefined && url.startsWith(TREE) && !url.startsWith(PACKAGES);

/** Where each package lies that a source imports: the same for all sources, since none has packages of its own. */
const packages = new Map();
const findPackage = (name, context, next) => {
  if (!packages.has(name)) packages.set(name, { ...next(name, context), shortCircuit: true });
  return packages.get(name);
};

registerHooks({
  // A source names another by its place, `./x.ts` or `#hal/x.ts`. Node would look for links on the way and for the
  // package.json above it, once for each time that one of hundreds of sources is named.
  resolve: (name, context, next) => {
    const from = context.parentURL;
    if (!isSource(from)) return next(name, context);
    if (/^[@a-z]/.test(name) && context.conditions.includes('import'))
      return findPackage(name, context, next);
    if (!/^[.#].*\.ts$/.test(name)) return next(name, context);
    const url = name.startsWith('#') ? TREE + name.slice(1) : new URL(name, from).href;
    return { url, format: 'module', shortCircuit: true };
  },
  load: (url, context, next) =>
    url.startsWith('file:') && url.endsWith('.ts')
      ? { format: 'module', source: readFileSync(new URL(url), 'utf8'), shortCircuit: true }
      : next(url, context),
});
