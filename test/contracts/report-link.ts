/** The contract of hal/report-link.ts, sentence by sentence, for every link there is. */
import { describe, expect, test } from 'vitest';
import { LINK_RETURN_MS } from '#hal/byte-link.ts';
import type { ReportLink } from '#hal/report-link.ts';

/** A link to a HID device that is present, the device, and the cable. */
export type ReportLinkRig = {
  readonly link: ReportLink;
  /** What the device says it is. */
  readonly descriptor: Uint8Array;
  /** Sends an input report from the device. */
  readonly report: (bytes: Uint8Array) => void;
  /** Output and feature reports that reached the device. */
  readonly outputs: () => readonly (readonly number[])[];
  readonly unplug: () => void;
  readonly plug: () => void;
  readonly until: (holds: () => boolean, limitMs: number) => Promise<void>;
  readonly pass: (ms: number) => Promise<void>;
  readonly end: <T>(operation: Promise<T>) => Promise<T>;
  readonly close: () => Promise<void> | void;
};

const ARRIVAL_MS = 5_000;
const absent = { ok: false, error: { device: 'link', kind: 'absent' } };

export const describeReportLink = (
  title: string,
  make: () => Promise<ReportLinkRig> | ReportLinkRig,
): void => {
  const withRig = (name: string, body: (rig: ReportLinkRig) => Promise<void>): void => {
    test(name, async () => {
      const rig = await make();
      try {
        await body(rig);
      } finally {
        rig.link.close();
        await rig.close();
      }
    });
  };
  const listenTo = (rig: ReportLinkRig): number[][] => {
    const got: number[][] = [];
    rig.link.onReport((report) => got.push([...report]));
    return got;
  };

  describe(`${title}: a report link`, () => {
    withRig("gives the device's descriptor, as a copy", async ({ link, descriptor }) => {
      const first = link.descriptor();
      expect(first).toEqual(descriptor);
      first.fill(0);
      expect(link.descriptor()).toEqual(descriptor);
    });

    withRig('carries whole reports, in order, as they were at the call', async (rig) => {
      const got = listenTo(rig);
      const expected = Array.from({ length: 12 }, (_, index) => [1, index, 0, 255]);
      for (const report of expected) {
        const bytes = Uint8Array.from(report);
        rig.report(bytes);
        bytes.fill(9);
      }
      await rig.until(() => got.length >= expected.length, ARRIVAL_MS);
      expect(got).toEqual(expected);
    });

    withRig('sends output reports, in order, as they were at the call', async (rig) => {
      const reports = [Uint8Array.of(0, 1), Uint8Array.of(0, 2, 3), Uint8Array.of(2, 4)];
      const expected = reports.map((report) => [...report]);
      const sent = reports.map((report) => {
        const result = rig.link.send(report);
        report.fill(9);
        return result;
      });
      expect((await rig.end(Promise.all(sent))).every(({ ok }) => ok)).toBe(true);
      await rig.until(() => rig.outputs().length >= reports.length, ARRIVAL_MS);
      expect(rig.outputs()).toEqual(expected);
    });

    withRig('unplugged: told and absent; back within 2 s, without a restart', async (rig) => {
      const told: boolean[] = [];
      rig.link.onPresence((present) => told.push(present));
      const got = listenTo(rig);
      rig.unplug();
      await rig.until(() => told.length > 0, ARRIVAL_MS);
      expect([told, rig.link.present()]).toEqual([[false], false]);
      expect(await rig.end(rig.link.send(Uint8Array.of(0, 1)))).toMatchObject(absent);
      rig.plug();
      await rig.until(() => rig.link.present(), LINK_RETURN_MS);
      expect(told).toEqual([false, true]);
      expect(rig.link.descriptor()).toEqual(rig.descriptor);
      rig.report(Uint8Array.of(1, 2, 3));
      await rig.until(() => got.length > 0, ARRIVAL_MS);
      expect(got).toEqual([[1, 2, 3]]);
      expect(await rig.end(rig.link.send(Uint8Array.of(0, 7)))).toMatchObject({ ok: true });
    });

    withRig('tells each listener, until it stops', async (rig) => {
      const first = listenTo(rig);
      const second: number[][] = [];
      const stop = rig.link.onReport((report) => second.push([...report]));
      rig.report(Uint8Array.of(1, 1));
      await rig.until(() => first.length === 1 && second.length === 1, ARRIVAL_MS);
      stop();
      rig.report(Uint8Array.of(1, 2));
      await rig.until(() => first.length === 2, ARRIVAL_MS);
      expect(second).toEqual([[1, 1]]);
    });

    withRig('closed: absent, silent, and closing again does no harm', async (rig) => {
      const got = listenTo(rig);
      rig.link.close();
      rig.link.close();
      expect(rig.link.present()).toBe(false);
      expect(await rig.end(rig.link.send(Uint8Array.of(0, 1)))).toMatchObject(absent);
      rig.report(Uint8Array.of(1, 1));
      await rig.pass(300);
      expect(got).toEqual([]);
    });
  });
};
