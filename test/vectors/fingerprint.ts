/**
 * Packets of the fingerprint module as others wrote them down, to pin the codec that driver and
 * emulator share. Hex, spaces for reading.
 */
import type { CodeName, CommandName, PacketType } from '#drivers/fingerprint/protocol.ts';

export type CommandVector = {
  readonly source: string;
  readonly command: CommandName;
  readonly parameters: readonly number[];
  readonly hex: string;
};

/**
 * [R503] Hangzhou Grow, "R503 Fingerprint Module User Manual" V1.2.2: the command package tables, with
 * the checksums printed there, at the factory's address.
 */
export const COMMAND_VECTORS: readonly CommandVector[] = [
  {
    source: '[R503] HandShake',
    command: 'HandShake',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 40 0044',
  },
  {
    source: '[R503] ReadSysPara',
    command: 'ReadSysPara',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 0F 0013',
  },
  {
    source: '[R503] TempleteNum',
    command: 'TempleteNum',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 1D 0021',
  },
  {
    source: '[R503] GenImg',
    command: 'GenImg',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 01 0005',
  },
  {
    source: '[R503] Match',
    command: 'Match',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 03 0007',
  },
  {
    source: '[R503] RegModel',
    command: 'RegModel',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 05 0009',
  },
  {
    source: '[R503] Empty',
    command: 'Empty',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 0D 0011',
  },
  {
    source: '[R503] GetRandomCode',
    command: 'GetRandomCode',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 14 0018',
  },
  {
    source: '[R503] Cancel',
    command: 'Cancel',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 30 0034',
  },
  {
    source: '[R503] CheckSensor',
    command: 'CheckSensor',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 36 003A',
  },
  {
    source: '[R503] GetAlgVer',
    command: 'GetAlgVer',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 39 003D',
  },
  {
    source: '[R503] GetFwVer',
    command: 'GetFwVer',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 3A 003E',
  },
  {
    source: '[R503] SoftRst',
    command: 'SoftRst',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 3D 0041',
  },
  {
    source: '[ZFM] VfyPwd, the factory password; also the first packet of public hosts',
    command: 'VfyPwd',
    parameters: [0, 0, 0, 0],
    hex: 'EF01 FFFFFFFF 01 0007 13 00000000 001B',
  },
  {
    source: 'public host for the R306, CMD_IMG2TZ1: GenChar into buffer 1',
    command: 'GenChar',
    parameters: [1],
    hex: 'EF01 FFFFFFFF 01 0004 02 01 0008',
  },
  {
    source: 'public host for the AS608: GenChar into buffer 2',
    command: 'GenChar',
    parameters: [2],
    hex: 'EF01 FFFFFFFF 01 0004 02 02 0009',
  },
  {
    source: 'public host for the AS608: Store buffer 1 at page 1',
    command: 'Store',
    parameters: [1, 0, 1],
    hex: 'EF01 FFFFFFFF 01 0006 06 01 0001 000F',
  },
  {
    source: 'public host, recorded: LoadChar page 1 into buffer 2',
    command: 'LoadChar',
    parameters: [2, 0, 1],
    hex: 'EF01 FFFFFFFF 01 0006 07 02 0001 0011',
  },
  {
    source: 'public host for the R30x: UpChar of buffer 1',
    command: 'UpChar',
    parameters: [1],
    hex: 'EF01 FFFFFFFF 01 0004 08 01 000E',
  },
  {
    source: 'public host that restores templates: DownChar into buffer 1',
    command: 'DownChar',
    parameters: [1],
    hex: 'EF01 FFFFFFFF 01 0004 09 01 000F',
  },
  {
    source: 'public host, recorded: Search in 50 pages',
    command: 'Search',
    parameters: [1, 0, 0, 0, 0x32],
    hex: 'EF01 FFFFFFFF 01 0008 04 01 0000 0032 0040',
  },
  {
    source: 'public host, recorded: FastSearch in 100 pages',
    command: 'FastSearch',
    parameters: [1, 0, 0, 0, 0x64],
    hex: 'EF01 FFFFFFFF 01 0008 1B 01 0000 0064 0089',
  },
  {
    source: 'public host, recorded: FastSearch in 1,001 pages',
    command: 'FastSearch',
    parameters: [1, 0, 0, 3, 0xe9],
    hex: 'EF01 FFFFFFFF 01 0008 1B 01 0000 03E9 0111',
  },
  {
    source: 'public host for the AS608, its sum: DeletChar page 1',
    command: 'DeletChar',
    parameters: [0, 1, 0, 1],
    hex: 'EF01 FFFFFFFF 01 0007 0C 0001 0001 0016',
  },
  {
    source: '[ZFM] 5, UpImage',
    command: 'UpImage',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 0A 000E',
  },
  {
    source: '[ZFM] 5, DownImage',
    command: 'DownImage',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 0B 000F',
  },
  {
    source: '[R503] SetSysPara, register 4, 57,600 baud',
    command: 'SetSysPara',
    parameters: [4, 6],
    hex: 'EF01 FFFFFFFF 01 0005 0E 04 06 001E',
  },
  {
    source: '[R503] SetPwd, back to none',
    command: 'SetPwd',
    parameters: [0, 0, 0, 0],
    hex: 'EF01 FFFFFFFF 01 0007 12 00000000 001A',
  },
  {
    source: '[R503] SetAddr, back to the factory',
    command: 'SetAddr',
    parameters: [0xff, 0xff, 0xff, 0xff],
    hex: 'EF01 FFFFFFFF 01 0007 15 FFFFFFFF 0419',
  },
  {
    source: '[R503] WriteNotepad, page 1, all zero',
    command: 'WriteNotepad',
    parameters: [
      1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0,
    ],
    hex: 'EF01 FFFFFFFF 01 0024 18 01 0000000000000000000000000000000000000000000000000000000000000000 003E',
  },
  {
    source: '[R503] ReadNotepad, page 15',
    command: 'ReadNotepad',
    parameters: [0x0f],
    hex: 'EF01 FFFFFFFF 01 0004 19 0F 002D',
  },
  {
    source: '[R503] ReadIndexTable, page 0',
    command: 'ReadIndexTable',
    parameters: [0],
    hex: 'EF01 FFFFFFFF 01 0004 1F 00 0024',
  },
  {
    source: '[R503] AuraLedConfig, blue, breathing without end',
    command: 'AuraLedConfig',
    parameters: [1, 0x60, 2, 0],
    hex: 'EF01 FFFFFFFF 01 0007 35 01 60 02 00 00A0',
  },
  {
    source: '[ZFM] 5, GetEcho',
    command: 'GetEcho',
    parameters: [],
    hex: 'EF01 FFFFFFFF 01 0003 53 0057',
  },
];

export type PacketVector = {
  readonly source: string;
  readonly hex: string;
  readonly address: number;
  readonly type: PacketType;
  readonly payload: string;
};

export const PACKET_VECTORS: readonly PacketVector[] = [
  {
    source: '[R503] acknowledge package, confirmation code 00',
    hex: 'EF01 FFFFFFFF 07 0003 00 000A',
    address: 0xffffffff,
    type: 'ack',
    payload: '00',
  },
  {
    source: '[R503] acknowledge package, confirmation code 02: no finger',
    hex: 'EF01 FFFFFFFF 07 0003 02 000C',
    address: 0xffffffff,
    type: 'ack',
    payload: '02',
  },
  {
    source: 'a module of this family recorded on the wire, 2021-12-16: answer to ReadSysPara',
    hex: 'EF01 FFFFFFFF 07 0013 00 000C 2EC8 0064 0003 FFFFFFFF 0002 0006 0587',
    address: 0xffffffff,
    type: 'ack',
    payload: '00 000C 2EC8 0064 0003 FFFFFFFF 0002 0006',
  },
  {
    source: 'public host, recorded: RegModel, the two do not agree',
    hex: 'EF01 FFFFFFFF 07 0003 0A 0014',
    address: 0xffffffff,
    type: 'ack',
    payload: '0A',
  },
  {
    source: 'public host, recorded: VfyPwd, wrong',
    hex: 'EF01 FFFFFFFF 07 0003 13 001D',
    address: 0xffffffff,
    type: 'ack',
    payload: '13',
  },
  {
    source: 'public host, recorded: FastSearch, page 1, score 60',
    hex: 'EF01 FFFFFFFF 07 0007 00 0001 003C 004B',
    address: 0xffffffff,
    type: 'ack',
    payload: '00 0001 003C',
  },
  {
    source: 'public host, recorded: FastSearch, nobody',
    hex: 'EF01 FFFFFFFF 07 0007 09 0000 0000 0017',
    address: 0xffffffff,
    type: 'ack',
    payload: '09 0000 0000',
  },
];

/** What the record says of the fields of its last packet. */
export const RECORDED_PARAMETERS = {
  statusRegister: 0x0c,
  systemId: 0x2ec8,
  capacity: 100,
  securityLevel: 3,
  address: 0xffffffff,
  packetBytes: 128,
  baudFactor: 6,
} as const;

/** The same record, from power-on: the lone 55, then the answer. */
export const RECORDED_POWER_ON =
  '55 EF01 FFFFFFFF 07 0013 00 000C 2EC8 0064 0003 FFFFFFFF 0002 0006 0587';

export const fromHex = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));

/**
 * Every confirmation code, each as the acknowledge package that carries nothing else. [R503] and [ZFM],
 * "Confirmation code's definition" and "Acknowledge package format"; the sums were added by hand.
 */
export const CODE_VECTORS = {
  ok: 'EF01 FFFFFFFF 07 0003 00 000A',
  packetError: 'EF01 FFFFFFFF 07 0003 01 000B',
  noFinger: 'EF01 FFFFFFFF 07 0003 02 000C',
  imageFailed: 'EF01 FFFFFFFF 07 0003 03 000D',
  tooDry: 'EF01 FFFFFFFF 07 0003 04 000E',
  tooWet: 'EF01 FFFFFFFF 07 0003 05 000F',
  tooMessy: 'EF01 FFFFFFFF 07 0003 06 0010',
  tooFewFeatures: 'EF01 FFFFFFFF 07 0003 07 0011',
  noMatch: 'EF01 FFFFFFFF 07 0003 08 0012',
  notFound: 'EF01 FFFFFFFF 07 0003 09 0013',
  cannotMerge: 'EF01 FFFFFFFF 07 0003 0A 0014',
  badPage: 'EF01 FFFFFFFF 07 0003 0B 0015',
  cannotReadTemplate: 'EF01 FFFFFFFF 07 0003 0C 0016',
  cannotUploadTemplate: 'EF01 FFFFFFFF 07 0003 0D 0017',
  cannotReceive: 'EF01 FFFFFFFF 07 0003 0E 0018',
  cannotUploadImage: 'EF01 FFFFFFFF 07 0003 0F 0019',
  cannotDelete: 'EF01 FFFFFFFF 07 0003 10 001A',
  cannotClear: 'EF01 FFFFFFFF 07 0003 11 001B',
  wrongPassword: 'EF01 FFFFFFFF 07 0003 13 001D',
  noImage: 'EF01 FFFFFFFF 07 0003 15 001F',
  flashError: 'EF01 FFFFFFFF 07 0003 18 0022',
  undefinedError: 'EF01 FFFFFFFF 07 0003 19 0023',
  badRegister: 'EF01 FFFFFFFF 07 0003 1A 0024',
  badConfiguration: 'EF01 FFFFFFFF 07 0003 1B 0025',
  badNotepadPage: 'EF01 FFFFFFFF 07 0003 1C 0026',
  portError: 'EF01 FFFFFFFF 07 0003 1D 0027',
  libraryFull: 'EF01 FFFFFFFF 07 0003 1F 0029',
  badAddress: 'EF01 FFFFFFFF 07 0003 20 002A',
  mustVerifyPassword: 'EF01 FFFFFFFF 07 0003 21 002B',
  templateEmpty: 'EF01 FFFFFFFF 07 0003 22 002C',
  libraryEmpty: 'EF01 FFFFFFFF 07 0003 24 002E',
  timeout: 'EF01 FFFFFFFF 07 0003 26 0030',
  alreadyExists: 'EF01 FFFFFFFF 07 0003 27 0031',
  sensorError: 'EF01 FFFFFFFF 07 0003 29 0033',
  unsupported: 'EF01 FFFFFFFF 07 0003 FC 0106',
  hardwareError: 'EF01 FFFFFFFF 07 0003 FD 0107',
  executionFailed: 'EF01 FFFFFFFF 07 0003 FE 0108',
} as const satisfies Readonly<Record<CodeName, string>>;
