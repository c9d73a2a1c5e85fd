/**
 * The voice that a board file names. Only what is configured is loaded: a unit without speech pays
 * for no child processes, one with espeak-ng for no sockets.
 */
import type { Audio } from '#hal/audio.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { noAudio } from './no-audio.ts';

export type AudioPlace =
  /**
   * espeak-ng, by its name or path (`program`). `player`: a program and its arguments that plays the WAV
   * on its standard input, for example `["aplay", "-q", "-D", "plughw:1"]`; absent: espeak-ng plays by
   * itself, on the system's default output.
   */
  | { readonly kind: 'espeak'; readonly program?: string; readonly player?: readonly string[] }
  /** A voice behind a local socket (protocol.ts). */
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'none' };

export type OpenedAudio = {
  readonly audio: Audio;
  /** The link to the voice, where there is one, closed by `close` too. */
  readonly link: ByteLink | null;
  /** Silence, and nothing that keeps the process alive. */
  close(): void;
};

export const openAudio = async (place: AudioPlace, clock: Clock): Promise<OpenedAudio> => {
  switch (place.kind) {
    case 'none':
      return { audio: noAudio, link: null, close: () => undefined };
    case 'espeak': {
      const { makeEspeak } = await import('./espeak.ts');
      const [program, ...args] = place.player ?? [];
      const audio = makeEspeak({
        clock,
        ...(place.program === undefined ? {} : { program: place.program }),
        player: program === undefined ? null : { program, args },
      });
      return { audio, link: null, close: audio.silence };
    }
    case 'socket': {
      const { connectLocalSocket } = await import('../links/local-socket-link.ts');
      const { makeLinkAudio } = await import('./link-audio.ts');
      const link = connectLocalSocket(place.path, clock);
      const audio = makeLinkAudio(link, clock);
      return {
        audio,
        link,
        close: () => {
          audio.silence();
          link.close();
        },
      };
    }
  }
};
