/**
 * Speech by a voice at the far end of a link of bytes (protocol.ts): a device of its own, or a page
 * of the bench that speaks with the browser's voice. The link comes back by itself; so does speech.
 */
import type { Audio, AudioFault } from '#hal/audio.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { done, err, type Result } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { makeLastCall } from './last-call.ts';
import {
  type AudioCommand,
  decodeAnswer,
  encodeCommand,
  MAX_ANSWER_BYTES,
  makeLineSplitter,
} from './protocol.ts';
import { audioFault } from './speech.ts';

/** A voice answers a check within this, ms. */
export const CHECK_LIMIT_MS = 1_000;
/** Damaged lines in a row from which what is under way has failed. */
const GARBLED_LINES = 5;

const ABSENT = audioFault('absent', 'the headphones are not connected');
const FAILED = audioFault('broken', 'the voice can not speak');
const GARBLED = audioFault('garbled', 'the voice answers with something else');

export const makeLinkAudio = (link: ByteLink, clock: Clock): Audio => {
  /** Calls that wait for an answer, by the id of their command. */
  const waiting = new Map<number, (fault: AudioFault | null) => void>();
  let lastId = 0;
  let garbled = 0;
  const split = makeLineSplitter(MAX_ANSWER_BYTES);

  const failAll = (fault: AudioFault): void => {
    for (const [id, end] of [...waiting]) {
      waiting.delete(id);
      end(fault);
    }
  };

  link.onBytes((chunk) => {
    for (const line of split(chunk)) {
      const answer = line === null ? null : decodeAnswer(line);
      if (answer === null) {
        garbled++;
        if (garbled >= GARBLED_LINES) failAll(GARBLED);
        continue;
      }
      garbled = 0;
      const end = waiting.get(answer.id);
      waiting.delete(answer.id);
      end?.(answer.kind === 'failed' ? FAILED : null);
    }
  });
  link.onPresence((present) => {
    garbled = 0;
    if (!present) failAll(ABSENT);
  });

  const nextId = (): number => ++lastId;
  /** Sends `command`; `end` hears once how it went. */
  const ask = (command: AudioCommand, end: (fault: AudioFault | null) => void): void => {
    waiting.set(command.id, end);
    void link.write(encodeCommand(command)).then((written) => {
      if (written.ok || !waiting.delete(command.id)) return;
      end(ABSENT);
    });
  };

  const lastCall = makeLastCall(clock, (texts, voice, end) => {
    const id = nextId();
    ask({ kind: 'say', id, texts, voice }, end);
    return {
      stop: () => {
        waiting.delete(id);
        // Should it not arrive, the link is away, and with it the voice.
        void link.write(encodeCommand({ kind: 'stop', id: nextId() }));
      },
    };
  });

  const check = (): Promise<Result<void, AudioFault>> =>
    new Promise((resolve) => {
      const id = nextId();
      const stopLimit = afterSilence(clock, CHECK_LIMIT_MS, () => {
        waiting.delete(id);
        resolve(err(audioFault('timeout', 'the voice does not answer')));
      });
      ask({ kind: 'check', id }, (fault) => {
        stopLimit();
        resolve(fault === null ? done : err(fault));
      });
    });
  return { ...lastCall, check };
};
