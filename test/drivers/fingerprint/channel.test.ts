/** Question and answer with a module, in a process that may stand still for a while. */
import { expect, test } from 'vitest';
import { makeReaderChannel } from '#drivers/fingerprint/channel.ts';
import { CODES, DEFAULT_ADDRESS, encodePacket } from '#drivers/fingerprint/protocol.ts';
import { makeStallingProcess, settled } from '../stalling-process.ts';

const LIMIT_MS = 300;

const ask = async () => {
  const { clock, link, wakeAt } = makeStallingProcess();
  const channel = makeReaderChannel(link, clock, DEFAULT_ADDRESS);
  channel.declareInStep();
  const limits = { limitMs: LIMIT_MS, deadlineMs: Number.POSITIVE_INFINITY };
  const answer = channel.exchange('GenImg', [], limits);
  await settled();
  return { answer, channel, wakeAt };
};
const noFinger = encodePacket({
  address: DEFAULT_ADDRESS,
  type: 'ack',
  payload: Uint8Array.of(CODES.noFinger),
});

test('an answer that came while the process stood still counts, however late it is read', async () => {
  const { answer, channel, wakeAt } = await ask();
  await wakeAt(LIMIT_MS + 500, noFinger);
  expect(await answer).toEqual({ ok: true, value: Uint8Array.of(CODES.noFinger) });
  expect(channel.step()).toBe('inStep');
});

test('no answer is a timeout: at the limit, or after a stall once more as long as it was late', async () => {
  const punctual = await ask();
  await punctual.wakeAt(LIMIT_MS);
  await punctual.wakeAt(LIMIT_MS);
  expect(await punctual.answer).toMatchObject({ ok: false, error: { kind: 'timeout' } });

  const late = await ask();
  await late.wakeAt(LIMIT_MS + 100);
  await late.wakeAt(LIMIT_MS + 200);
  expect(await late.answer).toMatchObject({ ok: false, error: { kind: 'timeout' } });
  expect(late.channel.step()).toBe('outOfStep');
});
