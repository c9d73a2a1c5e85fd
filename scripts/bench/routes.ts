/** The bench's addresses: the page, what can be seen, and what can be done. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { streamSSE } from 'hono/streaming';
import type { Bench } from './bench.ts';
import { BENCH_COMMANDS } from './commands.ts';
import { BODY_BYTES_MAX, guard } from './guard.ts';
import type { Live } from './live.ts';
import { pageFile } from './page-files.ts';
import type { Session } from './session.ts';
import { viewOf } from './view.ts';

const NO_STORE = { 'cache-control': 'no-store' } as const;

type Reply = Response | Promise<Response>;

const binary = (
  bytes: Uint8Array,
  type: string,
  more: Readonly<Record<string, string>> = {},
): Response =>
  new Response(new Uint8Array(bytes), { headers: { 'content-type': type, ...NO_STORE, ...more } });

const json = (value: unknown, status = 200): Response =>
  Response.json(value, { status, headers: NO_STORE });

const noSuch = (what: string): Response => json({ error: `no such ${what}`, path: 'url' }, 404);
const settingUp = (): Response => json({ error: 'the machine is being set up', path: 'url' }, 503);

const count = (given: string | undefined): number =>
  given !== undefined && /^\d{1,9}$/.test(given) ? Number(given) : 0;

const HUNG = { 'access-control-expose-headers': 'x-items, x-top-dots' } as const;

/** Everything that can be looked at, by path. */
const LOOKS: Readonly<Record<string, (session: Session, query: URLSearchParams) => Reply>> = {
  '/state': (session) => json(viewOf(session)),
  '/people': ({ people }) => json(people),
  '/faults': ({ faults }) =>
    json(Object.fromEntries(Object.entries(faults).map(([device, { names }]) => [device, names]))),
  '/screen.png': async ({ screen }) => binary(await screen.png(), 'image/png'),
  '/screen.bands': async ({ screen }, query) =>
    binary(await screen.since(count(query.get('since') ?? undefined)), 'application/octet-stream', {
      'content-encoding': 'gzip',
    }),
  '/paper.png': async ({ papers }) => {
    const png = await papers.newest();
    return png === null ? noSuch('paper') : binary(png, 'image/png');
  },
  '/tape.png': async ({ papers }, query) => {
    const { items, topDots, png } = await papers.hanging(count(query.get('from') ?? undefined));
    if (png === null)
      return new Response(null, { status: 204, headers: { 'x-items': String(items) } });
    return binary(png, 'image/png', {
      ...HUNG,
      'x-items': String(items),
      'x-top-dots': String(topDots),
    });
  },
  '/log': ({ machine }) =>
    new Response(machine.logText(), {
      headers: { 'content-type': 'text/plain; charset=utf-8', ...NO_STORE },
    }),
};

export const makeRoutes = (bench: Bench, live: Live): Hono => {
  const app = new Hono();
  app.use(methodNotAllowed({ app }));
  app.use(guard);
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => json({ error: `at most ${BODY_BYTES_MAX} bytes`, path: '$' }, 413),
    }),
  );

  for (const [path, look] of Object.entries(LOOKS))
    app.get(path, async (context) => {
      const session = await bench.settled();
      if (session === null) return settingUp();
      return look(session, new URL(context.req.url).searchParams);
    });
  app.get('/papers/:name', async (context) => {
    const session = await bench.settled();
    if (session === null) return settingUp();
    const [, id = '', ending] = /^(\d{1,9})\.(png|txt)$/.exec(context.req.param('name')) ?? [];
    if (ending === 'txt') {
      const words = session.papers.text(Number(id));
      return words === null ? noSuch('paper') : context.text(words);
    }
    const png = await session.papers.png(Number(id));
    return png === null ? noSuch('paper') : binary(png, 'image/png');
  });
  app.get('/events', (context) => streamSSE(context, live.serve));
  for (const [name, run] of Object.entries(BENCH_COMMANDS))
    app.post(`/${name}`, async (context) => {
      const session = await bench.settled();
      if (session === null) return settingUp();
      const outcome = await run(await context.req.text(), session, bench);
      return outcome.ok ? json({ ok: true }) : json(outcome.error, 400);
    });
  const serveFile = async (name: string): Promise<Response> => {
    const file = await pageFile(name);
    if (file === null) return noSuch('page');
    return new Response(file.content, { headers: { 'content-type': file.type, ...NO_STORE } });
  };
  app.get('/', () => serveFile('index.html'));
  app.get('/page/:name', (context) => serveFile(context.req.param('name')));
  app.notFound(() => noSuch('address'));
  app.onError((error) => json({ error: error.message, path: 'url' }, 500));
  return app;
};
