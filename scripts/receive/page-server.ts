/**
 * The live page and `/state`, for people and programs on the receiver's own computer: the loopback interface,
 * reading alone. It has a port of its own, since browsers have no machine's key.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLocalHost } from '../bench/guard.ts';
import { type PageLocale, receiverPage } from './page.ts';
import type { ReceiverState } from './receiver-state.ts';

const LOOPBACK = '127.0.0.1';
const SOCKETS = 32;
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  // Who asks now and then would now and then ask on a connection that is just being closed as idle.
  connection: 'close',
} as const;
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json';

export type PageServer = { readonly url: string; readonly close: () => Promise<void> };

export const startPage = (
  state: () => Promise<ReceiverState>,
  locale: PageLocale,
  port: number,
): Promise<PageServer> => {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { ...HEADERS, 'content-type': type });
      response.end(body);
    };
    const refuse = (status: number, error: string): void =>
      answer(status, JSON_TYPE, JSON.stringify({ error }));
    const tell = async (): Promise<void> => {
      if (!isLocalHost(request.headers.host)) refuse(403, 'not this host');
      else if (request.method !== 'GET') refuse(405, 'only GET');
      else if (request.url === '/') answer(200, HTML, receiverPage(await state(), locale));
      else if (request.url === '/state') answer(200, JSON_TYPE, JSON.stringify(await state()));
      else refuse(404, 'only / and /state');
    };
    tell().catch((trouble: Error) => refuse(500, trouble.message));
  });
  server.maxConnections = SOCKETS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () =>
      resolve({
        url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      }),
    );
  });
};
