/**
 * The DS3231's registers and calendar time, both ways. Source: Maxim DS3231 datasheet, rev. 10, figure 1
 * (timekeeping registers) and "Control register" / "Status register". Pure and total: registers that
 * are no date decode to null.
 */

/** Registers read at once: 00 to 0F, time and status of one moment (the chip freezes them at START). */
export const REGISTER_COUNT = 16;

export const REGISTER = { seconds: 0x00, control: 0x0e, status: 0x0f } as const;

/** Bytes of the time: seconds, minutes, hours, day of the week, date, month and century, year. */
export const TIME_BYTES = 7;

/** Control: with it set the oscillator stops when only the cell feeds the chip. */
export const CONTROL_EOSC = 0x80;

/** Status: the oscillator is or was stopped since the bit was last cleared. */
export const STATUS_OSF = 0x80;

const HOUR_12 = 0x40;
const HOUR_PM = 0x20;
const CENTURY = 0x80;

/** The first and last instant that the registers can hold. */
export const FIRST_MS = Date.UTC(2000, 0, 1);
export const LAST_MS = Date.UTC(2199, 11, 31, 23, 59, 59);

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** Days since 1970-01-01, a Thursday, to 1 (Sunday) … 7: the chip only counts them on. */
const weekdayOf = (calendarMs: number): number => ((Math.floor(calendarMs / DAY_MS) + 4) % 7) + 1;

const toBcd = (value: number): number => (Math.floor(value / 10) << 4) | (value % 10);

/** Null: a nibble above nine. */
const fromBcd = (byte: number): number | null => {
  const tens = byte >> 4;
  const ones = byte & 0x0f;
  return tens > 9 || ones > 9 ? null : tens * 10 + ones;
};

/** The seven time registers for an instant, 24-hour mode; null: outside 2000 to 2199. */
export const encodeTime = (calendarMs: number): readonly number[] | null => {
  if (!(calendarMs >= FIRST_MS && calendarMs < LAST_MS + SECOND_MS)) return null;
  const date = new Date(calendarMs);
  const year = date.getUTCFullYear() - 2000;
  return [
    toBcd(date.getUTCSeconds()),
    toBcd(date.getUTCMinutes()),
    toBcd(date.getUTCHours()),
    weekdayOf(calendarMs),
    toBcd(date.getUTCDate()),
    toBcd(date.getUTCMonth() + 1) | (year >= 100 ? CENTURY : 0),
    toBcd(year % 100),
  ];
};

/** Hours of either mode, 0 to 23; null: none. */
const decodeHours = (byte: number): number | null => {
  if ((byte & HOUR_12) === 0) return fromBcd(byte);
  const twelve = fromBcd(byte & 0x1f);
  if (twelve === null || twelve < 1 || twelve > 12) return null;
  return (twelve % 12) + (byte & HOUR_PM ? 12 : 0);
};

/** The instant that seven time registers say; null: no date of the calendar. */
export const decodeTime = (registers: readonly number[]): number | null => {
  if (registers.length < TIME_BYTES) return null;
  const [s = 0, m = 0, h = 0, weekday = 0, d = 0, mo = 0, y = 0] = registers;
  const seconds = fromBcd(s);
  const minutes = fromBcd(m);
  const hours = decodeHours(h);
  const day = fromBcd(d);
  const month = fromBcd(mo & ~CENTURY);
  const year = fromBcd(y);
  if (seconds === null || minutes === null || hours === null) return null;
  if (day === null || month === null || year === null) return null;
  if (seconds > 59 || minutes > 59 || hours > 23 || weekday < 1 || weekday > 7) return null;
  if (month < 1 || month > 12 || day < 1) return null;
  const fullYear = 2000 + year + (mo & CENTURY ? 100 : 0);
  const calendarMs = Date.UTC(fullYear, month - 1, day, hours, minutes, seconds);
  // 31 April would be 1 May to the calendar: not to a chip that counts days rightly.
  return new Date(calendarMs).getUTCDate() === day ? calendarMs : null;
};
