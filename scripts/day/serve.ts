/** One voter's visit, seen from the room: the table, the booth, the box. */
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { wait } from '#hal/clock.ts';
import type { Confirmed } from './accounts.ts';
import { makeHands } from './hands.ts';
import type { AdmissionOutcome } from './operator.ts';
import type { Provision } from './provision.ts';
import type { VoterPlan } from './scenario.ts';
import { visitBooth } from './voter.ts';
import type { World } from './world.ts';

/** A number that nobody in the pollbook has, one digit off. */
const mistyped = (given: Provision, nationalId: string): string => {
  const known = new Set(given.pollbook.voters.map((voter) => voter.nationalId));
  for (let digit = 0; digit < 10; digit++) {
    const other = `${nationalId.slice(0, -1)}${digit}`;
    if (!known.has(other)) return other;
  }
  return 'V-99999';
};

/** At the table; a refusal is noted for the accounts. */
const comeToTable = async (
  world: World,
  plan: VoterPlan,
  nationalId: string,
): Promise<AdmissionOutcome> => {
  const outcome = await world.operator.admit(plan, nationalId);
  if (outcome.kind === 'refused') world.refused.push({ nationalId, reason: outcome.reason });
  return outcome;
};

/** One voter, from the table to the box; null: turned away for good. */
export const serve = async (world: World, plan: VoterPlan): Promise<Confirmed | null> => {
  const { options, clock, board, given, random, room, officers, operator } = world;
  const { voter } = plan;
  await wait(clock, plan.walkMs);
  world.trace(`voter ${voter.nationalId}: ${plan.behaviour}, finger ${plan.finger}`);
  if (plan.mistyped) {
    const wrong = await comeToTable(world, plan, mistyped(given, voter.nationalId));
    if (wrong.kind !== 'refused') throw new Error('an unknown national ID was admitted');
  }
  const admission = await comeToTable(world, plan, voter.nationalId);
  if (admission.kind === 'refused') return null;
  const ballot = resolveBallot(options.definition, voter.ballotStyleId);
  const hands = makeHands(board.devices.glass, clock, () => plan.paceMs * random.between(0.5, 1.5));
  const tools = { clock, hands, random, mouth: room.mouth };
  const stopWatching = plan.paperJams ? room.jamNextPaper() : () => {};
  const marks = await visitBooth(tools, plan, ballot, options.locale);
  if (plan.behaviour === 'leaves') await officers.releaseLeftVoter();
  stopWatching();
  await operator.awaitEnd();
  room.mindPaperRoll();
  if (plan.triesTwice) {
    const again = await comeToTable(world, plan, voter.nationalId);
    if (again.kind !== 'refused') throw new Error('a voter was admitted twice');
  }
  return { styleId: ballot.styleId, marks };
};
