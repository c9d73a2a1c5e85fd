/** The links in memory, under the contracts that every link has to keep. */
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';
import { type ByteLinkRig, describeByteLink } from '#test/contracts/byte-link.ts';
import { describeReportLink, type ReportLinkRig } from '#test/contracts/report-link.ts';

const STEP_MS = 5;

const timeOf = (clock: VirtualClock) => ({
  end: <T>(operation: Promise<T>): Promise<T> => clock.run(operation),
  pass: (ms: number): Promise<void> => clock.run(wait(clock, ms)),
  until: async (holds: () => boolean, limitMs: number): Promise<void> => {
    const limit = clock.nowMs() + limitMs;
    while (!holds()) {
      if (clock.nowMs() > limit) throw new Error(`not so within ${limitMs} ms`);
      await clock.run(wait(clock, STEP_MS));
    }
  },
});

const byteRig = (baud: number) => (): ByteLinkRig => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(baud));
  const heard: number[] = [];
  wire.device.onBytes((chunk) => heard.push(...chunk));
  return {
    ...timeOf(clock),
    link: wire.host,
    reply: (bytes) => void wire.device.write(bytes),
    heard: () => heard,
    unplug: wire.unplug,
    plug: wire.plug,
    close: () => undefined,
  };
};

const reportRig = (): ReportLinkRig => {
  const clock = makeVirtualClock(0);
  const descriptor = Uint8Array.of(5, 1, 9, 6);
  const wire = makeMemoryReportLink(clock, descriptor);
  const outputs: number[][] = [];
  wire.device.onOutput((report) => outputs.push([...report]));
  return {
    ...timeOf(clock),
    link: wire.host,
    descriptor: descriptor.slice(),
    report: (bytes) => void wire.device.report(bytes),
    outputs: () => outputs,
    unplug: wire.unplug,
    plug: wire.plug,
    close: () => undefined,
  };
};

describeByteLink('a serial line in memory, 57,600 baud', byteRig(57_600));
describeByteLink('a serial line in memory, 115,200 baud', byteRig(115_200));
describeReportLink('a HID device in memory', reportRig);
