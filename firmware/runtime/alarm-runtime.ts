/** Runs the alarm on the unit's panel: entries of the log and time go in, lamp and buzzer come out. */
import type { Clock } from '#hal/clock.ts';
import type { SwitchPanel } from '#hal/switch-panel.ts';
import { ALARM, type AlarmEffect, type AlarmState, type Source } from '../alarm/alarm.ts';
import type { LogEvent } from '../events/catalogue.ts';
import { runMachine } from './runner.ts';

/** The buzzer's time is counted this often while it sounds, ms. */
const COUNT_MS = 1_000;

export type AlarmRuntime = {
  readonly logged: (entry: LogEvent, source: Source) => void;
  readonly state: () => AlarmState;
  /** Lamp and buzzer are known from here on: what stands already shows at once. */
  readonly attach: (panel: SwitchPanel) => void;
  /** Dark and silent; the unit ends. */
  readonly stop: () => void;
};

/** `onPark`: a bug in the alarm; it does nothing more. */
export const startAlarm = (clock: Clock, onPark: (code: string) => void): AlarmRuntime => {
  let panel: SwitchPanel | null = null;
  let cancel: (() => void) | null = null;

  /** A board that is away has both dark and silent, and catches up when it is back (hal/switch-panel.ts). */
  const perform = (effect: AlarmEffect): void => {
    if (panel === null) return;
    runner.guard(effect.kind === 'setLamp' ? panel.lamp(effect.on) : panel.buzzer(effect.on));
  };
  const count = (): void => {
    cancel?.();
    cancel = null;
    if (!runner.state().sounding) return;
    cancel = clock.after(COUNT_MS, () => {
      runner.post({ kind: 'ticked', elapsedMs: COUNT_MS });
      count();
    });
  };
  const runner = runMachine({ machine: ALARM, perform, onPark });
  const show = (lamp: boolean, buzzer: boolean): void => {
    perform({ kind: 'setLamp', on: lamp });
    perform({ kind: 'setBuzzer', on: buzzer });
  };
  return {
    logged: (entry, source) => {
      runner.post({ kind: 'logged', entry, source });
      if (cancel === null) count();
    },
    state: runner.state,
    attach: (attached) => {
      panel = attached;
      const { causes, sounding } = runner.state();
      if (causes.length > 0) show(true, sounding);
    },
    stop: () => {
      cancel?.();
      runner.stop();
      if (runner.state().causes.length > 0) show(false, false);
      panel = null;
    },
  };
};
