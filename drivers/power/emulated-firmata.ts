/**
 * An ATmega328P board running StandardFirmata 2.5, as seen from its serial line: boot, handshake,
 * digital ports reported when they change, analog channels and continuous I2C reads at the sampling
 * interval, all of one sample in one go. Behaviour after StandardFirmata.ino; what a contact or a
 * sensor says comes from outside through `World`.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { emulateI2c, type I2cDevice } from './emulated-i2c.ts';
import { HOST_FRAME_LIMIT, makeFrameReader } from './firmata-frames.ts';
import {
  type BoardMessage,
  decodeHostFrame,
  encodeBoardMessage,
  type HostMessage,
  PIN_MODE,
  type PinCapability,
} from './protocol.ts';

const TOTAL_PINS = 20;
const TOTAL_PORTS = 3;
const FIRST_DIGITAL = 2;
const FIRST_ANALOG = 14;
const ANALOG_CHANNELS = 6;
const PWM_PINS: readonly number[] = [3, 5, 6, 9, 10, 11];
const I2C_PINS: readonly number[] = [18, 19];
/** StandardFirmata.ino: MINIMUM_SAMPLING_INTERVAL and the default. */
const MINIMUM_SAMPLING_MS = 1;
const DEFAULT_SAMPLING_MS = 19;
/** From power or reset to the first byte (short boot loader). */
const BOOT_MS = 400;

/** 2.4 knows no pull-up mode; both take a high written to an input as "pull-up on". */
export type FirmataRevision = '2.4' | '2.5';

/** What the board's pins are wired to. */
export type World = {
  /** Converter value of an analog channel now, 0 to 1023. */
  analog(channel: number): number;
  /** A contact to ground at a pin is closed. */
  grounded(pin: number): boolean;
  /** The board drives a pin; a reset lets go of it (low). */
  onOutput(pin: number, high: boolean): void;
  readonly i2c: readonly I2cDevice[];
};

export type EmulatedFirmata = {
  /** Tells the board that a contact moved: its main loop sees it. */
  contactMoved(): void;
  /** A hung board: it neither hears nor says anything until it is reset. */
  setSilent(silent: boolean): void;
  /** The converter hangs: analog channels are no longer reported, all else goes on. */
  setAnalogMuted(muted: boolean): void;
  /** The reset button. */
  reset(): void;
  /** The supply of the board itself; it starts anew when it comes back. */
  setPowered(powered: boolean): void;
  mode(pin: number): number;
};

const capabilityOf = (pin: number, revision: FirmataRevision): PinCapability => {
  if (pin < FIRST_DIGITAL) return [];
  const modes: { mode: number; bits: number }[] = [{ mode: PIN_MODE.input, bits: 1 }];
  if (revision === '2.5') modes.push({ mode: PIN_MODE.pullUp, bits: 1 });
  modes.push({ mode: PIN_MODE.output, bits: 1 });
  if (pin >= FIRST_ANALOG) modes.push({ mode: PIN_MODE.analog, bits: 10 });
  if (PWM_PINS.includes(pin)) modes.push({ mode: PIN_MODE.pwm, bits: 8 });
  modes.push({ mode: PIN_MODE.servo, bits: 14 });
  if (I2C_PINS.includes(pin)) modes.push({ mode: PIN_MODE.i2c, bits: 1 });
  return modes;
};

const ALL_PINS = Array.from({ length: TOTAL_PINS }, (_, pin) => pin);

const hello = (revision: FirmataRevision) => {
  const minor = revision === '2.4' ? 4 : 5;
  return {
    version: { kind: 'version', major: 2, minor },
    firmware: { kind: 'firmware', major: 2, minor, name: 'StandardFirmata.ino' },
  } as const satisfies Readonly<Record<string, BoardMessage>>;
};

/** All that a reset forgets. */
const freshState = () => ({
  modes: ALL_PINS.map((pin): number => (pin >= FIRST_ANALOG ? PIN_MODE.analog : PIN_MODE.output)),
  high: ALL_PINS.map(() => false),
  pulledUp: ALL_PINS.map(() => false),
  analogReports: new Set<number>(),
  portReports: new Set<number>(),
  lastPort: Array.from({ length: TOTAL_PORTS }, () => -1),
  samplingMs: DEFAULT_SAMPLING_MS,
  i2cOn: false,
});

export const emulateFirmata = (
  link: ByteLink,
  clock: Clock,
  world: World,
  revision: FirmataRevision = '2.5',
): EmulatedFirmata => {
  const { version, firmware } = hello(revision);
  let state = freshState();
  let running = false;
  let silent = false;
  let analogMuted = false;
  let stopSampling: (() => void) | null = null;
  let stopBoot = (): void => undefined;
  let outbox: Uint8Array[] = [];

  const send = (message: BoardMessage): void => {
    outbox.push(encodeBoardMessage(message));
  };
  const i2c = emulateI2c(world.i2c, send);
  const flush = (): void => {
    if (outbox.length === 0) return;
    const frames = outbox;
    outbox = [];
    if (!silent) void link.write(Buffer.concat(frames));
  };

  const isInput = (pin: number): boolean =>
    state.modes[pin] === PIN_MODE.input || state.modes[pin] === PIN_MODE.pullUp;
  const level = (pin: number): number => {
    if (!isInput(pin)) return 0;
    if (world.grounded(pin)) return 0;
    return state.modes[pin] === PIN_MODE.pullUp || state.pulledUp[pin] ? 1 : 0;
  };
  const reportPort = (port: number, force: boolean): void => {
    let value = 0;
    for (let bit = 0; bit < 8; bit++) {
      const pin = port * 8 + bit;
      if (pin < TOTAL_PINS) value |= level(pin) << bit;
    }
    if (!force && value === state.lastPort[port]) return;
    state.lastPort[port] = value;
    send({ kind: 'digitalPort', port, value });
  };
  const reportPorts = (): void => {
    for (const port of state.portReports) reportPort(port, false);
  };

  const sample = (): void => {
    if (!analogMuted)
      for (const channel of state.analogReports)
        send({ kind: 'analog', channel, value: world.analog(channel) });
    i2c.sample();
    flush();
    stopSampling = clock.after(state.samplingMs, sample);
  };
  const sampleIfNeeded = (): void => {
    const needed = running && (state.analogReports.size > 0 || i2c.repeating());
    if (needed && stopSampling === null) stopSampling = clock.after(state.samplingMs, sample);
    if (!needed) {
      stopSampling?.();
      stopSampling = null;
    }
  };

  const drive = (pin: number, high: boolean): void => {
    if (pin >= TOTAL_PINS) return;
    if (state.modes[pin] === PIN_MODE.input) {
      // From 2.5 on writing low to an input is ignored; before, it took the pull-up away.
      if (high || revision === '2.4') state.pulledUp[pin] = high;
      reportPorts();
      return;
    }
    if (state.modes[pin] !== PIN_MODE.output) return;
    if (state.high[pin] === high) return;
    state.high[pin] = high;
    world.onOutput(pin, high);
  };
  const setMode = (pin: number, mode: number): void => {
    if (pin >= TOTAL_PINS || !capabilityOf(pin, revision).some((each) => each.mode === mode))
      return;
    drive(pin, false);
    state.modes[pin] = mode;
    state.pulledUp[pin] = false;
    const channel = pin - FIRST_ANALOG;
    if (mode !== PIN_MODE.analog) state.analogReports.delete(channel);
    reportPorts();
  };

  const handle = (message: HostMessage): void => {
    switch (message.kind) {
      case 'requestVersion':
        send(version);
        return;
      case 'queryFirmware':
        send(firmware);
        return;
      case 'queryCapabilities':
        send({ kind: 'capabilities', pins: ALL_PINS.map((pin) => capabilityOf(pin, revision)) });
        return;
      case 'queryAnalogMapping': {
        const channels = ALL_PINS.map((pin) => (pin >= FIRST_ANALOG ? pin - FIRST_ANALOG : null));
        send({ kind: 'analogMapping', channels });
        return;
      }
      case 'queryPinState': {
        const { pin } = message;
        if (pin >= TOTAL_PINS) return;
        const mode = state.modes[pin] ?? PIN_MODE.input;
        send({ kind: 'pinState', pin, mode, value: state.high[pin] ? 1 : 0 });
        return;
      }
      case 'reportAnalog': {
        const { channel, on } = message;
        if (channel >= ANALOG_CHANNELS) return;
        if (!on) state.analogReports.delete(channel);
        else {
          state.analogReports.add(channel);
          // StandardFirmata.ino, reportAnalogCallback: the first value is sent at once.
          if (!analogMuted) send({ kind: 'analog', channel, value: world.analog(channel) });
        }
        return;
      }
      case 'reportDigital':
        if (message.port >= TOTAL_PORTS) return;
        if (!message.on) state.portReports.delete(message.port);
        else {
          state.portReports.add(message.port);
          reportPort(message.port, true);
        }
        return;
      case 'setPinMode':
        setMode(message.pin, message.mode);
        return;
      case 'setDigitalPin':
        drive(message.pin, message.high);
        return;
      case 'digitalPort':
        for (let bit = 0; bit < 8; bit++)
          drive(message.port * 8 + bit, ((message.value >> bit) & 1) === 1);
        return;
      case 'analog':
        return;
      case 'samplingInterval':
        state.samplingMs = Math.max(message.intervalMs, MINIMUM_SAMPLING_MS);
        stopSampling?.();
        stopSampling = null;
        return;
      case 'i2cConfig':
        state.i2cOn = true;
        for (const pin of I2C_PINS) setMode(pin, PIN_MODE.i2c);
        return;
      case 'i2cRequest':
        if (state.i2cOn) i2c.handle(message);
        return;
      case 'systemReset':
        letGo();
        return;
    }
  };

  const reader = makeFrameReader('host', HOST_FRAME_LIMIT, (frame) => {
    const message = decodeHostFrame(frame);
    if (message !== null) handle(message);
  });

  /** Back to the state after power-on: outputs low, nothing reported. */
  const letGo = (): void => {
    const { high } = state;
    state = freshState();
    i2c.reset();
    stopSampling?.();
    stopSampling = null;
    high.forEach((wasHigh, pin) => {
      if (wasHigh) world.onOutput(pin, false);
    });
  };
  const boot = (): void => {
    running = false;
    stopBoot();
    reader.reset();
    letGo();
    stopBoot = clock.after(BOOT_MS, () => {
      running = true;
      send(version);
      send(firmware);
      flush();
    });
  };

  link.onBytes((chunk) => {
    if (!running || silent) return;
    reader.push(chunk);
    flush();
    sampleIfNeeded();
  });
  const setPowered = (powered: boolean): void => {
    if (powered) {
      boot();
      return;
    }
    running = false;
    stopBoot();
    letGo();
  };
  link.onPresence(setPowered);
  if (link.present()) boot();

  return {
    contactMoved: () => {
      if (!running) return;
      reportPorts();
      flush();
    },
    setSilent: (next) => {
      silent = next;
    },
    setAnalogMuted: (next) => {
      analogMuted = next;
    },
    reset: boot,
    setPowered,
    mode: (pin) => state.modes[pin] ?? PIN_MODE.input,
  };
};
