/**
 * The data partition: what a unit remembers. It is made on the first start and never again, and opened on
 * every one.
 *
 * With a TPM it is encrypted (LUKS2), and its key is drawn here, sealed to this TPM and to how the platform
 * started (register 7: Secure Boot and whose keys it trusts, so that an update signed by the same key still
 * opens it), and kept nowhere else: the disk in another board, or this board started by somebody else's
 * system, gives nothing. Without a TPM it is not encrypted, and says so: a key that lies beside its lock
 * would only look like one. Votes are sealed by the vault in either case, to keys that no disk holds.
 *
 * It holds a mark from its making until setup begins (`BEFORE_SETUP`): what updates a unit from outside wants
 * to see it. Made is what bears `READY`, the last thing that the making writes: a cut before leaves a
 * partition that is made anew. What is neither blank nor ours is never written to.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entropy } from '#hal/entropy.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import { NO_RIGHTS } from './media.ts';
import { findPartition } from './partitions.ts';
import type { RunTool } from './run-tool.ts';

export const DATA_PLACE = '/var/lib/urna';
const MAPPED = 'urna-data';
/** Register 7: "Secure Boot Policy" (TCG PC Client Platform Firmware Profile). */
export const SEALED_TO = [7] as const;
const KEY_BYTES = 32;

/** Tokens of the LUKS2 header, by their numbers: the sealed key; the mark of setup; the making's end. */
const TOKEN = { key: 0, beforeSetup: 1, ready: 2 } as const;
export const BEFORE_SETUP = 'urna-before-setup';
const READY = 'urna-ready';
/** Without LUKS the volume's name says the same; at most 16 letters. */
export const LABEL = { beforeSetup: 'urna-new', afterSetup: 'urna-data' } as const;

/** Seals and unseals the partition's key (drivers/tpm/seal.ts), the sealed form as text. */
export type KeyKeeper = {
  readonly seal: (key: Uint8Array) => Promise<Result<string, string>>;
  readonly unseal: (sealed: string) => Promise<Result<Uint8Array, string>>;
  /**
   * Ties what the TPM remembers of releases (version.ts) to the partition: made for its key with it, and from then on
   * only what was made for this key is believed.
   */
  readonly bind: (key: Uint8Array, how: 'make' | 'check') => Promise<Result<unknown, string>>;
};

export type DataOptions = {
  readonly partition: string;
  /** Null: this unit has no TPM. */
  readonly keeper: KeyKeeper | null;
  readonly entropy: Entropy;
  readonly run: RunTool;
  readonly sysfs: string;
  readonly dev: string;
  readonly place: string;
};

type Step<T = string> = Promise<Result<T, string>>;

/** What lies at the beginning of a partition. */
type Found = 'blank' | 'luks' | 'ext4' | 'other';
const LOOK_BYTES = 64 * 1024;
const LUKS_MAGIC = Buffer.from('LUKS\xba\xbe', 'latin1');
/** The superblock's magic number, at 1024 + 56 (Linux Documentation/filesystems/ext4). */
const EXT4_MAGIC_AT = 1_080;
const EXT4_MAGIC = 0xef53;

const lookAt = async (device: string): Promise<Found> => {
  const handle = await open(device, 'r');
  try {
    const bytes = Buffer.alloc(LOOK_BYTES);
    await handle.read(bytes, 0, LOOK_BYTES, 0);
    if (bytes.subarray(0, LUKS_MAGIC.length).equals(LUKS_MAGIC)) return 'luks';
    if (bytes.readUInt16LE(EXT4_MAGIC_AT) === EXT4_MAGIC) return 'ext4';
    return bytes.every((byte) => byte === 0) ? 'blank' : 'other';
  } finally {
    await handle.close();
  }
};

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Every step in its order; ends with the first that fails. */
const inTurn = async (...steps: readonly (() => Step<unknown>)[]): Step<void> => {
  for (const step of steps) {
    const done = await step();
    if (!done.ok) return done;
  }
  return ok(undefined);
};

const makeFileSystem =
  ({ run }: DataOptions, device: string, label: string) =>
  () =>
    run('mkfs', ['-q', '-F', '-t', 'ext4', '-L', label, '-E', 'lazy_itable_init=0', device]);

const withToken = (
  { run }: DataOptions,
  device: string,
  number: number,
  token: Readonly<Record<string, unknown>>,
) => {
  const where = ['--token-id', String(number), '--json-file', '-', device];
  return () => run('cryptsetup', ['token', 'import', ...where], json({ ...token, keyslots: [] }));
};

/** By their numbers. */
type Tokens = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** All tokens of a LUKS2 header; the error: it is damaged in both its copies, or longer than any of a unit's. */
const tokensOf = async ({ run }: Pick<DataOptions, 'run'>, device: string): Step<Tokens> => {
  const header = await run('cryptsetup', ['luksDump', '--dump-json-metadata', device]);
  if (!header.ok) return err('its header is damaged');
  try {
    return ok((JSON.parse(header.value) as { readonly tokens: Tokens }).tokens);
  } catch {
    // Only the beginning of it was kept (run-tool.ts).
    return err('its header is not one that a unit makes');
  }
};

const openLuks =
  ({ run }: DataOptions, device: string, key: Uint8Array) =>
  () =>
    run('cryptsetup', ['open', '--type', 'luks2', '--key-file', '-', device, MAPPED], key);

/** The key is 256 bits of chance: nothing is gained by making each guess at it slow. */
const QUICK = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'] as const;

const makeLuks = async (options: DataOptions, keeper: KeyKeeper, device: string): Step<void> => {
  const { run, entropy, dev } = options;
  const key = entropy.bytes(KEY_BYTES);
  try {
    const sealed = await keeper.seal(key);
    if (!sealed.ok) return sealed;
    const format = ['luksFormat', '--type', 'luks2', '--batch-mode', ...QUICK, '--key-file', '-'];
    return await inTurn(
      () => keeper.bind(key, 'make'),
      () => run('cryptsetup', [...format, device], key),
      withToken(options, device, TOKEN.key, { type: 'urna-sealed-key', sealed: sealed.value }),
      openLuks(options, device, key),
      makeFileSystem(options, join(dev, 'mapper', MAPPED), LABEL.afterSetup),
      withToken(options, device, TOKEN.beforeSetup, { type: BEFORE_SETUP }),
      withToken(options, device, TOKEN.ready, { type: READY }),
    );
  } finally {
    forget(key);
  }
};

/** Works with the key that the TPM gives, which is forgotten afterwards. */
const withKey = async <T>(
  keeper: Pick<KeyKeeper, 'unseal'>,
  tokens: Tokens,
  work: (key: Uint8Array) => Step<T>,
): Step<T> => {
  const sealed = tokens[TOKEN.key]?.sealed;
  if (typeof sealed !== 'string') return err('its header holds no sealed key');
  const key = await keeper.unseal(sealed);
  if (!key.ok) return err(`the TPM does not give its key: ${key.error}`);
  try {
    return await work(key.value);
  } finally {
    forget(key.value);
  }
};

const unlock = (
  options: DataOptions,
  keeper: KeyKeeper,
  device: string,
  tokens: Tokens,
): Step<void> =>
  withKey(keeper, tokens, (key) =>
    inTurn(() => keeper.bind(key, 'check'), openLuks(options, device, key)),
  );

const openEncrypted = async (
  options: DataOptions,
  keeper: KeyKeeper,
  device: string,
  found: Found,
): Step => {
  const { run, dev, place } = options;
  if (found !== 'blank' && found !== 'luks') return err('it holds something else');
  // A header that is damaged is no unfinished one.
  const tokens = found === 'luks' ? await tokensOf(options, device) : ok<Tokens>({});
  if (!tokens.ok) return tokens;
  const isMade = tokens.value[TOKEN.ready] !== undefined;
  const opened = isMade
    ? await unlock(options, keeper, device, tokens.value)
    : await makeLuks(options, keeper, device);
  if (!opened.ok) return opened;
  const mapped = join(dev, 'mapper', MAPPED);
  const mounted = await run('mount', ['-t', 'ext4', '-o', NO_RIGHTS, mapped, place]);
  return mounted.ok ? ok(`${isMade ? 'opened' : 'made'}, encrypted, key in the TPM`) : mounted;
};

const openPlain = async (options: DataOptions, device: string, found: Found): Step => {
  const { run, place } = options;
  const label = found === 'ext4' ? await labelOf(device) : '';
  const isMade = Object.values(LABEL).some((each) => each === label);
  const isUnfinished = found === 'blank' || (found === 'ext4' && label === '');
  if (!isMade && !isUnfinished) return err('it holds something else');
  if (!isMade) {
    // Its name is the last thing that it gets.
    const made = await inTurn(makeFileSystem(options, device, ''), () =>
      run('label', ['-L', LABEL.beforeSetup, device]),
    );
    if (!made.ok) return made;
  }
  const mounted = await run('mount', ['-t', 'ext4', '-o', NO_RIGHTS, device, place]);
  return mounted.ok
    ? ok(`${isMade ? 'opened' : 'made'}, NOT encrypted: this unit has no TPM`)
    : mounted;
};

/** Of an ext4 volume: 16 bytes at 120 of its superblock. */
const labelOf = async (device: string): Promise<string> => {
  const handle = await open(device, 'r');
  try {
    const bytes = Buffer.alloc(16);
    await handle.read(bytes, 0, 16, 1_024 + 120);
    return bytes.toString('latin1').replace(/\0.*$/s, '');
  } finally {
    await handle.close();
  }
};

/** What was done, in a line; the error says why there is no place to remember anything. */
export const openDataPartition = async (options: DataOptions): Step => {
  const { partition, keeper, sysfs, dev, place } = options;
  const name = await findPartition(partition, sysfs);
  if (name === null) return err(`no partition is called ${partition}`);
  const device = join(dev, name);
  if (!existsSync(device)) return err(`${device} is not there`);
  mkdirSync(place, { recursive: true });
  const found = await lookAt(device);
  return keeper === null
    ? await openPlain(options, device, found)
    : await openEncrypted(options, keeper, device, found);
};

/**
 * From now on an election is being set up: the mark is taken away, and the unit is not updated any more. Doing it
 * twice is no error. `keeper` tells how the partition is made, as when it was opened.
 */
export const endBeforeSetup = async ({
  partition,
  keeper,
  run,
  sysfs,
  dev,
}: Pick<DataOptions, 'partition' | 'run' | 'sysfs' | 'dev'> & {
  readonly keeper: unknown;
}): Step => {
  const name = await findPartition(partition, sysfs);
  if (name === null) return err(`no partition is called ${partition}`);
  const device = join(dev, name);
  if (keeper === null) return run('label', ['-L', LABEL.afterSetup, device]);
  const tokens = await tokensOf({ run }, device);
  if (!tokens.ok) return tokens;
  if (tokens.value[TOKEN.beforeSetup] === undefined) return ok('');
  const number = String(TOKEN.beforeSetup);
  return run('cryptsetup', ['token', 'remove', '--token-id', number, device]);
};

/** Works with the key of a partition that was made; the error says why there is none. */
export const withDataKey = async <T>(
  {
    partition,
    keeper,
    ...options
  }: Pick<DataOptions, 'partition' | 'run' | 'sysfs' | 'dev'> & {
    readonly keeper: Pick<KeyKeeper, 'unseal'>;
  },
  work: (key: Uint8Array) => Step<T>,
): Step<T> => {
  const name = await findPartition(partition, options.sysfs);
  if (name === null) return err(`no partition is called ${partition}`);
  const tokens = await tokensOf(options, join(options.dev, name));
  return tokens.ok ? withKey(keeper, tokens.value, work) : tokens;
};
