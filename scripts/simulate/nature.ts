/**
 * Brings the faults of a plan about: arms those of each part of the day, lets them begin as soon as
 * they may, counts those that took effect, and ends each in its time.
 */
import { FAULT_KINDS } from './faults/families.ts';
import type { Begun, FaultKind, FaultPlan, Part } from './plan.ts';
import { inStep, type Site } from './site.ts';

/** A fault that may not begin yet is tried again after so long, so often. */
const AGAIN_MS = 4_000;
const TRIES_MOST = 60;
/** How often a fault is looked at that may have taken effect. */
const LOOK_MS = 1_000;
/** One that never takes effect is given up after this. */
const GIVE_UP_MS = 20 * 60_000;

export type Nature = {
  /** A part of the day begins. */
  readonly begin: (part: Part, voter?: number) => void;
  /** Some fault is there, or due. */
  readonly busy: () => boolean;
  /** Nothing more goes wrong. */
  readonly rest: () => void;
};

const kindOf = (name: string): FaultKind => {
  const kind = FAULT_KINDS.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`no fault ${name}`);
  return kind;
};

export const makeNature = (site: Site, plans: readonly FaultPlan[]): Nature => {
  const { clock, story } = site;
  /** Ends of what has begun, by device. */
  const active = new Map<string, () => void>();
  let due = 0;
  let resting = false;
  /** The store that may hold damage nobody has seen yet. */
  let doubtful: 'fixed' | 'removable' | null = null;

  const mayBegin = (kind: FaultKind): boolean => {
    if (active.has(kind.device)) return false;
    if (site.unit() === null) return false;
    if (kind.store === undefined) return true;
    if (active.has('store') || (doubtful !== null && doubtful !== kind.store)) return false;
    return inStep(site);
  };

  const run = (kind: FaultKind, plan: FaultPlan): void => {
    const keys = kind.store === undefined ? [kind.device] : [kind.device, 'store'];
    const beganMs = clock.nowMs();
    let bitten = false;
    let over = false;
    let begun: Begun | null = null;
    const end = (): void => {
      if (over) return;
      over = true;
      if (begun?.hasBitten?.() === true) bite();
      for (const key of keys) active.delete(key);
      begun?.end();
      story.tell(`fault ends: ${kind.name}${bitten ? '' : ' (never took effect)'}`);
    };
    const bite = (): void => {
      if (bitten) return;
      bitten = true;
      site.count(kind.name);
      story.tell(`fault takes effect: ${kind.name}`);
      if (!over) clock.after(plan.lastsMs, end);
    };
    const look = (): void => {
      if (over || bitten) return;
      if (begun?.hasBitten?.() === true) bite();
      else if (clock.nowMs() - beganMs > GIVE_UP_MS) end();
      else clock.after(LOOK_MS, look);
    };
    if (kind.unseen === true && kind.store !== undefined) doubtful = kind.store;
    for (const key of keys) active.set(key, end);
    story.tell(`fault begins: ${kind.name}`);
    begun = kind.begin(site, plan, bite);
    look();
  };

  const attempt = (plan: FaultPlan, left: number): void => {
    if (resting || left === 0) {
      due--;
      return;
    }
    const kind = kindOf(plan.kind);
    if (!mayBegin(kind)) {
      clock.after(AGAIN_MS, () => attempt(plan, left - 1));
      return;
    }
    due--;
    run(kind, plan);
  };

  return {
    begin: (part, voter = 0) => {
      for (const plan of plans.filter((each) => each.part === part && each.voter === voter)) {
        due++;
        clock.after(plan.afterMs, () => attempt(plan, TRIES_MOST));
      }
    },
    busy: () => active.size > 0 || due > 0,
    rest: () => {
      resting = true;
      for (const end of [...new Set(active.values())]) end();
    },
  };
};
