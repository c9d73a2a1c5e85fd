import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type SwitchState = {
  /** The presiding officer's key switch. */
  readonly key: 'off' | 'on';
  /** The seal over the screws is broken; a cut wire looks the same. */
  readonly tamper: boolean;
  /** The cover over ports and media is open. */
  readonly coverOpen: boolean;
};

export type PanelFault = Fault;

/**
 * Key switch, tamper and cover switches, lamp and buzzer.
 *
 * Only the supervisor calls it, at any time and as often as it likes. While the board behind it
 * starts, `read` waits, 4 s at most; later it does not. Works again within 2 s of the board's return.
 */
export interface SwitchPanel {
  /**
   * The switches as they have been for at least 20 ms. Any number of calls may be under way. `absent`:
   * the board is unplugged; `timeout`: it says nothing for 2.5 s. Ends within 2.5 s.
   */
  read(): Promise<Result<SwitchState, PanelFault>>;
  /**
   * The first state, and each other one, once a switch has stayed where it is for 20 ms: a contact that
   * bounces is told once, one that never rests not at all. After the board was away: what changed
   * meanwhile, if anything did. The returned function ends it.
   */
  onChange(listener: (state: SwitchState) => void): () => void;
  /**
   * Lights the lamp or puts it out. `absent` and `timeout` as for `read`, at once; what was asked for
   * last is carried out when the board is back. A board that is away has both dark and silent.
   */
  lamp(on: boolean): Promise<Result<void, PanelFault>>;
  /** Sounds the buzzer or stops it; as `lamp`. */
  buzzer(on: boolean): Promise<Result<void, PanelFault>>;
}
