import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { signReceipt } from '#firmware/transmission/receipt.ts';
import { runSender } from '#firmware/transmission/run-sender.ts';
import {
  isAtRest,
  LONGEST_PAUSE_MS,
  MAX_ATTEMPTS,
  pauseMs,
  type SenderEvent,
  type SenderState,
  senderMachine,
} from '#firmware/transmission/sender.ts';
import { writeRefusal } from '#firmware/transmission/submission.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import type { Network, NetworkAnswer, NetworkPeer, PostFailure } from '#hal/network.ts';
import { err, ok, type Result } from '#hal/result.ts';

const STATES: readonly SenderState[] = [
  { name: 'held' },
  { name: 'sending', attempt: 3 },
  { name: 'waiting', attempt: 4, delayMs: 1000, why: 'cut' },
  { name: 'keeping' },
  { name: 'acknowledged' },
  { name: 'refused', code: 'conflict', detail: '' },
  { name: 'givenUp', why: 'unreachable' },
];
const EVENTS: readonly SenderEvent[] = [
  { kind: 'reportPrinted' },
  { kind: 'receiptFound' },
  { kind: 'receiptVerified' },
  { kind: 'notSent', why: 'cut', chance: 0.5 },
  { kind: 'packageRefused', code: 'conflict', detail: '' },
  { kind: 'waited' },
  { kind: 'receiptKept' },
  { kind: 'receiptNotKept' },
  { kind: 'tryAgain' },
];

describe('the sender', () => {
  test('answers every event in every state, with a sound state or a reason', () => {
    for (const state of STATES)
      for (const event of EVENTS) {
        const [next, effects] = senderMachine.step(state, event);
        expect(senderMachine.invariant(next)).toBeNull();
        const refused = effects.some(({ kind }) => kind === 'refuse');
        if (refused) expect(next).toBe(state);
        else expect(next).not.toEqual(state);
      }
  });

  test('sends nothing before the first tally report is printed, whatever happens', () => {
    for (const event of EVENTS.filter(({ kind }) => kind !== 'reportPrinted'))
      expect(senderMachine.step({ name: 'held' }, event)[1]).not.toContainEqual(
        expect.objectContaining({ kind: 'send' }),
      );
  });

  test('whatever comes in whatever order: sound states, one message at a time, none before the report or after the receipt', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 60 }), (events) => {
        let state = senderMachine.initial;
        let [printed, underWay] = [false, false];
        for (const event of events) {
          const before = state;
          const [next, effects] = senderMachine.step(state, event);
          state = next;
          expect(senderMachine.invariant(state)).toBeNull();
          printed ||= event.kind === 'reportPrinted' && before.name === 'held';
          const sends = effects.filter(({ kind }) => kind === 'send').length;
          if (before.name === 'acknowledged') expect(sends).toBe(0);
          if (sends > 0) expect([printed, underWay, sends]).toEqual([true, false, 1]);
          underWay = state.name === 'sending';
        }
      }),
    );
  });

  test('waits longer each time, half of it by chance, and never longer than its limit', () => {
    expect([0, 1, 2].map((attempt) => pauseMs(attempt, 0))).toEqual([1000, 2000, 4000]);
    expect(pauseMs(0, 0.999)).toBeGreaterThan(1990);
    expect(pauseMs(400, 0.999)).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
  });

  test('gives up in the end, and an officer can have it tried again', () => {
    const last: SenderState = { name: 'sending', attempt: MAX_ATTEMPTS - 1 };
    const [end] = senderMachine.step(last, { kind: 'notSent', why: 'unreachable', chance: 0 });
    expect(end).toEqual({ name: 'givenUp', why: 'unreachable' });
    expect(senderMachine.step(end, { kind: 'tryAgain' })[0]).toEqual({
      name: 'sending',
      attempt: 0,
    });
  });
});

const RECEIVER = makeEd25519KeyPair(makeSeededEntropy(1, 'receiver'));
const OTHER = makeEd25519KeyPair(makeSeededEntropy(1, 'other'));
const CLOSED = {
  election: 'e',
  precinct: '010000001.01',
  bytes: new Uint8Array(50).fill(7),
  signature: new Uint8Array(64).fill(9),
};
const RECEIPT = { election: 'e', precinct: '010000001.01', digest: sha256Hex(CLOSED.bytes) };
const GOOD = signReceipt(RECEIPT, RECEIVER.privateKey);

type Posted = Result<NetworkAnswer, PostFailure>;
const fault = (kind: PostFailure['kind']): Posted => err({ kind, detail: '' });
const answer = (status: number, body: Uint8Array): Posted => ok({ status, body });

/** A network that answers in this order, and says where and when it was asked. */
const run = (answers: readonly Posted[], receivers = [RECEIVER], kept = true) => {
  const clock = makeVirtualClock(0);
  const left = [...answers];
  const asked: {
    readonly peer: NetworkPeer;
    readonly message: Uint8Array;
    readonly atMs: number;
  }[] = [];
  const network: Network = {
    post: async (peer, message) => {
      asked.push({ peer, message, atMs: clock.nowMs() });
      const next = left.shift();
      if (next === undefined) throw new Error('asked once too often');
      return next;
    },
  };
  const keeps: Uint8Array[] = [];
  let rest = (): void => undefined;
  const rested = new Promise<void>((resolve) => {
    rest = resolve;
  });
  const parked: string[] = [];
  const sender = runSender({
    network,
    clock,
    entropy: makeSeededEntropy(1, 'chance'),
    closed: CLOSED,
    receivers: receivers.map(({ publicKey }, at) => ({
      election: 'e',
      url: `https://r${at}:1`,
      key: publicKey,
    })),
    keepReceipt: async (receipt) => {
      keeps.push(receipt);
      return kept;
    },
    onState: (state) => {
      if (isAtRest(state)) rest();
    },
    onPark: (code) => parked.push(code),
  });
  const settle = (): Promise<void> => clock.run(rested);
  return { sender, asked, keeps, parked, settle };
};

describe('the sender on a network', () => {
  test('posts signature and package, and ends with the receipt on the medium', async () => {
    const { sender, asked, keeps, settle } = run([answer(200, GOOD)]);
    expect(asked).toEqual([]);
    sender.post({ kind: 'reportPrinted' });
    await settle();
    expect(sender.state()).toEqual({ name: 'acknowledged' });
    expect(asked[0]?.peer.url).toBe('https://r0:1/packages');
    expect(asked[0]?.message).toEqual(Uint8Array.from([...CLOSED.signature, ...CLOSED.bytes]));
    expect(keeps).toEqual([GOOD]);
  });

  test('goes on after cuts, busy receivers and receipts that are none, and takes receivers in turn', async () => {
    const wrong = signReceipt(RECEIPT, OTHER.privateKey);
    const foreign = signReceipt({ ...RECEIPT, precinct: '010000001.02' }, RECEIVER.privateKey);
    const { sender, asked, keeps, settle, parked } = run(
      [
        fault('unreachable'),
        fault('otherPeer'),
        fault('cut'),
        answer(503, writeRefusal({ code: 'busy', detail: '' })),
        answer(200, wrong),
        answer(200, new Uint8Array(0)),
        answer(200, foreign),
        answer(400, new Uint8Array(9)),
        answer(200, GOOD),
      ],
      [RECEIVER, OTHER],
    );
    sender.post({ kind: 'reportPrinted' });
    await settle();
    expect(parked).toEqual([]);
    expect(sender.state()).toEqual({ name: 'acknowledged' });
    expect(asked.map(({ peer }) => peer.url.slice(8, 10))).toEqual(
      [0, 1, 0, 1, 0, 1, 0, 1, 0].map((at) => `r${at}`),
    );
    expect(keeps).toEqual([GOOD]);
    const pauses = asked.slice(1).map(({ atMs }, at) => atMs - asked[at]!.atMs);
    expect(pauses[0]).toBeGreaterThanOrEqual(1000);
    expect(pauses[7]).toBeGreaterThanOrEqual(100_000);
  });

  test('stops where the receiver will not have the package, and says why', async () => {
    const body = writeRefusal({ code: 'conflict', detail: 'the precinct has another' });
    const { sender, settle } = run([answer(409, body)]);
    sender.post({ kind: 'reportPrinted' });
    await settle();
    expect(sender.state()).toEqual({
      name: 'refused',
      code: 'conflict',
      detail: 'the precinct has another',
    });
  });

  test('is not done when no medium takes the receipt', async () => {
    const { sender, settle } = run([answer(200, GOOD)], [RECEIVER], false);
    sender.post({ kind: 'reportPrinted' });
    await settle();
    expect(sender.state()).toEqual({ name: 'givenUp', why: 'medium' });
  });

  test('sends nothing again after a restart that finds the receipt', async () => {
    const { sender, asked, settle } = run([]);
    sender.post({ kind: 'receiptFound' });
    await settle();
    expect(sender.state()).toEqual({ name: 'acknowledged' });
    expect(asked).toEqual([]);
  });
});
