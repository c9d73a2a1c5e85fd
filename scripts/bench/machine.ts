/**
 * The machine on the bench as a person can reach it: its devices' outer sides, the picture on its
 * screen, its mains plug. Whoever holds this can not look inside.
 */
import type { EmulatedDevices } from '#drivers/emulated-board.ts';

/** The devices as people in the room reach them. */
export type BenchDevices = {
  readonly reader: EmulatedDevices['reader'];
  readonly printer: EmulatedDevices['printer'];
  readonly power: EmulatedDevices['power'];
  readonly lcd: Pick<EmulatedDevices['lcd'], 'screen' | 'lit' | 'unplug' | 'plug'>;
  readonly glass: Pick<EmulatedDevices['glass'], 'touch' | 'hold' | 'lift' | 'fail' | 'heal'>;
  readonly keypad: EmulatedDevices['keypad'];
  readonly tokens: Pick<EmulatedDevices['tokens'], 'insert' | 'remove' | 'inserted'>;
  readonly fixed: Pick<EmulatedDevices['fixed'], 'present' | 'pull' | 'putBack'>;
  readonly removable: Pick<EmulatedDevices['removable'], 'present' | 'pull' | 'putBack'>;
};

/** What the display shows, pixel by pixel. */
export type ScreenSource = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Red, green, blue, alpha of each pixel, row by row; only worked out when asked for. */
  readonly pixels: () => Promise<Uint8Array>;
  /** Calls `listener` when the picture may have changed. Costs nothing while nobody listens. */
  readonly onChange: (listener: () => void) => () => void;
};

export type MachinePower = 'off' | 'starting' | 'on' | 'failed';

export type Machine = {
  readonly devices: BenchDevices;
  readonly screen: ScreenSource;
  readonly power: () => MachinePower;
  /** Why it failed; null as long as it did not. */
  readonly failure: () => string | null;
  /** Plugs it in and switches it on; resolves when its processes run. */
  readonly start: () => Promise<void>;
  /** The power goes: everything stops at once, unsynced writes are lost. */
  readonly cutPower: () => Promise<void>;
  /** In good order. */
  readonly shutDown: () => Promise<void>;
  /** The event log as it stands on the fixed medium, one JSON object a line. */
  readonly logText: () => Promise<string>;
  /** What the unit's battery-backed clock says, ms since 1970. */
  readonly calendarMs: () => number;
  readonly setCalendar: (calendarMs: number) => void;
  /** Ends everything that was started. */
  readonly close: () => Promise<void>;
};
