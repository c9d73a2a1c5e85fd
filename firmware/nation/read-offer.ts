/** Reads a signed national offer: what is not JSON, or not an offer, is said with its path. */
import type { DefinitionError } from '#firmware/election/check-definition.ts';
import { jsonObject, textOf } from '#firmware/vault/bytes.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { NationalOffer } from './offer.ts';

export const MAX_OFFER_BYTES = 64 * 1024 * 1024;

export const readOffer = (bytes: Uint8Array): Result<NationalOffer, readonly DefinitionError[]> => {
  const whole = (message: string) => err([{ path: '$', message }]);
  if (bytes.length > MAX_OFFER_BYTES)
    return whole(`has ${bytes.length} bytes, at most ${MAX_OFFER_BYTES} are read`);
  const text = textOf(bytes);
  if (text === null) return whole('is not UTF-8');
  const json = jsonObject(text);
  if (json === null) return whole('is not a JSON object');
  return ok(json as unknown as NationalOffer);
};
