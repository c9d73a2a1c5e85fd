/** What the processes of a unit in a virtual machine weigh. */
import { ONLOOKER, type Onlooker } from '../qemu/onlooker/onlooker.ts';
import { type Figure, figureOf, holdTo } from './figure.ts';

/** All that the unit has. */
const MEMORY_LIMIT_MB = 512;
const LOOKS = 3;
/** A unit that has just done something settles first. */
const SETTLE_MS = 5_000;

/** The sum of PSS of all that runs but the onlooker; `when` ends its name. */
export const weigh = async ({ look }: Onlooker, when: string): Promise<Figure> => {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const sums: number[] = [];
  let count = 0;
  for (let at = 0; at < LOOKS; at++) {
    const own = (await look()).processes.filter(({ name }) => name !== ONLOOKER);
    count = own.length;
    sums.push((own.reduce((sum, { pssKb }) => sum + pssKb, 0) * 1024) / 1e6);
  }
  const name = `memory of ${count} processes ${when}, sum of PSS`;
  return holdTo(figureOf(name, 'MB', sums), MEMORY_LIMIT_MB);
};
