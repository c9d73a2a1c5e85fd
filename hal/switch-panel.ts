import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type SwitchState = {
  /** The presiding officer's key switch. */
  readonly key: 'off' | 'on';
  /** The seal over the screws is broken. */
  readonly tamper: boolean;
  /** The cover over ports and media is open. */
  readonly coverOpen: boolean;
};

export type PanelFault = Fault;

/** Key switch, tamper and cover switches, lamp and buzzer. */
export interface SwitchPanel {
  read(): Promise<Result<SwitchState, PanelFault>>;
  onChange(listener: (state: SwitchState) => void): () => void;
  lamp(on: boolean): Promise<Result<void, PanelFault>>;
  buzzer(on: boolean): Promise<Result<void, PanelFault>>;
}
