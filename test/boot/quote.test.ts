/** How often a TPM is asked for a quote, however often the console asks; and what the log learns of its key. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeQuoteSide, QUOTE_LIMIT_MS, QUOTE_REST_MS } from '#boot/supervisor/console-quote.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { QuoteAnswer } from '#firmware/messages/console-catalogue.ts';
import { wait } from '#hal/clock.ts';

const NONCE = '5a'.repeat(16);
const quoteBy = (publicArea: string): QuoteAnswer => ({
  attest: 'ff544347',
  signature: '0018',
  publicArea,
  registers: [],
});
const keyOf = (publicArea: string): string =>
  createHash('sha256').update(Buffer.from(publicArea, 'hex')).digest('hex');
const refused = (reason: string) => ({ outcome: 'refused', reason });

const make = (quote: (nonce: string) => Promise<QuoteAnswer>, pollsOpen = () => false) => {
  const clock = makeVirtualClock(0);
  const events: LogEvent[] = [];
  const asked: string[] = [];
  const side = makeQuoteSide({
    clock,
    pollsOpen,
    quote: (nonce) => {
      asked.push(nonce);
      return quote(nonce);
    },
    record: (event) => events.push(event),
  });
  return {
    ...{ clock, side, asked },
    keys: () => events.flatMap(({ id, fields }) => (id === 'attestationKeyFound' ? [fields] : [])),
    refusals: () => events.flatMap(({ id, fields }) => (id === 'consoleRefused' ? [fields] : [])),
  };
};

test('one at a time, and a rest after each, whoever asks', () => {
  const { clock, side, asked, refusals } = make(async () => quoteBy('0023'));
  return clock.run(
    (async () => {
      const [one, other] = await Promise.all([side.answer(NONCE), side.answer(NONCE)]);
      expect(one).toMatchObject({ outcome: 'quoted', nonce: NONCE, key: keyOf('0023') });
      expect(other).toEqual(refused('busy'));
      await wait(clock, QUOTE_REST_MS - 1);
      expect(await side.answer(NONCE)).toEqual(refused('busy'));
      await wait(clock, 1);
      expect(await side.answer(NONCE)).toMatchObject({ outcome: 'quoted' });
      expect(asked).toEqual([NONCE, NONCE]);
      expect(refusals()).toEqual([{ request: 'quote.busy' }, { request: 'quote.busy' }]);
    })(),
  );
});

test('a TPM that hangs is waited for once, and asked no second time until it answers', () => {
  let answer = (_: QuoteAnswer): void => undefined;
  const { clock, side, asked } = make(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  return clock.run(
    (async () => {
      const start = clock.nowMs();
      expect(await side.answer(NONCE)).toEqual(refused('noAnswer'));
      expect(clock.nowMs() - start).toBe(QUOTE_LIMIT_MS);
      expect(await side.answer(NONCE)).toEqual(refused('busy'));
      expect(asked).toHaveLength(1);
      answer(quoteBy('0023'));
      await wait(clock, QUOTE_REST_MS);
      const next = side.answer(NONCE);
      answer(quoteBy('0023'));
      expect(await next).toMatchObject({ outcome: 'quoted' });
    })(),
  );
});

test('while the polls are open the TPM is the votes’ alone', () => {
  let open = true;
  const { clock, side, asked, refusals } = make(
    async () => quoteBy('0023'),
    () => open,
  );
  return clock.run(
    (async () => {
      expect(await side.answer(NONCE)).toEqual(refused('pollsOpen'));
      expect(asked).toEqual([]);
      expect(refusals()).toEqual([{ request: 'quote.pollsOpen' }]);
      open = false;
      expect(await side.answer(NONCE)).toMatchObject({ outcome: 'quoted' });
    })(),
  );
});

test('without a TPM there is nothing to rest from', () => {
  const { clock, side, refusals } = make(async () => 'noTpm');
  return clock.run(
    (async () => {
      for (let times = 0; times < 2; times++)
        expect(await side.answer(NONCE)).toEqual(refused('noTpm'));
      expect(refusals()).toEqual([{ request: 'quote.noTpm' }, { request: 'quote.noTpm' }]);
    })(),
  );
});

test('the log names the key once, and another as soon as there is one', () => {
  let area = '0023';
  const { clock, side, keys } = make(async () => quoteBy(area));
  return clock.run(
    (async () => {
      side.keyFound(keyOf('0023'));
      await side.answer(NONCE);
      expect(keys()).toEqual([{ key: keyOf('0023') }]);
      area = '0024';
      await wait(clock, QUOTE_REST_MS);
      await side.answer(NONCE);
      expect(keys()).toEqual([{ key: keyOf('0023') }, { key: keyOf('0024') }]);
    })(),
  );
});
