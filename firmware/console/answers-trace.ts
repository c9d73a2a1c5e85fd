/**
 * The flight recorder at the console: what each machine took last before one of them failed. What they
 * take now is told to nobody: it would time a voter's steps.
 */
import { sayAtConsole } from '../locale/console.ts';
import type { Flight } from '../messages/recorded-events.ts';
import { fromSnapshot } from './answers-unit.ts';
import { wrap } from './table.ts';
import { answering, type ConsoleView, type Outcome } from './view.ts';

const MACHINES = ['booth', 'desk', 'power'] as const satisfies readonly (keyof Flight)[];
const INDENT = 8;

export const trace = (view: ConsoleView): Outcome =>
  fromSnapshot(view, ({ lastCrash }) => {
    const { locale } = view;
    if (lastCrash === null) return answering([sayAtConsole(locale, 'trace.none')], null);
    const { process, code, last } = lastCrash;
    return answering(
      [
        ...wrap(sayAtConsole(locale, 'trace.of', { process, code })),
        sayAtConsole(locale, 'trace.kinds'),
        ...MACHINES.flatMap((machine) => {
          const words =
            last[machine].length === 0
              ? sayAtConsole(locale, 'trace.nothing')
              : last[machine].join(' ');
          const [first = '', ...more] = wrap(words, INDENT);
          return [`${machine}:`.padEnd(INDENT) + first.trimStart(), ...more];
        }),
      ],
      lastCrash,
    );
  });
