/**
 * Breadth first through the worlds of a small model, each kept as what it is: rules of each step, the shortest
 * story to a broken one, and afterwards whether every world has a way to its goals without a fault, and
 * whether answers alone can go round in a circle.
 */
import type { Found, Violation } from './search.ts';
import type { Kind } from './step.ts';

export type SmallEmit<World> = (
  kind: Kind,
  words: string,
  after: World,
  /** What is wrong with the step; null: nothing. */
  wrong: string | null,
) => void;

export type SmallGoal<World> = {
  readonly rule: string;
  readonly from: (world: World) => boolean;
  readonly is: (world: World) => boolean;
};

export type SmallSpace<World> = {
  readonly first: World;
  readonly next: (world: World, emit: SmallEmit<World>) => void;
  readonly goals: readonly SmallGoal<World>[];
};

type Node<World> = {
  readonly world: World;
  readonly parent: number;
  readonly words: string;
  /** Where steps without a fault lead, and those that are answers alone. */
  readonly calm: number[];
  readonly inside: number[];
};

const storyOf = <World>(nodes: readonly Node<World>[], at: number): readonly string[] => {
  const story: string[] = [];
  for (let node = nodes[at]; node !== undefined && node.parent >= 0; node = nodes[node.parent])
    story.unshift(node.words);
  return story;
};

/** Worlds from which one of `good` can be reached by calm steps. */
const reaching = <World>(nodes: readonly Node<World>[], good: readonly number[]): Set<number> => {
  const into = nodes.map((): number[] => []);
  for (const [from, { calm }] of nodes.entries()) for (const to of calm) into[to]?.push(from);
  const found = new Set(good);
  for (const at of found) for (const from of into[at] ?? []) found.add(from);
  return found;
};

/** A world on a circle of answers alone; -1: there is none. */
const circleIn = <World>(nodes: readonly Node<World>[]): number => {
  const incoming = new Uint32Array(nodes.length);
  for (const { inside } of nodes) for (const to of inside) incoming[to]!++;
  const free = nodes.flatMap((_node, at) => (incoming[at] === 0 ? [at] : []));
  for (const at of free)
    for (const to of nodes[at]?.inside ?? []) if (--incoming[to]! === 0) free.push(to);
  return incoming.findIndex((count) => count > 0);
};

const livenessOf = <World>(
  { goals }: SmallSpace<World>,
  nodes: readonly Node<World>[],
): readonly Violation[] => {
  const found: Violation[] = [];
  for (const { rule, from, is } of goals) {
    const reach = reaching(
      nodes,
      nodes.flatMap(({ world }, at) => (is(world) ? [at] : [])),
    );
    const stuck = nodes.findIndex(({ world }, at) => from(world) && !reach.has(at));
    if (stuck >= 0) found.push({ rule, story: storyOf(nodes, stuck) });
  }
  const circle = circleIn(nodes);
  if (circle >= 0)
    found.push({ rule: 'answers alone go round in a circle', story: storyOf(nodes, circle) });
  return found;
};

/** `stopAt`: different broken rules that are told before it stops. */
export const searchSmall = <World>(
  space: SmallSpace<World>,
  options: { readonly stopAt: number; readonly statesMost: number },
): Found => {
  const nodes: Node<World>[] = [];
  const known = new Map<string, number>();
  const violations = new Map<string, Violation>();
  let transitions = 0;
  const add = (world: World, parent: number, words: string): number => {
    const key = JSON.stringify(world);
    const index = known.get(key) ?? nodes.push({ world, parent, words, calm: [], inside: [] }) - 1;
    known.set(key, index);
    return index;
  };
  add(space.first, -1, '');
  let at = 0;
  for (; at < nodes.length && nodes.length < options.statesMost; at++) {
    if (violations.size >= options.stopAt) break;
    const node = nodes[at]!;
    space.next(node.world, (kind, words, after, wrong) => {
      transitions++;
      if (wrong !== null) {
        if (!violations.has(wrong))
          violations.set(wrong, { rule: wrong, story: [...storyOf(nodes, at), words] });
        return;
      }
      const index = add(after, at, words);
      if (kind !== 'fault') node.calm.push(index);
      if (kind === 'inside') node.inside.push(index);
    });
  }
  const complete = at === nodes.length;
  const broken = [...violations.values()];
  const [end] = space.goals;
  return {
    states: nodes.length,
    transitions,
    beyond: 0,
    violations: complete && broken.length === 0 ? livenessOf(space, nodes) : broken,
    ends: end === undefined ? 0 : nodes.filter(({ world }) => end.is(world)).length,
    complete,
  };
};
