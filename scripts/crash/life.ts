/**
 * A unit's life on a folder of a real file system, from a start to the count: it gets up, finishes what was
 * under way, holds its books against the room, and takes votes until the precinct has voted.
 */
import { checkAtRest, checkCount } from './check.ts';
import { makePrecinct, VOTERS } from './precinct.ts';
import { makeRealPremises } from './real-premises.ts';
import {
  bringInStep,
  castVote,
  checkPolls,
  finishAfterStart,
  setPolls,
  start,
  type World,
} from './session.ts';
import { NO_TAMPERING, type Tampering } from './tampering.ts';

/** `onRoom`: people and paper as they are before the next durable step, whenever that has changed. Rejects with the rule that was broken. */
export const live = async (
  folder: string,
  seed: number,
  world: World,
  onRoom: (room: string) => void,
  tampering: Tampering = NO_TAMPERING,
): Promise<void> => {
  const precinct = makePrecinct(seed);
  let told = '';
  const tell = (): void => {
    const room = JSON.stringify(world);
    if (room === told) return;
    told = room;
    onRoom(room);
  };
  const premises = makeRealPremises(folder, precinct, tell, tampering);
  const { unit, journal } = await start(premises, precinct, world);
  // Also when a rule is broken: whoever tries many lives would be kept from ending by those that failed.
  try {
    await finishAfterStart(unit, world, journal);
    checkPolls(unit, world);
    await bringInStep(unit);
    checkAtRest(premises, unit, world);
    if (unit.vault.polls() === 'ready') await setPolls(unit, world, 'open');
    for (let voter = 0; voter < VOTERS && unit.vault.polls() === 'open'; voter++) {
      if (world.done.some((each) => each.voter === voter)) continue;
      await castVote(unit, world, {
        voter,
        partials: voter % 2,
        rejections: voter % 3 === 2 ? 1 : 0,
      });
      checkAtRest(premises, unit, world);
    }
  } finally {
    unit.vault.close();
    unit.desk.stop();
  }
  await checkCount(premises, precinct, world);
  tell();
};
