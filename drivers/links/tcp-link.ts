/** A device behind TCP, for example a printer at port 9100, as a link. */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { makeReopeningByteLink } from './reopening-byte-link.ts';
import { connectSocket } from './socket-connection.ts';

/** A printer behind TCP stops taking bytes while it prints what it has: at the pace of its paper. */
const MS_PER_BYTE = 0.1;

/** A link to `host`:`port`; it connects again by itself. */
export const openTcpLink = (host: string, port: number, clock: Clock): ByteLink =>
  makeReopeningByteLink(clock, (events) => connectSocket({ host, port }, events), {
    name: `${host}:${port}`,
    msPerByte: MS_PER_BYTE,
  });
