/** Reads a national offer from its bytes: what is not JSON, or not a sound offer, is said with its path. */
import type { DefinitionError } from '#firmware/election/check-definition.ts';
import { jsonObject, textOf } from '#firmware/vault/bytes.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { checkOffer } from './check-offer.ts';
import { MAX_ELECTION_ERRORS, MAX_OFFER_BYTES } from './limits.ts';
import type { NationalOffer } from './offer.ts';

export const readOffer = (bytes: Uint8Array): Result<NationalOffer, readonly DefinitionError[]> => {
  const whole = (message: string) => err([{ path: '$', message }]);
  if (bytes.length > MAX_OFFER_BYTES)
    return whole(`has ${bytes.length} bytes, at most ${MAX_OFFER_BYTES} are read`);
  const text = textOf(bytes);
  if (text === null) return whole('is not UTF-8');
  const json = jsonObject(text);
  if (json === null) return whole('is not a JSON object');
  const errors: DefinitionError[] = [];
  const offer = checkOffer(json, (path, message) => {
    if (errors.length < MAX_ELECTION_ERRORS) errors.push({ path, message });
  });
  return errors.length === 0 ? ok(offer) : err(errors);
};
