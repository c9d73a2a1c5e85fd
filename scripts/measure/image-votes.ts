/**
 * What the processes of a unit weigh after votes: a day in the image, held by robots who see pixels alone, and a
 * look inside before the polls close. In software emulation a vote takes about half a minute.
 */
import { FoundError } from '../commands/options.ts';
import { runDayAt } from '../day/real-time.ts';
import { loadOwnDefinition, SMALL_PATH } from '../elections/load.ts';
import { contentOfImage } from '../qemu/image-content.ts';
import { openOnlooker, withOnlooker } from '../qemu/onlooker/onlooker.ts';
import { inVirtualMachine } from '../qemu/virtual-day.ts';
import type { AreaOptions } from './areas.ts';
import { type Figure, figureOf } from './figure.ts';
import { weigh } from './unit-weight.ts';

const SEED = 1;
/** Until the onlooker of a unit that runs answers. */
const LOOK_LIMIT_MS = 60_000;

export const measureVotes = async (
  image: string,
  voters: number,
  onProgress: AreaOptions['onProgress'],
): Promise<readonly Figure[]> => {
  const definition = loadOwnDefinition(SMALL_PATH);
  const content = contentOfImage(image);
  let folder = '';
  /** Not every voter has a print on record. */
  let votes = 0;
  const figures: Figure[] = [];
  const place = inVirtualMachine({
    content: async (at) => {
      folder = at;
      return withOnlooker(await content(at), at);
    },
    onLeave: async () => {
      if (votes === 0 || figures.length > 0) return;
      const onlooker = await openOnlooker(folder, LOOK_LIMIT_MS);
      figures.push(await weigh(onlooker, `after ${votes} votes`));
      onlooker.shell.close();
    },
  });
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
