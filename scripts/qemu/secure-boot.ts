/**
 * The memory of a virtual machine's UEFI firmware with keys of our own enrolled, so that Secure Boot is enforced
 * from the first start on. Layout: EDK II, MdeModulePkg/Include/Guid/VariableFormat.h; signature lists: UEFI
 * Specification 32.4.1. EDK II switches Secure Boot on where a platform key is.
 */
import { X509Certificate } from 'node:crypto';

const FILL = 0xff;
/** `HeaderLength` of the firmware volume that the store lies in. */
const VOLUME_HEADER_LENGTH_AT = 48;
const STORE_HEADER_BYTES = 28;
const START_ID = 0x55aa;
const ADDED = 0x3f;
/** Non-volatile, at boot and run time, changed by authenticated writes alone. */
const ATTRIBUTES = 0x27;

/** GUIDs as their bytes lie in memory. */
const GUID = {
  authenticatedStore: '782cf3aa7b949a43a1802e144ec37792',
  global: '61dfe48bca93d211aa0d00e098032b8c',
  imageSecurity: 'cbb219d73a3d9645a3bcdad00e67656f',
  x509: 'a159c0a5e494a74a87b5ab155c2bf072',
  owner: '000711ba0000004080000075726e6100',
} as const;

const guid = (name: keyof typeof GUID): Buffer => Buffer.from(GUID[name], 'hex');

/** One certificate: EFI_SIGNATURE_LIST with one EFI_SIGNATURE_DATA. */
const signatureList = (certificate: Buffer): Buffer => {
  const signature = Buffer.concat([guid('owner'), certificate]);
  const header = Buffer.alloc(28);
  header.set(guid('x509'), 0);
  header.writeUInt32LE(header.length + signature.length, 16);
  header.writeUInt32LE(signature.length, 24);
  return Buffer.concat([header, signature]);
};

/** AUTHENTICATED_VARIABLE_HEADER, name, data; filled up to four bytes. */
const variable = (vendor: Buffer, name: string, data: Buffer): Buffer => {
  const nameBytes = Buffer.from(`${name}\0`, 'utf16le');
  const header = Buffer.alloc(60);
  header.writeUInt16LE(START_ID, 0);
  header.writeUInt8(ADDED, 2);
  header.writeUInt32LE(ATTRIBUTES, 4);
  // Written on 1 January 2020 (EFI_TIME).
  header.writeUInt16LE(2020, 16);
  header.set([1, 1], 18);
  header.writeUInt32LE(nameBytes.length, 36);
  header.writeUInt32LE(data.length, 40);
  header.set(vendor, 44);
  const whole = Buffer.concat([header, nameBytes, data]);
  return Buffer.concat([whole, Buffer.alloc(-whole.length & 3, FILL)]);
};

/**
 * `empty`: the firmware's memory as it is delivered (OVMF_VARS_4M.fd). Returns it with the certificate as
 * platform key, key exchange key and the one signer of what may start. Throws when it is no such memory.
 */
export const enrolKeys = (empty: Uint8Array, certificatePem: string): Uint8Array => {
  const memory = Buffer.from(empty);
  const store = memory.readUInt16LE(VOLUME_HEADER_LENGTH_AT);
  if (!memory.subarray(store, store + 16).equals(guid('authenticatedStore')))
    throw new Error('not the memory of a UEFI firmware that keeps authenticated variables');
  const certificate = signatureList(new X509Certificate(certificatePem).raw);
  const added = Buffer.concat([
    variable(guid('global'), 'PK', certificate),
    variable(guid('global'), 'KEK', certificate),
    variable(guid('imageSecurity'), 'db', certificate),
  ]);
  const at = store + STORE_HEADER_BYTES;
  if (!memory.subarray(at, at + added.length).every((each) => each === FILL))
    throw new Error('a memory that is not empty');
  memory.set(added, at);
  return memory;
};
