/** The EFI system partition of a medium, file by file and cluster by cluster: what is of the releases, and what is not. */
import { BOOT_PATH, readUkiPath, SETTINGS, SETTINGS_PATH, UKI_FOLDER } from '../../image/esp.ts';
import {
  CLUSTER,
  chainOf,
  clusterOffset,
  contentOf,
  type FatFile,
  FREE,
  fatEntry,
  geometryOf,
  ROOT_CLUSTER,
  readTree,
  reservedSectors,
} from '../../image/fat/volume.ts';
import type { GivenImage } from '../../image/flash/read-image.ts';
import { says } from '../words/phrase.ts';
import type { Find } from './check-image.ts';

/** Folders that an image has. */
const FOLDERS: readonly string[] = ['EFI', 'EFI/BOOT', UKI_FOLDER, 'loader'];
/** What systems change in the first sectors when they mount: marks of use, and where free space is. */
const MARKS: readonly (readonly [from: number, to: number])[] = [
  [65, 66],
  [512 + 488, 512 + 496],
  [3072 + 65, 3072 + 66],
  [3584 + 488, 3584 + 496],
];

const withoutMarks = (sectors: Buffer): Buffer => {
  const plain = Buffer.from(sectors);
  for (const [from, to] of MARKS) plain.fill(0, from, to);
  return plain;
};

const checkFiles = (
  esp: Buffer,
  files: readonly FatFile[],
  image: GivenImage,
  ukis: readonly Uint8Array[],
  find: Find,
): void => {
  const fixed = new Map<string, Uint8Array>([
    [BOOT_PATH[image.arch], image.boot],
    [SETTINGS_PATH, Buffer.from(SETTINGS)],
  ]);
  for (const [path, content] of fixed) {
    const file = files.find((each) => each.path === path);
    if (file === undefined) find('image.fileMissing', path, says('image.fileMissing'));
    else if (!contentOf(esp, file).equals(content))
      find('image.fileChanged', path, says('image.fileChanged'));
  }
  const missing = new Set(ukis);
  for (const file of files.filter(({ path }) => !fixed.has(path))) {
    const content = contentOf(esp, file);
    const same = ukis.find((each) => content.equals(each));
    if (same !== undefined) missing.delete(same);
    if (same !== undefined && readUkiPath(file.path) !== null) continue;
    if (readUkiPath(file.path) === null)
      find('image.fileExtra', file.path, says('image.fileExtra'));
    else find('image.fileChanged', file.path, says('image.fileStarts'));
  }
  for (const each of missing)
    find(
      'image.fileMissing',
      UKI_FOLDER,
      says(each === image.uki ? 'image.noUki' : 'image.noOtherUki'),
    );
};

/** A deleted name that the boot loader's counting left; anything else tells what was here. */
const isOldName = (esp: Buffer, offset: number, counting: ReadonlySet<number>): boolean =>
  esp[offset] === 0xe5 && counting.has(Math.floor(offset / CLUSTER));

const checkSlack = (esp: Buffer, find: Find): void => {
  const geometry = geometryOf(esp.length);
  const { files, folders, remains } = readTree(esp);
  const root = chainOf(esp, geometry, ROOT_CLUSTER) ?? [];
  const used = new Set([...root, ...[...files, ...folders].flatMap(({ clusters }) => clusters)]);
  for (const { path, bytes, clusters } of files) {
    const padded = Buffer.concat(
      clusters
        .slice(-1)
        .map((each) =>
          esp.subarray(clusterOffset(geometry, each), clusterOffset(geometry, each) + CLUSTER),
        ),
    );
    const inLast = bytes - Math.max(0, clusters.length - 1) * CLUSTER;
    if (padded.subarray(inLast).some((each) => each !== 0))
      find('image.slack', path, says('image.slackFile'));
  }
  let [lost, filled] = [0, 0];
  for (let cluster = ROOT_CLUSTER; cluster < geometry.clusters + ROOT_CLUSTER; cluster += 1) {
    if (used.has(cluster)) continue;
    if (fatEntry(esp, geometry, cluster) !== FREE) lost += 1;
    const at = clusterOffset(geometry, cluster);
    if (esp.subarray(at, at + CLUSTER).some((each) => each !== 0)) filled += 1;
  }
  if (lost > 0) find('image.slack', 'urna-esp', says('image.slackLost', { count: lost }));
  if (filled > 0) find('image.slack', 'urna-esp', says('image.slackFree', { count: filled }));
  const counting = new Set(
    folders
      .filter(({ path }) => path === UKI_FOLDER)
      .flatMap(({ clusters }) =>
        clusters.map((each) => Math.floor(clusterOffset(geometry, each) / CLUSTER)),
      ),
  );
  const told = remains.filter((offset) => !isOldName(esp, offset, counting));
  if (told.length > 0)
    find('image.slack', 'urna-esp', says('image.slackNames', { count: told.length }));
};

/** `ukis`: what starts the releases that may be on the medium. */
export const checkEsp = (
  esp: Buffer,
  image: GivenImage,
  ukis: readonly Uint8Array[],
  find: Find,
): number => {
  const expected = reservedSectors(esp.length);
  if (!withoutMarks(esp.subarray(0, expected.length)).equals(withoutMarks(expected)))
    find('image.fileSystem', 'urna-esp', says('image.fileSystemStart'));
  const { files, folders, problems } = readTree(esp);
  if (problems.length > 0)
    find(
      'image.fileSystem',
      'urna-esp',
      says('image.fileSystemProblem', { count: problems.length }),
    );
  for (const { path } of folders)
    if (!FOLDERS.includes(path)) find('image.fileExtra', path, says('image.folderExtra'));
  checkFiles(esp, files, image, ukis, find);
  checkSlack(esp, find);
  return files.length;
};
