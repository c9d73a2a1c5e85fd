/** What QEMU says to the virtual unit's hardware: redirected USB, and its monitor. */
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { makeLineDecoder, readQmp } from '../../qemu/qmp.ts';
import { makeUsbHid } from '../../qemu/usb/hid.ts';
import { makeUsbPrinter } from '../../qemu/usb/printer.ts';
import {
  CAPABILITIES,
  encodePacket,
  MAX_DATA_BYTES,
  makePacketDecoder,
  type RedirPacket,
} from '../../qemu/usbredir/packets.ts';
import { makeRedirSession } from '../../qemu/usbredir/session.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const NO_DATA = new Uint8Array(0);
const IDENTITY = {
  ...{ vendor: 0x04b8, product: 0x0e28, version: 0x0100 },
  ...{ manufacturer: 'maker', name: 'device', serial: '1' },
};
const CONTROL = {
  ...{ kind: 'control', id: 2n, endpoint: 0x80, request: 6, requestType: 0x80, status: 0 },
  ...{ value: 0x0100, index: 0, length: 18, data: NO_DATA },
} as const satisfies RedirPacket;
const BULK = { kind: 'bulk', id: 5n, status: 0, stream: 0, lengthHigh: 0 } as const;

/** A host that takes a device up, prints, asks, calls off. */
const CONVERSATION: readonly RedirPacket[] = [
  { kind: 'hello', id: 0n, data: NO_DATA, version: 'qemu', capabilities: CAPABILITIES },
  { kind: 'reset', id: 0n, data: NO_DATA },
  CONTROL,
  { ...CONTROL, value: 0x0200, length: 255 },
  { ...CONTROL, value: 0x0301, index: 0x0409, length: 255 },
  { ...CONTROL, value: 0x2200, requestType: 0x81, length: 255 },
  { kind: 'setConfiguration', id: 3n, data: NO_DATA, configuration: 1 },
  {
    ...CONTROL,
    endpoint: 0,
    request: 9,
    requestType: 0x21,
    value: 0x0200,
    length: 1,
    data: Uint8Array.of(1),
  },
  { kind: 'startInterruptReceiving', id: 4n, data: NO_DATA, endpoint: 0x81 },
  { ...BULK, endpoint: 1, length: 3, data: Uint8Array.of(65, 66, 10) },
  { ...BULK, id: 6n, endpoint: 0x82, length: 512, data: NO_DATA },
  { kind: 'cancelDataPacket', id: 6n, data: NO_DATA },
  { kind: 'setAltSetting', id: 7n, data: NO_DATA, interface: 0, alt: 0 },
];
const STREAM = new Uint8Array(Buffer.concat(CONVERSATION.map(encodePacket)));

const decodeIn = (input: Uint8Array, step: number): readonly RedirPacket[] | null => {
  const decode = makePacketDecoder('guest');
  const packets: RedirPacket[] = [];
  for (let at = 0; at < input.length; at += step) {
    const found = decode(input.subarray(at, at + step));
    if (!found.ok) return null;
    packets.push(...found.value);
  }
  return packets;
};

const runPackets = (input: Uint8Array): FuzzVerdict => {
  const whole = decodeIn(input, input.length || 1);
  const pieces = decodeIn(input, 61);
  if (whole === null || pieces === null)
    return whole === pieces ? 'refused' : finding('a mistake depends on how chunks are cut');
  const again = new Uint8Array(Buffer.concat(whole.map(encodePacket)));
  // A text behind its end, and a capability that is unknown, are not kept.
  const exact = whole.every(({ kind }) => kind !== 'hello');
  if (exact) return sameAgain(input.subarray(0, again.length), again);
  if (again.length > input.length) return finding('written again it is longer');
  return input.length - again.length <= MAX_DATA_BYTES + 1024
    ? 'accepted'
    : finding('too much held');
};

/** What a device answers must itself be a conversation of this protocol. */
const runSession = (input: Uint8Array): FuzzVerdict => {
  const keypad = makeUsbHid({ ...IDENTITY, reportDescriptor: BOOT_KEYBOARD_DESCRIPTOR });
  const printer = makeUsbPrinter(IDENTITY);
  let refused = false;
  for (const device of [keypad.usb, printer.usb]) {
    const decode = makePacketDecoder('host');
    let wrong: string | null = null;
    const session = makeRedirSession(device, makeVirtualClock(0), (bytes) => {
      const sent = decode(bytes);
      if (!sent.ok) wrong = sent.error;
    });
    refused ||= session.bytes(input) !== null;
    keypad.device.report(new Uint8Array(8));
    session.end();
    if (wrong !== null) return finding(`the device answers ${wrong}`);
  }
  return refused ? 'refused' : 'accepted';
};

const QMP_LINES = [
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}',
  '{"return": {}, "id": 1}',
  '{"id": 2, "error": {"class": "DeviceNotFound", "desc": "Device \'token\' not found"}}',
  '{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "DEVICE_DELETED", "data": {"device": "token"}}',
];

const runMonitor = (input: Uint8Array): FuzzVerdict => {
  const lines = makeLineDecoder()(input);
  if (!lines.ok) return 'refused';
  const messages = lines.value.map(readQmp);
  return messages.every(({ ok }) => ok) ? 'accepted' : 'refused';
};

export const VIRTUAL_HARDWARE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'usbredir-packets',
    describes: 'packets of the USB network redirection protocol',
    seeds: () => [STREAM],
    run: runPackets,
  },
  {
    name: 'usbredir-session',
    describes: 'a redirected USB device that QEMU talks to',
    seeds: () => [STREAM],
    run: runSession,
  },
  {
    name: 'qemu-monitor',
    describes: "lines of QEMU's monitor",
    seeds: () => [new TextEncoder().encode(`${QMP_LINES.join('\r\n')}\r\n`)],
    run: runMonitor,
  },
];
