/** The booth's end of the link to the desk: frames out, messages of the catalogue in. */
import type { BoothEvent } from '#firmware/booth/state.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { BoothToDesk, Message } from '#firmware/messages/catalogue.ts';
import { encodeFrame, makeFrameReader } from '#firmware/messages/frame.ts';
import type { ByteLink } from '#hal/byte-link.ts';

const refused = (event: string): LogEvent => ({
  id: 'eventRefused',
  fields: { machine: 'booth', event, reason: 'not-of-the-desk' },
});

export const joinDesk = (
  link: ByteLink,
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
  const freshReader = () => makeFrameReader(onMessage, () => post({ kind: 'linkRestarted' }));
  let read = freshReader();
  const stops = [
    link.onBytes((chunk) => read(chunk)),
    link.onPresence((present) => {
      read = freshReader();
      if (present) post({ kind: 'linkRestarted' });
    }),
  ];
  return {
    send: (message: BoothToDesk): void => {
      guard(link.write(encodeFrame(message)));
    },
    leave: (): void => {
      for (const stop of stops) stop();
    },
  };
};
