/**
 * A HID device on USB (HID 1.11): one interface, one interrupt endpoint in, reports to it over the control
 * pipe. Behind it stands one of the emulators of drivers/, at the device's end of a report link.
 */
import type { ReportDevice } from '#drivers/links/memory-report-link.ts';
import { parseReportDescriptor } from '#drivers/touchscreen/hid-descriptor.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err } from '#hal/result.ts';
import { DESCRIPTOR, hidDescriptor, type UsbDescription } from './descriptors.ts';
import type { SetupPacket, UsbFunction, UsbHostSide } from './function.ts';

export type HidOptions = Omit<UsbDescription, 'interfaces'> & {
  readonly reportDescriptor: Uint8Array;
  /** A boot keyboard (HID 1.11, 4.2 and 4.3). */
  readonly bootKeyboard?: boolean;
  /** What feature reports hold until the host writes them, by report id, without the id. */
  readonly features?: ReadonlyMap<number, Uint8Array>;
};

export type UsbHid = {
  readonly usb: UsbFunction;
  /** For the emulator; it is there while a host has configured it. */
  readonly device: ReportDevice;
};

const HID_CLASS = 3;
const ENDPOINT_IN = 0x81;
/** As full-speed panels and keypads have. */
const POLL_INTERVAL_MS = 8;
const PACKET_BYTES = 64;

/** Class requests (HID 1.11, 7.2) and the type of a report (7.2.1). */
const GET_REPORT = 0x01;
const GET_IDLE = 0x02;
const GET_PROTOCOL = 0x03;
const SET_REPORT = 0x09;
const SET_IDLE = 0x0a;
const SET_PROTOCOL = 0x0b;
const FEATURE_REPORT = 3;
const NOTHING = new Uint8Array(0);

const absent: Fault = { device: 'link', kind: 'absent', detail: 'no host has configured it' };
const busy: Fault = { device: 'link', kind: 'busy', detail: 'the report queue is full' };

export const makeUsbHid = (options: HidOptions): UsbHid => {
  const { reportDescriptor, bootKeyboard = false, ...identity } = options;
  const parsed = parseReportDescriptor(reportDescriptor);
  if (!parsed.ok) throw new Error(`no report descriptor: ${parsed.error}`);
  const { numbered } = parsed.value;
  const classDescriptor = hidDescriptor(reportDescriptor.length);
  const features = new Map(options.features);
  const onOutput = new Set<(report: Uint8Array) => void>();
  const onPresence = new Set<(present: boolean) => void>();
  let host: UsbHostSide | null = null;
  let idle = 0;
  let protocol = 1;

  const setReport = (value: number, data: Uint8Array): Uint8Array => {
    const id = value & 0xff;
    // A report link carries the id first in either case (hal/report-link.ts).
    const report = numbered ? data : Uint8Array.of(0, ...data);
    if (value >> 8 === FEATURE_REPORT) features.set(id, report.slice(1));
    for (const listener of [...onOutput]) listener(report);
    return NOTHING;
  };
  const getReport = (value: number): Uint8Array | null => {
    const id = value & 0xff;
    const held = value >> 8 === FEATURE_REPORT ? features.get(id) : undefined;
    if (held === undefined) return null;
    return numbered ? Uint8Array.of(id, ...held) : held;
  };
  const classRequest = ({ request, value }: SetupPacket, data: Uint8Array): Uint8Array | null => {
    switch (request) {
      case GET_REPORT:
        return getReport(value);
      case SET_REPORT:
        return setReport(value, data);
      case GET_IDLE:
        return Uint8Array.of(idle);
      case SET_IDLE:
        idle = value >> 8;
        return NOTHING;
      case GET_PROTOCOL:
        return Uint8Array.of(protocol);
      case SET_PROTOCOL:
        protocol = value & 1;
        return NOTHING;
      default:
        return null;
    }
  };
  return {
    usb: {
      description: {
        ...identity,
        interfaces: [
          {
            number: 0,
            class: HID_CLASS,
            subclass: bootKeyboard ? 1 : 0,
            protocol: bootKeyboard ? 1 : 0,
            classDescriptor,
            endpoints: [
              {
                address: ENDPOINT_IN,
                transfer: 'interrupt',
                packetBytes: PACKET_BYTES,
                intervalMs: POLL_INTERVAL_MS,
              },
            ],
          },
        ],
      },
      request: (setup, data) => {
        if ((setup.requestType & 0x60) !== 0) return classRequest(setup, data);
        const type = setup.value >> 8;
        if (type === DESCRIPTOR.report) return reportDescriptor;
        return type === DESCRIPTOR.hid ? classDescriptor : null;
      },
      // It has no out endpoint.
      receive: (_, __, taken) => {
        taken();
        return () => undefined;
      },
      attach: (next) => {
        const was = host !== null;
        host = next;
        if ((next !== null) !== was)
          for (const listener of [...onPresence]) listener(next !== null);
      },
    },
    device: {
      report: (bytes) => {
        if (host === null) return err(absent);
        return host.send(ENDPOINT_IN, bytes) ? done : err(busy);
      },
      onOutput: (listener) => listen(onOutput, listener),
      onPresence: (listener) => listen(onPresence, listener),
      present: () => host !== null,
    },
  };
};
