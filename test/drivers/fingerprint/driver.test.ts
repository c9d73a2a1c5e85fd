/** The driver against the emulated module: bytes over a wire of 57,600 baud, on a virtual clock. */
import { describe, expect, test } from 'vitest';
import {
  type FingerprintReaderOptions,
  makeFingerprintReader,
} from '#drivers/fingerprint/driver.ts';
import {
  type FingerprintEmulatorOptions,
  makeFingerprintEmulator,
  templateOf,
} from '#drivers/fingerprint/emulator.ts';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';
import type { FingerGuidance } from '#hal/fingerprint-reader.ts';

const FAMILIES = ['R503', 'ZFM'] as const;
type Family = (typeof FAMILIES)[number];

const makeBench = (
  family: Family,
  emulated: Partial<FingerprintEmulatorOptions> = {},
  driven: FingerprintReaderOptions = {},
) => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(57_600));
  const entropy = makeSeededEntropy(1, 'fingerprint test');
  const options = { family, entropy, cable: wire, ...emulated };
  const module = makeFingerprintEmulator(wire.device, clock, options);
  const reader = makeFingerprintReader(wire.host, clock, driven);
  const guidance: FingerGuidance[] = [];
  const guide = (next: FingerGuidance): void => {
    guidance.push(next);
  };
  return { clock, wire, module, reader, guidance, guide, template: templateOf('ana', family) };
};

const faultOf = (result: { readonly ok: boolean; readonly error?: { readonly kind: string } }) =>
  result.ok ? 'ok' : result.error?.kind;

const timed = async <T>(clock: { nowMs(): number }, task: () => Promise<T>) => {
  const from = clock.nowMs();
  const value = await task();
  return { value, tookMs: clock.nowMs() - from };
};

const ANA = { seed: 'ana', quality: 0.9 };
const LUIS = { seed: 'luis', quality: 0.9 };

describe.each(FAMILIES)('a reader of the family %s', (family) => {
  test('starts and says what it is', async () => {
    const { clock, reader } = makeBench(family);
    const { value, tookMs } = await clock.run(timed(clock, () => reader.start()));
    const templateBytes = family === 'R503' ? 1536 : 512;
    const capacity = family === 'R503' ? 200 : 162;
    expect(value).toEqual({ ok: true, value: { family, templateBytes, capacity } });
    expect(tookMs).toBeLessThan(2_000);
  });

  test('tells the voter from somebody else', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      expect(faultOf(await reader.loadTemplate(template))).toBe('ok');
      module.placeFinger(ANA);
      const own = await reader.verifyFinger(10_000, guide);
      module.placeFinger(LUIS);
      const other = await reader.verifyFinger(10_000, guide);
      module.placeFinger(null);
      clock.after(800, () => module.placeFinger(ANA));
      const again = await reader.verifyFinger(10_000, guide);
      return { own, other, again };
    };
    const { own, other, again } = await clock.run(day());
    expect(own).toMatchObject({ ok: true, value: { kind: 'match' } });
    expect(other).toEqual({ ok: true, value: { kind: 'noMatch' } });
    expect(again).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('compares with the newest template only', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      await reader.loadTemplate(templateOf('luis', family));
      module.placeFinger(ANA);
      return reader.verifyFinger(5_000, guide);
    };
    expect(await clock.run(day())).toEqual({ ok: true, value: { kind: 'noMatch' } });
  });

  test('after a failed load nobody is compared with the template before', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      const short = await reader.loadTemplate(new Uint8Array(100));
      module.placeFinger(ANA);
      return { short, verified: await reader.verifyFinger(5_000, guide) };
    };
    const { short, verified } = await clock.run(day());
    expect(faultOf(short)).toBe('badTemplate');
    expect(faultOf(verified)).toBe('refused');
  });

  test('gives up when nobody comes, at the limit', async () => {
    const { clock, reader, template, guidance, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      return timed(clock, () => reader.verifyFinger(5_000, guide));
    };
    const { value, tookMs } = await clock.run(day());
    expect(value).toEqual({ ok: true, value: { kind: 'noFinger' } });
    expect(tookMs).toBeGreaterThanOrEqual(5_000);
    expect(tookMs).toBeLessThan(5_300);
    expect(guidance).toEqual(['placeFinger']);
  });

  test('guides through poor images until a good one', async () => {
    const { clock, reader, module, template, guidance, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      module.placeFinger({ seed: 'ana', quality: 0.1 });
      clock.after(1_500, () => module.placeFinger({ seed: 'ana', quality: 0.3 }));
      clock.after(3_000, () => module.placeFinger(ANA));
      return reader.verifyFinger(10_000, guide);
    };
    expect(await clock.run(day())).toMatchObject({ ok: true, value: { kind: 'match' } });
    expect(guidance).toEqual(['placeFinger', 'cleanFinger', 'placeAgain']);
  });

  test('a wait can be cancelled, and the reader used again', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      clock.after(1_000, () => reader.cancel());
      const cancelled = await timed(clock, () => reader.verifyFinger(60_000, guide));
      module.placeFinger(ANA);
      return { cancelled, next: await reader.verifyFinger(5_000, guide) };
    };
    const { cancelled, next } = await clock.run(day());
    expect(cancelled.value).toEqual({ ok: true, value: { kind: 'noFinger' } });
    expect(cancelled.tookMs).toBeLessThan(1_300);
    expect(next).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('a second operation is told busy and changes nothing; the light is not an operation', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      const first = reader.verifyFinger(5_000, guide);
      const others = await Promise.all([
        reader.loadTemplate(templateOf('luis', family)),
        reader.verifyFinger(100, guide),
        reader.enrol(100, guide),
        reader.start(),
      ]);
      const light = await reader.light('working');
      module.placeFinger(ANA);
      return { first: await first, others: others.map(faultOf), light };
    };
    const { first, others, light } = await clock.run(day());
    expect(others).toEqual(['busy', 'busy', 'busy', 'busy']);
    expect(light.ok).toBe(true);
    expect(first).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('an unplug during a template transfer is told, and 2 s after the plug all is well', async () => {
    const { clock, wire, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.start();
      clock.after(50, () => wire.unplug());
      const torn = await reader.loadTemplate(template);
      const away = await reader.loadTemplate(template);
      wire.plug();
      const back = await timed(clock, () => reader.loadTemplate(template));
      module.placeFinger(ANA);
      return { torn, away, back, verified: await reader.verifyFinger(5_000, guide) };
    };
    const { torn, away, back, verified } = await clock.run(day());
    expect([faultOf(torn), faultOf(away)]).toEqual(['absent', 'absent']);
    expect(faultOf(back.value)).toBe('ok');
    expect(back.tookMs).toBeLessThan(2_000);
    expect(verified).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('an unplug while a finger is awaited is told at once; the template is put back after it', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      clock.after(1_000, () => module.fail('unplugged'));
      const torn = await timed(clock, () => reader.verifyFinger(60_000, guide));
      module.heal();
      module.placeFinger(ANA);
      return { torn, back: await timed(clock, () => reader.verifyFinger(5_000, guide)) };
    };
    const { torn, back } = await clock.run(day());
    expect(faultOf(torn.value)).toBe('absent');
    expect(torn.tookMs).toBeLessThan(1_200);
    expect(back.value).toMatchObject({ ok: true, value: { kind: 'match' } });
    expect(back.tookMs).toBeLessThan(2_500);
  });

  test('silence is a timeout within the limit, and not for good', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      module.fail('silent');
      const start = await timed(clock, () => reader.start());
      module.heal();
      const load = await timed(clock, () => reader.loadTemplate(template));
      module.placeFinger(ANA);
      module.fail('silent', 1);
      const midway = await reader.verifyFinger(60_000, guide);
      module.heal();
      return { start, load, midway, after: await reader.verifyFinger(5_000, guide) };
    };
    const { start, load, midway, after } = await clock.run(day());
    expect(faultOf(start.value)).toBe('timeout');
    expect(start.tookMs).toBeLessThan(2_000);
    expect(faultOf(load.value)).toBe('ok');
    expect(load.tookMs).toBeLessThan(2_000);
    expect(faultOf(midway)).toBe('timeout');
    expect(after).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('damaged answers are a fault, and not for good', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      module.placeFinger(ANA);
      module.fail('garbled');
      const damaged = await reader.verifyFinger(60_000, guide);
      const reload = await timed(clock, () => reader.loadTemplate(template));
      module.heal();
      await reader.loadTemplate(template);
      return { damaged, reload, after: await reader.verifyFinger(5_000, guide) };
    };
    const { damaged, reload, after } = await clock.run(day());
    expect(faultOf(damaged)).toBe('garbled');
    expect(faultOf(reload.value)).toBe('garbled');
    expect(reload.tookMs).toBeLessThan(2_000);
    expect(after).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('one damaged answer is asked for again, unseen by the machine', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      module.placeFinger(ANA);
      module.fail('garbled');
      clock.after(170, () => module.heal());
      return reader.verifyFinger(5_000, guide);
    };
    expect(await clock.run(day())).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('a broken sensor is told as such', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      module.fail('sensorError');
      return reader.verifyFinger(5_000, guide);
    };
    const outcome = await clock.run(day());
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'broken', device: 'fingerprint' } });
  });

  test.each([1, 2, 3, 4, 5])(
    'a restart of the module at command %i of a verification is survived',
    async (at) => {
      const { clock, reader, module, template, guide } = makeBench(family);
      const day = async () => {
        await reader.loadTemplate(template);
        module.fail('restarts', at);
        clock.after(700, () => module.placeFinger(ANA));
        return timed(clock, () => reader.verifyFinger(10_000, guide));
      };
      const { value, tookMs } = await clock.run(day());
      expect(value).toMatchObject({ ok: true, value: { kind: 'match' } });
      expect(tookMs).toBeLessThan(4_000);
    },
  );

  test.each([1, 2])('a restart at command %i of a transfer is survived within 2 s', async (at) => {
    const { clock, reader, module, template } = makeBench(family);
    const day = async () => {
      await reader.start();
      module.fail('restarts', at - 1);
      return timed(clock, () => reader.loadTemplate(template));
    };
    const { value, tookMs } = await clock.run(day());
    expect(faultOf(value)).toBe('ok');
    expect(tookMs).toBeLessThan(2_000);
  });

  test('works with a module three times as slow', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      module.fail('slow');
      module.placeFinger(ANA);
      await reader.loadTemplate(template);
      return reader.verifyFinger(5_000, guide);
    };
    expect(await clock.run(day())).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('asks for the password it was given, and says when it is wrong', async () => {
    const right = makeBench(family, { password: 0xcafe }, { password: 0xcafe });
    const load = () => right.reader.loadTemplate(right.template);
    expect(faultOf(await right.clock.run(load()))).toBe('ok');
    const wrong = makeBench(family, { password: 0xcafe });
    expect(faultOf(await wrong.clock.run(wrong.reader.start()))).toBe('refused');
    right.module.fail('wrongPassword');
    expect(faultOf(await right.clock.run(right.reader.start()))).toBe('refused');
  });

  test('finds a module at another address only when told', async () => {
    const told = makeBench(family, { address: 0x01020304 }, { address: 0x01020304 });
    expect(faultOf(await told.clock.run(told.reader.start()))).toBe('ok');
    const untold = makeBench(family, { address: 0x01020304 });
    expect(faultOf(await untold.clock.run(untold.reader.start()))).toBe('garbled');
  });

  test('enrols a finger whose template then matches it and nobody else', async () => {
    const { clock, reader, module, guidance, guide } = makeBench(family);
    const day = async () => {
      module.placeFinger({ seed: 'officer', quality: 0.8 });
      clock.after(1_500, () => module.placeFinger(null));
      clock.after(2_500, () => module.placeFinger({ seed: 'officer', quality: 0.6 }));
      const enrolled = await reader.enrol(20_000, guide);
      if (!enrolled.ok || enrolled.value === null) return { enrolled, own: null, other: null };
      await reader.loadTemplate(enrolled.value);
      module.placeFinger({ seed: 'officer', quality: 0.5 });
      const own = await reader.verifyFinger(5_000, guide);
      module.placeFinger(LUIS);
      return { enrolled, own, other: await reader.verifyFinger(5_000, guide) };
    };
    const { own, other } = await clock.run(day());
    expect(own).toMatchObject({ ok: true, value: { kind: 'match' } });
    expect(other).toEqual({ ok: true, value: { kind: 'noMatch' } });
    expect(guidance.slice(0, 3)).toEqual(['placeFinger', 'liftFinger', 'placeAgain']);
  });

  test('an enrolment does not put the officer in the place of the voter', async () => {
    const { clock, reader, module, template, guide } = makeBench(family);
    const day = async () => {
      await reader.loadTemplate(template);
      module.placeFinger({ seed: 'officer', quality: 0.9 });
      clock.after(1_500, () => module.placeFinger(null));
      clock.after(2_500, () => module.placeFinger({ seed: 'officer', quality: 0.9 }));
      await reader.enrol(20_000, guide);
      const officer = await reader.verifyFinger(5_000, guide);
      module.placeFinger(null);
      clock.after(800, () => module.placeFinger(ANA));
      return { officer, voter: await reader.verifyFinger(5_000, guide) };
    };
    const { officer, voter } = await clock.run(day());
    expect(officer).toEqual({ ok: true, value: { kind: 'noMatch' } });
    expect(voter).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('a module that lost power unseen between two calls is given the template again', async () => {
    const clock = makeVirtualClock(0);
    const wire = makeMemoryLink(clock, serialPace(57_600));
    const entropy = makeSeededEntropy(1, 'blip');
    const module = makeFingerprintEmulator(wire.device, clock, { family, entropy });
    const reader = makeFingerprintReader(wire.host, clock);
    const day = async () => {
      await reader.loadTemplate(templateOf('ana', family));
      module.fail('unplugged');
      module.heal();
      module.placeFinger(ANA);
      await wait(clock, 1_000);
      return reader.verifyFinger(5_000, () => {});
    };
    expect(await clock.run(day())).toMatchObject({ ok: true, value: { kind: 'match' } });
  });

  test('an enrolment with two different fingers is not accepted', async () => {
    const { clock, reader, module, guide } = makeBench(family);
    const swap = (): void => {
      let turn = 0;
      const next = (): void => {
        module.placeFinger([ANA, null, LUIS, null][turn++ % 4] ?? null);
        if (turn < 40) clock.after(1_000, next);
      };
      next();
    };
    swap();
    const enrolled = await clock.run(reader.enrol(40_000, guide));
    expect(faultOf(enrolled)).toBe('refused');
  });

  test('nobody at the enrolment is null', async () => {
    const { clock, reader, guide } = makeBench(family);
    expect(await clock.run(reader.enrol(2_000, guide))).toEqual({ ok: true, value: null });
  });
});

describe('the wire', () => {
  test('an R503 template of 1,536 bytes takes 0.29 s down and 0.29 s back', async () => {
    const { clock, wire, reader, template } = makeBench('R503');
    const day = async () => {
      await reader.start();
      const before = wire.carried();
      const { tookMs } = await timed(clock, () => reader.loadTemplate(template));
      const after = wire.carried();
      return { tookMs, down: after.toDevice - before.toDevice, up: after.toHost - before.toHost };
    };
    const { tookMs, down, up } = await clock.run(day());
    // 12 packets of 128 bytes with 11 around each, 2 commands of 13, 2 answers of 12.
    expect(down).toBe(12 * 139 + 2 * 13);
    expect(up).toBe(12 * 139 + 2 * 12);
    expect((down * 10) / 57_600).toBeCloseTo(0.29, 2);
    expect(tookMs).toBeLessThan(620);
  });

  test('the ring light of an R503 shows what it is told, also after a restart of the module', async () => {
    const { clock, reader, module } = makeBench('R503');
    const day = async () => {
      await reader.light('refused');
      const red = module.ring();
      module.fail('restarts');
      await reader.light('accepted');
      await wait(clock, 500);
      const dark = module.ring();
      await reader.start();
      return { red, dark, green: module.ring() };
    };
    const { red, dark, green } = await clock.run(day());
    expect(red).toMatchObject({ control: 3, colour: 1 });
    expect(dark).toBeNull();
    expect(green).toMatchObject({ control: 3, colour: 4 });
  });

  test('a reader without a ring takes every light quietly', async () => {
    const { clock, reader, module } = makeBench('ZFM');
    const outcome = await clock.run(reader.light('placeFinger'));
    expect(outcome.ok).toBe(true);
    expect(module.ring()).toBeNull();
  });

  test('a light that starts the reader does not make a verification busy', async () => {
    const { clock, reader, module, template, guide } = makeBench('R503');
    const day = async () => {
      const light = reader.light('placeFinger');
      const load = await reader.loadTemplate(template);
      module.placeFinger(ANA);
      return { light: await light, load, outcome: await reader.verifyFinger(5_000, guide) };
    };
    const { light, load, outcome } = await clock.run(day());
    expect([light.ok, load.ok]).toEqual([true, true]);
    expect(outcome).toMatchObject({ ok: true, value: { kind: 'match' } });
  });
});
