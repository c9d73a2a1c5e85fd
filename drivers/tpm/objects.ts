/**
 * Work in a TPM that makes objects and sessions there: whatever comes of it, they are let go, in the turn
 * opposite to the one in which they came. There is room for three of each.
 */
import { err, ok, type Result } from '#hal/result.ts';
import { decodeResponse, nameOfCode, type Response } from './codec.ts';
import { flush } from './object-codec.ts';
import type { TpmTransport } from './transport.ts';

/** Throws what the TPM refuses, under `name`; `withObjects` makes an error of it. */
export type Ask = (name: string, bytes: Uint8Array, givesHandle?: boolean) => Promise<Response>;

/** `transport`: one whose objects live from one exchange to the next. The error is for the technician. */
export const withObjects = async <T>(
  transport: TpmTransport,
  work: (ask: Ask, keep: (handle: number) => number) => Promise<T>,
): Promise<Result<T, string>> => {
  const handles: number[] = [];
  const ask: Ask = async (name, bytes, givesHandle = false) => {
    const response = decodeResponse(await transport.exchange(bytes), givesHandle);
    if (!response.ok) throw new Error(`${name}: ${response.error}`);
    const { code } = response.value;
    if (code !== 0)
      throw new Error(`${name}: ${nameOfCode(code) ?? 'refused'} (${code.toString(16)})`);
    return response.value;
  };
  try {
    return ok(
      await work(ask, (handle) => {
        handles.push(handle);
        return handle;
      }),
    );
  } catch (error) {
    return err(error instanceof Error ? error.message : 'unknown');
  } finally {
    for (const handle of handles.reverse())
      await transport.exchange(flush(handle)).catch(() => undefined);
  }
};
