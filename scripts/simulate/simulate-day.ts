/** One simulated day: faults drawn from the seed, people who cope, and whether all agrees in the end. */
import { createHash } from 'node:crypto';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeRandom } from '../day/random.ts';
import { judgeDay } from './accounts.ts';
import { FAULT_KINDS } from './faults/families.ts';
import { makeNature } from './nature.ts';
import { liveDay } from './people/live.ts';
import { drawPlans, type FaultPlan } from './plan.ts';
import { makeSite, type SimulateOptions, type Site } from './site.ts';

/** Faults of a day: so many for each voter, and some more. */
const FAULTS_A_VOTER = 0.9;
const FAULTS_MORE = 4;
/** Tasks of the clock that a day may take: more is a loop without end. */
const TASKS_A_VOTER = 400_000;
const TASKS_MORE = 6_000_000;

export type SimulatedDay = {
  readonly seed: number;
  readonly voters: number;
  /** Over everything that happened and everything that is left, hex. */
  readonly digest: string;
  /** How often each kind of fault took effect. */
  readonly faults: Readonly<Record<string, number>>;
  /** What is wrong; empty when all agrees. */
  readonly violations: readonly string[];
  readonly votes: number;
  readonly virtualMs: number;
  /** The last lines of the story, when something is wrong. */
  readonly tail: readonly string[];
};

export type DayOptions = SimulateOptions & {
  /** Kinds of faults that may come, by the beginning of their names; null: all. */
  readonly only: readonly string[] | null;
};

/** The paper is asked about on every second day. */
const definitionOf = ({ definition, seed }: SimulateOptions): SimulateOptions['definition'] => ({
  ...definition,
  rules: { ...definition.rules, verifyPaper: seed % 2 === 1 },
});

export const plansOf = ({ seed, voters, only }: DayOptions): readonly FaultPlan[] => {
  const random = makeRandom(makeSeededEntropy(seed, 'faults'));
  const kinds =
    only === null
      ? FAULT_KINDS
      : FAULT_KINDS.filter(({ name }) => only.some((each) => name.startsWith(each)));
  if (kinds.length === 0) return [];
  return drawPlans(random, kinds, voters, Math.round(FAULTS_MORE + FAULTS_A_VOTER * voters));
};

const digestOf = (site: Site): string => {
  const hash = createHash('sha256').update(site.story.digest());
  const { devices } = site.board;
  for (const medium of [devices.fixed, devices.removable])
    for (const [path, bytes] of [...medium.files()].sort(([a], [b]) => (a < b ? -1 : 1)))
      hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  for (const cell of [devices.boardCell, devices.moduleCell])
    for (const [slot, bytes] of cell.image()) hash.update(`${slot}\0`).update(bytes);
  for (const paper of [...site.room.box, ...site.room.envelope]) hash.update(renderText(paper));
  return hash.digest('hex');
};

/** Never rejects: a day that hangs or a program that throws is a violation like any other. */
export const simulateDay = async (given: DayOptions): Promise<SimulatedDay> => {
  const options = { ...given, definition: definitionOf(given) };
  const site = makeSite(options);
  const nature = makeNature(site, plansOf(options));
  site.switchOn();
  let votes = 0;
  let violations: readonly string[];
  try {
    const most = TASKS_MORE + TASKS_A_VOTER * options.voters;
    const lived = await site.clock.run(liveDay(site, nature), most);
    const { company } = lived;
    votes = [...company.done].filter(({ again, confirmed }) => !again && confirmed !== null).length;
    violations = [...site.findings, ...(await judgeDay(site, lived))];
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const where = error instanceof Error ? (error.stack?.split('\n')[1]?.trim() ?? '') : '';
    violations = [...site.findings, /hangs at/.test(words) ? words : `${words} (${where})`];
  }
  return {
    seed: options.seed,
    voters: options.voters,
    digest: digestOf(site),
    faults: Object.fromEntries([...site.fired].sort(([a], [b]) => (a < b ? -1 : 1))),
    violations,
    votes,
    virtualMs: site.clock.nowMs(),
    tail: violations.length === 0 ? [] : site.story.tail(),
  };
};
