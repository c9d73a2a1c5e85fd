/** A technician at the real-time clock's pins: writes its registers as the bus would. */

import type { RealTimeClockEmulator } from '#drivers/real-time-clock/emulator.ts';
import { encodeTime, REGISTER } from '#drivers/real-time-clock/protocol.ts';

/** Sets it to whole seconds and ends what it says of having stopped. A time that it can not hold is left out. */
export const setRealTimeClock = (chip: RealTimeClockEmulator, calendarMs: number): void => {
  const registers = encodeTime(Math.floor(calendarMs / 1_000) * 1_000);
  if (registers === null) return;
  chip.write([0, ...registers]);
  chip.write([REGISTER.status, 0]);
};
