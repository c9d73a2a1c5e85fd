/** Where what was fetched is kept between runs: outside the tree, so that no build dirties a clone. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `URNA_CACHE`, or `urna` in the user's cache folder (XDG Base Directory Specification). Made when missing. */
export const cacheFolder = (...below: readonly string[]): string => {
  const { URNA_CACHE, XDG_CACHE_HOME } = process.env;
  const base = URNA_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'urna');
  const folder = join(base, ...below);
  mkdirSync(folder, { recursive: true });
  return folder;
};
