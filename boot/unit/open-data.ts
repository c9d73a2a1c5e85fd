/** The stage of the data partition, with the real TPM and the real tools; on its first start the cells too. */
import type { BoardFile } from '#drivers/board-file.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { makeTpmCell } from '#drivers/tpm/cell.ts';
import { sealSecret, unsealSecret } from '#drivers/tpm/seal.ts';
import type { SealedBlob } from '#drivers/tpm/seal-codec.ts';
import { holdTpmDevice, openTpmDevice } from '#drivers/tpm/transport.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { openBoardFile } from '../process/open-file.ts';
import { DATA_PLACE, type KeyKeeper, openDataPartition, SEALED_TO } from './data.ts';
import { loadModules, SYSFS } from './devices.ts';
import { runTool } from './run-tool.ts';
import { pathInRelease } from './sandboxes.ts';
import type { UnitFile } from './unit-file.ts';
import { bindRollbackIndex } from './version.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A sealed key as text: both parts in hex, a point between them. */
const textOf = (blob: SealedBlob): string => `${hexOf(blob.private)}.${hexOf(blob.public)}`;
const blobOf = (text: string): SealedBlob | null => {
  const [, secret, shown] = /^((?:[0-9a-f]{2})+)\.((?:[0-9a-f]{2})+)$/.exec(text) ?? [];
  return secret === undefined || shown === undefined
    ? null
    : {
        private: new Uint8Array(Buffer.from(secret, 'hex')),
        public: new Uint8Array(Buffer.from(shown, 'hex')),
      };
};

export const tpmKeeper = (path: string): KeyKeeper => {
  const withTpm = async <T>(
    work: (options: Parameters<typeof sealSecret>[0]) => Promise<Result<T, string>>,
  ): Promise<Result<T, string>> => {
    const transport = await holdTpmDevice(path).catch(() => null);
    if (transport === null) return err(`${path} is not there`);
    try {
      return await work({ transport, entropy: systemEntropy, pcrs: SEALED_TO });
    } finally {
      transport.close();
    }
  };
  return {
    bind: (key, how) => bindRollbackIndex(path, key, how),
    seal: async (key) => {
      const sealed = await withTpm((options) => sealSecret(options, key));
      return sealed.ok ? ok(textOf(sealed.value)) : sealed;
    },
    unseal: async (sealed) => {
      const blob = blobOf(sealed);
      return blob === null
        ? err('the sealed key is no such text')
        : await withTpm((options) => unsealSecret(options, blob));
    },
  };
};

/** Cells that are indexes of a TPM: defined where they are not, blank; what is there stays. */
const provisionCells = async ({ booth }: BoardFile): Promise<Result<number, string>> => {
  let count = 0;
  for (const name of ['board', 'module'] as const) {
    const place = booth.cells[name];
    if (place.kind !== 'tpm') continue;
    const nv = { index: place.nvIndex, auth: new Uint8Array(0) };
    const transport = openTpmDevice(place.path);
    const cell = makeTpmCell({ ...place, name, transport, nv, clock: systemClock });
    const made = await cell.provision(new Uint8Array(0));
    if (!made.ok) return err(`${name} cell: ${made.error.detail}`);
    count += 1;
  }
  return ok(count);
};

export const openData = async (unit: UnitFile): Promise<Result<string, string>> => {
  if (unit.data === null) return ok('none: a bench');
  const { partition, tpm, modules } = unit.data;
  const loaded = await loadModules(modules, runTool);
  if (!loaded.ok) return loaded;
  const cells = await provisionCells(await openBoardFile(pathInRelease(unit.board)));
  if (!cells.ok) return cells;
  const opened = await openDataPartition({
    partition,
    keeper: tpm === null ? null : tpmKeeper(tpm),
    entropy: systemEntropy,
    run: runTool,
    sysfs: SYSFS,
    dev: '/dev',
    place: DATA_PLACE,
  });
  return opened.ok ? ok(`${opened.value}; ${cells.value} cells in the TPM`) : opened;
};
