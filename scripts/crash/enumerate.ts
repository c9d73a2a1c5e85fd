/**
 * The crash enumeration: a session of votes is run once and noted step by step; for every step, every
 * state in which storage may be left (power cut, death of the processes alone, either medium gone for
 * good as well) is tried: the unit starts on it, finishes by the recovery table, takes the next vote
 * and counts. Equal states are tried once. To the second depth every step of those recoveries is
 * itself cut.
 */
import { createHash } from 'node:crypto';
import {
  type Bench,
  crashStates,
  digestOf,
  type Instant,
  makeBench,
  onSpareBoard,
  type Step,
  type StorageState,
} from './bench.ts';
import { checkAtRest, checkCount } from './check.ts';
import { makePrecinct, type Precinct } from './precinct.ts';
import {
  bringInStep,
  castVote,
  checkPolls,
  copyWorld,
  finishAfterStart,
  holdCeremony,
  makeWorld,
  must,
  type Started,
  setPolls,
  start,
  Violation,
  type VisitPlan,
  type World,
} from './session.ts';
import { NO_TAMPERING, type Tampering } from './tampering.ts';

/** Who comes: a plain vote, one with a partial print, one whose paper is rejected once. */
export const SESSION: readonly VisitPlan[] = [
  { voter: 0, partials: 0, rejections: 0 },
  { voter: 1, partials: 1, rejections: 0 },
  { voter: 2, partials: 0, rejections: 1 },
];
/** Who votes after every recovery. */
const NEXT: VisitPlan = { voter: 4, partials: 0, rejections: 0 };

export type Finding = {
  readonly rule: string;
  readonly detail: string;
  /** How to get there, in order. */
  readonly path: readonly string[];
};

export type Options = {
  readonly depth: 1 | 2;
  /** Of the instants of the second depth one in so many is cut. */
  readonly stride?: number;
  /** Bytes at which a sector may be torn; none: sectors are whole. */
  readonly tears?: readonly number[];
  readonly session?: readonly VisitPlan[];
  /** Weakens the session; recovery and checks are as they ship. */
  readonly tampering?: Tampering;
  /** The tampering damages what is written: a medium may be out of step, and is brought back in. */
  readonly damaging?: boolean;
  readonly stopAtFirst?: boolean;
  readonly seed?: number;
  /** Only every so manieth instant of the session, for several processes side by side. */
  readonly part?: { readonly index: number; readonly of: number };
  readonly onProgress?: (states: number, instants: number, of: number) => void;
};

export type Outcome = {
  /** Different states tried. */
  readonly states: number;
  /** Instants at which the session, or a recovery, was cut. */
  readonly instants: number;
  readonly findings: readonly Finding[];
};

/** Storage and people at an instant of a run, and how it is told. */
type Node = {
  readonly instant: Instant;
  readonly world: World;
  /** The vault took both media to be in step: only then may one more be lost. */
  readonly bothInStep: boolean;
  /** A medium was lost or damaged on the way here: it may be out of step until officers bring it back in. */
  readonly loss: boolean;
  readonly path: readonly string[];
};

const labelOf = (step: Step): string =>
  'medium' in step
    ? `${step.kind} ${step.path} on ${step.medium}`
    : `${step.kind} slot ${step.slot} of the ${step.cell} cell`;

/** What a process does when its promises never come back: nothing. Everything here is immediate, so that is a bug. */
const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      setImmediate(() => reject(new Violation('nothing hangs', 'a call never came back')));
    }),
  ]);

const findingOf = (thrown: unknown, path: readonly string[]): Finding =>
  thrown instanceof Violation
    ? { rule: thrown.rule, detail: thrown.message, path }
    : {
        rule: 'no bug shows',
        detail: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
        path,
      };

/** Runs `work`, and notes every durable step of it. `work` tells of the unit it started. */
const noted = async (
  bench: Bench,
  world: World,
  before: Pick<Node, 'path' | 'loss'>,
  work: (tell: (started: Started) => Started) => Promise<void>,
): Promise<readonly Node[]> => {
  const nodes: Node[] = [];
  let running: Started | null = null;
  bench.watch((step, instant) =>
    nodes.push({
      instant: instant(),
      world: copyWorld(world),
      bothInStep: running?.unit.vault.inStep().length === 2,
      loss: before.loss,
      path: [...before.path, `${nodes.length + 1}: ${labelOf(step)}`],
    }),
  );
  try {
    await inTime(
      work((started) => {
        running = started;
        return started;
      }),
    );
  } finally {
    bench.watch(() => undefined);
  }
  return nodes;
};

type State = Pick<Node, 'world' | 'loss' | 'path'> & { readonly storage: StorageState };

/** What may be left at an instant, with whoever is in the room then. */
const statesAfter = (node: Node, tears: readonly number[], mayLose: boolean): readonly State[] => {
  const { instant, world, path, bothInStep } = node;
  const cut = crashStates(instant, tears);
  const states =
    (how: string, loss = node.loss) =>
    (storage: StorageState, at: number): State => ({
      storage,
      world,
      loss,
      path: [...path, `${how} (${at + 1})`],
    });
  return [
    ...cut.map(states('power cut')),
    ...[instant.storage].map(states('the processes die')),
    ...(mayLose && bothInStep
      ? [
          ...(['fixed', 'removable'] as const).flatMap((gone) =>
            cut
              .map((storage) => ({ ...storage, gone }))
              .map(states(`power cut, ${gone} is gone`, true)),
          ),
          ...cut.map(onSpareBoard).map(states('power cut, the board is dead', true)),
        ]
      : []),
  ];
};

const keyOf = ({ storage, world }: State): string =>
  createHash('sha1').update(digestOf(storage)).update(JSON.stringify(world)).digest('hex');

/** Starts on a state, finishes, votes, counts; the steps of start and finish are noted. */
const live = async (bench: Bench, precinct: Precinct, state: State): Promise<readonly Node[]> => {
  const { storage } = state;
  const world = copyWorld(state.world);
  bench.restore(storage);
  const nodes = await noted(bench, world, state, async (tell) => {
    const { unit, journal } = tell(await start(bench, precinct, world));
    await finishAfterStart(unit, world, journal);
    checkPolls(unit, world);
    bench.replaceGone();
    if (state.loss) await bringInStep(unit);
    checkAtRest(bench, unit, world);
    unit.vault.close();
    unit.desk.stop();
  });
  await inTime(
    (async () => {
      const { unit } = await start(bench, precinct, world);
      must(await unit.vault.clean(), 'clean');
      if (unit.vault.polls() === 'ready') await setPolls(unit, world, 'open');
      if (unit.vault.polls() === 'open') await castVote(unit, world, NEXT);
      checkAtRest(bench, unit, world);
      unit.vault.close();
      unit.desk.stop();
      await checkCount(bench, precinct, world);
    })(),
  );
  return nodes;
};

/** Lets other work of this process run between two states. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const FINDINGS_MOST = 20;

export const enumerateCrashes = async (options: Options): Promise<Outcome> => {
  const { depth, stride = 1, tears = [], session = SESSION } = options;
  const { stopAtFirst = false, damaging = false, part = { index: 0, of: 1 } } = options;
  const tampering = options.tampering ?? NO_TAMPERING;
  const precinct = makePrecinct(options.seed ?? 1);
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const bench = makeBench(precinct);
  let instants = 0;

  const sessionBench = makeBench(precinct, tampering);
  const world = makeWorld();
  let first: readonly Node[] = [];
  try {
    // Until the ceremony is done one medium may have more of it than the other.
    const ceremony = await noted(sessionBench, world, { path: ['ceremony'], loss: true }, () =>
      holdCeremony(sessionBench, precinct, world),
    );
    const votes = await noted(sessionBench, world, { path: [], loss: damaging }, async (tell) => {
      const { unit } = tell(await start(sessionBench, precinct, world));
      await setPolls(unit, world, 'open');
      for (const visit of session) {
        await castVote(unit, world, visit);
        if (!damaging) checkAtRest(sessionBench, unit, world);
      }
      await bringInStep(unit);
      await setPolls(unit, world, 'closed');
    });
    first = [...ceremony, ...votes].filter((_, at) => at % part.of === part.index);
  } catch (thrown) {
    return { states: 0, instants: 0, findings: [findingOf(thrown, ['the session itself'])] };
  }

  const enough = (): boolean =>
    findings.length >= FINDINGS_MOST || (stopAtFirst && findings.length > 0);
  /** Tries all that an instant may leave; returns the steps of the recoveries. */
  const tryAll = async (node: Node, level: 1 | 2): Promise<readonly Node[]> => {
    const deeper: Node[] = [];
    instants++;
    for (const state of statesAfter(node, tears, level === 1)) {
      if (enough()) break;
      const key = keyOf(state);
      if (seen.has(key)) continue;
      seen.add(key);
      try {
        const nodes = await live(bench, precinct, state);
        if (level < depth) deeper.push(...nodes);
      } catch (thrown) {
        findings.push(findingOf(thrown, state.path));
      }
      bench.endProcesses();
      await breathe();
    }
    return deeper;
  };
  let counter = 0;
  for (const [at, node] of first.entries()) {
    if (enough()) break;
    const deeper = await tryAll(node, 1);
    for (const each of deeper) {
      if (enough()) break;
      if (counter++ % stride === 0) await tryAll(each, 2);
    }
    options.onProgress?.(seen.size, at + 1, first.length);
  }
  return { states: seen.size, instants, findings };
};
