/**
 * How the power board is wired: an ATmega328P (Arduino Uno or Nano) with StandardFirmata. As data,
 * so that driver, emulated board and the person with the soldering iron read the same table.
 *
 * A4 and A5 are the I2C bus: the battery's fuel gauge (MAX17048) and the real-time clock
 * (DS3231). The operator's display hangs on the bus of a second board of the same kind.
 */

/** Analog channels: each voltage is made RMS on the sensor, a 0-5 V level reaches the pin. */
export const ANALOG = {
  /** Mains before stabilizer A. */
  lineA: 0,
  /** What stabilizer A delivers. */
  outputA: 1,
  lineB: 2,
  outputB: 3,
} as const satisfies Record<string, number>;

/** Digital pins. 0 and 1 are the serial line, 13 flashes while the board starts. */
export const DIGITAL = {
  /** Key switch to ground, pull-up: low is "on". */
  key: 2,
  /** Tamper loop to ground through the seal, pull-up: high is "broken", and so is a cut wire. */
  tamper: 3,
  buzzer: 4,
  /** Cover switch to ground while shut, pull-up: high is "open". */
  cover: 5,
  /** Auxiliary contact of relay A to ground while it is closed, pull-up: low is "feeding". */
  feedingA: 6,
  /**
   * Coil of relay A. The load sits on its normally closed contact: a board without power, in reset or
   * unplugged lets both stabilizers feed.
   */
  relayA: 7,
  relayB: 8,
  feedingB: 9,
  lamp: 12,
} as const satisfies Record<string, number>;

/** I2C addresses, seven bits. */
export const I2C = {
  /** MAX17048 datasheet, "Slave address": 0x6C >> 1. */
  fuelGauge: 0x36,
  /** DS3231 datasheet, "Slave address byte": 0xD0 >> 1. */
  realTimeClock: 0x68,
  /** PCF8574 backpack with A0-A2 open. */
  display: 0x27,
} as const satisfies Record<string, number>;

/** Inputs with the board's pull-up. */
export const INPUT_PINS = [
  DIGITAL.key,
  DIGITAL.tamper,
  DIGITAL.cover,
  DIGITAL.feedingA,
  DIGITAL.feedingB,
] as const;

export const OUTPUT_PINS = [DIGITAL.buzzer, DIGITAL.relayA, DIGITAL.relayB, DIGITAL.lamp] as const;
