/** One question to a TPM: asked again as long as it asks for patience. */
import { type Clock, wait } from '#hal/clock.ts';
import { err, type Result } from '#hal/result.ts';
import { decodeResponse, nameOfCode, PASSING_CODES, type Response } from './codec.ts';
import type { TpmTransport } from './transport.ts';

/** A TPM that asks for patience is asked again after this. */
const RETRY_MS = 20;

export type TpmSilence = {
  /** `carry`: the command or its answer did not get through; `answer`: what came is no answer. */
  readonly kind: 'carry' | 'answer' | 'patience';
  readonly detail: string;
};

/** Its answer, whatever its code is but one that will pass; `limitMs` of patience. */
export const askTpm = async (
  { transport, clock }: { readonly transport: TpmTransport; readonly clock: Clock },
  command: Uint8Array,
  limitMs: number,
): Promise<Result<Response, TpmSilence>> => {
  for (let tries = 0; tries < limitMs / RETRY_MS; tries++) {
    let bytes: Uint8Array;
    try {
      bytes = await transport.exchange(command);
    } catch (error) {
      return err({ kind: 'carry', detail: error instanceof Error ? error.message : String(error) });
    }
    const response = decodeResponse(bytes);
    if (!response.ok) return err({ kind: 'answer', detail: response.error });
    const name = nameOfCode(response.value.code);
    if (name === null || !PASSING_CODES.includes(name)) return response;
    await wait(clock, RETRY_MS);
  }
  return err({ kind: 'patience', detail: 'it asked for patience until the limit' });
};
