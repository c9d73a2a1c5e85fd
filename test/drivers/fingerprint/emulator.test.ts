/** The emulated module as any host sees it: packets in, packets out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FINGERPRINT_FAULTS,
  type FingerprintEmulatorOptions,
  makeFingerprintEmulator,
  templateOf,
} from '#drivers/fingerprint/emulator.ts';
import { captureFeatures, compareFeatures } from '#drivers/fingerprint/emulator-fingers.ts';
import { makePacketDecoder } from '#drivers/fingerprint/packet-decoder.ts';
import {
  type CommandName,
  encodeCommand,
  encodeData,
  type Packet,
} from '#drivers/fingerprint/protocol.ts';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';
import { COMMAND_VECTORS, fromHex } from '#test/vectors/fingerprint.ts';

const ADDRESS = 0xffffffff;

/** A host that sends bytes and notes what comes back; `ask` returns the payloads of one answer. */
const makeHost = (family: 'R503' | 'ZFM', more: Partial<FingerprintEmulatorOptions> = {}) => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(57_600));
  const entropy = makeSeededEntropy(7, 'module test');
  const module = makeFingerprintEmulator(wire.device, clock, {
    family,
    entropy,
    cable: wire,
    ...more,
  });
  const decoder = makePacketDecoder();
  const raw: number[] = [];
  let packets: Packet[] = [];
  wire.host.onBytes((chunk) => {
    raw.push(...chunk);
    for (const event of decoder.push(chunk))
      if (event.kind === 'packet') packets.push(event.packet);
  });
  const sendBytes = async (bytes: Uint8Array, quietMs = 1_500): Promise<readonly Packet[]> => {
    packets = [];
    await wire.host.write(bytes);
    await wait(clock, quietMs);
    return packets;
  };
  const ask = async (
    command: CommandName,
    parameters: readonly number[] = [],
    address = ADDRESS,
  ) => {
    const answer = await sendBytes(encodeCommand(address, command, parameters));
    return answer.map(({ payload }) => [...payload]);
  };
  /** Confirmation codes of a row of commands. */
  const codes = async (...row: readonly (readonly [CommandName, (readonly number[])?])[]) => {
    const found: (number | undefined)[] = [];
    for (const [command, parameters] of row) found.push((await ask(command, parameters))[0]?.[0]);
    return found;
  };
  return { clock, wire, module, raw, sendBytes, ask, codes };
};

/** Runs `day` once the module is awake. */
const awake = <T>(host: ReturnType<typeof makeHost>, day: () => Promise<T>): Promise<T> =>
  host.clock.run(wait(host.clock, 100).then(day));

describe('what every host sees', () => {
  test('a lone 55 after power-on, and silence before it', async () => {
    const host = makeHost('R503');
    const early = encodeCommand(ADDRESS, 'HandShake');
    await host.clock.run(host.sendBytes(early, 50));
    expect(host.raw).toEqual([]);
    await host.clock.run(wait(host.clock, 50));
    expect(host.raw).toEqual([0x55]);
  });

  test.each(COMMAND_VECTORS)('an answer to the packet of $source', async ({ hex }) => {
    const host = makeHost('R503');
    const answer = await awake(host, () => host.sendBytes(fromHex(hex)));
    expect(answer[0]).toMatchObject({ type: 'ack', address: ADDRESS });
  });

  test('the recorded answer to a handshake, byte for byte', async () => {
    const host = makeHost('R503');
    await awake(host, () => host.ask('HandShake'));
    expect(host.raw.slice(1)).toEqual([...fromHex('EF01 FFFFFFFF 07 0003 00 000A')]);
  });

  test('a packet with a wrong checksum is not taken; the next one is', async () => {
    const host = makeHost('R503');
    const damaged = encodeCommand(ADDRESS, 'HandShake');
    damaged[11] = 0x99;
    const day = async () => [await host.sendBytes(damaged), await host.ask('HandShake')];
    expect((await awake(host, day)).map((answer) => answer.length)).toEqual([0, 1]);
  });

  test('any bytes leave it working', async () => {
    const noise = fc.uint8Array({ maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        const host = makeHost('R503');
        const day = async () => {
          // Longer than any packet, to end what the noise may have begun.
          await host.sendBytes(new Uint8Array([...bytes, ...new Uint8Array(300)]));
          return host.ask('HandShake');
        };
        expect(await awake(host, day)).toEqual([[0]]);
      }),
      { seed: 20201206, numRuns: 60 },
    );
  });
});

describe.each(['R503', 'ZFM'] as const)('the library of a %s', (family) => {
  const ANA = { seed: 'ana', quality: 0.9 };

  test('stores, finds, loads, counts, indexes and forgets templates', async () => {
    const host = makeHost(family);
    host.module.placeFinger(ANA);
    const day = async () => {
      const stored = await host.codes(
        ['GenImg'],
        ['GenChar', [1]],
        ['GenImg'],
        ['GenChar', [2]],
        ['RegModel'],
        ['Store', [1, 0, 9]],
      );
      const count = await host.ask('TempleteNum');
      const [index] = await host.ask('ReadIndexTable', [0]);
      await host.codes(['GenImg'], ['GenChar', [1]]);
      const found = await host.ask('Search', [1, 0, 0, 0, 100]);
      const gone = await host.codes(['DeletChar', [0, 9, 0, 1]], ['LoadChar', [1, 0, 9]]);
      const missed = await host.ask('Search', [1, 0, 0, 0, 100]);
      return { stored, count, index, found, gone, missed };
    };
    const { stored, count, index, found, gone, missed } = await awake(host, day);
    expect(stored).toEqual([0, 0, 0, 0, 0, 0]);
    expect(count).toEqual([[0, 0, 1]]);
    expect(index?.slice(0, 4)).toEqual([0, 0, 0b10, 0]);
    expect(found[0]?.slice(0, 3)).toEqual([0, 0, 9]);
    expect(gone).toEqual([0, 0x0c]);
    expect(missed[0]?.[0]).toBe(9);
  });

  test('refuses places it does not have and things it can not do yet', async () => {
    const host = makeHost(family);
    const day = () =>
      host.codes(
        ['GenImg'],
        ['GenChar', [1]],
        ['RegModel'],
        ['LoadChar', [1, 0x7f, 0xff]],
        ['UpChar', [1]],
        ['UpImage'],
        ['SetSysPara', [9, 1]],
        ['SetSysPara', [6, 9]],
        ['ReadNotepad', [16]],
      );
    const expected = [0x02, 0x15, 0x0a, 0x0b, 0x0d, 0x0f, 0x1a, 0x1b, 0x1c];
    expect(await awake(host, day)).toEqual(expected);
  });

  test('takes a template in data packets of any size and gives it back in its own', async () => {
    const host = makeHost(family);
    const template = templateOf('ana', family);
    const day = async () => {
      await host.ask('SetSysPara', [6, 1]);
      await host.ask('DownChar', [2]);
      for (const packet of encodeData(ADDRESS, template, 32)) await host.sendBytes(packet, 0);
      return host.ask('UpChar', [2]);
    };
    const [code, ...data] = await awake(host, day);
    expect(code).toEqual([0]);
    expect(data.map((payload) => payload.length)).toEqual(data.map(() => 64));
    expect(data.flat()).toEqual([...template]);
  });

  test('keeps notes, changes its address, gives random numbers and images', async () => {
    const host = makeHost(family);
    host.module.placeFinger(ANA);
    const note = Array.from({ length: 32 }, (_, at) => at + 1);
    const day = async () => {
      await host.ask('WriteNotepad', [3, ...note]);
      const kept = await host.ask('ReadNotepad', [3]);
      const random = [await host.ask('GetRandomCode'), await host.ask('GetRandomCode')];
      await host.ask('GenImg');
      await host.ask('UpImage');
      await wait(host.clock, 8_000);
      await host.ask('SetAddr', [1, 2, 3, 4]);
      const before = await host.ask('ReadSysPara', [], ADDRESS);
      const after = await host.ask('ReadSysPara', [], 0x01020304);
      return { kept, random, before, after };
    };
    const { kept, random, before, after } = await awake(host, day);
    expect(kept).toEqual([[0, ...note]]);
    expect(random[0]?.[0]).toHaveLength(5);
    expect(random[0]).not.toEqual(random[1]);
    expect(before).toEqual([[0x20]]);
    expect(after[0]).toHaveLength(17);
    const images = family === 'R503' ? (192 * 192) / 2 : (256 * 288) / 2;
    expect(host.raw.length).toBeGreaterThan(images);
  });

  test('locked by a password, it answers 21 to all but the password', async () => {
    const host = makeHost(family, { password: 0x01020304 });
    const day = () =>
      host.codes(
        ['GenImg'],
        ['VfyPwd', [0, 0, 0, 0]],
        ['GenImg'],
        ['VfyPwd', [1, 2, 3, 4]],
        ['GenImg'],
      );
    expect(await awake(host, day)).toEqual([0x21, 0x13, 0x21, 0, 2]);
  });
});

test('a ZFM compares buffers 1 and 2, an R503 the last features with its model', async () => {
  const compare = (family: 'R503' | 'ZFM', buffer: number) => {
    const host = makeHost(family);
    host.module.placeFinger({ seed: 'ana', quality: 1 });
    const day = async () => {
      await host.ask('DownChar', [buffer]);
      for (const packet of encodeData(ADDRESS, templateOf('ana', family), 128))
        await host.sendBytes(packet, 0);
      const [, , match] = await host.codes(['GenImg'], ['GenChar', [1]], ['Match']);
      return match;
    };
    return awake(host, day);
  };
  expect(await compare('ZFM', 2)).toBe(0);
  expect(await compare('ZFM', 1)).toBe(8);
  expect(await compare('R503', 1)).toBe(0);
  expect(await compare('R503', 2)).toBe(0);
});

test.each(FINGERPRINT_FAULTS)('the fault %s ends with heal', async (fault) => {
  const host = makeHost('R503');
  const day = async () => {
    host.module.fail(fault);
    await host.ask('GenImg');
    host.module.heal();
    await wait(host.clock, 200);
    return host.codes(['VfyPwd', [0, 0, 0, 0]], ['GenImg']);
  };
  expect(await awake(host, day)).toEqual([0, 2]);
});

test('templates: the same finger the same bytes, other fingers others, of the length of the family', () => {
  const fingers = Array.from({ length: 50 }, (_, index) => templateOf(`voter ${index}`, 'ZFM'));
  expect(new Set(fingers.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(50);
  expect(templateOf('a', 'R503')).toEqual(templateOf('a', 'R503'));
  expect([templateOf('a', 'R503').length, templateOf('a', 'ZFM').length]).toEqual([1536, 512]);
});

test.each(['R503', 'ZFM'] as const)(
  'a %s takes an image over the wire, and finds its features',
  async (family) => {
    const host = makeHost(family);
    host.module.placeFinger({ seed: 'ana', quality: 0.8 });
    const { width, height } =
      family === 'R503' ? { width: 192, height: 192 } : { width: 256, height: 288 };
    const picture = Uint8Array.from({ length: (width * height) / 2 }, (_, at) => (at * 7) & 0xff);
    const codes = await awake(host, async () => {
      await host.ask('DownImage');
      for (const packet of encodeData(ADDRESS, picture, 128)) await host.sendBytes(packet, 0);
      const first = await host.codes(['GenChar', [1]]);
      await host.sendBytes(encodeCommand(ADDRESS, 'UpImage'), 12_000);
      return [
        ...first,
        ...(await host.codes(['GenChar', [2]], ['RegModel'], ['GenImg'], ['GenChar', [1]])),
      ];
    });
    expect(codes).toEqual([0, 0, 0, 0, 0]);
  },
);

test.each([
  [0, 0, 0],
  [0.01, 0.004, 0.018],
  [0.2, 0.17, 0.23],
] as const)(
  'a finger of a false reject rate of %f is rejected so often',
  async (rate, least, most) => {
    const host = makeHost('ZFM', { times: { image: 1, features: 1, match: 1, other: 1 } });
    host.module.placeFinger({ seed: 'ana', quality: 0.9, falseRejectRate: rate });
    const tries = 2_000;
    const rejected = await awake(host, async () => {
      await host.ask('DownChar', [2]);
      for (const packet of encodeData(ADDRESS, templateOf('ana', 'ZFM'), 128))
        await host.sendBytes(packet, 0);
      let count = 0;
      for (let at = 0; at < tries; at++) {
        for (const [command, parameters] of [
          ['GenImg', []],
          ['GenChar', [1]],
          ['Match', []],
        ] as const) {
          const answer = await host.sendBytes(encodeCommand(ADDRESS, command, parameters), 10);
          if (command === 'Match' && answer[0]?.payload[0] === 8) count++;
        }
      }
      return count;
    });
    // The seed is fixed; the bounds are three standard deviations around the rate.
    expect(rejected / tries).toBeGreaterThanOrEqual(least);
    expect(rejected / tries).toBeLessThanOrEqual(most);
  },
);

test('nobody is ever taken for somebody else, however bad the fingers', () => {
  const entropy = makeSeededEntropy(11, 'pairs');
  for (let at = 0; at < 2_000; at++) {
    const finger = { seed: `voter ${at}`, quality: (at % 7) / 7, falseRejectRate: 0.3 };
    const features = captureFeatures(finger, 'ZFM', entropy);
    expect(compareFeatures(features, templateOf(`voter ${at + 1}`, 'ZFM'))).toBeNull();
  }
});
