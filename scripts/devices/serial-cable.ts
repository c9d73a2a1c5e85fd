/**
 * A serial cable between two programs: two pseudo-terminals back to back. Like the real thing without
 * flow control it loses what the other side does not take.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { openPty } from './pty.ts';

/** Bytes on their way in one direction; what comes on top is lost. */
const MAX_UNDERWAY = 65_536;

export type SerialCable = {
  /** What the unit opens. */
  readonly unitPath: string;
  /** What the person with the laptop opens. */
  readonly path: string;
  close(): void;
};

const carry = (from: ByteLink, to: ByteLink): void => {
  let underway = 0;
  from.onBytes((chunk) => {
    if (underway + chunk.length > MAX_UNDERWAY) return;
    underway += chunk.length;
    void to.write(chunk).then(() => {
      underway -= chunk.length;
    });
  });
};

export const openSerialCable = (options: {
  readonly clock: Clock;
  readonly baud: number;
  readonly unitPath: string;
  readonly path: string;
}): SerialCable => {
  const { clock, baud, unitPath, path } = options;
  // One end keeps the pace of the wire; two would make it half as fast.
  const unit = openPty({ clock, path: unitPath });
  const person = openPty({ clock, baud, path });
  carry(unit.link, person.link);
  carry(person.link, unit.link);
  return {
    unitPath,
    path,
    close: () => {
      unit.close();
      person.close();
    },
  };
};
