/**
 * A whole election day in a virtual unit: the bench's robots, who see pixels alone and have a finger, tokens
 * and a keypad, on a machine into which nobody can look. What is left of it outside is the papers, the memory
 * module and a picture of the screen.
 */
import { FoundError } from '../commands/options.ts';
import { marksOnModule } from '../day/post-mortem.ts';
import type { DayPlace } from '../day/real-time.ts';
import { makeVirtualUnit, type VirtualContent, type VirtualUnit } from './virtual-unit.ts';

export type VirtualPlaceOptions = {
  readonly content: (folder: string) => Promise<VirtualContent>;
  readonly onNote?: (note: string) => void;
  /** The machine as it was put up, switched off. */
  readonly onMade?: (unit: VirtualUnit) => void;
  /** The machine as it is left: for a last look at it, also when the day was not finished. */
  readonly onLeave?: (unit: VirtualUnit) => Promise<void>;
};

export const inVirtualMachine = (options: VirtualPlaceOptions): DayPlace<VirtualUnit> => ({
  makeMachine: async (prepared, folder) => {
    const unit = await makeVirtualUnit(prepared, { ...options, folder });
    options.onMade?.(unit);
    const leave = (): Promise<void> => options.onLeave?.(unit) ?? Promise.resolve();
    return {
      ...unit,
      start: async () => {
        await unit.start();
        const why = unit.failure();
        if (why !== null) throw new FoundError(`the unit does not start: ${why}`);
      },
      shutDown: async () => {
        await leave();
        await unit.shutDown();
      },
      close: async () => {
        await leave();
        await unit.close();
      },
    };
  },
  lookInside: async (unit, { given }) => {
    const removable = await unit.moduleFiles();
    return {
      // The unit's own disk is sealed to its TPM.
      media: { fixed: new Map(), removable },
      marked: await marksOnModule(removable, given, unit.calendarMs()),
      occupiedSlots: null,
    };
  },
});
