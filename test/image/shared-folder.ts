/** Before the suite of the image: a folder for what its files share (shared-image.ts). It goes with the suite. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly sharedFolder: string;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'urna-images-'));

export const setup = ({ provide }: TestProject): void => provide('sharedFolder', folder);
export const teardown = (): void => rmSync(folder, { recursive: true, force: true });
