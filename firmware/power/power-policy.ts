/**
 * What the state of the supply means for voting. `mains` both stabilizers, `degraded` one, `battery`
 * none; `low` admit no other voter, `critical` park, `parked` everything durable.
 *
 * Worse is believed at once, better only after it lasted: a flickering supply never makes the level
 * flap. Out of `low` leads only a steady supply, out of `critical` and `parked` a steady supply and a
 * battery that has charged well beyond the critical mark and no longer warns of its end. An input that cannot be read counts as bad.
 */
import type { BatteryReading } from '#hal/battery.ts';
import type { StabilizerReading } from '#hal/power-stabilizer.ts';
import type { LogEvent } from '../events/catalogue.ts';
import type { Machine, Transition } from '../machine.ts';
import type { PowerState } from '../messages/catalogue.ts';
import {
  type Charge,
  type ChargeSettings,
  chargeProblem,
  DEFAULT_CHARGE_SETTINGS,
  INITIAL_CHARGE,
  loseGauge,
  minutesOf,
  passTime,
  takeReading,
  WARNED_MINUTES,
} from './charge.ts';

export type StabilizerName = 'a' | 'b';
export type PowerLevel = PowerState['level'];

/** Volts between which an output is good, and inside which it must return to be good again. */
export const OUTPUT_VOLTS = { low: 100, lowAgain: 108, highAgain: 132, high: 140 } as const;

/** A better supply counts after this long, and after this long out of `critical` and `parked`. */
export const STEADY_MS = 10_000;
export const STEADY_AFTER_CRITICAL_MS = 60_000;

/** On battery: percent or minutes at or below which a level begins. */
export const LOW = { percent: 30, minutes: WARNED_MINUTES.low } as const;
export const CRITICAL = { percent: 12, minutes: 15 } as const;

/** Charge with which voting may go on after `critical` or `parked`. */
export const RESUME_PERCENT = 20;

/** A critical unit that nobody reported parked is taken to be parked after this. */
export const PARK_LIMIT_MS = 120_000;

/** Longest time one tick may carry: beyond it the clock, not the supply, is wrong. */
export const TICK_LIMIT_MS = 3_600_000;

type Supply = 'unknown' | 'good' | 'bad';

export type PowerPolicyState = {
  /** What everybody else is told. */
  readonly power: PowerState;
  readonly supplies: { readonly a: Supply; readonly b: Supply };
  readonly charge: Charge;
  /** How long the supply has been better than the level says. */
  readonly steadyMs: number;
  /** How long the level has been `critical`. */
  readonly criticalMs: number;
  /** Each supply has been read or given up once: until then nothing is known, and nothing is waited for. */
  readonly assessed: boolean;
};

/** What a stabilizer says, or the code of the fault for which it could not be read. */
export type SupplyInput =
  | { readonly kind: 'reading'; readonly reading: StabilizerReading }
  | { readonly kind: 'fault'; readonly code: string };

export type PowerEvent =
  /** Both at once: mains that fails takes both, and that is one event. */
  | { readonly kind: 'suppliesRead'; readonly a: SupplyInput; readonly b: SupplyInput }
  | { readonly kind: 'batteryRead'; readonly reading: BatteryReading }
  | { readonly kind: 'batteryFailed'; readonly code: string }
  | { readonly kind: 'ticked'; readonly elapsedMs: number }
  /** Desk and booth are parked with everything durable. */
  | { readonly kind: 'parkingDone' };

export type PowerEffect =
  | { readonly kind: 'announcePower'; readonly power: PowerState }
  | { readonly kind: 'log'; readonly event: LogEvent };

type Step = Transition<PowerPolicyState, PowerEffect>;

const SEVERITY = {
  mains: 0,
  degraded: 1,
  battery: 2,
  low: 3,
  critical: 4,
  parked: 5,
} as const satisfies Record<PowerLevel, number>;

const goodSupplies = ({ supplies }: PowerPolicyState): number =>
  Object.values(supplies).filter((supply) => supply === 'good').length;

/** What is wrong with an output, given whether it was good before; null: nothing. */
const supplyProblem = (input: SupplyInput, before: Supply): string | null => {
  if (input.kind === 'fault') return input.code;
  const { reading } = input;
  const wasGood = before === 'good';
  if (!reading.feeding) return 'notFeeding';
  if (reading.outputVolts < (wasGood ? OUTPUT_VOLTS.low : OUTPUT_VOLTS.lowAgain))
    return 'lowOutput';
  if (reading.outputVolts > (wasGood ? OUTPUT_VOLTS.high : OUTPUT_VOLTS.highAgain))
    return 'highOutput';
  return null;
};

/** The level that supply and charge call for now, whatever it was before. */
const targetLevel = (state: PowerPolicyState, settings: ChargeSettings): PowerLevel => {
  const good = goodSupplies(state);
  if (good === 2) return 'mains';
  if (good === 1) return 'degraded';
  const { percent } = state.charge;
  const minutes = minutesOf(state.charge, settings);
  if (percent <= CRITICAL.percent || minutes <= CRITICAL.minutes) return 'critical';
  if (percent <= LOW.percent || minutes <= LOW.minutes) return 'low';
  return 'battery';
};

/** May the level become the better `target` now? */
const mayImprove = (state: PowerPolicyState): boolean => {
  const { level } = state.power;
  if (!state.assessed) return false;
  if (goodSupplies(state) === 0) return false;
  const { steadyMs, charge } = state;
  return SEVERITY[level] >= SEVERITY.critical
    ? steadyMs >= STEADY_AFTER_CRITICAL_MS &&
        charge.percent >= RESUME_PERCENT &&
        // A warning of long ago, of a device that is away, does not hold up a unit that is fed.
        (charge.warns !== 'critical' || charge.gauge === null)
    : steadyMs >= STEADY_MS;
};

const nextLevel = (
  state: PowerPolicyState,
  settings: ChargeSettings,
): { readonly level: PowerLevel; readonly better: boolean } => {
  const { level } = state.power;
  const target = targetLevel(state, settings);
  if (level === 'critical' && state.criticalMs >= PARK_LIMIT_MS)
    return { level: 'parked', better: false };
  if (SEVERITY[target] > SEVERITY[level]) return { level: target, better: false };
  if (SEVERITY[target] === SEVERITY[level]) return { level, better: false };
  // On battery alone nothing gets better, whatever the gauge says.
  const better = goodSupplies(state) > 0;
  return mayImprove(state) ? { level: target, better: false } : { level, better };
};

const samePower = (a: PowerState, b: PowerState): boolean =>
  a.level === b.level && a.batteryPercent === b.batteryPercent && a.minutesLeft === b.minutesLeft;

const percentTold = ({ doubt, percent }: Charge): number | null =>
  doubt === null ? Math.floor(percent) : null;

const log = (event: LogEvent): PowerEffect => ({ kind: 'log', event });

/** Settles the level after anything changed, and says so when it is news. */
const settle = (
  before: PowerPolicyState,
  changed: PowerPolicyState,
  effects: readonly PowerEffect[],
  settings: ChargeSettings,
): Step => {
  const known = changed.supplies.a !== 'unknown' && changed.supplies.b !== 'unknown';
  const { level: levelBefore } = before.power;
  // Until both supplies were read or given up, the battery alone says nothing about the level.
  const unassessed = !known && !changed.assessed;
  const firstWord = known && !changed.assessed;
  const { level, better } = unassessed
    ? { level: levelBefore, better: false }
    : firstWord
      ? { level: targetLevel(changed, settings), better: false }
      : nextLevel(changed, settings);
  const onBattery = goodSupplies(changed) === 0;
  const power: PowerState = {
    level,
    batteryPercent: percentTold(changed.charge),
    minutesLeft: known && onBattery ? minutesOf(changed.charge, settings) : null,
  };
  const same = samePower(before.power, power) && !firstWord;
  const next: PowerPolicyState = {
    ...changed,
    power: same || unassessed ? before.power : power,
    assessed: changed.assessed || known,
    steadyMs: better ? changed.steadyMs : 0,
    criticalMs: level === 'critical' && levelBefore === 'critical' ? changed.criticalMs : 0,
  };
  if (same || unassessed) return [next, effects];
  const levelChanged = level !== levelBefore || firstWord;
  const percent = Math.floor(changed.charge.percent);
  return [
    next,
    [
      ...effects,
      ...(levelChanged ? [log({ id: 'powerChanged', fields: { level, percent } })] : []),
      { kind: 'announcePower', power },
    ],
  ];
};

const supplyLog = (
  stabilizer: StabilizerName,
  before: Supply,
  problem: string | null,
): readonly PowerEffect[] => {
  if (problem !== null)
    return before === 'bad'
      ? []
      : [log({ id: 'stabilizerFault', fields: { stabilizer, code: problem } })];
  return before === 'bad' ? [log({ id: 'stabilizerRecovered', fields: { stabilizer } })] : [];
};

const suppliesChanged = (
  state: PowerPolicyState,
  inputs: { readonly a: SupplyInput; readonly b: SupplyInput },
): readonly [PowerPolicyState, readonly PowerEffect[]] => {
  const before = state.supplies;
  const problemA = supplyProblem(inputs.a, before.a);
  const problemB = supplyProblem(inputs.b, before.b);
  const a: Supply = problemA === null ? 'good' : 'bad';
  const b: Supply = problemB === null ? 'good' : 'bad';
  if (a === before.a && b === before.b) return [state, []];
  const bothWere = before.a === 'good' && before.b === 'good';
  const switched = bothWere && a !== b;
  return [
    { ...state, supplies: { a, b } },
    [
      ...supplyLog('a', before.a, problemA),
      ...supplyLog('b', before.b, problemB),
      ...(switched
        ? [log({ id: 'stabilizerSwitched', fields: { stabilizer: a === 'good' ? 'a' : 'b' } })]
        : []),
    ],
  ];
};

const chargeChanged = (
  state: PowerPolicyState,
  charge: Charge,
): readonly [PowerPolicyState, readonly PowerEffect[]] => {
  const before = state.charge.doubt;
  const { doubt } = charge;
  const next = { ...state, charge };
  if (before === doubt) return [next, []];
  if (doubt !== null)
    return [next, [log({ id: 'batteryFault', fields: { code: `gauge-${doubt}` } })]];
  if (before === 'unheard') return [next, []];
  return [next, [log({ id: 'deviceRecovered', fields: { device: 'battery' } })]];
};

const clampTick = (elapsedMs: number): number => Math.min(Math.max(elapsedMs, 0), TICK_LIMIT_MS);

/** The policy for a unit with this battery and load. */
export const makePowerPolicy = (
  settings: ChargeSettings = DEFAULT_CHARGE_SETTINGS,
): Machine<PowerPolicyState, PowerEvent, PowerEffect> => {
  const step = (state: PowerPolicyState, event: PowerEvent): Step => {
    const onBattery = goodSupplies(state) === 0;
    switch (event.kind) {
      case 'suppliesRead': {
        const [next, effects] = suppliesChanged(state, event);
        return settle(state, next, effects, settings);
      }
      case 'batteryRead': {
        const charge = takeReading(state.charge, event.reading, onBattery, settings);
        const [next, effects] = chargeChanged(state, charge);
        return settle(state, next, effects, settings);
      }
      case 'batteryFailed': {
        const [next, effects] = chargeChanged(state, loseGauge(state.charge));
        return settle(state, next, effects, settings);
      }
      case 'ticked': {
        const elapsedMs = clampTick(event.elapsedMs);
        if (elapsedMs === 0) return [state, []];
        const charge = passTime(state.charge, elapsedMs, onBattery, settings);
        const next = {
          ...state,
          charge,
          steadyMs: state.steadyMs + elapsedMs,
          criticalMs: state.criticalMs + elapsedMs,
        };
        return settle(state, next, [], settings);
      }
      case 'parkingDone': {
        if (state.power.level !== 'critical')
          return [
            state,
            [{ kind: 'refuse', event: event.kind, reason: 'the unit is not critical' }],
          ];
        return settle(state, { ...state, criticalMs: PARK_LIMIT_MS }, [], settings);
      }
    }
  };
  return { initial: INITIAL_POWER_STATE, step, invariant };
};

/** Before the first readings: on battery, as far as anybody knows. */
export const INITIAL_POWER_STATE: PowerPolicyState = {
  power: { level: 'battery', batteryPercent: null, minutesLeft: null },
  supplies: { a: 'unknown', b: 'unknown' },
  charge: INITIAL_CHARGE,
  steadyMs: 0,
  criticalMs: 0,
  assessed: false,
};

const invariant = (state: PowerPolicyState): string | null => {
  const { power, steadyMs, criticalMs, assessed } = state;
  const good = goodSupplies(state);
  if (power.level === 'mains' && good < 2) return 'mains without two good stabilizers';
  if (power.level === 'degraded' && good < 1) return 'degraded without a good stabilizer';
  if (power.minutesLeft !== null && good > 0) return 'minutes are counted while a stabilizer feeds';
  if (power.batteryPercent !== null && state.charge.doubt !== null)
    return 'the percentage of a doubted gauge is told';
  if (!(steadyMs >= 0 && criticalMs >= 0)) return 'time runs backwards';
  if (criticalMs > 0 && power.level !== 'critical') return 'critical time is counted outside it';
  if (!assessed && SEVERITY[power.level] < SEVERITY.battery) return 'mains before any reading';
  return chargeProblem(state.charge);
};
