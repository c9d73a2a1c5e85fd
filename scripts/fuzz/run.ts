/** Runs a target on inputs, in this process: what a fuzzing worker does, and the short run of the suite. */
import { makeInput, makeSeed } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

/** What one input led to. */
export type Outcome =
  | { readonly kind: 'accepted' | 'refused' }
  | { readonly kind: 'finding'; readonly text: string };

const thrownText = (thrown: unknown): string =>
  thrown instanceof Error ? `threw ${thrown.name}: ${thrown.message}` : `threw ${String(thrown)}`;

/** Never throws. */
export const judge = async (target: FuzzTarget, input: Uint8Array): Promise<Outcome> => {
  try {
    const verdict = await target.run(input);
    return typeof verdict === 'string'
      ? { kind: verdict }
      : { kind: 'finding', text: verdict.finding };
  } catch (thrown) {
    return { kind: 'finding', text: thrownText(thrown) };
  }
};

export type Finding = { readonly index: number; readonly input: Uint8Array; readonly text: string };

export type RangeReport = {
  readonly accepted: number;
  readonly refused: number;
  readonly finding: Finding | null;
};

/** Inputs `from` to `to` - 1; ends at the first finding. */
export const runRange = async (
  target: FuzzTarget,
  seed: number,
  from: number,
  to: number,
): Promise<RangeReport> => {
  const seeds = target.seeds().map(makeSeed);
  let accepted = 0;
  let refused = 0;
  for (let index = from; index < to; index++) {
    const input = makeInput(target.name, seeds, seed, index);
    const outcome = await judge(target, input);
    switch (outcome.kind) {
      case 'accepted':
        accepted++;
        break;
      case 'refused':
        refused++;
        break;
      case 'finding':
        return { accepted, refused, finding: { index, input, text: outcome.text } };
    }
  }
  return { accepted, refused, finding: null };
};
