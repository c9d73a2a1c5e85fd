/** The election's calendar and the unit's clock: where the day stands, and dates as papers print them. */
import type { CalendarPosition } from '#firmware/booth/state.ts';
import type { ElectionCalendar, Locale } from '#firmware/election/definition.ts';
import { instantMs } from '#firmware/election/instant.ts';
import { sayAtBooth } from '#firmware/locale/booth.ts';

/** Where `calendarMs` stands; `trusted` false: nowhere that counts. */
export const positionOf = (
  calendar: ElectionCalendar,
  calendarMs: number,
  trusted: boolean,
): CalendarPosition => {
  const [opensAt, closesAt, validUntil] = [
    calendar.opensAt,
    calendar.closesAt,
    calendar.validUntil,
  ].map(instantMs);
  if (!trusted || opensAt == null || closesAt == null || validUntil == null) return 'untrusted';
  if (calendarMs > validUntil) return 'expired';
  if (calendarMs < opensAt) return 'beforeOpening';
  return calendarMs < closesAt ? 'duringVoting' : 'afterClosing';
};

const MS_OF_MINUTE = 60_000;
const MS_OF_DAY = 86_400_000;

/** Minutes east of Greenwich that the election's own times are written in. */
const offsetMinutes = (calendar: ElectionCalendar): number => {
  const found = /([+-])(\d{2}):(\d{2})$/.exec(calendar.opensAt);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -minutes : minutes;
};

/** Day, month and year of a day since 1970-01-01 (Gregorian; years counted from March). */
const dateOf = (day: number): readonly [number, number, number] => {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return [dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1, month, year];
};

const two = (value: number): string => String(value).padStart(2, '0');

/** `06/12/2020 05:48` in the election's own time zone; a clock that is not trusted is named. */
export const dateText = (
  calendar: ElectionCalendar,
  calendarMs: number,
  trusted: boolean,
  locale: Locale,
): string => {
  const localMs = calendarMs + offsetMinutes(calendar) * MS_OF_MINUTE;
  const [day, month, year] = dateOf(Math.floor(localMs / MS_OF_DAY));
  const minutes = Math.floor(
    (localMs - Math.floor(localMs / MS_OF_DAY) * MS_OF_DAY) / MS_OF_MINUTE,
  );
  const date = `${two(day)}/${two(month)}/${year} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return trusted ? date : sayAtBooth(locale, 'clockNotTrusted', { date });
};
