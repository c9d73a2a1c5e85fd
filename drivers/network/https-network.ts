/**
 * HTTPS over mutual TLS 1.3 (RFC 8446, RFC 9112), one connection a message. Chains of certificates are not
 * looked at: the peer must prove the one key that it is named with, before a byte of the message leaves.
 */
import { request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import type { Clock } from '#hal/clock.ts';
import type { Network, NetworkAnswer, NetworkPeer, PostFailure } from '#hal/network.ts';
import { err, ok, type Result } from '#hal/result.ts';

/** From the first packet to the whole answer. */
export const POST_LIMIT_MS = 30_000;
const HTTPS_PORT = 443;
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** PEM, as node:tls takes them. */
export type OwnIdentity = { readonly cert: string; readonly key: string };

type Posted = Result<NetworkAnswer, PostFailure>;

const fault = (kind: PostFailure['kind'], detail: string): Posted => err({ kind, detail });

/** The raw Ed25519 key that the peer has proven; null: none, or of another kind. */
export const provenKey = (socket: TLSSocket): Uint8Array | null => {
  const key = socket.getPeerX509Certificate()?.publicKey;
  if (key?.asymmetricKeyType !== 'ed25519') return null;
  const { x } = key.export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x ?? '', 'base64url'));
};

const faultOf = (error: NodeJS.ErrnoException): Posted =>
  fault(
    UNREACHABLE.includes(error.code ?? '') ? 'unreachable' : 'cut',
    error.code ?? error.message,
  );

/** Sends on a socket whose peer is known, and hears the whole answer. */
const exchange = (
  socket: TLSSocket,
  url: URL,
  message: Uint8Array,
  mostBytes: number,
  settle: (posted: Posted) => void,
): void => {
  const sent = request(url, {
    method: 'POST',
    createConnection: () => socket,
    headers: { 'content-type': 'application/octet-stream', 'content-length': message.length },
  });
  sent.on('response', (response) => {
    const parts: Buffer[] = [];
    let length = 0;
    response.on('data', (part: Buffer) => {
      length += part.length;
      if (length > mostBytes) settle(fault('garbled', `more than ${mostBytes} bytes`));
      else parts.push(part);
    });
    response.on('end', () => {
      const body = new Uint8Array(Buffer.concat(parts));
      settle(ok({ status: response.statusCode ?? 0, body }));
    });
    response.on('error', (error) => settle(faultOf(error)));
  });
  sent.on('error', (error: NodeJS.ErrnoException) =>
    settle(error.code?.startsWith('HPE_') ? fault('garbled', error.code) : faultOf(error)),
  );
  sent.end(message);
};

const postTo = (
  own: OwnIdentity,
  clock: Clock,
  peer: NetworkPeer,
  message: Uint8Array,
  mostBytes: number,
): Promise<Posted> =>
  new Promise((resolve) => {
    const url = new URL(peer.url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({
      host,
      port: Number(url.port || HTTPS_PORT),
      ...own,
      minVersion: 'TLSv1.3',
      // The key is looked at below; who issued a certificate says nothing here.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const cancel = clock.after(POST_LIMIT_MS, () =>
      settle(fault('timeout', `no whole answer in ${POST_LIMIT_MS} ms`)),
    );
    // What comes after the first outcome, such as the end of a destroyed socket, changes nothing.
    const settle = (posted: Posted): void => {
      cancel();
      socket.destroy();
      resolve(posted);
    };
    socket.on('error', (error) => settle(faultOf(error)));
    socket.on('close', () => settle(fault('cut', 'closed')));
    socket.once('secureConnect', () => {
      const proven = provenKey(socket);
      if (proven === null || Buffer.compare(proven, peer.key) !== 0)
        settle(fault('otherPeer', `${url.host} proves another key`));
      else exchange(socket, url, message, mostBytes, settle);
    });
  });

export const makeHttpsNetwork = (own: OwnIdentity, clock: Clock): Network => ({
  post: (peer, message, mostBytes) => postTo(own, clock, peer, message, mostBytes),
});
