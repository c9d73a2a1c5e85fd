/**
 * The receiver on the wire: HTTPS over mutual TLS 1.3 and nothing else. A client is whoever proves a key of
 * the authority's register; everybody else is told so and is not listened to. Each limit has its number in
 * limits.ts, and whatever a client does, the service goes on.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { provenKey } from '#drivers/network/https-network.ts';
import type { Register } from '#firmware/nation/register.ts';
import { tlsIdentity } from '#firmware/transmission/certificate.ts';
import {
  readSubmission,
  SUBMISSION_PATH,
  writeRefusal,
} from '#firmware/transmission/submission.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import type { KeyPair } from '#firmware/vault/keys.ts';
import type { AnomalyBook } from './anomalies.ts';
import { RECEIVER_LIMITS as LIMITS } from './limits.ts';
import type { Reception, Taken } from './reception.ts';

export type ReceiverServer = {
  readonly port: number;
  readonly sockets: () => number;
  readonly bytesInFlight: () => number;
  readonly close: () => Promise<void>;
};

export type ReceiverOptions = {
  readonly register: Register;
  readonly reception: Reception;
  readonly identity: KeyPair;
  readonly anomalies: AnomalyBook;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** The store fails: a disk is full or broken. The service goes on and says 500. */
  readonly onTrouble: (trouble: unknown) => void;
};

const STATUS = {
  ok: 200,
  malformed: 400,
  noCertificate: 401,
  unlistedMachine: 403,
  notFound: 404,
  notAllowed: 405,
  conflict: 409,
  lengthRequired: 411,
  huge: 413,
  unprocessable: 422,
  tooMany: 429,
  internal: 500,
  busy: 503,
  storageFull: 507,
} as const;

const CUTS = ['ECONNRESET', 'EPIPE'];

type Refused = {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly precinct?: string;
};

/** Of packages that are not taken; 500 and more: the machine may try again. */
const statusOf = (taken: Extract<Taken, { kind: 'notTaken' }>): number => {
  switch (taken.code) {
    case 'conflict':
      return STATUS.conflict;
    case 'huge':
      return STATUS.huge;
    case 'malformed':
      return STATUS.malformed;
    case 'storageFull':
      return STATUS.storageFull;
    case 'otherMachine':
    case 'unlistedMachine':
      return STATUS.unlistedMachine;
    case 'otherElection':
    case 'testFlag':
    case 'unknownPrecinct':
    case 'wrongSignature':
    case 'notCertified':
    case 'otherOffer':
    case 'accounting':
      return STATUS.unprocessable;
  }
};

const answer = (response: ServerResponse, status: number, type: string, body: Uint8Array): void => {
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    // What a refused client still sends is not read.
    ...(status === STATUS.ok ? {} : { connection: 'close' }),
  });
  response.end(body);
};

/** Of what is no request at all, by the parser's code (nodejs.org/api/http.html, clientError). */
const wrongRequest = (code: string): string => {
  const line =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? '408 Request Timeout'
      : code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : '400 Bad Request';
  const body = Buffer.from(writeRefusal({ code: 'http', detail: line })).toString();
  return `HTTP/1.1 ${line}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
};

const originOf = (socket: TLSSocket): string => socket.remoteAddress ?? 'unknown';

export const startReceiver = (options: ReceiverOptions): Promise<ReceiverServer> => {
  const { register, reception, identity, anomalies, host, port, onTrouble } = options;
  const precinctOf = new Map(
    register.precincts.flatMap(({ id, machines }) => machines.map(({ key }) => [key, id] as const)),
  );
  const socketsOf = new Map<string, number>();
  let sockets = 0;
  let inFlight = 0;

  const refuse = (request: IncomingMessage, response: ServerResponse, refused: Refused): void => {
    const { status, code, detail, precinct = null } = refused;
    anomalies.note({ code, precinct, detail, origin: originOf(request.socket as TLSSocket) });
    answer(response, status, 'application/json', writeRefusal({ code, detail }));
  };

  const problemOf = (request: IncomingMessage, precinct: string | undefined): Refused | null => {
    const refused = (status: number, code: string, detail: string): Refused => ({
      status,
      code,
      detail,
      ...(precinct === undefined ? {} : { precinct }),
    });
    const key = provenKey(request.socket as TLSSocket);
    if (key === null)
      return refused(STATUS.noCertificate, 'noCertificate', 'no Ed25519 certificate was shown');
    if (precinct === undefined)
      return refused(STATUS.unlistedMachine, 'unlistedMachine', `${toHex(key)} is not listed`);
    if (request.url !== SUBMISSION_PATH)
      return refused(STATUS.notFound, 'notFound', `packages go to ${SUBMISSION_PATH}`);
    if (request.method !== 'POST')
      return refused(STATUS.notAllowed, 'notAllowed', `${request.method} where POST is meant`);
    if ((socketsOf.get(precinct) ?? 0) > LIMITS.socketsOfOneMachine)
      return refused(STATUS.busy, 'busy', `more than ${LIMITS.socketsOfOneMachine} connections`);
    const length = request.headers['content-length'];
    if (length === undefined)
      return refused(STATUS.lengthRequired, 'lengthRequired', 'no Content-Length');
    if (Number(length) > LIMITS.bytesOfMessage)
      return refused(STATUS.huge, 'huge', `${length} bytes, ${LIMITS.bytesOfMessage} at most`);
    if (inFlight + Number(length) > LIMITS.bytesInFlight)
      return refused(STATUS.busy, 'busy', 'too many messages at once');
    return null;
  };

  const take = async (
    message: Uint8Array,
    request: IncomingMessage,
    response: ServerResponse,
    precinct: string,
  ) => {
    const submission = readSubmission(message);
    if (submission === null) {
      const detail = `${message.length} bytes are no signature and package`;
      refuse(request, response, { status: STATUS.malformed, code: 'malformed', detail, precinct });
      return;
    }
    const origin = originOf(request.socket as TLSSocket);
    const taken = await reception.take(submission, { origin, precinct });
    if (taken.kind === 'acknowledged') {
      answer(response, STATUS.ok, 'text/plain; charset=utf-8', taken.receipt);
      return;
    }
    const { code, detail } = taken;
    answer(response, statusOf(taken), 'application/json', writeRefusal({ code, detail }));
  };

  /** A message whose length is known and reserved. */
  const listen = (request: IncomingMessage, response: ServerResponse, precinct: string): void => {
    const reserved = Number(request.headers['content-length']);
    const parts: Buffer[] = [];
    let open = true;
    inFlight += reserved;
    const release = (): void => {
      if (open) inFlight -= reserved;
      open = false;
    };
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('close', release);
    request.on('end', () => {
      take(new Uint8Array(Buffer.concat(parts)), request, response, precinct).catch((trouble) => {
        onTrouble(trouble);
        const detail = 'the store failed; nothing was acknowledged';
        refuse(request, response, { status: STATUS.internal, code: 'internal', detail, precinct });
      });
    });
  };

  const server = createServer(
    {
      ...tlsIdentity(identity, 'urna receiver'),
      minVersion: 'TLSv1.3',
      requestCert: true,
      // Whose key it is says the register, not who issued a certificate.
      rejectUnauthorized: false,
      handshakeTimeout: LIMITS.handshakeMs,
      maxHeaderSize: LIMITS.bytesOfHeaders,
      headersTimeout: LIMITS.headersMs,
      requestTimeout: LIMITS.requestMs,
      keepAliveTimeout: LIMITS.idleMs,
      connectionsCheckingInterval: LIMITS.checkMs,
    },
    (request, response) => {
      const precinct = precinctOf.get(
        toHex(provenKey(request.socket as TLSSocket) ?? new Uint8Array(0)),
      );
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      const refused = problemOf(request, precinct);
      if (refused !== null) refuse(request, response, refused);
      else if (precinct !== undefined) listen(request, response, precinct);
    },
  );
  limitServer(server);
  server.on('connection', (socket) => {
    sockets += 1;
    socket.once('close', () => {
      sockets -= 1;
    });
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    const precinct = precinctOf.get(toHex(provenKey(socket) ?? new Uint8Array(0)));
    if (precinct === undefined) return;
    socketsOf.set(precinct, (socketsOf.get(precinct) ?? 0) + 1);
    socket.once('close', () => {
      const left = (socketsOf.get(precinct) ?? 1) - 1;
      if (left > 0) socketsOf.set(precinct, left);
      else socketsOf.delete(precinct);
    });
  });
  // Also what went wrong in a handshake comes here.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const { code = '', message } = error;
    const origin = (socket as { remoteAddress?: string }).remoteAddress ?? 'unknown';
    const isHttp = /^(?:HPE_|ERR_HTTP)/.test(code);
    // Ends when the words are out; who does not take them in has no time of the service for that.
    if (isHttp && socket.writable) socket.end(wrongRequest(code), () => socket.destroy());
    else socket.destroy();
    // A cut is no anomaly: the machine comes again.
    if (CUTS.includes(code)) return;
    anomalies.note({ code: isHttp ? 'http' : 'tls', precinct: null, detail: message, origin });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', onTrouble);
      resolve({
        port: (server.address() as AddressInfo).port,
        sockets: () => sockets,
        bytesInFlight: () => inFlight,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
};

const limitServer = (server: Server): void => {
  server.maxConnections = LIMITS.sockets;
  server.timeout = LIMITS.requestMs;
  server.maxHeadersCount = LIMITS.headers;
  server.maxRequestsPerSocket = LIMITS.requests;
};
