/**
 * An update as writes in an order that can be cut anywhere. The slot that is running is not touched; the other
 * one's entry goes first, then comes its content, then the names of its partitions, and its entry last: at every
 * instant what is started is whole.
 */
import { err, ok, type Result } from '#hal/result.ts';
import { type Disk, endOfContent } from '../disk/disk.ts';
import { backupTable, type Gpt, primaryTable, SECTOR_BYTES } from '../disk/gpt.ts';
import { extentOf, idsOfRoot, type Slot } from '../disk/layout.ts';
import { applyWrites, shifted, type Write } from '../disk/write.ts';
import { TRIES, ukiPath } from '../esp.ts';
import { addFile, reclaim, removeFile } from '../fat/change.ts';
import { type DiskUki, isSlotWhole, type OurDisk } from '../read-disk.ts';
import type { UkiFacts } from '../uki.ts';
import { setupMarkOf } from './setup-mark.ts';

/** What an update brings: of an image that was found whole. */
export type Release = UkiFacts & {
  readonly uki: Uint8Array;
  /** PEM. */
  readonly signer: string;
  readonly root: Uint8Array;
  readonly tree: Uint8Array;
};

export type UpdatePlan = {
  readonly slot: Slot;
  readonly kept: DiskUki;
  /** Each list is on the medium before the next one begins. */
  readonly steps: readonly (readonly Write[])[];
};

const otherSlot = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');

/** The release that the unit goes back to: it has shown that it starts, and it is whole. */
const keptOf = (disk: Disk, { gpt, ukis }: OurDisk): DiskUki | null =>
  [...ukis]
    .filter(({ name }) => name.triesLeft === null)
    .sort((a, b) => b.name.number - a.name.number)
    .find(
      (uki) => uki.signer !== null && uki.slot !== null && isSlotWhole(disk, gpt, uki.slot, uki),
    ) ?? null;

const whyNot = (kept: DiskUki, ukis: readonly DiskUki[], release: Release): string | null => {
  const { rollbackIndex, arch, rootHash, signer } = release;
  const newest = Math.max(
    ...ukis.filter((each) => each.signer === kept.signer).map((each) => each.rollbackIndex),
  );
  if (arch !== kept.arch) return `the image is for ${arch} and the unit is ${kept.arch}`;
  if (signer !== kept.signer) return 'the image is not signed by whoever signed the unit’s release';
  if (rollbackIndex < newest)
    return `the image is older: rollback index ${rollbackIndex}, and the unit has ${newest}`;
  return rootHash === kept.rootHash ? 'the unit has this release already' : null;
};

/** New content, and zeros over what was longer before. */
const overwrite = (
  disk: Disk,
  offset: number,
  bytes: number,
  content: Uint8Array,
): readonly Write[] => {
  const behind = offset + content.length;
  const rest = Buffer.alloc(Math.max(0, endOfContent(disk, behind, offset + bytes) - behind));
  return [
    { offset, bytes: content },
    ...(rest.length === 0 ? [] : [{ offset: behind, bytes: rest }]),
  ];
};

const tableWith = (gpt: Gpt, slot: Slot, rootHash: string): Gpt => {
  const [root, verity] = idsOfRoot(rootHash);
  const ids: Readonly<Record<string, string>> = {
    [`urna-root-${slot}`]: root,
    [`urna-verity-${slot}`]: verity,
  };
  const partitions = gpt.partitions.map((each) => ({ ...each, id: ids[each.name] ?? each.id }));
  return { ...gpt, partitions };
};

/** Every entry but the kept one's goes, and what an update that was cut left behind; `esp` is changed so. */
const clearEsp = (esp: Buffer, ukis: readonly DiskUki[], kept: DiskUki): readonly Write[] => {
  const done: Write[] = [];
  const apply = (writes: readonly Write[]): void => {
    applyWrites(esp, writes);
    done.push(...writes);
  };
  for (const { path } of ukis) if (path !== kept.path) apply(removeFile(esp, path));
  apply(reclaim(esp));
  return done;
};

/** The error says why the unit takes no update, or not this one. */
export const planUpdate = (
  disk: Disk,
  ours: OurDisk,
  release: Release,
): Result<UpdatePlan, string> => {
  const { gpt, ukis } = ours;
  const data = extentOf(gpt, 'urna-data');
  const mark = setupMarkOf((offset, bytes) => disk.read(data.offset + offset, bytes));
  if (mark !== 'beforeSetup')
    return err('the unit was set up for an election, or does not say that it was not');
  const kept = keptOf(disk, ours);
  if (kept === null) return err('it holds no whole release that has shown that it starts');
  const reason = whyNot(kept, ukis, release);
  if (reason !== null) return err(reason);
  const slot = otherSlot(kept.slot!);
  const espOffset = extentOf(gpt, 'urna-esp').offset;
  const esp = Buffer.from(ours.esp);
  const removed = shifted(clearEsp(esp, ukis, kept), espOffset);
  const number = Math.max(...ukis.map(({ name }) => name.number)) + 1;
  const added = shifted(
    addFile(esp, ukiPath({ number, triesLeft: TRIES }), release.uki),
    espOffset,
  );
  const table = tableWith(gpt, slot, release.rootHash);
  const backup = backupTable(table);
  const root = extentOf(gpt, `urna-root-${slot}`);
  const verity = extentOf(gpt, `urna-verity-${slot}`);
  const nameOfIt = added.at(-1)!;
  return ok({
    slot,
    kept,
    steps: [
      removed,
      [
        ...overwrite(disk, root.offset, root.bytes, release.root),
        ...overwrite(disk, verity.offset, verity.bytes, release.tree),
      ],
      [{ offset: gpt.sectors * SECTOR_BYTES - backup.length, bytes: backup }],
      // The protective MBR before it stays as it is.
      [{ offset: SECTOR_BYTES, bytes: primaryTable(table).subarray(SECTOR_BYTES) }],
      added.slice(0, -1),
      [nameOfIt],
    ],
  });
};
