/**
 * The archive of an initramfs: cpio "newc" (Linux, Documentation/driver-api/early-userspace/buffer-format.rst).
 * All of it root's, times zero, numbered in order: the same entries give the same bytes.
 */
export type CpioEntry =
  | { readonly path: string; readonly kind: 'folder' }
  | {
      readonly path: string;
      readonly kind: 'file';
      readonly content: Uint8Array;
      readonly program: boolean;
    }
  | { readonly path: string; readonly kind: 'link'; readonly to: string }
  | {
      readonly path: string;
      readonly kind: 'characterDevice';
      readonly major: number;
      readonly minor: number;
    };

const MODES = { folder: 0o040755, link: 0o120777, characterDevice: 0o020600 } as const;
const TRAILER = 'TRAILER!!!';

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

type Fields = {
  readonly mode: number;
  readonly size: number;
  readonly major: number;
  readonly minor: number;
  readonly links: number;
};

const header = (
  number: number,
  name: Buffer,
  { mode, size, major, minor, links }: Fields,
): Buffer => {
  // Inode, mode, user, group, links, time, size, device (two), special device (two), length of name, checksum.
  const fields = [number, mode, 0, 0, links, 0, size, 0, 0, major, minor, name.length, 0];
  const text = fields.map((each) => each.toString(16).toUpperCase().padStart(8, '0')).join('');
  return padded(Buffer.concat([Buffer.from(`070701${text}`, 'latin1'), name]));
};

const modeOf = (entry: CpioEntry): number =>
  entry.kind === 'file' ? (entry.program ? 0o100755 : 0o100644) : MODES[entry.kind];

const contentOf = (entry: CpioEntry): Buffer => {
  if (entry.kind === 'file') return Buffer.from(entry.content);
  return entry.kind === 'link' ? Buffer.from(entry.to, 'utf8') : Buffer.alloc(0);
};

/** Folders must stand before what is in them. */
export const cpioArchive = (entries: readonly CpioEntry[]): Uint8Array => {
  const parts = entries.flatMap((entry, at) => {
    const content = contentOf(entry);
    const { major, minor } = entry.kind === 'characterDevice' ? entry : { major: 0, minor: 0 };
    const links = entry.kind === 'folder' ? 2 : 1;
    const fields = { mode: modeOf(entry), size: content.length, major, minor, links };
    return [header(at + 1, Buffer.from(`${entry.path}\0`, 'utf8'), fields), padded(content)];
  });
  const last = header(0, Buffer.from(`${TRAILER}\0`), {
    mode: 0,
    size: 0,
    major: 0,
    minor: 0,
    links: 1,
  });
  return Buffer.concat([...parts, last]);
};
