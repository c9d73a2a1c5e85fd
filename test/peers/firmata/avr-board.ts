/**
 * An Arduino Uno running the published StandardFirmata: an ATmega328P instruction by instruction
 * (npm avr8js), wired to the same world as the emulated board. Its serial line, converter, ports and
 * I2C are the simulator's; nothing of the protocol is this project's.
 */
import {
  ADCMuxInputType,
  AVRADC,
  AVRIOPort,
  AVRTimer,
  AVRTWI,
  AVRUSART,
  adcConfig,
  avrInstruction,
  CPU,
  PinState,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  timer2Config,
  twiConfig,
  usart0Config,
} from 'avr8js';
import type { EmulatedFirmata, World } from '#drivers/power/emulated-firmata.ts';
import type { I2cDevice } from '#drivers/power/emulated-i2c.ts';
import type { ByteLink } from '#hal/byte-link.ts';

export const CPU_HZ = 16_000_000;
const CYCLES_A_MS = CPU_HZ / 1_000;
const SRAM_BYTES = 2_048;
const REFERENCE_VOLTS = 5;
const ADC_STEPS = 1_024;
/** One byte and its acknowledgement at 100 kHz. */
const I2C_BYTE_CYCLES = (CPU_HZ / 100_000) * 9;
const I2C_READ_LIMIT = 32;
const PINS = 20;

/** Joins the simulator's two-wire interface to chips. */
const joinBus = (cpu: CPU, twi: AVRTWI, chips: readonly I2cDevice[]): void => {
  let chip: I2cDevice | null = null;
  let written: number[] | null = null;
  let readable: readonly number[] = [];
  const later = (then: () => void): void => {
    cpu.addClockEvent(then, I2C_BYTE_CYCLES);
  };
  const endWriting = (): void => {
    if (written !== null && written.length > 0) chip?.write(written);
    written = null;
  };
  twi.eventHandler = {
    start: () => {
      endWriting();
      later(() => twi.completeStart());
    },
    stop: () => {
      endWriting();
      later(() => twi.completeStop());
    },
    connectToSlave: (address, write) => {
      chip = chips.find((each) => each.address === address && each.present()) ?? null;
      written = write && chip !== null ? [] : null;
      readable = write ? [] : (chip?.read(I2C_READ_LIMIT) ?? []);
      const acknowledged = chip !== null;
      later(() => twi.completeConnect(acknowledged));
    },
    writeByte: (value) => {
      written?.push(value);
      later(() => twi.completeWrite(chip !== null));
    },
    readByte: () => {
      const [value = 0xff, ...rest] = readable;
      readable = rest;
      later(() => twi.completeRead(value));
    },
  };
};

/** The converter and the digital pins. `onInput`: tells the ports which contacts are closed now. */
const joinPins = (cpu: CPU, world: World): { contactMoved(): void } => {
  const adc = new AVRADC(cpu, adcConfig);
  adc.onADCRead = (input) => {
    const raw = input.type === ADCMuxInputType.SingleEnded ? world.analog(input.channel) : 0;
    const volts = ((raw + 0.5) * REFERENCE_VOLTS) / ADC_STEPS;
    const counted = Math.floor((volts / adc.referenceVoltage) * ADC_STEPS);
    const value = Math.min(Math.max(counted, 0), ADC_STEPS - 1);
    cpu.addClockEvent(() => adc.completeADCRead(value), adc.sampleCycles);
  };
  const ports = {
    d: new AVRIOPort(cpu, portDConfig),
    b: new AVRIOPort(cpu, portBConfig),
    c: new AVRIOPort(cpu, portCConfig),
  };
  const placeOf = (pin: number) =>
    pin < 8
      ? { port: ports.d, bit: pin }
      : pin < 14
        ? { port: ports.b, bit: pin - 8 }
        : { port: ports.c, bit: pin - 14 };
  const driven = Array.from({ length: PINS }, () => false);
  const look = (): void => {
    for (let pin = 2; pin < PINS; pin++) {
      const { port, bit } = placeOf(pin);
      const state = port.pinState(bit);
      const high = state === PinState.High;
      if (driven[pin] !== high) {
        driven[pin] = high;
        world.onOutput(pin, high);
      }
      // An open contact is high through the pull-up alone.
      if (state === PinState.Input || state === PinState.InputPullUp)
        port.setPin(bit, !world.grounded(pin) && state === PinState.InputPullUp);
    }
  };
  for (const port of Object.values(ports)) port.addListener(look);
  return { contactMoved: look };
};

type Chip = {
  run(untilCycles: number): void;
  contactMoved(): void;
  hear(byte: number): void;
  cycles(): number;
};

/** One life of the chip, from reset to reset. */
const startChip = (program: Uint16Array, world: World, say: (byte: number) => void): Chip => {
  const cpu = new CPU(program, SRAM_BYTES);
  for (const config of [timer0Config, timer1Config, timer2Config]) new AVRTimer(cpu, config);
  const usart = new AVRUSART(cpu, usart0Config, CPU_HZ);
  usart.onByteTransmit = say;
  joinBus(cpu, new AVRTWI(cpu, twiConfig, CPU_HZ), world.i2c);
  const pins = joinPins(cpu, world);
  const waiting: number[] = [];
  const hearNext = (): void => {
    const byte = waiting[0];
    if (byte === undefined || usart.rxBusy) return;
    waiting.shift();
    // What arrives before the program listens is lost, as on the bench.
    if (usart.rxEnable) usart.writeByte(byte);
    else hearNext();
  };
  usart.onRxComplete = hearNext;
  return {
    run: (untilCycles) => {
      while (cpu.cycles < untilCycles) {
        avrInstruction(cpu);
        cpu.tick();
      }
    },
    contactMoved: pins.contactMoved,
    hear: (byte) => {
      waiting.push(byte);
      hearNext();
    },
    cycles: () => cpu.cycles,
  };
};

export type AvrBoard = EmulatedFirmata & {
  /** Lets the chip live on for as long as that. */
  advance(ms: number): void;
};

/** The board at the device's end of `link`; it lives only while somebody advances it. */
export const makeAvrBoard = (program: Uint16Array, link: ByteLink, world: World): AvrBoard => {
  let said: number[] = [];
  let powered = link.present();
  let silent = false;
  let lives = 0;
  const live = (): Chip => {
    const life = ++lives;
    return startChip(program, world, (byte) => {
      if (life === lives) said.push(byte);
    });
  };
  let chip = live();
  const reset = (): void => {
    for (let pin = 2; pin < PINS; pin++) world.onOutput(pin, false);
    said = [];
    chip = live();
  };
  const setPowered = (on: boolean): void => {
    if (on || powered) reset();
    powered = on;
  };
  link.onBytes((chunk) => {
    if (powered && !silent) for (const byte of chunk) chip.hear(byte);
  });
  link.onPresence(setPowered);
  return {
    advance: (ms) => {
      if (!powered || silent) return;
      chip.run(chip.cycles() + ms * CYCLES_A_MS);
      if (said.length === 0) return;
      const bytes = Uint8Array.from(said);
      said = [];
      void link.write(bytes);
    },
    contactMoved: () => {
      if (powered) chip.contactMoved();
    },
    setSilent: (next) => {
      silent = next;
    },
    // A hung converter cannot be had from a sound chip.
    setAnalogMuted: () => undefined,
    reset,
    setPowered,
    mode: () => Number.NaN,
  };
};
