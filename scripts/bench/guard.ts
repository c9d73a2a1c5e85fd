/**
 * Who may talk to the bench: programs and pages on this very computer. A page from elsewhere can neither
 * reach it by a name of its own (the Host header is checked) nor send it anything (Origin).
 */
import type { MiddlewareHandler } from 'hono';

/** Bodies are short commands. */
export const BODY_BYTES_MAX = 4_096;
const LOCAL_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Nothing is loaded from anywhere else, and the page can not be framed. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;

export const isLocalHost = (host: string | undefined): boolean =>
  host !== undefined && LOCAL_NAMES.includes(host.toLowerCase().replace(/:\d{1,5}$/, ''));

/** A request without Origin is no page's; one with it must come from the bench's own. */
export const isOwnOrigin = (origin: string | undefined, host: string | undefined): boolean =>
  origin === undefined || (host !== undefined && origin === `http://${host}`);

export const guard: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host');
  if (!isLocalHost(host)) return context.json({ error: 'not this host', path: 'host' }, 403);
  if (context.req.method === 'POST') {
    if (!isOwnOrigin(context.req.header('origin'), host))
      return context.json({ error: 'not this origin', path: 'origin' }, 403);
    if (Number(context.req.header('content-length') ?? '0') > BODY_BYTES_MAX)
      return context.json({ error: `at most ${BODY_BYTES_MAX} bytes`, path: '$' }, 413);
  }
  await next();
  for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
  return;
};
