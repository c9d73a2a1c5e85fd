/** The booth's end of the link to the desk: frames out, messages of the catalogue in. */
import type { BoothEvent } from '#firmware/booth/state.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { BoothToDesk, Message } from '#firmware/messages/catalogue.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { joinPeer } from './peer-link.ts';

const refused = (event: string): LogEvent => ({
  id: 'eventRefused',
  fields: { machine: 'booth', event, reason: 'not-of-the-desk' },
});

export const joinDesk = (
  link: ByteLink,
  clock: Clock,
  post: (event: BoothEvent) => void,
  log: (event: LogEvent) => void,
  guard: (work: Promise<unknown>) => void,
) => {
  const onMessage = (message: Message): void => {
    switch (message.kind) {
      case 'deskStarted':
      case 'admission':
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
    send: (message: BoothToDesk): void => peer.send(message),
    leave: peer.leave,
  };
};
