/**
 * Headphones with a voice of their own, at the device end of a link (protocol.ts): they say what they
 * are told at the speed of speech, and keep what was said for whoever listens.
 */
import type { SpokenText, Voice } from '#hal/audio.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import {
  type AudioAnswer,
  type AudioCommand,
  decodeCommand,
  encodeAnswer,
  MAX_COMMAND_BYTES,
  makeLineSplitter,
} from './protocol.ts';
import { speechMs } from './speech.ts';

/** The faults that `fail` knows. */
export const HEADPHONES_FAULTS = [
  /** The cable is out. */
  'unplugged',
  /** It takes everything and answers nothing. */
  'silentVoice',
  /** It answers that it can not speak. */
  'brokenVoice',
  /** Its answers are noise. */
  'garbled',
] as const;
export type HeadphonesFault = (typeof HEADPHONES_FAULTS)[number];

/** A text as it was begun; it may have been cut off. */
export type Utterance = SpokenText & { readonly voice: Voice; readonly atMs: number };

export type HeadphonesEmulator = {
  /** Everything that was begun to be said, oldest first; the last `MAX_HEARD`. */
  heard(): readonly Utterance[];
  /** Calls `listener` as each text begins. */
  onSpoken(listener: (utterance: Utterance) => void): () => void;
  /** Calls `listener` whenever it falls silent before its end. */
  onSilence(listener: () => void): () => void;
  /** What is being said now; null: silence. */
  saying(): Utterance | null;
  fail(fault: HeadphonesFault): void;
  heal(): void;
};

export type HeadphonesOptions = {
  /** The wire, so that the fault `unplugged` can pull it. */
  readonly cable?: { unplug(): void; plug(): void };
};

/** Utterances that are kept. */
const MAX_HEARD = 5_000;
/** Lines of noise that a garbled voice sends for one command. */
const NOISE_LINES = 8;

export const makeHeadphonesEmulator = (
  device: ByteLink,
  clock: Clock,
  { cable }: HeadphonesOptions = {},
): HeadphonesEmulator => {
  const onSpoken = new Set<(utterance: Utterance) => void>();
  const onSilence = new Set<() => void>();
  let heard: Utterance[] = [];
  let saying: Utterance | null = null;
  let fault: HeadphonesFault | null = null;
  let cutOff = (): void => undefined;
  let split = makeLineSplitter(MAX_COMMAND_BYTES);

  const answer = (what: AudioAnswer): void => {
    if (fault === 'silentVoice') return;
    if (fault === 'garbled') {
      const noise = Uint8Array.from([0xff, 0x7b, 0x22, 0x0a]);
      for (let line = 0; line < NOISE_LINES; line++) void device.write(noise);
      return;
    }
    const failed = fault === 'brokenVoice' && what.kind !== 'failed';
    void device.write(encodeAnswer(failed ? { kind: 'failed', id: what.id } : what));
  };

  const fallSilent = (): void => {
    cutOff();
    cutOff = () => undefined;
    if (saying === null) return;
    saying = null;
    for (const listener of [...onSilence]) listener();
  };

  const say = (id: number, [first, ...rest]: readonly SpokenText[], voice: Voice): void => {
    if (first === undefined) {
      saying = null;
      answer({ kind: 'finished', id });
      return;
    }
    const utterance: Utterance = { ...first, voice, atMs: clock.nowMs() };
    saying = utterance;
    heard = [...heard.slice(-MAX_HEARD + 1), utterance];
    for (const listener of [...onSpoken]) listener(utterance);
    cutOff = clock.after(speechMs([first], voice), () => say(id, rest, voice));
  };

  const obey = (command: AudioCommand): void => {
    switch (command.kind) {
      case 'check':
        answer({ kind: 'ready', id: command.id });
        break;
      case 'say':
        fallSilent();
        if (fault === 'brokenVoice') answer({ kind: 'failed', id: command.id });
        else if (fault !== 'silentVoice') say(command.id, command.texts, command.voice);
        break;
      case 'stop':
        fallSilent();
        break;
    }
  };

  device.onBytes((chunk) => {
    for (const line of split(chunk)) {
      const command = line === null ? null : decodeCommand(line);
      if (command !== null) obey(command);
    }
  });
  device.onPresence(() => {
    split = makeLineSplitter(MAX_COMMAND_BYTES);
    fallSilent();
  });

  const heal = (): void => {
    const was = fault;
    fault = null;
    if (was === 'unplugged') cable?.plug();
  };
  return {
    heard: () => heard,
    onSpoken: (listener) => listen(onSpoken, listener),
    onSilence: (listener) => listen(onSilence, listener),
    saying: () => saying,
    fail: (next) => {
      if (fault !== next) heal();
      fault = next;
      if (next === 'unplugged') cable?.unplug();
    },
    heal,
  };
};
