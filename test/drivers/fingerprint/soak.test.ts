/**
 * Whatever happens to the module, in any order: every call ends within its limit, nobody is ever
 * taken for somebody else, and once the trouble is over the reader works again within 2 s.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeFingerprintReader } from '#drivers/fingerprint/driver.ts';
import {
  FINGERPRINT_FAULTS,
  makeFingerprintEmulator,
  templateOf,
} from '#drivers/fingerprint/emulator.ts';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { type Clock, wait } from '#hal/clock.ts';

const PEOPLE = ['ana', 'luis', 'eva'] as const;
type Person = (typeof PEOPLE)[number];

type Step =
  | { readonly kind: 'load'; readonly who: Person }
  | { readonly kind: 'verify' }
  | { readonly kind: 'enrol' }
  | { readonly kind: 'light' }
  | { readonly kind: 'cancel'; readonly afterMs: number }
  | {
      readonly kind: 'place';
      readonly who: Person | null;
      readonly quality: number;
      readonly afterMs: number;
    }
  | {
      readonly kind: 'fail';
      readonly fault: (typeof FINGERPRINT_FAULTS)[number];
      readonly afterMs: number;
    }
  | { readonly kind: 'heal'; readonly afterMs: number };

const delays = fc.integer({ min: 0, max: 2_500 });
const people = fc.constantFrom(...PEOPLE);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('load' as const), who: people }),
  fc.record({ kind: fc.constant('verify' as const) }),
  fc.record({ kind: fc.constant('enrol' as const) }),
  fc.record({ kind: fc.constant('light' as const) }),
  fc.record({ kind: fc.constant('cancel' as const), afterMs: delays }),
  fc.record({
    kind: fc.constant('place' as const),
    who: fc.option(people),
    quality: fc.constantFrom(0.1, 0.3, 0.6, 0.9),
    afterMs: delays,
  }),
  fc.record({
    kind: fc.constant('fail' as const),
    fault: fc.constantFrom(...FINGERPRINT_FAULTS),
    afterMs: delays,
  }),
  fc.record({ kind: fc.constant('heal' as const), afterMs: delays }),
);

/** Longer than what a load may take. */
const STANDSTILL_MS = 1_900;
const LIMIT_MS = 3_000;
/** A wait, a start, a transfer and the last commands: nothing takes longer. */
const LONGEST_MS = LIMIT_MS + 2 * (2_000 + 2_000) + 3_500;

const makeBench = (family: 'R503' | 'ZFM') => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(57_600));
  const entropy = makeSeededEntropy(3, 'soak');
  const module = makeFingerprintEmulator(wire.device, clock, { family, entropy, cable: wire });
  return { clock, wire, module };
};

const runSteps = async (family: 'R503' | 'ZFM', row: readonly Step[]): Promise<void> => {
  const { clock, wire, module } = makeBench(family);
  const reader = makeFingerprintReader(wire.host, clock);
  /** Everybody who was on the glass during the call, and whose template was asked for last. */
  let seen = new Set<Person>();
  let onGlass: Person | null = null;
  let asked: Person | null = null;
  const place = (who: Person | null, quality: number): void => {
    module.placeFinger(who === null ? null : { seed: who, quality });
    onGlass = who;
    if (who !== null) seen.add(who);
  };
  const call = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case 'load': {
        asked = null;
        const loaded = await reader.loadTemplate(templateOf(step.who, family));
        if (loaded.ok) asked = step.who;
        return;
      }
      case 'verify': {
        seen = new Set(onGlass === null ? [] : [onGlass]);
        const verified = await reader.verifyFinger(LIMIT_MS, () => {});
        if (!verified.ok || verified.value.kind !== 'match') return;
        expect(asked).not.toBeNull();
        expect([...seen]).toContain(asked);
        return;
      }
      case 'enrol':
        await reader.enrol(LIMIT_MS, () => {});
        return;
      case 'light':
        await reader.light('ready');
        return;
      case 'cancel':
        clock.after(step.afterMs, reader.cancel);
        return;
      case 'place':
        clock.after(step.afterMs, () => place(step.who, step.quality));
        return;
      case 'fail':
        clock.after(step.afterMs, () => module.fail(step.fault));
        return;
      case 'heal':
        clock.after(step.afterMs, module.heal);
        return;
    }
  };
  const day = async (): Promise<void> => {
    for (const step of row) {
      const fromMs = clock.nowMs();
      await call(step);
      expect(clock.nowMs() - fromMs).toBeLessThan(LONGEST_MS);
    }
    await wait(clock, 3_000);
    module.heal();
    // Healing may only now have given it power.
    const fromMs = clock.nowMs();
    expect(await reader.loadTemplate(templateOf('ana', family))).toEqual({
      ok: true,
      value: undefined,
    });
    expect(clock.nowMs() - fromMs).toBeLessThan(2_000);
    place('ana', 0.9);
    expect(await reader.verifyFinger(LIMIT_MS, () => {})).toMatchObject({
      ok: true,
      value: { kind: 'match' },
    });
    place('eva', 0.9);
    expect(await reader.verifyFinger(LIMIT_MS, () => {})).toEqual({
      ok: true,
      value: { kind: 'noMatch' },
    });
  };
  await clock.run(day());
};

describe.each(['R503', 'ZFM'] as const)('a %s in trouble', (family) => {
  test('every call ends, nobody is mistaken, and it works again within 2 s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 14 }), (row) => runSteps(family, row)),
      { seed: 20201206, numRuns: 150 },
    );
  });
});

/** `link` with the writes at `places` (counted from 0) damaged in their middle. */
const damaging = (link: ByteLink, isDamaged: (write: number) => boolean): ByteLink => {
  let count = 0;
  return {
    ...link,
    write: (bytes) => {
      if (!isDamaged(count++)) return link.write(bytes);
      const bad = bytes.slice();
      const at = bad.length >> 1;
      bad[at] = (bad[at] ?? 0) ^ 0x5a;
      return link.write(bad);
    },
  };
};

describe.each(['R503', 'ZFM'] as const)('a template on its way to a %s', (family) => {
  test('damaged in any one packet, is noticed by reading back and sent again', async () => {
    for (let at = 3; at < 12; at++) {
      const { clock, wire, module } = makeBench(family);
      const reader = makeFingerprintReader(
        damaging(wire.host, (write) => write === at),
        clock,
      );
      const day = async () => {
        const loaded = await reader.loadTemplate(templateOf('ana', family));
        module.placeFinger({ seed: 'ana', quality: 0.9 });
        return [loaded.ok, await reader.verifyFinger(LIMIT_MS, () => {})] as const;
      };
      expect(await clock.run(day())).toMatchObject([true, { ok: true, value: { kind: 'match' } }]);
    }
  });

  test('damaged after another one was loaded, never leaves the other one in its place', async () => {
    const { clock, wire, module } = makeBench(family);
    let writes = 0;
    let damagedWrite = Number.POSITIVE_INFINITY;
    const reader = makeFingerprintReader(
      damaging(wire.host, (write) => {
        writes = write;
        return write === damagedWrite;
      }),
      clock,
    );
    const day = async () => {
      await reader.loadTemplate(templateOf('luis', family));
      // The next write is DownChar, the one after it the first data packet.
      damagedWrite = writes + 2;
      const loaded = await reader.loadTemplate(templateOf('ana', family));
      module.placeFinger({ seed: 'luis', quality: 0.9 });
      const other = await reader.verifyFinger(LIMIT_MS, () => {});
      module.placeFinger(null);
      clock.after(800, () => module.placeFinger({ seed: 'ana', quality: 0.9 }));
      return { loaded: loaded.ok, other, own: await reader.verifyFinger(LIMIT_MS, () => {}) };
    };
    expect(await clock.run(day())).toMatchObject({
      loaded: true,
      other: { ok: true, value: { kind: 'noMatch' } },
      own: { ok: true, value: { kind: 'match' } },
    });
  });

  test.each([2, 4, 6, 8, 10, 12, 14, 16])(
    'whose every answer is damaged, in a process that stands still after %i of them: damaged is what is told',
    async (answers) => {
      const { clock, wire, module } = makeBench(family);
      let left = Number.POSITIVE_INFINITY;
      const link: ByteLink = {
        ...wire.host,
        onBytes: (listener) =>
          wire.host.onBytes((bytes) => {
            if (left-- > 0) listener(bytes);
            else clock.after(STANDSTILL_MS, () => listener(bytes));
          }),
      };
      const reader = makeFingerprintReader(link, clock);
      const day = async () => {
        await reader.start();
        module.fail('garbled');
        left = answers;
        return reader.loadTemplate(templateOf('ana', family));
      };
      const loaded = await clock.run(day());
      expect(loaded.ok ? 'ok' : loaded.error.kind).toBe('garbled');
    },
  );

  test('damaged every time, is a fault within 2 s, and nobody is verified', async () => {
    const { clock, wire, module } = makeBench(family);
    // Handshake, password and parameters pass; data packets never do.
    const reader = makeFingerprintReader(
      damaging(wire.host, (write) => write > 3),
      clock,
    );
    const day = async () => {
      const fromMs = clock.nowMs();
      const loaded = await reader.loadTemplate(templateOf('ana', family));
      const tookMs = clock.nowMs() - fromMs;
      module.placeFinger({ seed: 'ana', quality: 0.9 });
      return { loaded, tookMs, verified: await reader.verifyFinger(LIMIT_MS, () => {}) };
    };
    const { loaded, tookMs, verified } = await clock.run(day());
    expect([loaded.ok, verified.ok]).toEqual([false, false]);
    expect(tookMs).toBeLessThan(2_000);
  });
});

/** `link` whose bytes arrive one by one, as from a slow port; the answer at place `at` has no header. */
const trickling = (link: ByteLink, clock: Clock, at: number): ByteLink => {
  let count = 0;
  let dueMs = 0;
  return {
    ...link,
    onBytes: (listener) =>
      link.onBytes((chunk) => {
        const damaged = count++ === at;
        for (const [index, byte] of chunk.entries()) {
          const seen = damaged && index === 0 ? 0 : byte;
          dueMs = Math.max(dueMs, clock.nowMs()) + 0.2;
          clock.after(dueMs - clock.nowMs(), () => listener(Uint8Array.of(seen)));
        }
      }),
  };
};

describe.each(['R503', 'ZFM'] as const)('answers of a %s that trickle in', (family) => {
  test('are understood, and one without its header is asked for again', async () => {
    for (let at = 1; at < 30; at++) {
      const { clock, wire, module } = makeBench(family);
      const reader = makeFingerprintReader(trickling(wire.host, clock, at), clock);
      module.placeFinger({ seed: 'ana', quality: 0.9 });
      const day = async () => {
        await wait(clock, 100);
        const fromMs = clock.nowMs();
        const loaded = await reader.loadTemplate(templateOf('ana', family));
        const tookMs = clock.nowMs() - fromMs;
        return {
          loaded: loaded.ok,
          quick: tookMs < 2_000,
          verified: await reader.verifyFinger(LIMIT_MS, () => {}),
        };
      };
      expect(await clock.run(day())).toMatchObject({
        loaded: true,
        quick: true,
        verified: { ok: true, value: { kind: 'match' } },
      });
    }
  });
});
