/** The power policy: what it says for a supply, that it never flaps, that it answers everything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Refusal } from '#firmware/machine.ts';
import { DEFAULT_CHARGE_SETTINGS } from '#firmware/power/charge.ts';
import {
  CRITICAL,
  makePowerPolicy,
  PARK_LIMIT_MS,
  type PowerEffect,
  type PowerEvent,
  type PowerLevel,
  type PowerPolicyState,
  RESUME_PERCENT,
  STEADY_AFTER_CRITICAL_MS,
  STEADY_MS,
  type SupplyInput,
} from '#firmware/power/power-policy.ts';
import type { BatteryWarning } from '#hal/battery.ts';

const machine = makePowerPolicy(DEFAULT_CHARGE_SETTINGS);

const reading = (outputVolts: number, feeding = true): SupplyInput => ({
  kind: 'reading',
  reading: { inputVolts: 120, outputVolts, feeding },
});
const GOOD = reading(120);
const BAD = reading(0);
const supplies = (a: SupplyInput, b: SupplyInput): PowerEvent => ({ kind: 'suppliesRead', a, b });
const tick = (elapsedMs: number): PowerEvent => ({ kind: 'ticked', elapsedMs });
const charge = (percent: number, volts = 3.0 + percent / 80): PowerEvent => ({
  kind: 'batteryRead',
  reading: { present: true, percent, volts, flow: 'idle' },
});

type Ran = {
  readonly state: PowerPolicyState;
  readonly effects: readonly (PowerEffect | Refusal)[];
};
const run = (events: readonly PowerEvent[], from = machine.initial): Ran => {
  let state = from;
  const effects: (PowerEffect | Refusal)[] = [];
  for (const event of events) {
    const [next, out] = machine.step(state, event);
    expect(machine.invariant(next)).toBeNull();
    state = next;
    effects.push(...out);
  }
  return { state, effects };
};
const level = (events: readonly PowerEvent[], from?: PowerPolicyState): PowerLevel =>
  run(events, from).state.power.level;

/** Discharging slowly enough for the gauge to be believed: a percent every three minutes. */
const discharge = (from: number, to: number): PowerEvent[] =>
  Array.from({ length: from - to + 1 }, (_, n) => [tick(180_000), charge(from - n)]).flat();

test('a battery that is heard before the supplies says nothing about the level', () => {
  // Nearly empty on good mains: neither `critical` in between nor a minute out of it.
  const early = run([charge(8, 3.2)]);
  expect(early.effects.filter(({ kind }) => kind === 'announcePower')).toEqual([]);
  const { state, effects } = run([supplies(GOOD, GOOD)], early.state);
  expect(state.power).toEqual({ level: 'mains', batteryPercent: 8, minutesLeft: null });
  expect(effects.filter(({ kind }) => kind === 'announcePower')).toHaveLength(1);
  // On a dead supply it is critical at the first word.
  expect(level([supplies(BAD, BAD)], early.state)).toBe('critical');
});

const onMains = run([charge(90), supplies(GOOD, GOOD)]).state;
const onBattery = run([supplies(BAD, BAD)], onMains).state;
const atLow = run(discharge(89, 30), onBattery).state;
const atCritical = run(discharge(29, CRITICAL.percent), atLow).state;

describe('a battery whose device warns', () => {
  const warning = (percent: number, warns?: BatteryWarning): PowerEvent => ({
    kind: 'batteryRead',
    reading: { present: true, percent, volts: 0, flow: 'idle', ...(warns && { warns }) },
  });

  test('is low or critical on battery, whatever charge it tells, and nothing on mains', () => {
    expect(level([warning(89, 'low')], onBattery)).toBe('low');
    expect(level([warning(89, 'critical')], onBattery)).toBe('critical');
    expect(level([warning(89, 'low'), warning(89, 'critical')], onMains)).toBe('mains');
    expect(level([supplies(BAD, BAD)], run([warning(90, 'critical')], onMains).state)).toBe(
      'critical',
    );
  });

  test('is told with no more minutes than the warning leaves', () => {
    expect(run([warning(89, 'low')], onBattery).state.power.minutesLeft).toBe(45);
    expect(run([warning(89, 'critical')], onBattery).state.power.minutesLeft).toBe(0);
  });

  test('stays what it was when its cable is pulled', () => {
    const lost: PowerEvent = { kind: 'batteryFailed', code: 'battery.absent' };
    expect(level([warning(89, 'critical'), lost], onBattery)).toBe('critical');
    expect(level([lost], run([warning(89, 'low')], onMains).state)).toBe('mains');
  });

  test('is resumed with once it warns no more and the supply is steady', () => {
    const back = run(
      [warning(89, 'critical'), supplies(GOOD, GOOD), tick(STEADY_AFTER_CRITICAL_MS)],
      onBattery,
    ).state;
    expect(back.power.level).toBe('critical');
    expect(level([warning(89, 'low')], back)).toBe('mains');
    // Or once its device is away: what it said then holds nobody up for ever.
    expect(level([{ kind: 'batteryFailed', code: 'battery.absent' }], back)).toBe('mains');
  });
});

describe('levels', () => {
  test('before anything is known it is on battery, as far as anybody knows', () => {
    expect(machine.initial.power.level).toBe('battery');
    expect(level([tick(1_000), charge(80)])).toBe('battery');
  });

  test('the first word of both stabilizers counts at once', () => {
    expect(level([supplies(GOOD, GOOD)])).toBe('mains');
    expect(level([supplies(BAD, GOOD)])).toBe('degraded');
    expect(level([supplies(BAD, BAD)])).toBe('battery');
  });

  test.each([
    ['one without output', BAD, 'degraded'],
    ['one below 100 V', reading(99), 'degraded'],
    ['one above 140 V', reading(141), 'degraded'],
    ['one at 101 V after it was good', reading(101), 'mains'],
    ['one whose relay is open', reading(120, false), 'degraded'],
    ['one that cannot be read', { kind: 'fault', code: 'stabilizer.absent' }, 'degraded'],
  ] as const)('%s: %s', (_, input, expected) => {
    expect(level([supplies(GOOD, input)], onMains)).toBe(expected);
    expect(level([supplies(input, GOOD)], onMains)).toBe(expected);
  });

  test('one that was bad is good again only well inside the limits', () => {
    const degraded = run([supplies(GOOD, BAD)], onMains).state;
    expect(level([supplies(GOOD, reading(104)), tick(STEADY_MS)], degraded)).toBe('degraded');
    expect(level([supplies(GOOD, reading(110)), tick(STEADY_MS)], degraded)).toBe('mains');
  });

  test('low, critical and parked come in their order as the battery drains', () => {
    expect(onBattery.power).toMatchObject({ level: 'battery', batteryPercent: 90 });
    expect(atLow.power).toMatchObject({ level: 'low', batteryPercent: 30 });
    expect(atCritical.power).toMatchObject({ level: 'critical', batteryPercent: 12 });
    expect(level([{ kind: 'parkingDone' }], atCritical)).toBe('parked');
    expect(level([tick(PARK_LIMIT_MS - 1)], atCritical)).toBe('critical');
    expect(level([tick(PARK_LIMIT_MS)], atCritical)).toBe('parked');
  });

  test('minutes are told on battery alone, and follow the charge', () => {
    expect(onMains.power.minutesLeft).toBeNull();
    // 90 % of 150 Wh at 28 W.
    expect(onBattery.power.minutesLeft).toBe(289);
    expect(atLow.power.minutesLeft).toBeLessThan(100);
  });

  test('minutes are those of the unit’s own battery and load', () => {
    const small = makePowerPolicy({ capacityWh: 75, loadW: 14 });
    const weak = makePowerPolicy({ capacityWh: 75, loadW: 28 });
    const minutes = ({ initial, step }: typeof machine): number | null =>
      [supplies(BAD, BAD), charge(90)].reduce((state, event) => step(state, event)[0], initial)
        .power.minutesLeft;
    expect(minutes(machine)).toBe(289);
    expect(minutes(small)).toBe(289);
    expect(minutes(weak)).toBe(144);
  });

  test('parking is refused, with its reason, while nothing is critical', () => {
    const { state, effects } = run([{ kind: 'parkingDone' }], onMains);
    expect(state).toBe(onMains);
    expect(effects).toMatchObject([{ kind: 'refuse', event: 'parkingDone' }]);
  });
});

describe('hysteresis', () => {
  test('a better supply counts after 10 s without a break', () => {
    expect(level([supplies(GOOD, GOOD), tick(STEADY_MS - 1)], onBattery)).toBe('battery');
    expect(level([supplies(GOOD, GOOD), tick(STEADY_MS)], onBattery)).toBe('mains');
    const broken = [supplies(GOOD, GOOD), tick(9_000), supplies(BAD, BAD), supplies(GOOD, GOOD)];
    expect(level([...broken, tick(9_000)], onBattery)).toBe('battery');
  });

  test('a flickering supply is told once', () => {
    const flicker = Array.from({ length: 200 }, (_, n) => [
      supplies(n % 2 ? GOOD : BAD, n % 2 ? GOOD : BAD),
      tick(300),
    ]).flat();
    const { effects } = run(flicker, onMains);
    const levels = effects.flatMap((e) => (e.kind === 'announcePower' ? [e.power.level] : []));
    expect(new Set(levels)).toEqual(new Set(['battery']));
  });

  test('charge that seems to rise on battery does not lead out of low', () => {
    expect(level([tick(60_000), charge(32), tick(60_000), charge(31)], atLow)).toBe('low');
  });

  test('mains alone does not lead out of critical: the battery must have charged too', () => {
    const back = [supplies(GOOD, GOOD), tick(STEADY_AFTER_CRITICAL_MS)];
    expect(level(back, atCritical)).toBe('critical');
    const parked = run([{ kind: 'parkingDone' }], atCritical).state;
    expect(level([...back, tick(600_000)], parked)).toBe('parked');
    const charging = Array.from({ length: 8 }, (_, n) => [tick(180_000), charge(13 + n)]).flat();
    expect(level([supplies(GOOD, GOOD), ...charging], parked)).toBe('mains');
    const almost = charging.slice(0, -2);
    expect(level([supplies(GOOD, GOOD), ...almost], parked)).toBe('parked');
  });
});

describe('log and news', () => {
  test('failing mains is one event: both stabilizers, the level, and no switching', () => {
    const { effects } = run([supplies(BAD, BAD)], onMains);
    expect(effects.flatMap((e) => (e.kind === 'log' ? [e.event.id] : []))).toEqual([
      'stabilizerFault',
      'stabilizerFault',
      'powerChanged',
    ]);
  });

  test('one stabilizer failing says that the other feeds', () => {
    const { effects } = run([supplies(BAD, GOOD)], onMains);
    expect(effects).toContainEqual({
      kind: 'log',
      event: { id: 'stabilizerSwitched', fields: { stabilizer: 'b' } },
    });
  });

  test('nothing new, nothing said', () => {
    expect(run([supplies(GOOD, GOOD), charge(90.4), tick(5_000)], onMains).effects).toEqual([]);
  });
});

const anyInput: fc.Arbitrary<SupplyInput> = fc.oneof(
  fc.constantFrom(GOOD, BAD, reading(104), reading(138), reading(120, false)),
  fc.double({ min: 0, max: 300, noNaN: true }).map((volts) => reading(volts)),
  fc.constant<SupplyInput>({ kind: 'fault', code: 'stabilizer.timeout' }),
);
const anyEvent: fc.Arbitrary<PowerEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(anyInput, anyInput).map(([a, b]) => supplies(a, b)) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 900_000 }).map(tick) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 2.8, max: 4.2, noNaN: true }),
      )
      .map(([percent, volts]) => charge(percent, volts)),
  },
  fc.constant<PowerEvent>({
    kind: 'batteryRead',
    reading: { present: false, percent: 0, volts: 0, flow: 'idle' },
  }),
  fc.constant<PowerEvent>({ kind: 'batteryFailed', code: 'battery.timeout' }),
  fc.constant<PowerEvent>({ kind: 'parkingDone' }),
);

const RANK: Readonly<Record<PowerLevel, number>> = {
  mains: 0,
  degraded: 1,
  battery: 2,
  low: 3,
  critical: 4,
  parked: 5,
};

describe('in any sequence of events', () => {
  const sequences = fc.array(anyEvent, { maxLength: 120 });

  test('every state is sound and every event is answered', () => {
    fc.assert(
      fc.property(sequences, (events) => {
        run(events);
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  test('the level improves only after its time, and never on battery', () => {
    fc.assert(
      fc.property(sequences, (events) => {
        let state = machine.initial;
        let sinceMs = 0;
        for (const event of events) {
          const [next] = machine.step(state, event);
          if (event.kind === 'ticked') sinceMs += event.elapsedMs;
          const [before, after] = [state.power.level, next.power.level];
          if (RANK[after] < RANK[before] && state.assessed) {
            const wasCritical = RANK[before] >= RANK.critical;
            expect(sinceMs).toBeGreaterThanOrEqual(
              wasCritical ? STEADY_AFTER_CRITICAL_MS : STEADY_MS,
            );
            expect(['mains', 'degraded']).toContain(after);
            if (wasCritical) expect(next.charge.percent).toBeGreaterThanOrEqual(RESUME_PERCENT);
          }
          if (after !== before) sinceMs = 0;
          state = next;
        }
      }),
      { seed: 12, numRuns: 400 },
    );
  });

  test('what is told is the state: an announcement for each change, none without', () => {
    fc.assert(
      fc.property(sequences, (events) => {
        let state = machine.initial;
        for (const event of events) {
          const [next, effects] = machine.step(state, event);
          const told = effects.flatMap((e) => (e.kind === 'announcePower' ? [e.power] : []));
          if (told.length > 0) expect(told).toEqual([next.power]);
          else expect(next.power).toEqual(state.power);
          state = next;
        }
      }),
      { seed: 13, numRuns: 200 },
    );
  });
});
