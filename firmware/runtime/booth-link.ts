/**
 * The booth's end of the link to the desk: frames out, messages of the catalogue in. The machine counts
 * its turns from 1; on the wire they begin somewhere else in each run, so that a token that answers the
 * process before this one is never taken for an answer to this one.
 */
import type { BoothEvent } from '#firmware/booth/state.ts';
import { turnText } from '#firmware/booth/step.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { BoothToDesk, Message } from '#firmware/messages/catalogue.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import { joinPeer } from './peer-link.ts';

const refused = (event: string): LogEvent => ({
  id: 'eventRefused',
  fields: { machine: 'booth', event, reason: 'not-of-the-desk' },
});

const TURN_BYTES = 4;

/** Turns, as the catalogue writes them, shifted by a number of 32 bits. */
const turnsFrom = (bytes: Uint8Array) => {
  const first = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const shifted = (turn: string, by: number): string => turnText(Number.parseInt(turn, 16) + by);
  return {
    onWire: (turn: string): string => shifted(turn, first),
    ofMachine: (turn: string): string => shifted(turn, -first),
  };
};

export const joinDesk = (
  link: ByteLink,
  clock: Clock,
  entropy: Entropy,
  post: (event: BoothEvent) => void,
  log: (event: LogEvent) => void,
  guard: (work: Promise<unknown>) => void,
) => {
  const { onWire, ofMachine } = turnsFrom(entropy.bytes(TURN_BYTES));
  const onMessage = (message: Message): void => {
    switch (message.kind) {
      case 'admission':
        post({ kind: 'received', message: { ...message, turn: ofMachine(message.turn) } });
        break;
      case 'deskStarted':
      case 'acknowledged':
      case 'authenticationTotals':
        post({ kind: 'received', message });
        break;
      case 'powerChanged':
        post({ kind: 'powerChanged', power: message.power });
        break;
      case 'boothStarted':
      case 'idle':
      case 'completed':
      case 'notCompleted':
      case 'phaseChanged':
      case 'pollbookKey':
        // The booth's own side of the catalogue: not the desk's to say.
        log(refused(message.kind));
        break;
    }
  };
  const peer = joinPeer({
    link,
    clock,
    onMessage,
    onRestart: () => post({ kind: 'linkRestarted' }),
    guard,
  });
  return {
    send: (message: BoothToDesk): void =>
      peer.send(message.kind === 'idle' ? { ...message, turn: onWire(message.turn) } : message),
    leave: peer.leave,
  };
};
