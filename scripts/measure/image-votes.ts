/**
 * What the processes of a unit weigh after votes: a day in the image, held by robots who see pixels alone, and a
 * look inside before the polls close. In software emulation a vote takes some ten seconds.
 */
import { FoundError } from '../commands/options.ts';
import { runDayAt } from '../day/real-time.ts';
import { loadOwnDefinition, SMALL_PATH } from '../elections/load.ts';
import { contentOfImage } from '../qemu/image-content.ts';
import { type Onlooker, openOnlooker, withOnlooker } from '../qemu/onlooker/onlooker.ts';
import { inVirtualMachine } from '../qemu/virtual-day.ts';
import type { AreaOptions } from './areas.ts';
import { type Figure, figureOf } from './figure.ts';
import { START_LIMIT_MS } from './image-start.ts';
import { weigh } from './unit-weight.ts';

const SEED = 1;

export const measureVotes = async (
  image: string,
  voters: number,
  onProgress: AreaOptions['onProgress'],
): Promise<readonly Figure[]> => {
  const definition = loadOwnDefinition(SMALL_PATH);
  const content = contentOfImage(image);
  /** Not every voter has a print on record. */
  let votes = 0;
  let onlooker: Onlooker | null = null;
  const figures: Figure[] = [];
  const virtual = inVirtualMachine({
    content: async (at) => withOnlooker(await content(at), at),
    onLeave: async () => {
      const here = onlooker;
      onlooker = null;
      if (here === null) return;
      // It is switched off before the hour at which the polls close.
      if (votes > 0 && figures.length === 0)
        figures.push(await weigh(here, `after ${votes} votes`));
      here.shell.close();
    },
  });
  const place: typeof virtual = {
    ...virtual,
    makeMachine: async (prepared, folder) => {
      const machine = await virtual.makeMachine(prepared, folder);
      const start = async (): Promise<void> => {
        // He says once that he is there, and nobody keeps it for who comes later.
        const here = openOnlooker(folder, START_LIMIT_MS);
        [onlooker] = await Promise.all([here, machine.start()]);
      };
      return { ...machine, start };
    },
  };
  const { votingMs } = await runDayAt(place, {
    ...{ definition, locale: definition.locale, voters, seed: SEED },
    onProgress: (stage, done, of) => {
      if (stage === 'voting' && done === of) votes = of;
      onProgress(`a day in the image: ${stage}`, done, of);
    },
  });
  if (votes === 0) throw new FoundError('nobody voted: none of these voters has a print on record');
  return [...figures, figureOf('a vote, by robots, in emulation', 's', [votingMs / votes / 1_000])];
};
