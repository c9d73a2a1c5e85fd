/** Reading what a Firmata board reports, with the faults of the board in front. */
import type { DeviceName, Fault } from '#hal/fault.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { Feed } from './feed.ts';
import type { FirmataBoard } from './firmata-board.ts';

/** Reports are this old at most; and a first report that is still on its way is awaited this long. */
export const REPORT_LIMIT_MS = 2_500;

/** `own`: a fault of the device itself, looked for when its board is sound. */
export const readFeed = async <T>(
  firmata: FirmataBoard,
  device: DeviceName,
  feed: Feed<T>,
  own: () => Fault | null = () => null,
): Promise<Result<T, Fault>> => {
  await firmata.settled();
  const before = firmata.fault(device) ?? own();
  if (before !== null) return err(before);
  const value = await feed.newest(REPORT_LIMIT_MS);
  const after = firmata.fault(device) ?? own();
  if (after !== null) return err(after);
  if (value === null) return err({ device, kind: 'timeout', detail: 'no report from its input' });
  return ok(value);
};
