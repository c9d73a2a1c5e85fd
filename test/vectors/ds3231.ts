/**
 * DS3231 registers from outside: Maxim DS3231 datasheet (19-5170, rev. 10), figure 1 "Timekeeping
 * Registers" and the sections named at each, worked out by hand from those tables.
 */
type TimeVector = {
  readonly name: string;
  /** Registers 00 to 06: seconds, minutes, hours, weekday, date, century and month, year. */
  readonly registers: string;
  /** ISO 8601; null: no date. */
  readonly instant: string | null;
};

export const TIME_VECTORS: readonly TimeVector[] = [
  {
    name: 'power-on, "Clock and Calendar": 01/01/00, day 1, 00:00:00',
    registers: '00000001010100',
    instant: '2000-01-01T00:00:00Z',
  },
  {
    name: '24-hour mode, hours 13',
    registers: '45301301221126',
    instant: '2026-11-22T13:30:45Z',
  },
  {
    name: '12-hour mode (bit 6), PM (bit 5), 01: the same instant',
    registers: '45306101221126',
    instant: '2026-11-22T13:30:45Z',
  },
  {
    name: '12-hour mode, 12 AM is midnight',
    registers: '00005201221126',
    instant: '2026-11-22T00:00:00Z',
  },
  {
    name: '12-hour mode, 12 PM is noon',
    registers: '00007201221126',
    instant: '2026-11-22T12:00:00Z',
  },
  {
    name: 'leap day, "compensates for leap years"',
    registers: '59592305290228',
    instant: '2028-02-29T23:59:59Z',
  },
  {
    name: 'century bit (register 05, bit 7): 2100 and on',
    registers: '00000006018100',
    instant: '2100-01-01T00:00:00Z',
  },
  { name: 'seconds 60', registers: '60000001010100', instant: null },
  { name: 'a nibble above nine', registers: '0a000001010100', instant: null },
  { name: 'weekday 0', registers: '00000000010100', instant: null },
  { name: 'weekday 8', registers: '00000008010100', instant: null },
  { name: 'date 0', registers: '00000001000100', instant: null },
  { name: 'month 0', registers: '00000001010000', instant: null },
  { name: 'month 13', registers: '00000001011300', instant: null },
  { name: '29 February of no leap year', registers: '00000001290227', instant: null },
  { name: 'hours 24', registers: '00002401010100', instant: null },
  { name: '12-hour mode, hour 0', registers: '00004001010100', instant: null },
  { name: '12-hour mode, hour 13', registers: '00005301010100', instant: null },
  { name: 'a bus that reads all ones', registers: 'ffffffffffffff', instant: null },
];

/** "Status Register (0Fh)": OSF bit 7, EN32kHz bit 3, BSY bit 2, A2F bit 1, A1F bit 0. */
export const STATUS_AT_POWER_ON = 0x88;
/** "Control Register (0Eh)": EOSC bit 7, BBSQW 6, CONV 5, RS2 4, RS1 3, INTCN 2, A2IE 1, A1IE 0. */
export const CONTROL_AT_POWER_ON = 0x1c;
