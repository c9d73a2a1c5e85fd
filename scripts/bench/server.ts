/** The bench on the loopback interface. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Bench } from './bench.ts';
import { makeLive } from './live.ts';
import { makeRoutes } from './routes.ts';

export type BenchServer = {
  readonly url: string;
  readonly close: () => Promise<void>;
};

/** Listens on 127.0.0.1; port 0 takes a free one. Rejects when the port is taken. */
export const startServer = (bench: Bench, port: number): Promise<BenchServer> =>
  new Promise((resolve, reject) => {
    const live = makeLive(bench);
    const server = serve(
      { fetch: makeRoutes(bench, live).fetch, hostname: '127.0.0.1', port },
      (info: AddressInfo) =>
        resolve({
          url: `http://127.0.0.1:${info.port}/`,
          close: () =>
            new Promise((closed) => {
              live.close();
              server.close(() => closed());
              (server as Server).closeAllConnections();
            }),
        }),
    );
    server.once('error', reject);
  });
