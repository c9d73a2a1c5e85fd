/**
 * What the emulated module does with each instruction: buffers, library, notepad, password. It knows
 * no time and no wire; `emulator.ts` gives it both. Both families, with their differences:
 * the R503 keeps one model buffer and compares the last features with it, the ZFM compares its two
 * character buffers ([R503] "Module instruction system"; [ZFM] 5).
 */
import type { Entropy } from '#hal/entropy.ts';
import {
  captureFeatures,
  compareFeatures,
  FEW_FEATURES_BELOW,
  type Finger,
  featuresOfImage,
  IMAGE_SIZES,
  imageOf,
  MESSY_BELOW,
} from './emulator-fingers.ts';
import {
  CODES,
  COMMANDS,
  type CommandName,
  ECHO_CODE,
  encodeSystemParameters,
  FAMILIES,
  type ReaderFamily,
  readNumber,
  u16,
} from './protocol.ts';

/** What the ring light was told last ([R503] "AuraLedConfig"). */
export type Ring = {
  readonly control: number;
  readonly speed: number;
  readonly colour: number;
  readonly count: number;
};

/** What an instruction leads to. `payload` is the answer's: code first. */
export type Execution = {
  readonly payload: Uint8Array;
  /** Data packets that follow the answer. */
  readonly upload?: Uint8Array;
  /** Data packets are expected next, for this buffer. */
  readonly receiveInto?: number | 'image';
  /** The module starts anew after the answer. */
  readonly reset?: true;
};

export type ModuleOptions = {
  readonly family: ReaderFamily;
  readonly password: number;
  readonly address: number;
  readonly capacity: number;
  readonly packetBytes: number;
  readonly entropy: Entropy;
  /** The finger on the glass now. */
  readonly finger: () => Finger | null;
  readonly sensorBroken: () => boolean;
  readonly passwordChanged: () => boolean;
};

export type Module = {
  address(): number;
  packetBytes(): number;
  execute(instruction: number, parameters: Uint8Array): Execution;
  /** The content of the data packets after a DownChar or DownImage. */
  receive(buffer: number | 'image', content: Uint8Array): void;
  /** Power-on: what is not in flash is gone. */
  restart(): void;
  ring(): Ring | null;
};

const NOTEPAD_PAGES = 16;
const NOTEPAD_BYTES = 32;
const INDEX_PAGE_TEMPLATES = 256;
const VERSION_BYTES = 32;
const BUFFERS = { R503: 6, ZFM: 2 } as const satisfies Record<ReaderFamily, number>;
const BAUD_FACTOR = 6;
const AURA_LAST_CONTROL = 6;
const AURA_LAST_COLOUR = 7;

const NAMES: ReadonlyMap<number, CommandName> = new Map(
  (Object.keys(COMMANDS) as CommandName[]).map((name) => [COMMANDS[name], name]),
);
/** Instructions that only the R503 has. */
const R503_ONLY: ReadonlySet<CommandName> = new Set([
  'Cancel',
  'AuraLedConfig',
  'CheckSensor',
  'GetAlgVer',
  'GetFwVer',
  'SoftRst',
  'HandShake',
]);
/** What a module answers before its password was given. */
const BEFORE_PASSWORD: ReadonlySet<CommandName> = new Set(['VfyPwd', 'HandShake']);

const answer = (code: number, ...rest: readonly number[]): Execution => ({
  payload: Uint8Array.of(code, ...rest),
});

const text = (value: string): readonly number[] => [
  ...new TextEncoder().encode(value.padEnd(VERSION_BYTES, '\0').slice(0, VERSION_BYTES)),
];

export const makeModule = (options: ModuleOptions): Module => {
  const { family } = options;
  const traits = FAMILIES[family];
  /** In flash. */
  let address = options.address;
  let password = options.password;
  let packetBytes = options.packetBytes;
  let securityLevel = 3;
  const library = new Map<number, Uint8Array>();
  const notepad = Array.from({ length: NOTEPAD_PAGES }, () => new Uint8Array(NOTEPAD_BYTES));
  /** In RAM. */
  let verified = false;
  let image: Finger | null = null;
  /** An image that came over the wire, in place of the sensor's. */
  let foreignImage: Uint8Array | null = null;
  let features = new Map<number, Uint8Array>();
  let lastFeatures: Uint8Array | null = null;
  let model: Uint8Array | null = null;
  let ring: Ring | null = null;

  /** The template that Store, UpChar and their like mean. */
  const templateIn = (buffer: number): Uint8Array | null =>
    family === 'R503' ? model : (features.get(buffer) ?? null);
  const setTemplate = (buffer: number, template: Uint8Array): void => {
    if (family === 'R503') model = template;
    else features.set(buffer, template);
  };
  const bufferExists = (buffer: number): boolean => buffer >= 1 && buffer <= BUFFERS[family];

  const capture = (): Execution => {
    if (options.sensorBroken()) return answer(CODES.sensorError);
    image = options.finger();
    foreignImage = null;
    return answer(image === null ? CODES.noFinger : CODES.ok);
  };

  const extract = (buffer: number): Execution => {
    if (foreignImage !== null) {
      lastFeatures = featuresOfImage(foreignImage, family);
      features.set(bufferExists(buffer) ? buffer : 1, lastFeatures);
      return answer(CODES.ok);
    }
    if (image === null) return answer(CODES.noImage);
    if (image.skin !== undefined) return answer(image.skin === 'dry' ? CODES.tooDry : CODES.tooWet);
    if (image.quality < MESSY_BELOW) return answer(CODES.tooMessy);
    if (image.quality < FEW_FEATURES_BELOW) return answer(CODES.tooFewFeatures);
    lastFeatures = captureFeatures(image, family, options.entropy);
    features.set(bufferExists(buffer) ? buffer : 1, lastFeatures);
    return answer(CODES.ok);
  };

  const match = (): Execution => {
    const first = family === 'R503' ? lastFeatures : features.get(1);
    const second = family === 'R503' ? model : features.get(2);
    if (!first || !second)
      return answer(family === 'R503' ? CODES.templateEmpty : CODES.noMatch, 0, 0);
    const score = compareFeatures(first, second);
    return score === null ? answer(CODES.noMatch, 0, 0) : answer(CODES.ok, ...u16(score));
  };

  const merge = (): Execution => {
    const [first, ...others] = [...features.values()];
    if (first === undefined || others.length === 0) return answer(CODES.cannotMerge);
    if (others.some((other) => compareFeatures(first, other) === null))
      return answer(CODES.cannotMerge);
    model = first.slice();
    if (family === 'ZFM') for (const buffer of [1, 2]) features.set(buffer, first.slice());
    else features = new Map();
    return answer(CODES.ok);
  };

  const search = (buffer: number, from: number, count: number): Execution => {
    const wanted = family === 'R503' ? lastFeatures : features.get(buffer);
    for (let page = from; wanted && page < Math.min(from + count, options.capacity); page++) {
      const stored = library.get(page);
      const score = stored === undefined ? null : compareFeatures(wanted, stored);
      if (score !== null) return answer(CODES.ok, ...u16(page), ...u16(score));
    }
    return answer(CODES.notFound, 0, 0, 0, 0);
  };

  const store = (buffer: number, page: number): Execution => {
    const template = templateIn(buffer);
    if (page >= options.capacity) return answer(CODES.badPage);
    if (template === null) return answer(CODES.templateEmpty);
    library.set(page, template.slice());
    return answer(CODES.ok);
  };

  const load = (buffer: number, page: number): Execution => {
    const template = library.get(page);
    if (page >= options.capacity) return answer(CODES.badPage);
    if (template === undefined) return answer(CODES.cannotReadTemplate);
    setTemplate(buffer, template.slice());
    return answer(CODES.ok);
  };

  const remove = (page: number, count: number): Execution => {
    if (page + count > options.capacity) return answer(CODES.cannotDelete);
    for (let at = page; at < page + count; at++) library.delete(at);
    return answer(CODES.ok);
  };

  const upload = (content: Uint8Array | null): Execution =>
    content === null
      ? answer(CODES.cannotUploadTemplate)
      : { ...answer(CODES.ok), upload: content.slice() };

  const uploadImage = (): Execution => {
    const held = foreignImage ?? (image === null ? null : imageOf(image, family));
    return held === null
      ? answer(CODES.cannotUploadImage)
      : { ...answer(CODES.ok), upload: held.slice() };
  };

  /** Registers 4 baud, 5 security level, 6 packet size ([R503] "SetSysPara"). */
  const setRegister = (register: number, value: number): Execution => {
    if (register === 4) return answer(value === BAUD_FACTOR ? CODES.ok : CODES.badConfiguration);
    if (register === 5 && value >= 1 && value <= 5) {
      securityLevel = value;
      return answer(CODES.ok);
    }
    if (register === 6 && value <= 3) {
      packetBytes = 32 << value;
      return answer(CODES.ok);
    }
    return answer(register === 5 || register === 6 ? CODES.badConfiguration : CODES.badRegister);
  };

  const readParameters = (): Execution => ({
    payload: encodeSystemParameters({
      statusRegister: verified ? 0b100 : 0,
      systemId: family === 'R503' ? 0 : 9,
      capacity: options.capacity,
      securityLevel,
      address,
      packetBytes,
      baudFactor: BAUD_FACTOR,
    }),
  });

  const verifyPassword = (given: number): Execution => {
    verified = given === password && !options.passwordChanged();
    return answer(verified ? CODES.ok : CODES.wrongPassword);
  };

  const indexPage = (page: number): Execution => {
    const bits = new Uint8Array(INDEX_PAGE_TEMPLATES / 8);
    for (const stored of library.keys()) {
      const at = stored - page * INDEX_PAGE_TEMPLATES;
      if (at >= 0 && at < INDEX_PAGE_TEMPLATES)
        bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    }
    return answer(CODES.ok, ...bits);
  };

  const notepadPage = (page: number, content: Uint8Array | null): Execution => {
    const kept = notepad[page];
    if (kept === undefined) return answer(CODES.badNotepadPage);
    if (content === null) return answer(CODES.ok, ...kept);
    kept.set(content.subarray(0, NOTEPAD_BYTES));
    return answer(CODES.ok);
  };

  const setRing = (control: number, speed: number, colour: number, count: number): Execution => {
    if (control < 1 || control > AURA_LAST_CONTROL || colour < 1 || colour > AURA_LAST_COLOUR)
      return answer(CODES.packetError);
    ring = { control, speed, colour, count };
    return answer(CODES.ok);
  };

  const run = (name: CommandName, given: Uint8Array): Execution => {
    const at = (index: number): number => given[index] ?? 0;
    const number = (index: number, count: number): number => readNumber(given, index, count);
    switch (name) {
      case 'GenImg':
        return capture();
      case 'GenChar':
        return extract(at(0));
      case 'Match':
        return match();
      case 'Search':
      case 'FastSearch':
        return search(at(0), number(1, 2), number(3, 2));
      case 'RegModel':
        return merge();
      case 'Store':
        return store(at(0), number(1, 2));
      case 'LoadChar':
        return load(at(0), number(1, 2));
      case 'UpChar':
        return upload(templateIn(at(0)));
      case 'DownChar':
        return { ...answer(CODES.ok), receiveInto: at(0) };
      case 'UpImage':
        return uploadImage();
      case 'DownImage':
        return { ...answer(CODES.ok), receiveInto: 'image' };
      case 'DeletChar':
        return remove(number(0, 2), number(2, 2));
      case 'Empty':
        library.clear();
        return answer(CODES.ok);
      case 'SetSysPara':
        return setRegister(at(0), at(1));
      case 'ReadSysPara':
        return readParameters();
      case 'SetPwd':
        password = number(0, 4);
        return answer(CODES.ok);
      case 'VfyPwd':
        return verifyPassword(number(0, 4));
      case 'GetRandomCode':
        return answer(CODES.ok, ...options.entropy.bytes(4));
      case 'SetAddr':
        address = number(0, 4);
        return answer(CODES.ok);
      case 'WriteNotepad':
        return notepadPage(at(0), given.subarray(1));
      case 'ReadNotepad':
        return notepadPage(at(0), null);
      case 'TempleteNum':
        return answer(CODES.ok, ...u16(library.size));
      case 'ReadIndexTable':
        return indexPage(at(0));
      case 'Cancel':
      case 'HandShake':
        return answer(CODES.ok);
      case 'AuraLedConfig':
        return setRing(at(0), at(1), at(2), at(3));
      case 'CheckSensor':
        return answer(options.sensorBroken() ? CODES.sensorError : CODES.ok);
      case 'GetAlgVer':
        return answer(CODES.ok, ...text('urna emulated algorithm 1'));
      case 'GetFwVer':
        return answer(CODES.ok, ...text('urna emulated firmware 1'));
      case 'SoftRst':
        return { ...answer(CODES.ok), reset: true };
      case 'GetEcho':
        return answer(ECHO_CODE);
    }
  };

  return {
    address: () => address,
    packetBytes: () => packetBytes,
    ring: () => ring,
    execute: (instruction, parameters) => {
      const name = NAMES.get(instruction);
      if (name === undefined || (family === 'ZFM' && R503_ONLY.has(name)))
        return answer(family === 'R503' ? CODES.unsupported : CODES.packetError);
      const locked = !verified && (password !== 0 || options.passwordChanged());
      if (locked && !BEFORE_PASSWORD.has(name)) return answer(CODES.mustVerifyPassword);
      return run(name, parameters);
    },
    receive: (buffer, content) => {
      const { width, height } = IMAGE_SIZES[family];
      if (buffer === 'image') {
        if (content.length === (width * height) / 2) foreignImage = content.slice();
      } else if (content.length === traits.templateBytes) setTemplate(buffer, content.slice());
    },
    restart: () => {
      verified = false;
      image = null;
      foreignImage = null;
      features = new Map();
      lastFeatures = null;
      model = null;
      ring = null;
    },
  };
};
