/** Where the release lies that runs here. */

/** The tree as it is on a unit and in a clone: what holds boot/. */
export const RELEASE_ROOT = new URL('../../', import.meta.url).pathname;
