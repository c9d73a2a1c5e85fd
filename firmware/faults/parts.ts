/**
 * The parts of a unit as a technician swaps them, and to which of them a fault belongs. Finer than the
 * devices of hal/: there are two memories, two cells and two stabilizers.
 */

export const UNIT_PARTS = [
  'touchscreen',
  'printer',
  'fingerprint',
  'station',
  'keypad',
  'audio',
  'token',
  'fixedMemory',
  'removableMemory',
  'boardCell',
  'moduleCell',
  'stabilizerA',
  'stabilizerB',
  'battery',
  'panel',
  'clock',
  'attached',
  'network',
  'log',
  'release',
  'link',
  'software',
] as const;
export type UnitPart = (typeof UNIT_PARTS)[number];

export const isUnitPart = (name: string): name is UnitPart =>
  (UNIT_PARTS as readonly string[]).includes(name);

const DEVICE_PARTS: Readonly<Record<string, UnitPart>> = {
  link: 'link',
  fingerprint: 'fingerprint',
  printer: 'printer',
  touchscreen: 'touchscreen',
  keypad: 'keypad',
  audio: 'audio',
  station: 'station',
  token: 'token',
  panel: 'panel',
  stabilizer: 'stabilizerA',
  battery: 'battery',
  power: 'battery',
  clock: 'clock',
  inventory: 'attached',
  network: 'network',
  watchdog: 'attached',
  medium: 'fixedMemory',
  cell: 'boardCell',
};

/** Codes of the machine's own whose part is not told by what stands before the dot. */
const OWN_PARTS: Readonly<Record<string, UnitPart>> = {
  'vault.mediumLost': 'removableMemory',
  'vault.notSynced': 'fixedMemory',
  'vault.tampered': 'removableMemory',
  'vault.full': 'fixedMemory',
  'vault.cellNotTrusted': 'boardCell',
  'desk.notSynced': 'fixedMemory',
  'desk.noMedium': 'removableMemory',
  'machine.clockDoubtful': 'clock',
  'machine.logFull': 'log',
  'machine.logNotOpened': 'log',
  'machine.notCertified': 'release',
  'machine.notDelivered': 'release',
  'unit.partMissing': 'attached',
  'unit.partExtra': 'attached',
  'unit.networkUp': 'network',
  'unit.sealBroken': 'panel',
  'unit.coverOpen': 'panel',
  'unit.sensorDirty': 'fingerprint',
  'unit.logSetAside': 'log',
  'unit.badUnitFile': 'release',
  'unit.releaseRefused': 'release',
  'unit.versionRefused': 'release',
  'unit.deviceDamaged': 'fixedMemory',
  'unit.devicesNotReady': 'attached',
  'unit.dataNotOpened': 'fixedMemory',
  'unit.filesChanged': 'release',
  'unit.otherRelease': 'release',
};

/**
 * The part that a fault code is about. A code says "the stabilizer" or "the memory"; which of two, its
 * event says (firmware/console/fault-book.ts).
 */
export const partOfFault = (code: string): UnitPart => {
  const [device = ''] = code.split('.');
  if (Object.hasOwn(OWN_PARTS, code)) return OWN_PARTS[code]!;
  if (device === 'package') return 'release';
  return Object.hasOwn(DEVICE_PARTS, device) ? DEVICE_PARTS[device]! : 'software';
};
