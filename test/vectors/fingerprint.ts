/**
 * Packets of the fingerprint module as others wrote them down, to pin the codec that driver and
 * emulator share. Hex, spaces for reading.
 */
import type { CommandName, PacketType } from '#drivers/fingerprint/protocol.ts';

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
