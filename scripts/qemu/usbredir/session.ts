/**
 * A USB device at the other end of QEMU's `usb-redir`, for as long as one connection lasts: says hello,
 * describes the device, answers control transfers, hands over what endpoints carry. Bytes in, bytes
 * out; the socket is elsewhere (redirected-device.ts).
 */
import type { Clock } from '#hal/clock.ts';
import type { UsbDescription } from '../usb/descriptors.ts';
import { controlTransfer, type UsbFunction } from '../usb/function.ts';
import { bulkAnswer, type InEndpoint, MAX_WAITING, makeInEndpoint } from './in-endpoint.ts';
import {
  CAPABILITIES,
  ENDPOINT_TYPE,
  encodePacket,
  makePacketDecoder,
  NEEDED_CAPABILITIES,
  type RedirPacket,
  SPEED,
  STATUS,
} from './packets.ts';

export type RedirSession = {
  /** Bytes from QEMU. Null: fine; otherwise why the connection is to be given up. */
  bytes(chunk: Uint8Array): string | null;
  /** The connection is gone. */
  end(): void;
};

const VERSION = 'urna usb device';
const NO_DATA = new Uint8Array(0);
const ENDPOINTS = 32;
const TOO_MANY = 'more transfers than a host has under way';

/** Of the tables: out endpoints first, then those that go in. */
const indexOf = (address: number): number => (address & 0x0f) | ((address & 0x80) >> 3);

const entries = <T>(fill: T): T[] => Array.from({ length: ENDPOINTS }, () => fill);

const interfaceInfo = ({ interfaces }: UsbDescription): RedirPacket => ({
  kind: 'interfaceInfo',
  id: 0n,
  data: NO_DATA,
  count: interfaces.length,
  interfaces: interfaces.map(({ number }) => number),
  classes: interfaces.map((each) => each.class),
  subclasses: interfaces.map(({ subclass }) => subclass),
  protocols: interfaces.map(({ protocol }) => protocol),
});

const endpointInfo = ({ interfaces }: UsbDescription): RedirPacket => {
  const types = entries<number>(ENDPOINT_TYPE.invalid);
  const [intervals, numbers, packetSizes] = [entries(0), entries(0), entries(0)];
  for (const control of [0x00, 0x80]) types[indexOf(control)] = ENDPOINT_TYPE.control;
  for (const { number, endpoints } of interfaces)
    for (const { address, transfer, intervalMs, packetBytes } of endpoints) {
      const at = indexOf(address);
      types[at] = ENDPOINT_TYPE[transfer];
      intervals[at] = intervalMs;
      numbers[at] = number;
      packetSizes[at] = packetBytes;
    }
  return {
    ...{ kind: 'endpointInfo', id: 0n, data: NO_DATA },
    ...{ types, intervals, interfaces: numbers, packetSizes },
  };
};

/** A transfer out that the device has not taken yet. */
type Out = { readonly endpoint: number; callOff: () => void };
export const makeRedirSession = (
  device: UsbFunction,
  clock: Clock,
  write: (bytes: Uint8Array) => void,
): RedirSession => {
  const { description } = device;
  const decode = makePacketDecoder('guest');
  const ins = new Map<number, InEndpoint>();
  for (const { endpoints } of description.interfaces)
    for (const endpoint of endpoints)
      if ((endpoint.address & 0x80) !== 0)
        ins.set(
          endpoint.address,
          makeInEndpoint(endpoint, clock, (packet) => send(packet)),
        );
  const outs = new Map<bigint, Out>();
  let configuration = 0;
  let ended = false;

  const send = (packet: RedirPacket): void => {
    if (!ended) write(encodePacket(packet));
  };
  const configure = (next: number): void => {
    const was = configuration;
    configuration = next;
    for (const endpoint of ins.values()) endpoint.forget();
    if (was === next) return;
    device.attach(
      next === 0 ? null : { send: (address, bytes) => ins.get(address)?.put(bytes) ?? false },
    );
  };

  const onControl = (packet: Extract<RedirPacket, { kind: 'control' }>): void => {
    const given = controlTransfer(device, packet, packet.data);
    const isIn = (packet.requestType & 0x80) !== 0;
    const length = given === null ? 0 : isIn ? given.length : packet.data.length;
    const status = given === null ? STATUS.stall : STATUS.success;
    send({ ...packet, status, length, data: isIn ? (given ?? NO_DATA) : NO_DATA });
  };
  const onBulk = (packet: Extract<RedirPacket, { kind: 'bulk' }>): string | null => {
    const { id, endpoint: address, data } = packet;
    if ((address & 0x80) !== 0) {
      const endpoint = ins.get(address);
      if (endpoint?.transfer !== 'bulk') send(bulkAnswer(id, address, STATUS.invalid));
      else if (!endpoint.ask(id, packet.length + 0x10000 * packet.lengthHigh)) return TOO_MANY;
      return null;
    }
    if (outs.size >= MAX_WAITING) return TOO_MANY;
    const out: Out = { endpoint: address, callOff: () => undefined };
    outs.set(id, out);
    out.callOff = device.receive(address, data, () => {
      // A transfer that was called off has had its answer.
      if (outs.delete(id)) send(bulkAnswer(id, address, STATUS.success, undefined, data.length));
    });
    return null;
  };
  const cancel = (id: bigint): void => {
    const out = outs.get(id);
    if (out === undefined) {
      for (const endpoint of ins.values()) if (endpoint.cancel(id)) return;
      return;
    }
    outs.delete(id);
    out.callOff();
    send(bulkAnswer(id, out.endpoint, STATUS.cancelled));
  };
  const onPolling = (id: bigint, address: number, on: boolean): void => {
    const endpoint = ins.get(address);
    const known = endpoint?.transfer === 'interrupt';
    send({
      ...{ kind: 'interruptReceivingStatus', id, data: NO_DATA },
      ...{ status: known ? STATUS.success : STATUS.invalid, endpoint: address },
    });
    if (known) endpoint.poll(on);
  };
  const connect = (): void => {
    send(interfaceInfo(description));
    send(endpointInfo(description));
    send({
      ...{ kind: 'deviceConnect', id: 0n, data: NO_DATA },
      ...{ speed: SPEED.full, deviceClass: 0, deviceSubclass: 0, deviceProtocol: 0 },
      vendor: description.vendor,
      product: description.product,
      version: description.version,
    });
  };

  /** Null: fine. */
  const take = (packet: RedirPacket): string | null => {
    const { id } = packet;
    switch (packet.kind) {
      case 'hello': {
        const missing = NEEDED_CAPABILITIES & ~packet.capabilities;
        if (missing !== 0) return `it lacks the capabilities ${missing.toString(2)}`;
        connect();
        return null;
      }
      case 'reset':
        configure(0);
        return null;
      case 'setConfiguration':
      case 'getConfiguration': {
        // What the configuration changes in the tables is nothing: there is one.
        if (packet.kind === 'setConfiguration') configure(packet.configuration === 0 ? 0 : 1);
        send({
          ...{ kind: 'configurationStatus', id, data: NO_DATA },
          ...{ status: STATUS.success, configuration },
        });
        return null;
      }
      case 'setAltSetting':
      case 'getAltSetting': {
        const wrong = packet.kind === 'setAltSetting' && packet.alt !== 0;
        send({
          ...{ kind: 'altSettingStatus', id, data: NO_DATA, interface: packet.interface, alt: 0 },
          status: wrong ? STATUS.stall : STATUS.success,
        });
        return null;
      }
      case 'startInterruptReceiving':
        onPolling(id, packet.endpoint, true);
        return null;
      case 'stopInterruptReceiving':
        onPolling(id, packet.endpoint, false);
        return null;
      case 'cancelDataPacket':
        cancel(id);
        return null;
      case 'control':
        onControl(packet);
        return null;
      case 'bulk':
        return onBulk(packet);
      case 'interrupt':
        device.receive(packet.endpoint, packet.data, () =>
          send({ ...packet, status: STATUS.success, data: NO_DATA }),
        );
        return null;
      case 'filterReject':
        return 'QEMU refused the device';
      case 'filterFilter':
        return null;
      case 'deviceConnect':
      case 'deviceDisconnect':
      case 'interfaceInfo':
      case 'endpointInfo':
      case 'configurationStatus':
      case 'altSettingStatus':
      case 'interruptReceivingStatus':
        return `${packet.kind} from the side that has no device`;
    }
  };

  send({ kind: 'hello', id: 0n, data: NO_DATA, version: VERSION, capabilities: CAPABILITIES });
  return {
    bytes: (chunk) => {
      const packets = decode(chunk);
      // What was whole before the mistake is not worth telling apart: the connection ends.
      if (!packets.ok) return packets.error;
      for (const packet of packets.value) {
        const problem = take(packet);
        if (problem !== null) return problem;
      }
      return null;
    },
    end: () => {
      ended = true;
      for (const { callOff } of outs.values()) callOff();
      outs.clear();
      configure(0);
    },
  };
};
