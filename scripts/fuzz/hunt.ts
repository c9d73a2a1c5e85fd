/**
 * A long run against one target: inputs in portions in a worker process, watched from outside. An
 * input on which the reader has no end, or which takes the process down, is a finding like one on
 * which it throws.
 */
import { type Hand, makeHand } from './hand.ts';
import { minimise } from './minimise.ts';
import { makeInput, makeSeed } from './mutate.ts';
import type { Finding, Outcome, RangeReport } from './run.ts';
import type { FuzzTarget } from './target.ts';

/** Inputs a worker is given at once. */
const PORTION = 500;
/** A reader that works on one input longer than this has no end. Long, because the machine may be busy. */
export const HANG_MS = 5_000;
/** A portion that takes longer than so many times `HANG_MS` is gone through again, input by input. */
const PORTION_HANGS = 4;
/** Inputs that stop the worker are asked for again only so often while they are made small: each costs a process. */
const STOPPED_TRIES = 24;

export const REGISTRY = new URL('./registry.ts', import.meta.url).href;

export type HuntOptions = {
  readonly target: FuzzTarget;
  /** Module that exports the target in `TARGETS`. */
  readonly registry?: string;
  readonly seed: number;
  readonly from: number;
  readonly inputs: number;
  readonly hangMs?: number;
  readonly progress?: (done: number) => void;
};

export type HuntReport = {
  /** Inputs that were run. */
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly seconds: number;
  readonly finding: (Finding & { readonly minimised: Uint8Array }) | null;
};

/** `stopped`: the reader did not come back by itself. */
type Judged = Outcome & { readonly stopped: boolean };

const judgeBy = async (hand: Hand, input: Uint8Array, hangMs: number): Promise<Judged> => {
  const answer = await hand.ask({ kind: 'one', input }, hangMs);
  switch (answer.kind) {
    case 'one':
      return { ...answer.outcome, stopped: false };
    case 'stopped':
      return { kind: 'finding', text: answer.text, stopped: true };
    case 'range':
    case 'ready':
      throw new Error('fuzz: an answer to another order');
  }
};

type Portion = RangeReport & { readonly stopped: boolean };

/** The inputs of a portion that stopped the worker, one by one, until the one that did. */
const oneByOne = async (
  hand: Hand,
  { target, seed }: HuntOptions,
  from: number,
  to: number,
  hangMs: number,
): Promise<Portion> => {
  const seeds = target.seeds().map(makeSeed);
  let accepted = 0;
  let refused = 0;
  for (let index = from; index < to; index++) {
    const input = makeInput(target.name, seeds, seed, index);
    const judged = await judgeBy(hand, input, hangMs);
    if (judged.kind === 'finding')
      return {
        accepted,
        refused,
        finding: { index, input, text: judged.text },
        stopped: judged.stopped,
      };
    if (judged.kind === 'accepted') accepted++;
    else refused++;
  }
  return { accepted, refused, finding: null, stopped: false };
};

const runPortion = async (
  hand: Hand,
  options: HuntOptions,
  from: number,
  to: number,
  hangMs: number,
): Promise<Portion> => {
  const answer = await hand.ask(
    { kind: 'range', seed: options.seed, from, to },
    PORTION_HANGS * hangMs,
  );
  switch (answer.kind) {
    case 'range':
      return { ...answer.report, stopped: false };
    case 'stopped':
      return oneByOne(hand, options, from, to, hangMs);
    case 'one':
    case 'ready':
      throw new Error('fuzz: an answer to another order');
  }
};

/** Runs until all inputs are done or one is a finding. */
export const hunt = async (options: HuntOptions): Promise<HuntReport> => {
  const { target, from, inputs, hangMs = HANG_MS } = options;
  const hand = makeHand(options.registry ?? REGISTRY, target.name);
  const began = performance.now();
  const end = from + inputs;
  let accepted = 0;
  let refused = 0;
  try {
    for (let at = from; at < end; at += PORTION) {
      const to = Math.min(end, at + PORTION);
      const { finding, stopped, ...counts } = await runPortion(hand, options, at, to, hangMs);
      accepted += counts.accepted;
      refused += counts.refused;
      const done = (finding === null ? to : finding.index + 1) - from;
      options.progress?.(done);
      if (finding === null) continue;
      const fails = async (input: Uint8Array): Promise<boolean> =>
        (await judgeBy(hand, input, hangMs)).kind === 'finding';
      const minimised = await minimise(finding.input, fails, stopped ? STOPPED_TRIES : undefined);
      const seconds = (performance.now() - began) / 1000;
      return { inputs: done, accepted, refused, seconds, finding: { ...finding, minimised } };
    }
    const seconds = (performance.now() - began) / 1000;
    return { inputs, accepted, refused, seconds, finding: null };
  } finally {
    await hand.close();
  }
};

/** Judges a single given input, under the same limits. */
export const replay = async (
  target: FuzzTarget,
  input: Uint8Array,
  registry: string = REGISTRY,
  hangMs: number = HANG_MS,
): Promise<Outcome> => {
  const hand = makeHand(registry, target.name);
  try {
    const { stopped: _, ...outcome } = await judgeBy(hand, input, hangMs);
    return outcome;
  } finally {
    await hand.close();
  }
};
