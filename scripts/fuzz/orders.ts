/** What passes between the hunt and its worker process. */
import type { Outcome, RangeReport } from './run.ts';

export type WorkerOrder =
  | { readonly kind: 'range'; readonly seed: number; readonly from: number; readonly to: number }
  | { readonly kind: 'one'; readonly input: Uint8Array };

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'range'; readonly report: RangeReport }
  | { readonly kind: 'one'; readonly outcome: Outcome };
