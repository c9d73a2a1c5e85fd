/**
 * A HID device through node-hid (hidapi on hidraw). The report descriptor comes from sysfs, because
 * node-hid does not tell it; the device is opened asynchronously (HIDAsync), because the synchronous
 * calls wait in the event loop.
 */
import { HIDAsync, setDriverType } from 'node-hid';
import type { Clock } from '#hal/clock.ts';
import type { ReportLink } from '#hal/report-link.ts';
import { parseReportDescriptor } from '../touchscreen/hid-descriptor.ts';
import { makeReopeningReportLink, type ReportConnector } from './reopening-report-link.ts';
import { findHidPort, type HidPin, reportDescriptorOf, SYSFS } from './usb-pins.ts';

// hidapi's other way, libusb, would take the device away from the kernel.
setDriverType('hidraw');

/** Ids of reports that the host may only send as feature reports. */
const featureOnlyIds = (descriptor: Uint8Array): ReadonlySet<number> => {
  const parsed = parseReportDescriptor(descriptor);
  const fields = parsed.ok ? parsed.value.fields : [];
  const idsOf = (kind: 'output' | 'feature'): readonly number[] =>
    fields.filter((field) => field.kind === kind).map(({ reportId }) => reportId);
  const outputs = new Set(idsOf('output'));
  return new Set(idsOf('feature').filter((id) => !outputs.has(id)));
};

const connectTo =
  (pin: HidPin, sysfs: string, devices: string): ReportConnector =>
  async (events) => {
    const port = findHidPort(pin, sysfs);
    if (!port.ok) return null;
    const descriptor = reportDescriptorOf(port.value, sysfs);
    if (descriptor === null) return null;
    const features = featureOnlyIds(descriptor);
    const device = await HIDAsync.open(`${devices}/${port.value}`);
    let open = true;
    device.on('error', () => {
      if (open) events.gone();
    });
    device.on('data', (report: Buffer) => {
      if (open) events.report(new Uint8Array(report));
    });
    return {
      descriptor,
      send: async (report) => {
        if (!open) return false;
        const bytes = Buffer.from(report);
        const asFeature = features.has(report[0] ?? 0);
        const sent = await (asFeature ? device.sendFeatureReport(bytes) : device.write(bytes));
        return sent >= 0;
      },
      close: () => {
        if (!open) return;
        open = false;
        // node-hid begins to read in the next tick, and throws there when the device was closed meanwhile.
        setImmediate(() => device.close().catch(() => undefined));
      },
    };
  };

/** A link to the one HID device that fits `pin`; it is opened again whenever it comes back. */
export const openHidLink = (
  pin: HidPin,
  clock: Clock,
  { sysfs = SYSFS, devices = '/dev' }: { readonly sysfs?: string; readonly devices?: string } = {},
): ReportLink =>
  makeReopeningReportLink(
    clock,
    connectTo(pin, sysfs, devices),
    `the HID device ${JSON.stringify(pin)}`,
  );
