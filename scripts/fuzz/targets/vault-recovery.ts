/**
 * The whole vault in the middle of a vote, a file or slot of which is other than it was. On one unit:
 * the other has it all, and nothing is lost. Alike on both: it goes on from what is left, or names a fault
 * and has overwritten nothing.
 *
 * An input is the number of the file, one byte, its highest bit for both units; then what it now holds.
 */
import { type EmulatedCell, makeEmulatedCell } from '#drivers/storage/emulator-cell.ts';
import { type EmulatedMedium, makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { makeEd25519KeyPair, makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { setUpVault } from '#firmware/vault/set-up.ts';
import type { VaultBoard } from '#firmware/vault/units.ts';
import { CELL_SLOT_BYTES, type CellSlot } from '#hal/secure-cell.ts';
import { type FuzzTarget, type FuzzVerdict, finding } from '../target.ts';

const BALLOT_BYTES = 24;
const CODES = ['C0000', 'C0001', 'C0002', 'C0003'];

type Devices = {
  readonly media: Readonly<Record<'fixed' | 'removable', EmulatedMedium>>;
  readonly cells: Readonly<Record<'board' | 'module', EmulatedCell>>;
};
/** A file of a medium, or a slot of a cell. */
type Place = { readonly path: string } | { readonly slot: CellSlot };
type UnitName = 'fixed' | 'removable';
type Image = Readonly<
  Record<
    UnitName,
    {
      readonly files: ReadonlyMap<string, Uint8Array>;
      readonly cell: ReadonlyMap<CellSlot, Uint8Array>;
    }
  >
>;

const chance = makeSeededEntropy(1, 'fuzz seeds of vaults');
const IDENTITY = makeEd25519KeyPair(chance);
const PRECINCT = makeX25519KeyPair(chance);

const makeDevices = (): Devices => {
  const clock = makeVirtualClock(Date.UTC(2026, 10, 22));
  return {
    media: {
      fixed: makeEmulatedMedium({ name: 'fixed', clock }),
      removable: makeEmulatedMedium({ name: 'removable', clock }),
    },
    cells: {
      board: makeEmulatedCell({ name: 'board' }),
      module: makeEmulatedCell({ name: 'module' }),
    },
  };
};

const boardOf = ({ media, cells }: Devices): VaultBoard => ({
  media: { fixed: media.fixed.connect(), removable: media.removable.connect() },
  cells: { board: cells.board.connect(), module: cells.module.connect() },
  entropy: makeSeededEntropy(2, 'fuzz of vaults'),
  identity: IDENTITY,
  election: { id: 'test-2026', precinctId: '123456789-01', test: true },
});

const imageOf = ({ media, cells }: Devices): Image => ({
  fixed: { files: media.fixed.files(), cell: cells.board.image() },
  removable: { files: media.removable.files(), cell: cells.module.image() },
});

const sure = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(`the vault said ${JSON.stringify(result.error)}`);
  return result.value;
};

/** One vote in the urn, the next past its commit point. */
const inMidVote = async (): Promise<Image> => {
  const devices = makeDevices();
  const board = boardOf(devices);
  sure(
    await setUpVault(board, {
      publicKey: PRECINCT.publicKey,
      slots: 3,
      ballotBytes: BALLOT_BYTES,
      paperBytes: BALLOT_BYTES,
      codes: CODES,
      commitments: Uint8Array.of(1, 2, 3),
    }),
  );
  const vault = openVault(board);
  sure(await vault.recover());
  const vote = () => {
    const bytes = new Uint8Array(BALLOT_BYTES);
    return vault.activate().then(() => vault.prepare({ ballot: bytes, paper: bytes }));
  };
  sure(await vote());
  for (const mark of ['STARTED', 'DONE', 'CONFIRMED'] as const) sure(await vault.markPrint(mark));
  sure(await vault.commit());
  sure(await vault.settle());
  sure(await vote());
  vault.close();
  return imageOf(devices);
};

const IMAGE = await inMidVote();
const PLACES: readonly Place[] = [
  ...[...IMAGE.fixed.files.keys()].sort().map((path) => ({ path })),
  ...([0, 1, 'oneTime'] as const).map((slot) => ({ slot })),
];
const ON_BOTH = 0x80;

const contentOf = (place: Place): Uint8Array =>
  ('path' in place ? IMAGE.fixed.files.get(place.path) : IMAGE.fixed.cell.get(place.slot)) ??
  new Uint8Array(CELL_SLOT_BYTES);

/** A slot always has its 64 bytes. */
const slotOf = (bytes: Uint8Array): Uint8Array => {
  const slot = new Uint8Array(CELL_SLOT_BYTES);
  slot.set(bytes.subarray(0, CELL_SLOT_BYTES));
  return slot;
};

const changed = (unit: UnitName, place: Place, bytes: Uint8Array): Image[UnitName] => {
  const { files, cell } = IMAGE[unit];
  return 'path' in place
    ? { files: new Map([...files, [place.path, bytes]]), cell }
    : { files, cell: new Map([...cell, [place.slot, slotOf(bytes)]]) };
};

const linesOf = (kept: ReadonlyMap<unknown, Uint8Array>): readonly string[] =>
  [...kept].map(([name, bytes]) => `${String(name)} ${Buffer.from(bytes).toString('base64')}`);

const textOf = (image: Image): string =>
  JSON.stringify(
    Object.values(image).map(({ files, cell }) => [linesOf(files).toSorted(), linesOf(cell)]),
  );

const runRecovery = async (input: Uint8Array): Promise<FuzzVerdict> => {
  const [first = 0] = input;
  const place = PLACES[(first & ~ON_BOTH) % PLACES.length]!;
  const onBoth = (first & ON_BOTH) !== 0;
  const bytes = input.slice(1);
  const image: Image = {
    fixed: changed('fixed', place, bytes),
    removable: onBoth ? changed('removable', place, bytes) : IMAGE.removable,
  };
  const devices = makeDevices();
  devices.media.fixed.load(image.fixed.files);
  devices.media.removable.load(image.removable.files);
  devices.cells.board.load(image.fixed.cell);
  devices.cells.module.load(image.removable.cell);
  const vault = openVault(boardOf(devices));
  const recovered = await vault.recover();
  vault.close();
  if (!recovered.ok) {
    if (!onBoth) return finding(`the other unit has it all, and yet ${recovered.error.kind}`);
    return textOf(imageOf(devices)) === textOf(image)
      ? 'refused'
      : finding(`${recovered.error.kind}, and something was overwritten`);
  }
  const { epoch, phase } = recovered.value;
  return onBoth || (epoch === 1 && phase === 'PREPARED')
    ? 'accepted'
    : finding(`one file is other, and a vote is lost: ${phase} of epoch ${epoch}`);
};

export const VAULT_RECOVERY_TARGET: FuzzTarget = {
  name: 'vault-recovery',
  describes: 'the vault on media and cells, one file of which is other than it was',
  seeds: () =>
    PLACES.flatMap((place, index) =>
      [index, index | ON_BOTH].map((first) => Uint8Array.from([first, ...contentOf(place)])),
    ),
  run: runRecovery,
};
