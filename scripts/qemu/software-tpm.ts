/** A software TPM 2.0 (swtpm) whose memory outlives the machine: one process for each time it is switched on. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AttachedProcess, startAttached } from './attached-process.ts';

export type SoftwareTpm = {
  /** Its control socket, for QEMU. */
  readonly path: string;
  readonly stop: () => Promise<void>;
};

const OPEN_LIMIT_MS = 10_000;
const LOOK_MS = 10;

const opened = async (path: string, process: AttachedProcess): Promise<void> => {
  const endMs = performance.now() + OPEN_LIMIT_MS;
  while (!existsSync(path)) {
    if (performance.now() > endMs) {
      await process.kill();
      throw new Error(`swtpm does not start: ${process.lastWords()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

/** `folder`: its memory; `path`: where it listens. */
export const startSoftwareTpm = async (folder: string, path: string): Promise<SoftwareTpm> => {
  mkdirSync(folder, { recursive: true });
  rmSync(path, { force: true });
  const process = startAttached('swtpm', [
    ...['socket', '--tpm2', '--tpmstate', `dir=${folder}`],
    ...['--ctrl', `type=unixio,path=${path}`, '--log', `file=${join(folder, 'log')},level=1`],
  ]);
  await opened(path, process);
  return { path, stop: process.kill };
};
