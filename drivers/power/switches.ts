/** Key, seal and cover switches, lamp and buzzer behind the power board. */
import type { Clock } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { SwitchPanel, SwitchState } from '#hal/switch-panel.ts';
import { makeFeed } from './feed.ts';
import type { FirmataBoard } from './firmata-board.ts';
import type { FiveLed } from './johnny-five.ts';
import { DIGITAL } from './pins.ts';
import { readFeed } from './read-feed.ts';

/** Contacts bounce for less than this. */
export const DEBOUNCE_MS = 20;

/** The level of each input pin, as last reported. */
export type Levels = ReadonlyMap<number, number>;

const samePanel = (a: SwitchState, b: SwitchState): boolean =>
  a.key === b.key && a.tamper === b.tamper && a.coverOpen === b.coverOpen;

export type SwitchesDriver = {
  readonly panel: SwitchPanel;
  /** A level changed: it counts when it stays. */
  moved(): void;
};

export const makeSwitches = (
  firmata: FirmataBoard,
  clock: Clock,
  levels: Levels,
): SwitchesDriver => {
  const feed = makeFeed<SwitchState>(clock, (before, after) => !samePanel(before, after));
  let lamp: FiveLed | null = null;
  let buzzer: FiveLed | null = null;
  const wanted = { lamp: false, buzzer: false };
  let stopBouncing = (): void => undefined;

  const state = (): SwitchState | null => {
    const key = levels.get(DIGITAL.key);
    const tamper = levels.get(DIGITAL.tamper);
    const cover = levels.get(DIGITAL.cover);
    if (key === undefined || tamper === undefined || cover === undefined) return null;
    return { key: key === 0 ? 'on' : 'off', tamper: tamper === 1, coverOpen: cover === 1 };
  };
  const set = (led: FiveLed | null, on: boolean): void => {
    if (on) led?.on();
    else led?.off();
  };
  firmata.onReady(() => {
    const board = firmata.board();
    lamp ??= new firmata.five.Led({ pin: DIGITAL.lamp, board });
    buzzer ??= new firmata.five.Led({ pin: DIGITAL.buzzer, board });
    set(lamp, wanted.lamp);
    set(buzzer, wanted.buzzer);
  });
  // A contact that never rests has levels, if no state.
  firmata.expect(() => state() !== null);
  firmata.onLost(() => {
    stopBouncing();
    feed.clear();
  });
  const output = (name: 'lamp' | 'buzzer', on: boolean): Promise<Result<void, Fault>> => {
    wanted[name] = on;
    const fault = firmata.fault('panel');
    if (fault !== null) return Promise.resolve(err(fault));
    set(name === 'lamp' ? lamp : buzzer, on);
    return Promise.resolve(done);
  };
  const settled = (): void => {
    const now = state();
    if (now !== null) feed.put(now);
  };
  return {
    panel: {
      read: () => readFeed(firmata, 'panel', feed),
      onChange: feed.onChange,
      lamp: (on) => output('lamp', on),
      buzzer: (on) => output('buzzer', on),
    },
    moved: () => {
      stopBouncing();
      stopBouncing = clock.after(DEBOUNCE_MS, settled);
    },
  };
};
