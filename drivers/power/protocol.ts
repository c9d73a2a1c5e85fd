/**
 * Firmata, the byte protocol between a host and a microcontroller board: messages as data, both
 * directions. Source: github.com/firmata/protocol, protocol.md (version 2.5) and i2c.md. The driver's
 * own traffic is johnny-five's; this codec checks what arrives before it reaches that library, and
 * is the tongue of the emulated board. Pure and total: what is not Firmata decodes to null.
 */

/** Command bytes, protocol.md, "Message types". */
export const COMMAND = {
  digitalPort: 0x90,
  reportAnalog: 0xc0,
  reportDigital: 0xd0,
  analog: 0xe0,
  startSysex: 0xf0,
  setPinMode: 0xf4,
  setDigitalPin: 0xf5,
  endSysex: 0xf7,
  version: 0xf9,
  systemReset: 0xff,
} as const;

/** First byte inside a sysex, protocol.md, "Sysex message format", and i2c.md. */
export const SYSEX = {
  analogMappingQuery: 0x69,
  analogMappingResponse: 0x6a,
  capabilityQuery: 0x6b,
  capabilityResponse: 0x6c,
  pinStateQuery: 0x6d,
  pinStateResponse: 0x6e,
  text: 0x71,
  i2cRequest: 0x76,
  i2cReply: 0x77,
  i2cConfig: 0x78,
  firmware: 0x79,
  samplingInterval: 0x7a,
} as const;

/** Pin modes, protocol.md, "Supported modes". */
export const PIN_MODE = {
  input: 0x00,
  output: 0x01,
  analog: 0x02,
  pwm: 0x03,
  servo: 0x04,
  i2c: 0x06,
  pullUp: 0x0b,
} as const;

/** Separates pins in a capability response, and means "no channel" in an analog mapping. */
const NONE = 0x7f;

export type I2cMode = 'write' | 'read' | 'readContinuously' | 'stopReading';
/** i2c.md: bits 3 and 4 of the second address byte. */
const I2C_MODES = ['write', 'read', 'readContinuously', 'stopReading'] as const;

/** From the host to the board. */
export type HostMessage =
  | { readonly kind: 'requestVersion' }
  | { readonly kind: 'queryFirmware' }
  | { readonly kind: 'queryCapabilities' }
  | { readonly kind: 'queryAnalogMapping' }
  | { readonly kind: 'queryPinState'; readonly pin: number }
  | { readonly kind: 'reportAnalog'; readonly channel: number; readonly on: boolean }
  | { readonly kind: 'reportDigital'; readonly port: number; readonly on: boolean }
  | { readonly kind: 'setPinMode'; readonly pin: number; readonly mode: number }
  | { readonly kind: 'setDigitalPin'; readonly pin: number; readonly high: boolean }
  /** Eight pins at once: bit n of `value` is pin `8 * port + n`. */
  | { readonly kind: 'digitalPort'; readonly port: number; readonly value: number }
  | { readonly kind: 'analog'; readonly channel: number; readonly value: number }
  | { readonly kind: 'samplingInterval'; readonly intervalMs: number }
  | { readonly kind: 'i2cConfig'; readonly delayUs: number }
  /** `data`: bytes to write, or for a read its register (if any) and count, as i2c.md orders them. */
  | {
      readonly kind: 'i2cRequest';
      readonly address: number;
      readonly mode: I2cMode;
      readonly data: readonly number[];
    }
  | { readonly kind: 'systemReset' };

/** What one pin can do: its modes, each with its resolution in bits. */
export type PinCapability = readonly { readonly mode: number; readonly bits: number }[];

/** From the board to the host. */
export type BoardMessage =
  | { readonly kind: 'version'; readonly major: number; readonly minor: number }
  | {
      readonly kind: 'firmware';
      readonly major: number;
      readonly minor: number;
      readonly name: string;
    }
  | { readonly kind: 'capabilities'; readonly pins: readonly PinCapability[] }
  /** The analog channel of each pin, or null. */
  | { readonly kind: 'analogMapping'; readonly channels: readonly (number | null)[] }
  | {
      readonly kind: 'pinState';
      readonly pin: number;
      readonly mode: number;
      readonly value: number;
    }
  | { readonly kind: 'analog'; readonly channel: number; readonly value: number }
  | { readonly kind: 'digitalPort'; readonly port: number; readonly value: number }
  | {
      readonly kind: 'i2cReply';
      readonly address: number;
      readonly register: number;
      readonly data: readonly number[];
    }
  | { readonly kind: 'text'; readonly text: string };

const low7 = (value: number): number => value & 0x7f;
const high7 = (value: number): number => (value >> 7) & 0x7f;
const pair = (low: number, high: number): number => (low & 0x7f) | ((high & 0x7f) << 7);

/** Bytes as pairs of seven bits, the least significant first. */
const toPairs = (bytes: Iterable<number>): number[] => {
  const out: number[] = [];
  for (const byte of bytes) out.push(low7(byte), high7(byte));
  return out;
};

/** Pairs back to 14-bit values; null when one is missing its other half. */
const fromPairs = (body: Uint8Array): number[] | null => {
  if (body.length % 2 !== 0) return null;
  const out: number[] = [];
  for (let at = 0; at < body.length; at += 2) out.push(pair(body[at]!, body[at + 1]!));
  return out;
};

const sysex = (kind: number, body: readonly number[]): Uint8Array =>
  Uint8Array.of(COMMAND.startSysex, kind, ...body, COMMAND.endSysex);

const short = (command: number, value: number): Uint8Array =>
  Uint8Array.of(command, low7(value), high7(value));

export const encodeHostMessage = (message: HostMessage): Uint8Array => {
  switch (message.kind) {
    case 'requestVersion':
      return Uint8Array.of(COMMAND.version);
    case 'queryFirmware':
      return sysex(SYSEX.firmware, []);
    case 'queryCapabilities':
      return sysex(SYSEX.capabilityQuery, []);
    case 'queryAnalogMapping':
      return sysex(SYSEX.analogMappingQuery, []);
    case 'queryPinState':
      return sysex(SYSEX.pinStateQuery, [low7(message.pin)]);
    case 'reportAnalog':
      return Uint8Array.of(COMMAND.reportAnalog | (message.channel & 15), message.on ? 1 : 0);
    case 'reportDigital':
      return Uint8Array.of(COMMAND.reportDigital | (message.port & 15), message.on ? 1 : 0);
    case 'setPinMode':
      return Uint8Array.of(COMMAND.setPinMode, low7(message.pin), low7(message.mode));
    case 'setDigitalPin':
      return Uint8Array.of(COMMAND.setDigitalPin, low7(message.pin), message.high ? 1 : 0);
    case 'digitalPort':
      return short(COMMAND.digitalPort | (message.port & 15), message.value);
    case 'analog':
      return short(COMMAND.analog | (message.channel & 15), message.value);
    case 'samplingInterval':
      return sysex(SYSEX.samplingInterval, [low7(message.intervalMs), high7(message.intervalMs)]);
    case 'i2cConfig':
      return sysex(SYSEX.i2cConfig, [low7(message.delayUs), high7(message.delayUs)]);
    case 'i2cRequest':
      return sysex(SYSEX.i2cRequest, [
        low7(message.address),
        I2C_MODES.indexOf(message.mode) << 3,
        ...toPairs(message.data),
      ]);
    case 'systemReset':
      return Uint8Array.of(COMMAND.systemReset);
  }
};

const decodeHostSysex = (kind: number, body: Uint8Array): HostMessage | null => {
  switch (kind) {
    case SYSEX.firmware:
      return body.length === 0 ? { kind: 'queryFirmware' } : null;
    case SYSEX.capabilityQuery:
      return body.length === 0 ? { kind: 'queryCapabilities' } : null;
    case SYSEX.analogMappingQuery:
      return body.length === 0 ? { kind: 'queryAnalogMapping' } : null;
    case SYSEX.pinStateQuery:
      return body.length === 1 ? { kind: 'queryPinState', pin: body[0]! } : null;
    case SYSEX.samplingInterval:
      return body.length === 2
        ? { kind: 'samplingInterval', intervalMs: pair(body[0]!, body[1]!) }
        : null;
    case SYSEX.i2cConfig:
      return { kind: 'i2cConfig', delayUs: pair(body[0] ?? 0, body[1] ?? 0) };
    case SYSEX.i2cRequest: {
      const data = body.length < 2 ? null : fromPairs(body.subarray(2));
      const mode = I2C_MODES[((body[1] ?? 0) >> 3) & 3];
      if (data === null || mode === undefined) return null;
      return { kind: 'i2cRequest', address: body[0]!, mode, data };
    }
    default:
      return null;
  }
};

/** Reads one whole frame of the host (as `makeFrameReader` cuts them); null when it is none. */
export const decodeHostFrame = (frame: Uint8Array): HostMessage | null => {
  const [first = 0, second = 0, third = 0] = frame;
  if (first === COMMAND.startSysex)
    return frame.length < 3 ? null : decodeHostSysex(second, frame.subarray(2, -1));
  switch (first) {
    case COMMAND.version:
      return { kind: 'requestVersion' };
    case COMMAND.systemReset:
      return { kind: 'systemReset' };
    case COMMAND.setPinMode:
      return { kind: 'setPinMode', pin: second, mode: third };
    case COMMAND.setDigitalPin:
      return { kind: 'setDigitalPin', pin: second, high: third !== 0 };
  }
  const index = first & 15;
  switch (first & 0xf0) {
    case COMMAND.reportAnalog:
      return { kind: 'reportAnalog', channel: index, on: second !== 0 };
    case COMMAND.reportDigital:
      return { kind: 'reportDigital', port: index, on: second !== 0 };
    case COMMAND.digitalPort:
      return { kind: 'digitalPort', port: index, value: pair(second, third) };
    case COMMAND.analog:
      return { kind: 'analog', channel: index, value: pair(second, third) };
  }
  return null;
};

const textBytes = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0) & 0xff);

export const encodeBoardMessage = (message: BoardMessage): Uint8Array => {
  switch (message.kind) {
    case 'version':
      return Uint8Array.of(COMMAND.version, low7(message.major), low7(message.minor));
    case 'firmware':
      return sysex(SYSEX.firmware, [
        low7(message.major),
        low7(message.minor),
        ...toPairs(textBytes(message.name)),
      ]);
    case 'capabilities':
      return sysex(
        SYSEX.capabilityResponse,
        message.pins.flatMap((pin) => [
          ...pin.flatMap(({ mode, bits }) => [low7(mode), low7(bits)]),
          NONE,
        ]),
      );
    case 'analogMapping':
      return sysex(
        SYSEX.analogMappingResponse,
        message.channels.map((channel) => channel ?? NONE),
      );
    case 'pinState':
      return sysex(SYSEX.pinStateResponse, [
        low7(message.pin),
        low7(message.mode),
        low7(message.value),
        high7(message.value),
      ]);
    case 'analog':
      return short(COMMAND.analog | (message.channel & 15), message.value);
    case 'digitalPort':
      return short(COMMAND.digitalPort | (message.port & 15), message.value);
    case 'i2cReply':
      return sysex(SYSEX.i2cReply, toPairs([message.address, message.register, ...message.data]));
    case 'text':
      return sysex(SYSEX.text, toPairs(textBytes(message.text)));
  }
};

const decodeCapabilities = (body: Uint8Array): readonly PinCapability[] | null => {
  const pins: PinCapability[] = [];
  let pin: { mode: number; bits: number }[] = [];
  for (let at = 0; at < body.length; ) {
    if (body[at] === NONE) {
      pins.push(pin);
      pin = [];
      at += 1;
      continue;
    }
    if (at + 1 >= body.length) return null;
    pin.push({ mode: body[at]!, bits: body[at + 1]! });
    at += 2;
  }
  return pin.length === 0 ? pins : null;
};

const asText = (codes: readonly number[]): string => String.fromCharCode(...codes);

const decodeBoardSysex = (kind: number, body: Uint8Array): BoardMessage | null => {
  switch (kind) {
    case SYSEX.firmware: {
      const name = body.length < 2 ? null : fromPairs(body.subarray(2));
      if (name === null) return null;
      return { kind: 'firmware', major: body[0]!, minor: body[1]!, name: asText(name) };
    }
    case SYSEX.capabilityResponse: {
      const pins = decodeCapabilities(body);
      return pins === null ? null : { kind: 'capabilities', pins };
    }
    case SYSEX.analogMappingResponse:
      return {
        kind: 'analogMapping',
        channels: Array.from(body, (channel) => (channel === NONE ? null : channel)),
      };
    case SYSEX.pinStateResponse:
      if (body.length < 3) return null;
      return {
        kind: 'pinState',
        pin: body[0]!,
        mode: body[1]!,
        value: pair(body[2]!, body[3] ?? 0),
      };
    case SYSEX.i2cReply: {
      const values = fromPairs(body);
      if (values === null || values.length < 2) return null;
      const [address = 0, register = 0, ...data] = values;
      if (data.some((byte) => byte > 0xff)) return null;
      return { kind: 'i2cReply', address, register, data };
    }
    case SYSEX.text: {
      const codes = fromPairs(body);
      return codes === null ? null : { kind: 'text', text: asText(codes) };
    }
    default:
      return null;
  }
};

/** Reads one whole frame of the board; null when it is none that a board sends. */
export const decodeBoardFrame = (frame: Uint8Array): BoardMessage | null => {
  const [first = 0, second = 0, third = 0] = frame;
  if (first === COMMAND.startSysex)
    return frame.length < 3 ? null : decodeBoardSysex(second, frame.subarray(2, -1));
  if (first === COMMAND.version) return { kind: 'version', major: second, minor: third };
  const index = first & 15;
  const value = pair(second, third);
  if ((first & 0xf0) === COMMAND.analog) return { kind: 'analog', channel: index, value };
  if ((first & 0xf0) === COMMAND.digitalPort) return { kind: 'digitalPort', port: index, value };
  return null;
};
