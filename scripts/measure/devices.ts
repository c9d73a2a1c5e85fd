/** The figures of devices and drivers: wires, a voter's machine time, what a start loads. */
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';
import type { AreaOptions } from './areas.ts';
import { measureLoads } from './devices-load.ts';
import { measureVoters } from './devices-voter.ts';
import { measureWires } from './devices-wire.ts';
import type { Figure } from './figure.ts';

const VOTERS = 20;

/** All of them: about ten seconds. */
export const measureDevices = async (
  onProgress: AreaOptions['onProgress'],
): Promise<readonly Figure[]> => {
  const parts = [
    ['wires', measureWires],
    ['voters', () => measureVoters(loadOwnDefinition(DEMO_PATH), VOTERS)],
    ['what a start loads', measureLoads],
  ] as const;
  const figures: Figure[] = [];
  for (const [index, [words, measure]] of parts.entries()) {
    onProgress(words, index, parts.length);
    figures.push(...(await measure()));
  }
  return figures;
};
