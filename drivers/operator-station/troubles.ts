/** What is wrong with the operator's station now: told as it comes, and as the last of it goes. */
import { listen } from '#hal/listen.ts';
import type { OperatorStation, StationFault } from '#hal/operator-station.ts';

export type Troubles = Pick<OperatorStation, 'onFault' | 'onRecovered'> & {
  /** `what` is wrong: the display, the keypad, or one of its keys. Tells `fault`. */
  readonly begin: (what: string, fault: StationFault) => void;
  /** As `begin`, of what whoever asked has been answered: nothing is told before it ends. */
  readonly note: (what: string) => void;
  /** `what` is well, whether anything was wrong with it or not. */
  readonly end: (what: string) => void;
};

export const makeTroubles = (): Troubles => {
  const now = new Set<string>();
  const onFault = new Set<(fault: StationFault) => void>();
  const onRecovered = new Set<() => void>();
  return {
    begin: (what, fault) => {
      now.add(what);
      for (const listener of [...onFault]) listener(fault);
    },
    note: (what) => {
      now.add(what);
    },
    end: (what) => {
      if (!now.delete(what) || now.size > 0) return;
      for (const listener of [...onRecovered]) listener();
    },
    onFault: (listener) => listen(onFault, listener),
    onRecovered: (listener) => listen(onRecovered, listener),
  };
};
