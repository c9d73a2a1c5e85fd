/**
 * The fingerprint module as a device on a wire: bytes in, bytes out, with its own processing times,
 * its start-up with the lone 55, and its faults as named behaviours.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import { answerOf, type FingerprintFault } from './emulator-faults.ts';
import type { Finger } from './emulator-fingers.ts';
import { type Execution, makeModule, type Ring } from './emulator-module.ts';
import { makePacketDecoder } from './packet-decoder.ts';
import {
  CODES,
  COMMANDS,
  DEFAULT_ADDRESS,
  encodeData,
  encodePacket,
  FAMILIES,
  type Packet,
  READY_BYTE,
  type ReaderFamily,
} from './protocol.ts';

export { FINGERPRINT_FAULTS, type FingerprintFault } from './emulator-faults.ts';
export { type Finger, templateOf } from './emulator-fingers.ts';
export type { Ring } from './emulator-module.ts';

/** Processing times, ms. Vendor: image under 200, features under 500. */
export type ModuleTimes = {
  readonly image: number;
  readonly features: number;
  readonly match: number;
  readonly search: number;
  readonly flash: number;
  readonly other: number;
  /** Power-on until it answers ([R503] "Power-on delay time"). */
  readonly start: number;
};

export type FingerprintEmulatorOptions = {
  readonly family: ReaderFamily;
  readonly entropy: Entropy;
  /** 0, as from the factory, means that none is asked for. */
  readonly password?: number;
  readonly address?: number;
  readonly capacity?: number;
  /** Content of a data packet: 32, 64, 128 or 256. */
  readonly packetBytes?: number;
  readonly times?: Partial<ModuleTimes>;
  /** The wire, so that the fault `unplugged` can pull it. */
  readonly cable?: { unplug(): void; plug(): void };
};

export type FingerprintEmulator = {
  /** Puts a finger on the glass, or takes it off. */
  placeFinger(finger: Finger | null): void;
  /** Brings a fault about, in place of the one before, once `afterCommands` more commands have been taken (0: at once). */
  fail(fault: FingerprintFault, afterCommands?: number): void;
  /** Ends the fault; a module without power starts. */
  heal(): void;
  ring(): Ring | null;
  commandsTaken(): number;
};

const TIMES: ModuleTimes = {
  image: 150,
  features: 300,
  match: 50,
  search: 100,
  flash: 50,
  other: 5,
  start: 60,
};
const SLOW_FACTOR = 3;
/** Commands that may wait while one is being worked on. */
const MAX_WAITING = 4;
/** A template, or an image of the ZFM. */
const MAX_RECEIVED_BYTES = 40_000;

const timeOf = (times: ModuleTimes, instruction: number): number => {
  switch (instruction) {
    case COMMANDS.GenImg:
      return times.image;
    case COMMANDS.GenChar:
      return times.features;
    case COMMANDS.Match:
      return times.match;
    case COMMANDS.Search:
    case COMMANDS.FastSearch:
      return times.search;
    case COMMANDS.Store:
    case COMMANDS.DeletChar:
    case COMMANDS.Empty:
    case COMMANDS.WriteNotepad:
      return times.flash;
  }
  return times.other;
};

/** A module at the device end of `link`. It has power at once and answers after its start time. */
export const makeFingerprintEmulator = (
  link: ByteLink,
  clock: Clock,
  options: FingerprintEmulatorOptions,
): FingerprintEmulator => {
  const times = { ...TIMES, ...options.times };
  const decoder = makePacketDecoder();
  let finger: Finger | null = null;
  let fault: FingerprintFault | null = null;
  let pending: { readonly fault: FingerprintFault; commandsLeft: number } | null = null;
  let taken = 0;
  /** Counts starts, so that what a life before had begun never ends. */
  let life = 0;
  let awake = false;
  let working = false;
  let waiting: Packet[] = [];
  let receiving: { readonly buffer: number | 'image'; readonly content: number[] } | null = null;
  const module = makeModule({
    family: options.family,
    password: options.password ?? 0,
    address: options.address ?? DEFAULT_ADDRESS,
    capacity: options.capacity ?? FAMILIES[options.family].capacity,
    packetBytes: options.packetBytes ?? 128,
    entropy: options.entropy,
    finger: () => finger,
    sensorBroken: () => fault === 'sensorError',
    passwordChanged: () => fault === 'wrongPassword',
  });

  const sleep = (): void => {
    life++;
    awake = false;
    working = false;
    waiting = [];
    receiving = null;
    decoder.reset();
    module.restart();
  };

  const start = (): void => {
    sleep();
    const own = life;
    clock.after(times.start, () => {
      if (own !== life) return;
      awake = true;
      void link.write(Uint8Array.of(READY_BYTE));
    });
  };

  const send = async (packets: readonly Uint8Array[]): Promise<void> => {
    const own = life;
    for (const packet of packets) {
      if (own !== life || fault === 'silent') return;
      const last = packet.length - 1;
      if (fault === 'garbled') packet[last] = (packet[last] ?? 0) ^ 0xff;
      await link.write(packet);
    }
  };

  const carryOut = (execution: Execution): void => {
    const address = module.address();
    const { payload, upload, receiveInto, reset } = execution;
    if (receiveInto !== undefined) receiving = { buffer: receiveInto, content: [] };
    const data = upload === undefined ? [] : encodeData(address, upload, module.packetBytes());
    const own = life;
    void send([encodePacket({ address, type: 'ack', payload }), ...data]).then(() => {
      if (own !== life) return;
      working = false;
      if (reset) start();
      else workOff();
    });
  };

  const workOff = (): void => {
    const packet = working ? undefined : waiting.shift();
    if (packet === undefined) return;
    working = true;
    receiving = null;
    const instruction = packet.payload[0] ?? 0;
    const own = life;
    clock.after(timeOf(times, instruction) * (fault === 'slow' ? SLOW_FACTOR : 1), () => {
      if (own !== life) return;
      if (fault === 'restarts') {
        fault = null;
        start();
      } else if (packet.address !== module.address()) {
        carryOut({ payload: Uint8Array.of(CODES.badAddress) });
      } else {
        const code = fault === null ? null : answerOf(fault, instruction);
        carryOut(
          code === null
            ? module.execute(instruction, packet.payload.subarray(1))
            : { payload: Uint8Array.of(code) },
        );
      }
    });
  };

  const heal = (): void => {
    const was = fault;
    fault = null;
    pending = null;
    if (was !== 'unplugged') return;
    if (options.cable) options.cable.plug();
    else start();
  };

  /** One fault at a time: the one before ends. */
  const becomeFaulty = (next: FingerprintFault): void => {
    if (next !== 'unplugged') heal();
    pending = null;
    fault = next;
    if (next !== 'unplugged') return;
    if (options.cable) options.cable.unplug();
    else sleep();
  };

  const takeCommand = (packet: Packet): void => {
    taken++;
    if (pending !== null && pending.commandsLeft-- <= 0) becomeFaulty(pending.fault);
    if (!awake || waiting.length >= MAX_WAITING) return;
    waiting.push(packet);
    workOff();
  };

  const takeData = ({ type, payload }: Packet): void => {
    if (receiving === null) return;
    receiving.content.push(...payload);
    if (receiving.content.length > MAX_RECEIVED_BYTES) receiving = null;
    else if (type === 'lastData') {
      module.receive(receiving.buffer, Uint8Array.from(receiving.content));
      receiving = null;
    }
  };

  link.onBytes((chunk) => {
    if (!awake) return;
    for (const event of decoder.push(chunk)) {
      if (event.kind !== 'packet') continue;
      if (event.packet.type === 'command') takeCommand(event.packet);
      else takeData(event.packet);
    }
  });
  link.onPresence((present) => (present ? start() : sleep()));
  start();

  return {
    placeFinger: (next) => {
      finger = next;
    },
    fail: (next, afterCommands = 0) => {
      if (afterCommands === 0) becomeFaulty(next);
      else pending = { fault: next, commandsLeft: afterCommands };
    },
    heal,
    ring: () => module.ring(),
    commandsTaken: () => taken,
  };
};
