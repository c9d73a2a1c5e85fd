/**
 * What people carry to a virtual unit: officers' tokens, the memory module, the authority's delivery. Each is
 * an image on the host that is written before it is put in and read after it was pulled out.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EmulatedToken } from '#drivers/storage/emulator-token.ts';
import { TOKEN_FILE } from '#drivers/storage/token-file.ts';
import type { BenchModule } from '../bench/machine.ts';
import { MEDIUM_OWNERS } from '../devices/rack-storage.ts';
import { type HotDisk, makeHotDisk } from './hot-disk.ts';
import { STICKS } from './identities.ts';
import type { QmpClient } from './qmp.ts';
import {
  type Files,
  readExt4Image,
  readFatImage,
  writeExt4Image,
  writeFatImage,
} from './stick-images.ts';

/** Room of the memory module; what is not written takes none on the host. */
const MODULE_BYTES = 2 ** 31;
const DELIVERY_BYTES = 64 << 20;

export type VirtualTokenSlot = {
  /** Puts a token in; the one that was in is taken out before. */
  insert(token: EmulatedToken): void;
  /** Takes it out; what was written to it is in its record once `settled` resolves. Null: none was in. */
  remove(): EmulatedToken | null;
  inserted(): EmulatedToken | null;
  /** Resolves when hands are still: everything asked for has happened. Rejects when something went wrong. */
  settled(): Promise<void>;
};

const makeTokenSlot = (disk: HotDisk, image: string): VirtualTokenSlot => {
  let token: EmulatedToken | null = null;
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): void => {
    turn = turn.then(work);
    // Whoever waits for `settled` is told.
    turn.catch(() => undefined);
  };
  const takeOut = async (held: EmulatedToken): Promise<void> => {
    await disk.remove();
    held.record = (await readFatImage(image)).get(TOKEN_FILE) ?? null;
  };
  const remove = (): EmulatedToken | null => {
    const held = token;
    token = null;
    if (held !== null) inTurn(() => takeOut(held));
    return held;
  };
  return {
    insert: (next) => {
      remove();
      token = next;
      inTurn(async () => {
        const files = next.record === null ? new Map() : new Map([[TOKEN_FILE, next.record]]);
        await writeFatImage(image, STICKS.token.serial, files);
        await disk.insert(image);
      });
    },
    remove,
    inserted: () => token,
    settled: () => turn,
  };
};

export type VirtualSticks = {
  readonly tokens: VirtualTokenSlot;
  readonly module: BenchModule & {
    /** What is on it by path, as far as it was written; while it is in, what was written so far. */
    files(): Promise<Files>;
  };
  readonly delivery: {
    /** Puts the stick in with these files in place of what was on it. */
    bring(files: Files): Promise<void>;
    /** What is on it now. */
    files(): Promise<Files>;
    takeAway(): Promise<void>;
  };
  /** The machine was switched on, or, null, off. */
  attach(monitor: QmpClient | null): Promise<void>;
};

/** Images in `folder`; a module that is there already is the one that is in. */
export const makeVirtualSticks = async (folder: string): Promise<VirtualSticks> => {
  mkdirSync(folder, { recursive: true });
  const [module, delivery, token] = [STICKS.module, STICKS.delivery, STICKS.token].map(makeHotDisk);
  if (module === undefined || delivery === undefined || token === undefined)
    throw new Error('three sticks');
  const image = (name: keyof typeof STICKS): string => join(folder, `${name}.img`);
  if (!existsSync(image('module')))
    await writeExt4Image(image('module'), 'urna-module', MODULE_BYTES, MEDIUM_OWNERS);
  await module.insert(image('module'));
  return {
    tokens: makeTokenSlot(token, image('token')),
    module: {
      present: module.inserted,
      pull: () => void module.remove(),
      putBack: () => void module.insert(image('module')),
      files: () => readExt4Image(image('module')),
    },
    delivery: {
      bring: async (files) => {
        await delivery.remove();
        await writeFatImage(image('delivery'), 'URNA', files, DELIVERY_BYTES);
        await delivery.insert(image('delivery'));
      },
      files: () => readFatImage(image('delivery')),
      takeAway: delivery.remove,
    },
    attach: async (monitor) => {
      for (const stick of [module, delivery, token]) await stick.attach(monitor);
    },
  };
};
