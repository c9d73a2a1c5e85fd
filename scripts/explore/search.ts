/**
 * Breadth first through every world that can be reached: each is kept whole in a few dozen bytes, so
 * that two worlds are never taken for one, and the first way found to a broken rule is a shortest one.
 * Afterwards, over the steps that need no fault: the way to a good end, and circles of answers alone.
 */
import type { Emit, Kind } from './step.ts';
import { pack, unpack, WORLD_BYTES, type World } from './world.ts';

export type Space = {
  readonly first: World;
  readonly next: (world: World, emit: Emit) => void;
  /** What is wrong with the world that was just told; null: nothing. */
  readonly wrong: (world: World) => string | null;
  /** The world just told is beyond what is explored. */
  readonly beyond: () => boolean;
  /** Each has to be within reach, without a fault, of every world that it is `from`. */
  readonly goals: readonly Goal[];
};

export type Goal = {
  readonly rule: string;
  readonly from: (world: World) => boolean;
  readonly is: (world: World) => boolean;
};

export type Violation = {
  readonly rule: string;
  /** What happened, in order. */
  readonly story: readonly string[];
};

export type Found = {
  readonly states: number;
  readonly transitions: number;
  readonly beyond: number;
  readonly violations: readonly Violation[];
  /** Worlds that are a good end. */
  readonly ends: number;
  /** The bound on states was reached: the figures are of a part. */
  readonly complete: boolean;
};

export type SearchOptions = {
  /** Different broken rules that are told before it stops. */
  readonly stopAt: number;
  readonly statesMost: number;
  /** Ways to the end and circles too, once all is visited. */
  readonly liveness: boolean;
  readonly onProgress?: (states: number, waiting: number, transitions: number) => void;
};

const CHUNK = 1 << 16;
const PROGRESS_EVERY = 1 << 17;
const KINDS: readonly Kind[] = ['inside', 'time', 'people', 'fault'];

/** Numbers in order of arrival, in chunks that are never moved. */
const makeList = () => {
  const chunks: Uint32Array[] = [];
  let length = 0;
  return {
    push: (value: number): void => {
      if ((length & (CHUNK - 1)) === 0) chunks.push(new Uint32Array(CHUNK));
      chunks[length >>> 16]![length & (CHUNK - 1)] = value;
      length++;
    },
    at: (index: number): number => chunks[index >>> 16]![index & (CHUNK - 1)]!,
    length: (): number => length,
  };
};

/** The worlds found so far: exact, by open addressing over their packed bytes. */
const makeStore = () => {
  const chunks: Uint8Array[] = [];
  const scratch = new Uint8Array(WORLD_BYTES);
  let table = new Int32Array(1 << 16).fill(-1);
  let count = 0;

  const hashOf = (bytes: Uint8Array, from: number): number => {
    let hash = 0x811c9dc5;
    for (let at = from; at < from + WORLD_BYTES; at++)
      hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash ^= hash >>> 15;
    return Math.imul(hash, 0x2c1b3c6d) >>> 0;
  };
  const isAt = (index: number): boolean => {
    const chunk = chunks[index >>> 16]!;
    const from = (index & (CHUNK - 1)) * WORLD_BYTES;
    for (let at = 0; at < WORLD_BYTES; at++) if (chunk[from + at] !== scratch[at]) return false;
    return true;
  };
  const grow = (): void => {
    const bigger = new Int32Array(table.length * 2).fill(-1);
    const mask = bigger.length - 1;
    for (let index = 0; index < count; index++) {
      let slot = hashOf(chunks[index >>> 16]!, (index & (CHUNK - 1)) * WORLD_BYTES) & mask;
      while (bigger[slot] !== -1) slot = (slot + 1) & mask;
      bigger[slot] = index;
    }
    table = bigger;
  };
  return {
    /** Its number; a new world's is `count()` before the call. */
    add: (world: World): number => {
      pack(world, scratch);
      const mask = table.length - 1;
      let slot = hashOf(scratch, 0) & mask;
      for (; table[slot] !== -1; slot = (slot + 1) & mask)
        if (isAt(table[slot]!)) return table[slot]!;
      if ((count & (CHUNK - 1)) === 0) chunks.push(new Uint8Array(CHUNK * WORLD_BYTES));
      chunks[count >>> 16]!.set(scratch, (count & (CHUNK - 1)) * WORLD_BYTES);
      table[slot] = count++;
      if (count * 2 > table.length) grow();
      return count - 1;
    },
    get: (index: number): World =>
      unpack(chunks[index >>> 16]!, (index & (CHUNK - 1)) * WORLD_BYTES),
    count: () => count,
  };
};

type Store = ReturnType<typeof makeStore>;
type List = ReturnType<typeof makeList>;

/** The steps that led to a world, in words: found again along the way it was first reached. */
const storyOf = (
  space: Space,
  store: Store,
  parents: List,
  from: number,
  last: string | null,
): readonly string[] => {
  const path: number[] = [];
  for (let at = from; at !== 0; at = parents.at(at)) path.push(at);
  path.push(0);
  path.reverse();
  const story: string[] = [];
  const bytes = new Uint8Array(WORLD_BYTES);
  for (let step = 1; step < path.length; step++) {
    const target = new Uint8Array(WORLD_BYTES);
    pack(store.get(path[step]!), target);
    let words: string | null = null;
    space.next(store.get(path[step - 1]!), (_kind, said, after) => {
      if (words !== null) return;
      pack(after, bytes);
      if (bytes.every((byte, at) => byte === target[at])) words = said;
    });
    story.push(words ?? '?');
  }
  return last === null ? story : [...story, last];
};

/** Steps without faults, from each world in turn: how many, and where to. */
type Graph = { readonly starts: List; readonly targets: List; readonly insides: List };

/** For each world: can a good end be reached without a fault? */
const reachesEnd = ({ starts, targets }: Graph, states: number, good: List): Uint8Array => {
  const edges = targets.length();
  const into = new Uint32Array(states + 1);
  for (let edge = 0; edge < edges; edge++) into[targets.at(edge) + 1]!++;
  for (let state = 0; state < states; state++) into[state + 1]! += into[state]!;
  const sources = new Uint32Array(edges);
  const fill = into.slice(0, states);
  for (let state = 0; state < states; state++) {
    const end = state + 1 < states ? starts.at(state + 1) : edges;
    for (let edge = starts.at(state); edge < end; edge++)
      sources[fill[targets.at(edge)]!++] = state;
  }
  const reaches = new Uint8Array(states);
  const queue = new Uint32Array(states);
  let tail = 0;
  for (let at = 0; at < good.length(); at++) {
    reaches[good.at(at)] = 1;
    queue[tail++] = good.at(at);
  }
  for (let head = 0; head < tail; head++)
    for (let edge = into[queue[head]!]!; edge < into[queue[head]! + 1]!; edge++) {
      const source = sources[edge]!;
      if (reaches[source] === 1) continue;
      reaches[source] = 1;
      queue[tail++] = source;
    }
  return reaches;
};

/** A world on a circle of answers and messages alone; null: there is none. */
const circleIn = ({ starts, targets, insides }: Graph, states: number): number | null => {
  const incoming = new Uint32Array(states);
  const edges = targets.length();
  const eachInside = (state: number, take: (target: number) => void): void => {
    const from = starts.at(state);
    for (let edge = from; edge < from + insides.at(state) && edge < edges; edge++)
      take(targets.at(edge));
  };
  for (let state = 0; state < states; state++)
    eachInside(state, (target) => {
      incoming[target]!++;
    });
  const queue = new Uint32Array(states);
  let tail = 0;
  for (let state = 0; state < states; state++) if (incoming[state] === 0) queue[tail++] = state;
  for (let head = 0; head < tail; head++)
    eachInside(queue[head]!, (target) => {
      incoming[target]!--;
      if (incoming[target] === 0) queue[tail++] = target;
    });
  if (tail === states) return null;
  return incoming.findIndex((count) => count > 0);
};

export const search = (space: Space, options: SearchOptions): Found => {
  const store = makeStore();
  const parents = makeList();
  const graph: Graph = { starts: makeList(), targets: makeList(), insides: makeList() };
  const good = space.goals.map(makeList);
  const violations: Violation[] = [];
  const rules = new Set<string>();
  let transitions = 0;
  let beyond = 0;
  store.add(space.first);
  parents.push(0);
  let at = 0;
  const perKind: number[][] = KINDS.map(() => []);

  const emit: Emit = (kind, words, after) => {
    transitions++;
    if (space.beyond()) {
      beyond++;
      return;
    }
    const rule = space.wrong(after);
    if (rule !== null) {
      if (rules.has(rule)) return;
      rules.add(rule);
      violations.push({ rule, story: storyOf(space, store, parents, at, words) });
      return;
    }
    const before = store.count();
    const index = store.add(after);
    if (index === before) parents.push(at);
    perKind[KINDS.indexOf(kind)]!.push(index);
  };

  for (; at < store.count() && store.count() < options.statesMost; at++) {
    if (violations.length >= options.stopAt) break;
    const world = store.get(at);
    for (const [index, goal] of space.goals.entries()) if (goal.is(world)) good[index]!.push(at);
    for (const list of perKind) list.length = 0;
    space.next(world, emit);
    if (options.liveness) {
      graph.starts.push(graph.targets.length());
      graph.insides.push(perKind[0]!.length);
      for (const list of perKind.slice(0, 3)) for (const target of list) graph.targets.push(target);
    }
    if (at % PROGRESS_EVERY === 0)
      options.onProgress?.(store.count(), store.count() - at, transitions);
  }
  const states = store.count();
  const complete = at === states;
  if (complete && options.liveness && violations.length === 0) {
    const story = (from: number) => storyOf(space, store, parents, from, null);
    for (const [index, goal] of space.goals.entries()) {
      const reaches = reachesEnd(graph, states, good[index]!);
      const stuck = reaches.findIndex((yes, state) => yes === 0 && goal.from(store.get(state)));
      if (stuck >= 0) violations.push({ rule: goal.rule, story: story(stuck) });
    }
    const circle = circleIn(graph, states);
    if (circle !== null)
      violations.push({ rule: 'answers alone go round in a circle', story: story(circle) });
  }
  return { states, transitions, beyond, violations, ends: good[0]?.length() ?? 0, complete };
};
