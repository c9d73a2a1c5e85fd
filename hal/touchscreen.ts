import type { Fault } from './fault.ts';
import type { Result } from './result.ts';
import type { Scene } from './scene.ts';

export type Panel = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly widthMm: number;
  readonly heightMm: number;
};

/** A finger lifted from the glass. */
export type Touch = {
  /** Where, in millimetres. */
  readonly x: number;
  readonly y: number;
  /** The number that `show` gave to the scene on which the finger came down. */
  readonly sceneNumber: number;
  /** How long it lay on the glass, ms: it came down that long before it is told. */
  readonly heldMs: number;
};

export type TouchscreenFault = Fault<'absent' | 'timeout' | 'garbled' | 'broken' | 'busy'>;

/**
 * A display with a touch panel. Touches act on lift; palms, second fingers and moves beyond a few
 * millimetres are not touches.
 *
 * Only the booth calls it, at any time; no call waits and none is ever `busy`. While the panel is away
 * scenes are shown and numbered as ever. Touches count again within 2 s of its return; a finger that lay
 * on it when it went is forgotten.
 */
export interface Touchscreen {
  panel(): Panel;
  /** Shows a scene and returns its number (1, 2, …). Never blocks on the display. */
  show(scene: Scene): number;
  onTouch(listener: (touch: Touch) => void): () => void;
  /**
   * What goes wrong, once until it is over: `absent` when the panel is lost, `garbled` for several
   * damaged reports in a row or a panel that is no touchscreen, `broken` for a contact that has stayed
   * for 10 s; it counts as not there from then on, and touches beside it do. The returned function
   * ends it.
   */
  onFault(listener: (fault: TouchscreenFault) => void): () => void;
  /** Is the panel there? For the self-test. `absent`; else `garbled`: it is no touchscreen. */
  check(): Promise<Result<void, TouchscreenFault>>;
  /** An audible warning of `durationMs`. */
  beep(durationMs: number): void;
}
