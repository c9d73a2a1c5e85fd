/**
 * Firmata bytes from outside: the message tables of github.com/firmata/protocol (protocol.md 2.5.1,
 * i2c.md), written out, and the handshake as johnny-five 2.1.0 was seen to make it.
 */
import type { BoardMessage, HostMessage } from '#drivers/power/protocol.ts';

type Vector<T> = { readonly name: string; readonly bytes: string; readonly message: T };

export const HOST_VECTORS: readonly Vector<HostMessage>[] = [
  { name: 'request version report', bytes: 'f9', message: { kind: 'requestVersion' } },
  { name: 'query firmware', bytes: 'f079f7', message: { kind: 'queryFirmware' } },
  { name: 'capability query', bytes: 'f06bf7', message: { kind: 'queryCapabilities' } },
  { name: 'analog mapping query', bytes: 'f069f7', message: { kind: 'queryAnalogMapping' } },
  {
    name: 'pin state query, pin 12',
    bytes: 'f06d0cf7',
    message: { kind: 'queryPinState', pin: 12 },
  },
  {
    name: 'report analog pin 3',
    bytes: 'c301',
    message: { kind: 'reportAnalog', channel: 3, on: true },
  },
  {
    name: 'report digital port 1 (pins 8 to 15), off',
    bytes: 'd100',
    message: { kind: 'reportDigital', port: 1, on: false },
  },
  {
    name: 'set pin 2 to input with pull-up (mode 11)',
    bytes: 'f4020b',
    message: { kind: 'setPinMode', pin: 2, mode: 11 },
  },
  {
    name: 'set digital pin 13 high',
    bytes: 'f50d01',
    message: { kind: 'setDigitalPin', pin: 13, high: true },
  },
  {
    name: 'digital port 2 (0x92 is the third port), pins 16 and 23',
    bytes: '920101',
    message: { kind: 'digitalPort', port: 2, value: 0x81 },
  },
  {
    name: 'sampling interval 1,000 ms',
    bytes: 'f07a6807f7',
    message: { kind: 'samplingInterval', intervalMs: 1000 },
  },
  {
    name: 'I2C write of FF to 0x27',
    bytes: 'f07627007f01f7',
    message: { kind: 'i2cRequest', address: 0x27, mode: 'write', data: [0xff] },
  },
  {
    name: 'I2C continuous read of 4 bytes from register 2 of 0x36',
    bytes: 'f076361002000400f7',
    message: { kind: 'i2cRequest', address: 0x36, mode: 'readContinuously', data: [2, 4] },
  },
  { name: 'I2C config', bytes: 'f0780000f7', message: { kind: 'i2cConfig', delayUs: 0 } },
  { name: 'system reset', bytes: 'ff', message: { kind: 'systemReset' } },
];

export const BOARD_VECTORS: readonly Vector<BoardMessage>[] = [
  { name: 'version 2.5', bytes: 'f90205', message: { kind: 'version', major: 2, minor: 5 } },
  {
    name: 'firmware "Std" 2.3',
    bytes: 'f0790203530074006400f7',
    message: { kind: 'firmware', major: 2, minor: 3, name: 'Std' },
  },
  {
    name: 'capabilities: none, digital in and out, ten-bit analog',
    bytes: 'f06c7f000101017f020a7ff7',
    message: {
      kind: 'capabilities',
      pins: [
        [],
        [
          { mode: 0, bits: 1 },
          { mode: 1, bits: 1 },
        ],
        [{ mode: 2, bits: 10 }],
      ],
    },
  },
  {
    name: 'analog mapping: 127 is none',
    bytes: 'f06a7f7f0001f7',
    message: { kind: 'analogMapping', channels: [null, null, 0, 1] },
  },
  {
    name: 'analog channel 0 at 810',
    bytes: 'e02a06',
    message: { kind: 'analog', channel: 0, value: 810 },
  },
  {
    name: 'digital pin 2 of port 0',
    bytes: '900400',
    message: { kind: 'digitalPort', port: 0, value: 4 },
  },
  {
    name: 'string "Hi"',
    bytes: 'f07148006900f7',
    message: { kind: 'text', text: 'Hi' },
  },
  {
    name: 'I2C reply of 0x36, register 4, C8 80',
    bytes: 'f0773600040048010001f7',
    message: { kind: 'i2cReply', address: 0x36, register: 4, data: [0xc8, 0x80] },
  },
];

/** What johnny-five asks, in this order, before a board is ready. */
export const HANDSHAKE = ['f9', 'f079f7', 'f06bf7', 'f069f7'] as const;

const DIGITAL_PIN = '00010101040e7f';
const PWM_PIN = '000101010308040e7f';
const ANALOG_PIN = '00010101020a040e7f';
const I2C_PIN = '00010101020a040e06017f';

/**
 * What the published StandardFirmata 2.4 for the Arduino Uno answers, seen from its compiled program
 * (npm avrgirl-arduino 5.0.1, junk/hex/uno) on a simulated ATmega328P (npm avr8js 0.21.1).
 */
export const UNO_2_4 = [
  { asked: 'f9', answer: 'f90204' },
  {
    asked: 'f079f7',
    answer:
      'f07902045300740061006e0064006100720064004600690072006d0061007400610' + '02e0069006e006f00f7',
  },
  {
    asked: 'f06bf7',
    answer: [
      'f06c7f7f',
      ...[DIGITAL_PIN, PWM_PIN, DIGITAL_PIN, PWM_PIN, PWM_PIN, DIGITAL_PIN],
      ...[DIGITAL_PIN, PWM_PIN, PWM_PIN, PWM_PIN, DIGITAL_PIN, DIGITAL_PIN],
      ...[ANALOG_PIN, ANALOG_PIN, ANALOG_PIN, ANALOG_PIN, I2C_PIN, I2C_PIN],
      'f7',
    ].join(''),
  },
  { asked: 'f069f7', answer: `f06a${'7f'.repeat(14)}000102030405f7` },
] as const;

/** The same board, asked for one byte of a chip that is not there: a complaint, then a stale reply. */
export const UNO_ABSENT_CHIP =
  'f0714900320043003a00200054006f006f0020006600650077002000620079007400650073002000720065006300' +
  '65006900760065006400f7' +
  'f077270000001900f7';
