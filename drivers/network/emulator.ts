/**
 * A network between a unit and its receivers, at the level of whole messages: what goes in at one end comes
 * out at the other after the time that the line takes, and faults cut it at the places that matter. TLS is
 * not part of it: that runs over real sockets, in real time (test/wires).
 */
import { type Clock, wait } from '#hal/clock.ts';
import type { Network, NetworkAnswer, PostFailure } from '#hal/network.ts';
import type { NetworkSwitch } from '#hal/network-switch.ts';
import { done, err, ok, type Result } from '#hal/result.ts';

export const NETWORK_FAULTS = [
  /** Nobody is reached. */
  'noCarrier',
  /** The connection ends in the middle of the message: the receiver has nothing. */
  'cutInMessage',
  /** The receiver has the message, and its answer does not arrive. */
  'answerLost',
  /** As before, and nobody says so: the sender waits to its limit. */
  'silent',
  'garbledAnswer',
  /** Somebody else answers, and proves another key. */
  'otherPeer',
] as const;
export type NetworkFaultName = (typeof NETWORK_FAULTS)[number];

/** The receiver's side: takes a message, gives an answer. */
export type EmulatedPeer = (message: Uint8Array) => Promise<NetworkAnswer>;

/** As https-network.ts has it. */
const POST_LIMIT_MS = 30_000;
const HANDSHAKE_MS = 120;
/** A mobile line. */
const BYTES_A_MS = 20;

export type NetworkEmulator = {
  readonly switch: NetworkSwitch;
  /** What a sender on the unit posts over; good only while the switch is on. */
  readonly network: Network;
  /** Who is at this address; null: nobody. */
  connect(peer: EmulatedPeer | null): void;
  fail(fault: NetworkFaultName): void;
  heal(): void;
  /** Messages that were begun. */
  posts(): number;
  isOn(): boolean;
  /** The unit has no power: the interface is off, what was under way is cut. */
  goDark(): void;
};

export const makeNetworkEmulator = (
  clock: Clock,
  onSwitch: (on: boolean) => void = () => undefined,
): NetworkEmulator => {
  let peer: EmulatedPeer | null = null;
  let fault: NetworkFaultName | null = null;
  let on = false;
  let posts = 0;
  let life = 0;
  const failure = (kind: PostFailure['kind']): Result<never, PostFailure> =>
    err({ kind, detail: 'emulated' });
  const turn = (next: boolean): void => {
    if (!next) life++;
    on = next;
    onSwitch(next);
  };

  const exchange = async (
    message: Uint8Array,
    mostBytes: number,
  ): Promise<Result<NetworkAnswer, PostFailure>> => {
    const mine = life;
    const gone = (): boolean => mine !== life;
    posts++;
    const at = fault;
    await wait(clock, HANDSHAKE_MS);
    if (gone() || peer === null || at === 'noCarrier') return failure('unreachable');
    if (at === 'otherPeer') return failure('otherPeer');
    const transferMs = Math.ceil(message.length / BYTES_A_MS);
    if (at === 'cutInMessage') {
      await wait(clock, transferMs / 2);
      return failure('cut');
    }
    await wait(clock, transferMs);
    if (gone()) return failure('cut');
    const answer = await peer(message);
    await wait(clock, HANDSHAKE_MS);
    if (gone() || at === 'answerLost') return failure('cut');
    if (at === 'silent') {
      await wait(clock, POST_LIMIT_MS - transferMs);
      return failure('timeout');
    }
    if (at === 'garbledAnswer' || answer.body.length > mostBytes) return failure('garbled');
    return ok(answer);
  };

  return {
    switch: {
      set: (next) => {
        if (next !== on) turn(next);
        return Promise.resolve(done);
      },
    },
    network: {
      post: (_to, message, mostBytes) =>
        on ? exchange(message, mostBytes) : Promise.resolve(failure('unreachable')),
    },
    connect: (next) => {
      peer = next;
    },
    fail: (next) => {
      fault = next;
    },
    heal: () => {
      fault = null;
    },
    posts: () => posts,
    isOn: () => on,
    goDark: () => turn(false),
  };
};
