import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** `absent`: there is no such interface. `broken`: the system does not let it be switched. */
export type NetworkFault = Fault;

/**
 * The one way out of a unit, off unless somebody holds it on. Whoever starts a unit switches it off first:
 * what is on before closing is a fault of its own (`unit.networkUp`). Switching on says nothing of a cable
 * or of anybody at its other end. One call at a time; a second `on` changes nothing.
 */
export interface NetworkSwitch {
  set(on: boolean): Promise<Result<void, NetworkFault>>;
}
