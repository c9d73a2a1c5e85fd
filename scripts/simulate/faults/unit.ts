/** What happens to the whole unit: the power goes at any instant, the board dies. */
import type { FaultKind } from '../plan.ts';
import type { Site } from '../site.ts';

/** Durable operations of one visit, log included, are somewhat more than this. */
const OPERATIONS_MOST = 150;
/** Those of getting up again. */
const START_OPERATIONS_MOST = 60;

/** Does something right after the `nth` durable operation from now on: unsynced ones are torn or lost. */
const atOperation = (site: Site, nth: number, act: () => void): (() => void) => {
  let seen = 0;
  const look = (): void => {
    if (++seen === nth) act();
  };
  site.onOperation = look;
  return () => {
    if (site.onOperation === look) site.onOperation = null;
  };
};

/** Those of a ceremony, from its first key to the zero report, are about so many. */
const CEREMONY_OPERATIONS_MOST = 60;

const nthOf = (draw: number, most: number): number => 1 + Math.floor(draw * most);

export const UNIT_FAULTS: readonly FaultKind[] = [
  {
    name: 'unit.powerCutInWriting',
    device: 'unit',
    parts: ['opening', 'voter', 'closing'],
    weight: 10,
    lastsMs: [0, 0],
    begin: (site, plan, bite) => ({
      end: atOperation(site, nthOf(plan.draw, OPERATIONS_MOST), () => {
        site.cut('after a durable operation');
        bite();
      }),
    }),
  },
  {
    /** Tokens may be written, and the media not; officers hold the ceremony again. */
    name: 'unit.powerCutInCeremony',
    device: 'unit',
    parts: ['ceremony'],
    weight: 6,
    lastsMs: [0, 0],
    begin: (site, plan, bite) => ({
      end: atOperation(site, nthOf(plan.draw, CEREMONY_OPERATIONS_MOST), () => {
        site.cut('in the ceremony');
        bite();
      }),
    }),
  },
  {
    name: 'unit.powerCut',
    device: 'unit',
    parts: ['ceremony', 'opening', 'voter', 'closing'],
    weight: 5,
    lastsMs: [0, 0],
    begin: (site, _plan, bite) => {
      site.cut('at some instant');
      bite();
      return { end: () => undefined };
    },
  },
  {
    /** Once, and again while it gets up. */
    name: 'unit.powerCutTwice',
    device: 'unit',
    parts: ['voter', 'closing'],
    weight: 4,
    lastsMs: [0, 0],
    begin: (site, plan, bite) => {
      let over = false;
      let disarm = (): void => undefined;
      const again = (): void => {
        if (over) return;
        if (site.supply() === 'off') {
          site.clock.after(100, again);
          return;
        }
        disarm = atOperation(site, nthOf(plan.draw, START_OPERATIONS_MOST), () => {
          site.cut('while it was getting up');
          bite();
        });
      };
      site.cut('for the first time');
      again();
      return {
        end: () => {
          over = true;
          disarm();
        },
      };
    },
  },
  {
    /** At any durable operation; both stores are in step until then. */
    name: 'unit.boardDeath',
    device: 'unit',
    parts: ['voter', 'closing'],
    weight: 2,
    lastsMs: [0, 0],
    store: 'fixed',
    begin: (site, plan, bite) => ({
      end: atOperation(site, nthOf(plan.draw, OPERATIONS_MOST), () => {
        site.moveToSpare();
        bite();
      }),
    }),
  },
];
