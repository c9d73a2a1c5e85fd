/**
 * The way out of a unit: one message to one known peer and its answer, over a channel in which both sides
 * prove their keys. Only after closing is there anything to send; until then nobody holds one of these.
 */
import type { Result } from './result.ts';

export type PostFailureKind =
  /** No address, no route, nobody listens. */
  | 'unreachable'
  /** Someone answers, and does not prove the key that was named. Nothing was sent to it. */
  | 'otherPeer'
  /** No whole answer within the driver's limit. */
  | 'timeout'
  /** The connection ended, or was refused, before the whole answer; the peer may have the message. */
  | 'cut'
  /** An answer longer than `maxAnswerBytes`, or none of the protocol. */
  | 'garbled';

/** No fault of a part of the unit, and so without a code: whoever posts tries again. */
export type PostFailure = {
  readonly kind: PostFailureKind;
  /** For the technician. */
  readonly detail: string;
};

export type NetworkPeer = {
  /** `https://host:port/path`. */
  readonly url: string;
  /** Ed25519, 32 bytes: what the peer must prove to hold. */
  readonly key: Uint8Array;
};

export type NetworkAnswer = {
  /** As HTTP has them (RFC 9110, 15). */
  readonly status: number;
  readonly body: Uint8Array;
};

/** One message at a time; a rejected promise is a bug. */
export interface Network {
  post(
    peer: NetworkPeer,
    message: Uint8Array,
    maxAnswerBytes: number,
  ): Promise<Result<NetworkAnswer, PostFailure>>;
}
