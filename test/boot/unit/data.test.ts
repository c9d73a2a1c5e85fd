/**
 * The data partition: made once, whatever cuts the making short, and never where something else lies. The
 * headers are cryptsetup's and mke2fs' own on files; opening and mounting are noted alone.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endBeforeSetup, type KeyKeeper, openDataPartition } from '#boot/unit/data.ts';
import { MAX_WORDS, type RunTool, TOOLS, type Tool } from '#boot/unit/run-tool.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { err, ok } from '#hal/result.ts';

const PARTITION_BYTES = 48 * 1024 * 1024;
const HAVE = Object.values(TOOLS).every((path) => existsSync(path));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-data-'));
  mkdirSync(join(folder, 'sys/class/block/vda6'), { recursive: true });
  mkdirSync(join(folder, 'dev/mapper'), { recursive: true });
  writeFileSync(join(folder, 'sys/class/block/vda6/uevent'), 'PARTNAME=urna-data\n');
  for (const name of ['vda6', 'mapper/urna-data']) {
    writeFileSync(join(folder, 'dev', name), '');
    truncateSync(join(folder, 'dev', name), PARTITION_BYTES);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const device = (): string => join(folder, 'dev', 'vda6');

/** Real tools, but for what needs a kernel with a device mapper; the `cutAt`th of them never runs: the power went. */
const makeTools = (cutAt = Number.POSITIVE_INFINITY) => {
  const ran: string[] = [];
  const keys: string[] = [];
  const run: RunTool = async (tool: Tool, args, input) => {
    if (ran.length >= cutAt) throw new Error('the power went');
    const word = tool === 'cryptsetup' ? args.slice(0, 2).join(' ') : tool;
    ran.push(word.startsWith('open') ? 'open' : word);
    if (tool === 'mount') return ok('');
    if (word.startsWith('open')) {
      keys.push(Buffer.from(input ?? []).toString('hex'));
      const tried = spawnSync(
        TOOLS.cryptsetup,
        ['open', '--test-passphrase', ...args.slice(1, -1)],
        { input },
      );
      return tried.status === 0 ? ok('') : err(tried.stderr.toString());
    }
    const { status, stdout, stderr } = spawnSync(TOOLS[tool], [...args], { input: input ?? '' });
    return status === 0 ? ok(stdout.toString().slice(0, MAX_WORDS)) : err(stderr.toString());
  };
  return { run, ran, keys };
};

/** A TPM that turns bits round: what it seals only it unseals; and that remembers for which key it was bound. */
const makeKeeper = (): KeyKeeper & { present: boolean; boundTo: string | null } => {
  const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x5a);
  return {
    present: true,
    boundTo: null,
    bind: async function bind(key, how) {
      const asked = Buffer.from(key).toString('hex');
      if (how === 'make') this.boundTo = asked;
      return this.boundTo === asked ? ok(undefined) : err('bound to another key');
    },
    seal: async (key) => ok(Buffer.from(turned(key)).toString('hex')),
    unseal: async function unseal(sealed) {
      return this.present
        ? ok(turned(new Uint8Array(Buffer.from(sealed, 'hex'))))
        : err('policyFail');
    },
  };
};

const openWith = (tools: ReturnType<typeof makeTools>, keeper: KeyKeeper | null, seed = 1) =>
  openDataPartition({
    partition: 'urna-data',
    keeper,
    entropy: makeSeededEntropy(seed, 'data'),
    run: tools.run,
    sysfs: join(folder, 'sys'),
    dev: join(folder, 'dev'),
    place: join(folder, 'place'),
  });

describe.skipIf(!HAVE)(
  `the data partition${HAVE ? '' : ' (skipped: cryptsetup is not installed)'}`,
  () => {
    test('with a TPM is encrypted, made once, and opened with the same key ever after', async () => {
      const keeper = makeKeeper();
      const first = makeTools();
      expect(await openWith(first, keeper)).toMatchObject({
        ok: true,
        value: expect.stringContaining('made'),
      });
      const second = makeTools();
      expect(await openWith(second, keeper, 2)).toMatchObject({
        ok: true,
        value: expect.stringContaining('opened'),
      });
      expect(second.keys).toEqual(first.keys);
      expect(second.ran).not.toContain('mkfs');
      expect(readFileSync(device()).includes(Buffer.from(first.keys[0]!, 'hex'))).toBe(false);
    });

    test('is not opened, and not made anew, when the TPM does not give its key', async () => {
      const keeper = makeKeeper();
      await openWith(makeTools(), keeper);
      keeper.present = false;
      const tools = makeTools();
      const found = await openWith(tools, keeper);
      expect(found.ok ? '' : found.error).toContain('policyFail');
      expect(tools.ran).not.toContain('luksFormat --type');
    });

    test('is not opened when what the TPM remembers of releases is not what was made with it', async () => {
      const keeper = makeKeeper();
      await openWith(makeTools(), keeper);
      keeper.boundTo = null;
      const tools = makeTools();
      const found = await openWith(tools, keeper);
      expect(found.ok ? '' : found.error).toContain('bound to another key');
      expect(tools.ran).not.toContain('open');
      expect(tools.ran).not.toContain('mount');
    });

    test('a power cut at any step of the making leaves one that is made on the next start', async () => {
      const steps = makeTools();
      await openWith(steps, makeKeeper());
      // The mount is no step of the making.
      for (let cutAt = 1; cutAt < steps.ran.length - 1; cutAt++) {
        truncateSync(device(), 0);
        truncateSync(device(), PARTITION_BYTES);
        const keeper = makeKeeper();
        await expect(openWith(makeTools(cutAt), keeper)).rejects.toThrow('the power went');
        expect(await openWith(makeTools(), keeper, 2), `cut at ${cutAt}`).toMatchObject({
          ok: true,
        });
        const third = makeTools();
        expect(await openWith(third, keeper, 3)).toMatchObject({ ok: true });
        expect(third.ran).not.toContain('mkfs');
      }
    });

    test.each([
      ['with a TPM', () => makeKeeper()],
      ['without one', () => null],
    ])('what is neither blank nor ours is left as it is, %s', async (_, keeper) => {
      writeFileSync(device(), Buffer.alloc(PARTITION_BYTES, 'somebody’s photographs'));
      const before = readFileSync(device());
      expect((await openWith(makeTools(), keeper())).ok).toBe(false);
      expect(readFileSync(device()).equals(before)).toBe(true);
    });

    test('one whose header is damaged is not taken for an unfinished one', async () => {
      const keeper = makeKeeper();
      await openWith(makeTools(), keeper);
      const file = openSync(device(), 'r+');
      // Both copies of the header, but not the magic number at the beginning.
      writeSync(file, Buffer.alloc(8_192, 7), 0, 8_192, 100);
      writeSync(file, Buffer.alloc(64 * 1024, 7), 0, 64 * 1024, 16_384);
      closeSync(file);
      const tools = makeTools();
      const found = await openWith(tools, keeper);
      expect(found.ok ? '' : found.error).toContain('damaged');
      expect(tools.ran).not.toContain('luksFormat --type');
    });

    test('one whose header is longer than any of a unit is left as it is', async () => {
      const cryptsetup = (args: readonly string[], input: string): void => {
        const { status, stderr } = spawnSync(TOOLS.cryptsetup, [...args, device()], { input });
        expect(stderr.toString()).toBe('');
        expect(status).toBe(0);
      };
      const quick = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000', '--key-file', '-'];
      cryptsetup(['luksFormat', '-q', '--luks2-metadata-size', '1m', ...quick], 'a key');
      const token = JSON.stringify({ type: 'long', keyslots: [], words: 'x'.repeat(MAX_WORDS) });
      cryptsetup(['token', 'import', '--json-file', '-'], token);
      const before = readFileSync(device());
      expect(await openWith(makeTools(), makeKeeper())).toEqual(
        err('its header is not one that a unit makes'),
      );
      expect(readFileSync(device()).equals(before)).toBe(true);
    });

    test('without a TPM is not encrypted, and says so; it is made once too', async () => {
      expect(await openWith(makeTools(), null)).toMatchObject({
        value: expect.stringContaining('made, NOT encrypted'),
      });
      const again = makeTools();
      expect(await openWith(again, null)).toMatchObject({
        value: expect.stringContaining('opened, NOT encrypted'),
      });
      expect(again.ran).toEqual(['mount']);
    });

    test.each([
      ['with a TPM', () => makeKeeper(), '"urna-before-setup"'],
      ['without one', () => null, 'urna-new'],
    ])('bears the mark of the time before setup until that ends, %s', async (_, make, mark) => {
      const keeper = make();
      await openWith(makeTools(), keeper);
      const head = (): string =>
        readFileSync(device())
          .subarray(0, 1024 * 1024)
          .toString('latin1');
      expect(head()).toContain(mark);
      const end = () =>
        endBeforeSetup({
          partition: 'urna-data',
          keeper,
          run: makeTools().run,
          sysfs: join(folder, 'sys'),
          dev: join(folder, 'dev'),
        });
      expect((await end()).ok).toBe(true);
      expect((await end()).ok).toBe(true);
      expect(head()).not.toContain(mark);
      expect(await openWith(makeTools(), keeper)).toMatchObject({
        value: expect.stringContaining('opened'),
      });
    });

    test('that is not there, or there twice, is none', async () => {
      rmSync(join(folder, 'sys/class/block/vda6/uevent'));
      expect((await openWith(makeTools(), null)).ok).toBe(false);
    });
  },
);
