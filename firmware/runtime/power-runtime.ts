/**
 * Runs the power policy on the supervisor's devices: readings and time go in as events, what the
 * policy says comes out through callbacks. Also the switch panel's watch: seal, cover and key are
 * logged as they move. Devices tell their changes by themselves; a slow round of reads finds those
 * that no longer say anything.
 */

import type { SupervisorBoard } from '#hal/board.ts';
import type { Fault } from '#hal/fault.ts';
import { faultCode } from '#hal/fault.ts';
import type { SwitchState } from '#hal/switch-panel.ts';
import { asWord, type LogEvent } from '../events/catalogue.ts';
import type { PowerState } from '../messages/catalogue.ts';
import type { RecordedEvent } from '../messages/recorded-events.ts';
import { type ChargeSettings, DEFAULT_CHARGE_SETTINGS } from '../power/charge.ts';
import {
  makePowerPolicy,
  type PowerEffect,
  type PowerEvent,
  type StabilizerName,
  type SupplyInput,
} from '../power/power-policy.ts';
import { makeFlightRecorder } from './flight-recorder.ts';
import { runMachine } from './runner.ts';

/** Between two rounds of reads. */
export const ROUND_MS = 5_000;

export type PowerRuntimeOptions = {
  /** The power as everybody is to be told, on each change. */
  readonly onPower: (power: PowerState) => void;
  readonly onLog: (event: LogEvent) => void;
  /** A bug in the policy: it stands still from now on. */
  readonly onPark: (reason: string) => void;
  /** The switches, at the start and on each change. */
  readonly onPanel?: (state: SwitchState) => void;
  /** Instead of the board's own power model. */
  readonly settings?: ChargeSettings;
};

export type PowerRuntime = {
  power(): PowerState;
  /** The kinds of its last events (flight-recorder.ts). */
  flight(): readonly RecordedEvent[];
  /** Desk and booth have parked with everything durable. */
  parkingDone(): void;
  stop(): void;
};

type SupervisorDevices = Pick<
  SupervisorBoard,
  'clock' | 'stabilizers' | 'battery' | 'panel' | 'powerModel'
>;

/** What a switch that moved is in the log; the first state is news only where it is not as it should be. */
const panelEvents = (before: SwitchState | null, after: SwitchState): readonly LogEvent[] => {
  const events: LogEvent[] = [];
  if (after.tamper !== (before?.tamper ?? false))
    events.push({ id: after.tamper ? 'tamperOpened' : 'tamperClosed', fields: {} });
  if (after.coverOpen !== (before?.coverOpen ?? false))
    events.push({ id: after.coverOpen ? 'coverOpened' : 'coverClosed', fields: {} });
  if (after.key !== (before?.key ?? 'off'))
    events.push({ id: 'keyTurned', fields: { on: after.key === 'on' } });
  return events;
};

/** Logs the panel's switches, and its own faults once each. */
const watchPanel = (board: SupervisorDevices, options: PowerRuntimeOptions) => {
  let known: SwitchState | null = null;
  let faulty = false;
  const take = (state: SwitchState): void => {
    if (faulty) options.onLog({ id: 'deviceRecovered', fields: { device: 'panel' } });
    faulty = false;
    const events = panelEvents(known, state);
    const first = known === null;
    known = state;
    for (const event of events) options.onLog(event);
    if (first || events.length > 0) options.onPanel?.(state);
  };
  const fail = (fault: Fault): void => {
    if (faulty) return;
    faulty = true;
    options.onLog({ id: 'deviceFault', fields: { code: asWord(faultCode(fault)) } });
  };
  return {
    stop: board.panel.onChange(take),
    read: async (): Promise<void> => {
      const result = await board.panel.read();
      if (result.ok) take(result.value);
      else fail(result.error);
    },
  };
};

export const startPowerRuntime = (
  board: SupervisorDevices,
  options: PowerRuntimeOptions,
): PowerRuntime => {
  const { clock, stabilizers, battery } = board;
  const perform = (effect: PowerEffect): void => {
    switch (effect.kind) {
      case 'announcePower':
        options.onPower(effect.power);
        return;
      case 'log':
        options.onLog(effect.event);
        return;
    }
  };
  const recorder = makeFlightRecorder();
  const runner = runMachine({
    machine: makePowerPolicy(options.settings ?? board.powerModel ?? DEFAULT_CHARGE_SETTINGS),
    perform,
    // Time passes before every other event: that says nothing.
    onEvent: ({ kind }) => {
      if (kind !== 'ticked') recorder.note(kind);
    },
    onPark: options.onPark,
  });

  let countedMs = clock.nowMs();
  /** Time first, then what happened at that time. */
  const post = (event: PowerEvent): void => {
    const elapsedMs = clock.nowMs() - countedMs;
    countedMs = clock.nowMs();
    if (elapsedMs > 0) runner.post({ kind: 'ticked', elapsedMs });
    runner.post(event);
  };

  const supplyInput = async (stabilizer: StabilizerName): Promise<SupplyInput> => {
    const result = await stabilizers[stabilizer].read();
    return result.ok
      ? { kind: 'reading', reading: result.value }
      : { kind: 'fault', code: asWord(faultCode(result.error)) };
  };
  const readSupplies = async (): Promise<void> => {
    const [a, b] = await Promise.all([supplyInput('a'), supplyInput('b')]);
    post({ kind: 'suppliesRead', a, b });
  };
  // Reading takes a turn of the promises: by then the other one's report of the same moment is in.
  const suppliesMoved = (): void => runner.guard(readSupplies());
  const readBattery = async (): Promise<void> => {
    const result = await battery.read();
    if (result.ok) post({ kind: 'batteryRead', reading: result.value });
    else post({ kind: 'batteryFailed', code: asWord(faultCode(result.error)) });
  };

  const panel = watchPanel(board, options);
  let stopped = false;
  let stopRound = (): void => undefined;
  const round = async (): Promise<void> => {
    await Promise.all([readBattery(), readSupplies(), panel.read()]);
    if (!stopped) stopRound = clock.after(ROUND_MS, () => runner.guard(round()));
  };
  const stops = [
    stabilizers.a.onChange(suppliesMoved),
    stabilizers.b.onChange(suppliesMoved),
    battery.onChange((reading) => post({ kind: 'batteryRead', reading })),
    panel.stop,
  ];
  runner.guard(round());

  return {
    power: () => runner.state().power,
    flight: recorder.last,
    parkingDone: () => post({ kind: 'parkingDone' }),
    stop: () => {
      stopped = true;
      stopRound();
      for (const stop of stops) stop();
      runner.stop();
    },
  };
};
