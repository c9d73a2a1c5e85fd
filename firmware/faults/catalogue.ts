/**
 * Every fault the machine can show, by its stable code: what screen, log and console say. Device
 * codes are `device.kind` of hal/fault.ts, and the compiler holds that each kind of each contract is
 * here; the others are the machine's own. What a code means and what to do: firmware/locale/faults.ts.
 */
import type { AudioFault } from '#hal/audio.ts';
import type { BatteryFault } from '#hal/battery.ts';
import type { DeviceName, Fault } from '#hal/fault.ts';
import type { ReaderFault } from '#hal/fingerprint-reader.ts';
import type { InventoryFault } from '#hal/inventory.ts';
import type { NetworkFault } from '#hal/network-switch.ts';
import type { TokenFault } from '#hal/officer-token.ts';
import type { StationFault } from '#hal/operator-station.ts';
import type { StabilizerFault } from '#hal/power-stabilizer.ts';
import type { RealTimeClockFault } from '#hal/real-time-clock.ts';
import type { PrinterFault } from '#hal/receipt-printer.ts';
import type { CellFault } from '#hal/secure-cell.ts';
import type { MediumFault } from '#hal/storage.ts';
import type { PanelFault } from '#hal/switch-panel.ts';
import type { TactileKeypadFault } from '#hal/tactile-keypad.ts';
import type { TouchscreenFault } from '#hal/touchscreen.ts';
import type { WatchdogFault } from '#hal/watchdog.ts';

/** The faults of each device, as its contract has them. */
type DeviceFaults = {
  readonly link: Fault;
  readonly fingerprint: ReaderFault;
  readonly printer: PrinterFault;
  readonly touchscreen: TouchscreenFault;
  readonly keypad: TactileKeypadFault;
  readonly audio: AudioFault;
  readonly station: StationFault;
  readonly token: TokenFault;
  readonly panel: PanelFault;
  readonly stabilizer: StabilizerFault;
  readonly battery: BatteryFault;
  readonly clock: RealTimeClockFault;
  readonly inventory: InventoryFault;
  readonly network: NetworkFault;
  readonly watchdog: WatchdogFault;
  readonly medium: MediumFault;
  readonly cell: CellFault;
};

export type DeviceFaultCode = {
  [Device in DeviceName]: `${Device}.${DeviceFaults[Device]['kind']}`;
}[DeviceName];

/** Codes that no device gave: the machine found something itself. */
export type MachineFaultCode =
  | `vault.${'mediumLost' | 'notSynced' | 'full' | 'tampered' | 'empty' | 'cellNotTrusted' | 'notSetUp' | 'noCodes' | 'urnNotEmpty'}`
  | `desk.${'notSynced' | 'noMedium' | 'newerFile' | 'fileTampered' | 'locked' | 'wrongKey' | 'pollbookMalformed'}`
  | `booth.${'parked'}`
  | `counting.${'sharesDoNotJoin' | 'ballotNotOpened' | 'ballotUndecodable' | 'ballotsMissing' | 'noRecord' | 'resultNotWritten' | 'processFailed'}`
  | `package.${'malformed' | 'unsigned' | 'foreignKey' | 'badSignature' | 'wrongPrecinct' | 'expired' | 'badDefinition' | 'doesNotFit'}`
  | `power.${'low' | 'critical'}`
  | `machine.${'bug' | 'noEntropy' | 'clockDoubtful' | 'logFull' | 'badBoard' | 'notDelivered' | 'noIdentity' | 'notCertified' | 'logNotOpened'}`
  | `unit.${'partMissing' | 'partExtra' | 'networkUp' | 'sealBroken' | 'coverOpen' | 'sensorDirty' | 'logSetAside' | 'badUnitFile' | 'releaseRefused' | 'versionRefused' | 'deviceDamaged' | 'devicesNotReady' | 'dataNotOpened' | 'supervisorFailed' | 'filesChanged' | 'otherRelease' | 'parkedAtConsole'}`
  | `process.${'deskFailed' | 'boothFailed' | 'supervisorSilent'}`;

export type FaultCode = DeviceFaultCode | MachineFaultCode;

/**
 * `passing`: it goes away by itself. `attention`: service goes on, somebody should look. `suspends`:
 * no further voter until it is put right. `stops`: the machine parks; support.
 */
export type Severity = 'passing' | 'attention' | 'suspends' | 'stops';

/** Who is to act. */
export type Actor = 'nobody' | 'pollWorker' | 'presidingOfficer' | 'support';

export type FaultEntry = { readonly severity: Severity; readonly actor: Actor };

const PASSING: FaultEntry = { severity: 'passing', actor: 'nobody' };
const ATTEND: FaultEntry = { severity: 'attention', actor: 'presidingOfficer' };
const ATTEND_SUPPORT: FaultEntry = { severity: 'attention', actor: 'support' };
const WORKER: FaultEntry = { severity: 'suspends', actor: 'pollWorker' };
const OFFICER: FaultEntry = { severity: 'suspends', actor: 'presidingOfficer' };
const SUPPORT: FaultEntry = { severity: 'suspends', actor: 'support' };
const STOP: FaultEntry = { severity: 'stops', actor: 'support' };

export const FAULTS: Readonly<Record<FaultCode, FaultEntry>> = {
  'link.absent': SUPPORT,
  'link.timeout': PASSING,
  'link.garbled': PASSING,
  'link.broken': SUPPORT,
  'link.busy': PASSING,
  'fingerprint.absent': WORKER,
  'fingerprint.timeout': WORKER,
  'fingerprint.garbled': PASSING,
  'fingerprint.broken': SUPPORT,
  'fingerprint.busy': PASSING,
  'fingerprint.refused': SUPPORT,
  'fingerprint.badTemplate': ATTEND,
  'printer.absent': OFFICER,
  'printer.timeout': OFFICER,
  'printer.garbled': PASSING,
  'printer.busy': PASSING,
  'printer.paperEnd': WORKER,
  'printer.coverOpen': WORKER,
  'printer.cutter': OFFICER,
  'printer.jam': OFFICER,
  'printer.overheated': PASSING,
  'printer.unrecoverable': SUPPORT,
  'touchscreen.absent': SUPPORT,
  'touchscreen.timeout': OFFICER,
  'touchscreen.garbled': PASSING,
  'touchscreen.broken': SUPPORT,
  'touchscreen.busy': PASSING,
  'keypad.absent': ATTEND,
  'keypad.timeout': ATTEND,
  'keypad.garbled': PASSING,
  'keypad.broken': ATTEND_SUPPORT,
  'keypad.busy': PASSING,
  'audio.absent': ATTEND,
  'audio.timeout': ATTEND,
  'audio.garbled': PASSING,
  'audio.broken': ATTEND_SUPPORT,
  'audio.busy': PASSING,
  'station.absent': WORKER,
  'station.timeout': WORKER,
  'station.garbled': PASSING,
  'station.broken': SUPPORT,
  'station.busy': PASSING,
  'token.absent': OFFICER,
  'token.timeout': OFFICER,
  'token.garbled': OFFICER,
  'token.broken': SUPPORT,
  'token.full': SUPPORT,
  'panel.absent': ATTEND_SUPPORT,
  'panel.timeout': ATTEND_SUPPORT,
  'panel.garbled': PASSING,
  'panel.broken': ATTEND_SUPPORT,
  'panel.busy': PASSING,
  'stabilizer.absent': ATTEND_SUPPORT,
  'stabilizer.timeout': ATTEND_SUPPORT,
  'stabilizer.garbled': PASSING,
  'stabilizer.broken': ATTEND_SUPPORT,
  'stabilizer.busy': PASSING,
  'battery.absent': ATTEND_SUPPORT,
  'battery.timeout': ATTEND_SUPPORT,
  'battery.garbled': PASSING,
  'battery.broken': ATTEND_SUPPORT,
  'battery.busy': PASSING,
  'clock.absent': ATTEND_SUPPORT,
  'clock.timeout': ATTEND_SUPPORT,
  'clock.garbled': ATTEND_SUPPORT,
  'clock.broken': ATTEND_SUPPORT,
  'clock.busy': PASSING,
  'clock.lost': ATTEND,
  'inventory.absent': ATTEND_SUPPORT,
  'inventory.timeout': ATTEND_SUPPORT,
  'inventory.garbled': ATTEND_SUPPORT,
  'inventory.broken': ATTEND_SUPPORT,
  'inventory.busy': PASSING,
  'network.absent': ATTEND_SUPPORT,
  'network.timeout': ATTEND_SUPPORT,
  'network.garbled': ATTEND_SUPPORT,
  'network.broken': ATTEND_SUPPORT,
  'network.busy': PASSING,
  'watchdog.absent': ATTEND_SUPPORT,
  'watchdog.broken': ATTEND_SUPPORT,
  'medium.absent': OFFICER,
  'medium.timeout': OFFICER,
  'medium.full': SUPPORT,
  'medium.notSynced': STOP,
  'medium.unreadable': OFFICER,
  'medium.readOnly': OFFICER,
  'cell.absent': OFFICER,
  'cell.timeout': OFFICER,
  'cell.unreadable': SUPPORT,
  'cell.broken': SUPPORT,
  'cell.worn': ATTEND_SUPPORT,
  'vault.mediumLost': OFFICER,
  'vault.notSynced': STOP,
  'vault.full': STOP,
  'vault.tampered': STOP,
  'vault.empty': STOP,
  'vault.cellNotTrusted': STOP,
  'vault.notSetUp': STOP,
  'vault.noCodes': STOP,
  'vault.urnNotEmpty': STOP,
  'desk.notSynced': STOP,
  'desk.noMedium': STOP,
  'desk.newerFile': SUPPORT,
  'desk.fileTampered': STOP,
  'desk.locked': OFFICER,
  'desk.wrongKey': OFFICER,
  'desk.pollbookMalformed': STOP,
  'booth.parked': STOP,
  'counting.sharesDoNotJoin': OFFICER,
  'counting.ballotNotOpened': STOP,
  'counting.ballotUndecodable': STOP,
  'counting.ballotsMissing': STOP,
  'counting.noRecord': STOP,
  'counting.resultNotWritten': STOP,
  'counting.processFailed': OFFICER,
  'package.malformed': STOP,
  'package.unsigned': STOP,
  'package.foreignKey': STOP,
  'package.badSignature': STOP,
  'package.wrongPrecinct': STOP,
  'package.expired': STOP,
  'package.badDefinition': STOP,
  'package.doesNotFit': STOP,
  'power.low': OFFICER,
  'power.critical': OFFICER,
  'machine.bug': STOP,
  'machine.noEntropy': STOP,
  'machine.clockDoubtful': ATTEND,
  'machine.logFull': STOP,
  'machine.badBoard': STOP,
  'machine.notDelivered': STOP,
  'machine.noIdentity': STOP,
  'machine.notCertified': STOP,
  'machine.logNotOpened': STOP,
  'unit.partMissing': ATTEND_SUPPORT,
  'unit.partExtra': ATTEND_SUPPORT,
  'unit.networkUp': ATTEND_SUPPORT,
  'unit.sealBroken': ATTEND,
  'unit.coverOpen': ATTEND,
  'unit.sensorDirty': { severity: 'attention', actor: 'pollWorker' },
  'unit.logSetAside': ATTEND_SUPPORT,
  'unit.badUnitFile': STOP,
  'unit.releaseRefused': STOP,
  'unit.versionRefused': STOP,
  'unit.deviceDamaged': STOP,
  'unit.devicesNotReady': STOP,
  'unit.dataNotOpened': STOP,
  'unit.supervisorFailed': STOP,
  'unit.filesChanged': ATTEND_SUPPORT,
  'unit.otherRelease': ATTEND_SUPPORT,
  'unit.parkedAtConsole': SUPPORT,
  'process.deskFailed': STOP,
  'process.boothFailed': STOP,
  'process.supervisorSilent': STOP,
};

/** Every code, in the order of the catalogue. */
export const FAULT_CODES = Object.keys(FAULTS) as readonly FaultCode[];

export const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(FAULTS, code);

/** What is known of a code; one that is not in the catalogue is a bug, and is shown as one. */
export const describeFault = (code: string): FaultEntry & { readonly code: FaultCode } => {
  const known: FaultCode = isFaultCode(code) ? code : 'machine.bug';
  return { code: known, ...FAULTS[known] };
};
