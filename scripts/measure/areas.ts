/** The areas of `urna measure`: a line for each, and what it is loaded from only when it is asked for. */
import type { Figure } from './figure.ts';

export type AreaOptions = {
  /** Voters and seeds of a measured day; other areas have their own size. */
  readonly voters: number;
  readonly days: number;
  /** Cast in a unit's image before it is weighed; none: it is weighed after its start alone. */
  readonly votes: number;
  readonly onProgress: (words: string, done: number, of: number) => void;
};

export type Measured = {
  readonly figures: readonly Figure[];
  /** What was found to be wrong beside figures over their limits. */
  readonly findings: readonly string[];
  /** For people, in front of the figures: a table, a model. */
  readonly text?: string;
};

export type Area = (options: AreaOptions) => Promise<Measured>;

export const AREAS = {
  day: async ({ voters, days, onProgress }) => {
    const { measureDay } = await import('./day.ts');
    const words = `a day of ${voters} voters`;
    onProgress(words, 0, days);
    return measureDay(voters, days, (done) => onProgress(words, done, days));
  },
  devices: async ({ onProgress }) => {
    const { measureDevices } = await import('./devices.ts');
    return { figures: await measureDevices(onProgress), findings: [] };
  },
  vault: async ({ onProgress }) => {
    const { measureVault } = await import('./vault.ts');
    return measureVault(onProgress);
  },
  screen: async ({ onProgress }) => {
    const { measureScreen } = await import('./screen.ts');
    return { figures: await measureScreen(onProgress), findings: [] };
  },
  power: async ({ onProgress }) => {
    const { measurePower } = await import('./power.ts');
    return measurePower({ onProgress });
  },
  machine: async (options) => {
    const { measureMachine } = await import('./machine.ts');
    return measureMachine(options);
  },
  image: async ({ votes, onProgress }) => {
    const { measureImage } = await import('./image.ts');
    return { figures: await measureImage(votes, onProgress), findings: [] };
  },
  console: async ({ onProgress }) => {
    const { measureConsole } = await import('./console.ts');
    const { loadOwnDefinition, DEMO_PATH } = await import('../elections/load.ts');
    return {
      figures: await measureConsole(loadOwnDefinition(DEMO_PATH), onProgress),
      findings: [],
    };
  },
  nation: async (options) => {
    const { measureNation } = await import('./nation.ts');
    return measureNation(options);
  },
} as const satisfies Record<string, Area>;

export type AreaName = keyof typeof AREAS;

export const AREA_NAMES = Object.keys(AREAS) as readonly AreaName[];
