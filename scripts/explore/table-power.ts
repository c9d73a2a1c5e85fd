/** What the power policy's table is made of: its events, its effects in words, what makes its states different. */
import {
  makePowerPolicy,
  type PowerEffect,
  type PowerEvent,
  type PowerPolicyState,
  type SupplyInput,
} from '#firmware/power/power-policy.ts';
import type { BatteryWarning } from '#hal/battery.ts';
import type { Subject } from './answers.ts';

const GOOD: SupplyInput = {
  kind: 'reading',
  reading: { inputVolts: 120, outputVolts: 120, feeding: true },
};
const BAD: SupplyInput = {
  kind: 'reading',
  reading: { inputVolts: 0, outputVolts: 0, feeding: false },
};
const FAULT: SupplyInput = { kind: 'fault', code: 'stabilizer.timeout' };

const battery = (percent: number, warns?: BatteryWarning): PowerEvent => ({
  kind: 'batteryRead',
  reading: {
    present: true,
    percent,
    volts: 12.5,
    flow: 'idle',
    ...(warns === undefined ? {} : { warns }),
  },
});

const EVENTS: readonly (readonly [string, PowerEvent])[] = [
  ['both stabilizers good', { kind: 'suppliesRead', a: GOOD, b: GOOD }],
  ['one stabilizer good', { kind: 'suppliesRead', a: GOOD, b: BAD }],
  ['no stabilizer good', { kind: 'suppliesRead', a: BAD, b: BAD }],
  ['stabilizers not readable', { kind: 'suppliesRead', a: FAULT, b: FAULT }],
  ['battery 100 %', battery(100)],
  ['battery 25 %', battery(25)],
  ['battery 10 %', battery(10)],
  ['battery 100 %, warns: low', battery(100, 'low')],
  ['battery 100 %, warns: critical', battery(100, 'critical')],
  ['battery not readable', { kind: 'batteryFailed', code: 'battery.timeout' }],
  ['10 s pass', { kind: 'ticked', elapsedMs: 10_000 }],
  ['1 min passes', { kind: 'ticked', elapsedMs: 60_000 }],
  ['2 min pass', { kind: 'ticked', elapsedMs: 120_000 }],
  ['no time passes', { kind: 'ticked', elapsedMs: 0 }],
  ['parkingDone', { kind: 'parkingDone' }],
];

const words = (effect: PowerEffect): string =>
  effect.kind === 'log' ? `log ${effect.event.id}` : 'announcePower';

export const powerSubject = (): Subject<PowerPolicyState, PowerEvent, PowerEffect> => ({
  machine: makePowerPolicy(),
  alphabet: EVENTS.map(([each, event]) => ({ words: each, event })),
  seeds: [],
  nameOf: ({ power, assessed }) => (assessed ? power.level : 'unassessed'),
  kindOf: ({ power, assessed, supplies, charge, steadyMs }) =>
    `${power.level} ${assessed} ${supplies.a} ${supplies.b} ${Math.ceil(charge.percent / 10)} ${charge.doubt} ${charge.warns} ${steadyMs >= 60_000}`,
  wordsOf: words,
});
