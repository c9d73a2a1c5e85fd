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
 */
export interface Touchscreen {
  panel(): Panel;
  /** Shows a scene and returns its number (1, 2, …). Never blocks on the display. */
  show(scene: Scene): number;
  onTouch(listener: (touch: Touch) => void): () => void;
  onFault(listener: (fault: TouchscreenFault) => void): () => void;
  /** Is display and panel there? For the self-test. */
  check(): Promise<Result<void, TouchscreenFault>>;
  /** An audible warning of `durationMs`. */
  beep(durationMs: number): void;
}
