/**
 * A quote of the unit's TPM, for whoever sits at the field console with a nonce. It needs nobody's leave: what it says
 * is no secret, and an auditor need trust no technician. But the booth keeps the keys of the urn in the same TPM, which
 * does one thing at a time: none while the polls are open, whether a voter is there or not, so that nobody learns that;
 * otherwise one at a time, and a rest after each.
 */
import { createHash } from 'node:crypto';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type {
  ConsoleAnswer,
  ConsoleRefusal,
  QuoteAnswer,
} from '#firmware/messages/console-catalogue.ts';
import type { Clock } from '#hal/clock.ts';
import { makeAsking } from '../process/asking.ts';

/** A key is made and signs once: a slow TPM takes some seconds. */
export const QUOTE_LIMIT_MS = 30_000;
export const QUOTE_REST_MS = 10_000;
/** Of the nonce, in the log: 16 bytes in hex. */
const NONCE_LOGGED = 32;

export type QuoteSide = {
  readonly answer: (nonce: string) => Promise<ConsoleAnswer>;
  /** A key that the log does not name yet is logged. */
  readonly keyFound: (sha256: string) => void;
};

export type QuoteSideOptions = {
  readonly clock: Clock;
  readonly quote: (nonce: string) => Promise<QuoteAnswer>;
  readonly pollsOpen: () => boolean;
  readonly record: (event: LogEvent) => void;
};

export const makeQuoteSide = ({ clock, quote, pollsOpen, record }: QuoteSideOptions): QuoteSide => {
  const asking = makeAsking<QuoteAnswer | 'noAnswer'>(clock, QUOTE_LIMIT_MS);
  /** A TPM that hangs is asked no second time. */
  let open = false;
  let restsUntilMs = 0;
  let logged: string | null = null;

  const keyFound = (key: string): void => {
    if (key === logged) return;
    logged = key;
    record({ id: 'attestationKeyFound', fields: { key } });
  };
  const ask = (nonce: string): Promise<QuoteAnswer | 'noAnswer'> =>
    asking.ask(
      (number) => {
        open = true;
        void quote(nonce).then((given) => {
          open = false;
          if (given !== 'noTpm') restsUntilMs = clock.nowMs() + QUOTE_REST_MS;
          asking.answer(number, given);
        });
      },
      () => 'noAnswer',
    );
  const refused = (reason: ConsoleRefusal): ConsoleAnswer => {
    record({ id: 'consoleRefused', fields: { request: asWord(`quote.${reason}`) } });
    return { outcome: 'refused', reason };
  };
  return {
    keyFound,
    answer: async (nonce) => {
      if (pollsOpen()) return refused('pollsOpen');
      if (open || clock.nowMs() < restsUntilMs) return refused('busy');
      const request = asWord(`quote.${nonce.slice(0, NONCE_LOGGED)}`);
      record({ id: 'consoleRequested', fields: { request } });
      const given = await ask(nonce);
      if (typeof given === 'string') return refused(given);
      const key = createHash('sha256').update(given.publicArea, 'hex').digest('hex');
      keyFound(key);
      return { outcome: 'quoted', nonce, key, ...given };
    },
  };
};
