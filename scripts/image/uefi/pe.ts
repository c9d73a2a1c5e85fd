/**
 * Portable executables as far as UEFI images need them (Microsoft, PE Format): sections are put behind those of
 * systemd's stub, which finds them by name (Unified Kernel Image specification), and a signature behind it all.
 */
const DOS_PE_OFFSET = 0x3c;
const FILE_HEADER_BYTES = 20;
const SECTION_BYTES = 40;
/** IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ */
const READABLE_DATA = 0x40000040;
const PAGE_BYTES = 4096;
/** Index of the attribute certificate table among the data directories. */
const CERTIFICATE_DIRECTORY = 4;

export class PeError extends Error {}

export type PeSection = {
  readonly name: string;
  readonly content: Uint8Array;
};

/** Offsets in the file. */
type Places = {
  readonly fileHeader: number;
  readonly optional: number;
  readonly directories: number;
  readonly sections: number;
  readonly sectionCount: number;
};

const placesOf = (bytes: Buffer): Places => {
  if (bytes.length < 0x200 || bytes.toString('latin1', 0, 2) !== 'MZ')
    throw new PeError('no PE file');
  const pe = bytes.readUInt32LE(DOS_PE_OFFSET);
  if (pe > bytes.length - 0x100 || bytes.readUInt32LE(pe) !== 0x4550)
    throw new PeError('no PE file');
  const fileHeader = pe + 4;
  const optional = fileHeader + FILE_HEADER_BYTES;
  if (bytes.readUInt16LE(optional) !== 0x20b) throw new PeError('not of 64 bits');
  const sections = optional + bytes.readUInt16LE(fileHeader + 16);
  const sectionCount = bytes.readUInt16LE(fileHeader + 2);
  if (bytes.readUInt32LE(optional + 108) <= CERTIFICATE_DIRECTORY)
    throw new PeError('no place for a signature');
  if (sections + sectionCount * SECTION_BYTES > bytes.length) throw new PeError('cut short');
  return { fileHeader, optional, directories: optional + 112, sections, sectionCount };
};

export const isPe = (file: Uint8Array): boolean => {
  try {
    placesOf(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
    return true;
  } catch (error) {
    if (error instanceof PeError || error instanceof RangeError) return false;
    throw error;
  }
};

const OPTIONAL = {
  sectionAlignment: 32,
  fileAlignment: 36,
  sizeOfImage: 56,
  sizeOfHeaders: 60,
  checkSum: 64,
} as const;

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

const sectionAt = (bytes: Buffer, { sections }: Places, index: number) => {
  const at = sections + index * SECTION_BYTES;
  return {
    name: bytes.toString('latin1', at, at + 8).replace(/\0+$/, ''),
    bytes: bytes.readUInt32LE(at + 8),
    address: bytes.readUInt32LE(at + 12),
    fileBytes: bytes.readUInt32LE(at + 16),
    fileAt: bytes.readUInt32LE(at + 20),
  };
};

const sectionsOf = (bytes: Buffer, places: Places) =>
  Array.from({ length: places.sectionCount }, (_, index) => sectionAt(bytes, places, index));

/** The content of a section; null: there is none of that name. */
export const peSection = (file: Uint8Array, name: string): Uint8Array | null => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const found = sectionsOf(bytes, placesOf(bytes)).find((each) => each.name === name);
  if (found === undefined) return null;
  return bytes.subarray(found.fileAt, found.fileAt + Math.min(found.bytes, found.fileBytes));
};

/**
 * The stub with more sections, without time stamp, checksum and symbols: the same input gives the same bytes.
 * Throws `PeError` when the headers have no room for so many.
 */
export const withSections = (stub: Uint8Array, added: readonly PeSection[]): Uint8Array => {
  const head = Buffer.from(stub);
  const places = placesOf(head);
  const { fileHeader, optional, sections, sectionCount } = places;
  const own = sectionsOf(head, places);
  const alignment = head.readUInt32LE(optional + OPTIONAL.fileAlignment);
  const firstAt = Math.min(...own.map(({ fileAt }) => fileAt));
  if (sections + (sectionCount + added.length) * SECTION_BYTES > firstAt)
    throw new PeError(`no room in the headers for ${added.length} more sections`);
  const end = Math.max(...own.map((each) => each.fileAt + each.fileBytes));
  const body = Buffer.alloc(roundUp(end, alignment));
  head.copy(body, 0, 0, end);
  const parts: Buffer[] = [body];
  let fileAt = body.length;
  let address = roundUp(body.readUInt32LE(optional + OPTIONAL.sizeOfImage), PAGE_BYTES);
  for (const [index, { name, content }] of added.entries()) {
    const at = sections + (sectionCount + index) * SECTION_BYTES;
    const padded = Buffer.alloc(roundUp(content.length, alignment));
    padded.set(content);
    body.fill(0, at, at + SECTION_BYTES);
    body.write(name, at, 8, 'latin1');
    body.writeUInt32LE(content.length, at + 8);
    body.writeUInt32LE(address, at + 12);
    body.writeUInt32LE(padded.length, at + 16);
    body.writeUInt32LE(fileAt, at + 20);
    body.writeUInt32LE(READABLE_DATA, at + 36);
    parts.push(padded);
    fileAt += padded.length;
    address = roundUp(address + content.length, PAGE_BYTES);
  }
  body.writeUInt16LE(sectionCount + added.length, fileHeader + 2);
  // Time stamp, symbol table, number of symbols.
  body.fill(0, fileHeader + 4, fileHeader + 16);
  body.writeUInt32LE(address, optional + OPTIONAL.sizeOfImage);
  body.writeUInt32LE(0, optional + OPTIONAL.checkSum);
  return Buffer.concat(parts);
};

/** What a signature covers: all but the checksum, the entry that points at signatures, and these. */
export const signedParts = (unsigned: Uint8Array): readonly Uint8Array[] => {
  const bytes = Buffer.from(unsigned);
  const { optional, directories } = placesOf(bytes);
  const checkSum = optional + OPTIONAL.checkSum;
  const entry = directories + CERTIFICATE_DIRECTORY * 8;
  const padding = Buffer.alloc(-bytes.length & 7);
  return [
    bytes.subarray(0, checkSum),
    bytes.subarray(checkSum + 4, entry),
    bytes.subarray(entry + 8),
    padding,
  ];
};

/** WIN_CERTIFICATE: length, revision 2.0, type PKCS #7. */
const CERTIFICATE_HEADER_BYTES = 8;

/** Puts a signature (PKCS #7, DER) behind an image that has none. */
export const attachSignature = (unsigned: Uint8Array, signature: Uint8Array): Uint8Array => {
  const body = Buffer.alloc(roundUp(unsigned.length, 8));
  body.set(unsigned);
  const { directories } = placesOf(body);
  const entry = directories + CERTIFICATE_DIRECTORY * 8;
  if (body.readUInt32LE(entry) !== 0) throw new PeError('signed already');
  const certificate = Buffer.alloc(roundUp(CERTIFICATE_HEADER_BYTES + signature.length, 8));
  certificate.writeUInt32LE(certificate.length, 0);
  certificate.writeUInt16LE(0x0200, 4);
  certificate.writeUInt16LE(0x0002, 6);
  certificate.set(signature, CERTIFICATE_HEADER_BYTES);
  body.writeUInt32LE(body.length, entry);
  body.writeUInt32LE(certificate.length, entry + 4);
  return Buffer.concat([body, certificate]);
};

/** The image as it was before `attachSignature`, and the signature; null: it is not signed. */
export const detachSignature = (
  signed: Uint8Array,
): { readonly unsigned: Uint8Array; readonly signature: Uint8Array } | null => {
  const bytes = Buffer.from(signed);
  const entry = placesOf(bytes).directories + CERTIFICATE_DIRECTORY * 8;
  const at = bytes.readUInt32LE(entry);
  const length = bytes.readUInt32LE(entry + 4);
  if (at === 0 || length < CERTIFICATE_HEADER_BYTES || at + length > bytes.length) return null;
  const blob = bytes.subarray(at + CERTIFICATE_HEADER_BYTES, at + length);
  // The DER structure says how long it is; zeros fill up to eight bytes.
  const octets = (blob[1] ?? 0) & 0x7f;
  if (octets < 1 || octets > 4 || blob.length < 2 + octets) return null;
  const signature = blob.subarray(0, 2 + octets + blob.readUIntBE(2, octets));
  const unsigned = Buffer.from(bytes.subarray(0, at));
  unsigned.fill(0, entry, entry + 8);
  return { unsigned, signature };
};
