/**
 * Erasing what is about persons after the legal period: keys first, since a sealed pollbook without its key
 * is noise on whatever medium its blocks remain. Each file is overwritten with zeros, made durable, and
 * removed; on flash the old blocks may live on all the same, and only the erased key answers that.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { jsonObject } from '#firmware/vault/bytes.ts';
import { OFFER_FILE, POLLBOOKS_FOLDER, PRINTS_FOLDER } from './election-folder.ts';
import { readProvisionRecord } from './provision.ts';
import { DELIVERIES, LOOKUP, ROSTERS, SECRET, SECRET_FOLDERS } from './provision-folder.ts';

export type Erasable = {
  readonly election: string;
  /** ISO 8601. */
  readonly keepUntil: string;
  /** What goes, in this order: a path below the folder, whole. */
  readonly goes: readonly { readonly what: string; readonly paths: readonly string[] }[];
  readonly stays: readonly string[];
};

const ZEROS = new Uint8Array(65_536);

const namesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).sort() : [];

const below = (root: string, folder: string): readonly string[] =>
  namesIn(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    return lstatSync(join(root, path)).isDirectory() ? below(root, path) : [path];
  });

/** A folder that `provision` wrote. */
const provisioned = (root: string): Erasable | null => {
  const record = readProvisionRecord(root);
  if (record === null) return null;
  const keys = below(root, `${SECRET}/${SECRET_FOLDERS.pollbookKeys}`);
  const deliveries = namesIn(join(root, DELIVERIES));
  const inDeliveries = (file: string): readonly string[] =>
    deliveries
      .map((name) => `${DELIVERIES}/${name}/${file}`)
      .filter((path) => existsSync(join(root, path)));
  return {
    election: record.election,
    keepUntil: record.keepUntil,
    goes: [
      {
        what: "the pollbooks' keys",
        paths: [...keys, ...inDeliveries(DELIVERY_FILES.pollbookKey)],
      },
      {
        what: 'single-use codes, and private keys of a test election',
        paths: below(root, SECRET).filter((path) => !keys.includes(path)),
      },
      {
        what: 'election packages, with pollbooks and templates',
        paths: inDeliveries(DELIVERY_FILES.package),
      },
      { what: 'rosters', paths: below(root, ROSTERS) },
      { what: 'the index of voters', paths: below(root, LOOKUP) },
    ],
    stays: [
      'public/: offer, register of precincts and machines, commitments to paper codes',
      'deliveries/: certificates and public keys of the units',
      "outside this folder: officers' tokens hold pollbook keys, units their own copies, printed rosters",
    ],
  };
};

/** An election folder as it was given. */
const given = (root: string): Erasable | null => {
  const path = join(root, OFFER_FILE);
  if (!existsSync(path) || !existsSync(join(root, POLLBOOKS_FOLDER))) return null;
  const offer = jsonObject(readFileSync(path, 'utf8'));
  const calendar = offer?.calendar;
  const keepUntil =
    typeof calendar === 'object' && calendar !== null && 'validUntil' in calendar
      ? String(calendar.validUntil)
      : '';
  return {
    election: String(offer?.id ?? ''),
    keepUntil,
    goes: [
      { what: 'pollbooks with templates', paths: below(root, POLLBOOKS_FOLDER) },
      { what: "officers' prints", paths: below(root, PRINTS_FOLDER) },
    ],
    stays: ['the offer, polling places, precincts and the public data of officers'],
  };
};

/** What may be erased of a folder; null: it is neither of `provision` nor an election. */
export const erasableOf = (root: string): Erasable | null => provisioned(root) ?? given(root);

const eraseFile = (path: string): void => {
  // A link is removed; what it leads to is somebody else's.
  if (lstatSync(path).isFile()) {
    const file = openSync(path, 'r+');
    try {
      let left = lstatSync(path).size;
      for (let at = 0; left > 0; ) {
        const written = writeSync(file, ZEROS, 0, Math.min(left, ZEROS.length), at);
        at += written;
        left -= written;
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
  rmSync(path);
};

/** Erases in the order given, and says after each file how many there are. */
export const erase = (
  root: string,
  { goes }: Erasable,
  onFile: (what: string, done: number, of: number) => void = () => undefined,
): readonly { readonly what: string; readonly files: number }[] =>
  goes.map(({ what, paths }) => {
    paths.forEach((path, at) => {
      eraseFile(join(root, path));
      onFile(what, at + 1, paths.length);
    });
    return { what, files: paths.length };
  });
