/** A HID device that is emulated in another process, behind a local socket (report-frames.ts). */
import type { Clock } from '#hal/clock.ts';
import type { ReportLink } from '#hal/report-link.ts';
import {
  makeReopeningReportLink,
  type ReportConnection,
  type ReportConnector,
} from './reopening-report-link.ts';
import { encodeReportFrame, makeReportFrameDecoder } from './report-frames.ts';
import { connectSocket } from './socket-connection.ts';

/** It is there once it has said what it is. */
const connectTo =
  (path: string): ReportConnector =>
  (events) =>
    new Promise((resolve) => {
      const decode = makeReportFrameDecoder();
      let described = false;
      const close = (): void => {
        void socket.then((connection) => connection?.close());
      };
      const describe = (descriptor: Uint8Array): void => {
        described = true;
        const connection: ReportConnection = {
          descriptor,
          send: async (report) => (await socket)?.write(encodeReportFrame(report)) ?? false,
          close,
        };
        resolve(connection);
      };
      const socket = connectSocket(
        { path },
        {
          bytes: (chunk) => {
            const frames = decode(chunk);
            // Not our framing: nothing that follows can be trusted.
            if (frames === null) close();
            for (const frame of frames ?? [])
              if (described) events.report(frame);
              else describe(frame);
          },
          gone: () => {
            resolve(null);
            events.gone();
          },
        },
      );
      void socket.then((connection) => {
        if (connection === null) resolve(null);
      });
    });

/** A link to the HID device behind the local socket at `path`; it connects again by itself. */
export const openSocketReportLink = (path: string, clock: Clock): ReportLink =>
  makeReopeningReportLink(clock, connectTo(path), path);
