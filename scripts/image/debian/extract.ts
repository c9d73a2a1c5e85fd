/** The files of Debian packages, laid out side by side. Nothing of a package is run. */
import { runTool } from '../tools.ts';

/** `dpkg-deb` unpacks; no script of a package runs, nothing is installed. */
export const extractDebs = async (debs: Iterable<string>, folder: string): Promise<void> => {
  for (const deb of debs) await runTool('dpkg-deb', ['--extract', deb, folder]);
};
