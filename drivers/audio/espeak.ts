/**
 * Speech by espeak-ng, a program of its own: a child for each run of texts in one language, killed at
 * once when it must be silent. What is said goes through the child's standard input alone, never
 * through its command line, which every process can read. Options: espeak-ng(1).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Audio, AudioFault, SpokenText, Voice } from '#hal/audio.ts';
import type { Clock } from '#hal/clock.ts';
import { done, err, type Result } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { makeLastCall, type Speech } from './last-call.ts';
import { audioFault } from './speech.ts';

export type EspeakOptions = {
  readonly clock: Clock;
  /** The program, by name or path. */
  readonly program?: string;
  /** What takes a WAV on its standard input and plays it; null: espeak-ng plays by itself. */
  readonly player?: { readonly program: string; readonly args: readonly string[] } | null;
};

const PROGRAM = 'espeak-ng';
const VOICES = { es: 'es', en: 'en' } as const satisfies Record<SpokenText['locale'], string>;
/** Words a minute at 100 % (espeak-ng's default). */
const NORMAL_WORDS = 175;
/** What espeak-ng takes for `-s`. */
const WORDS = { least: 80, most: 450 } as const;
/** `-a` runs to 200, and is distorted above 100. */
const AMPLITUDE_MOST = 100;
/** A program that does not answer `--version` within this is not there, ms. */
const CHECK_LIMIT_MS = 2_000;

/** Nothing in a text may switch to phoneme names, which espeak-ng reads between double brackets. */
const asPlainText = (text: string): string => text.replaceAll('[[', '[ [');

/** `texts` as espeak-ng reads them: an empty line ends a paragraph, with its pause. */
const paragraphs = (texts: readonly SpokenText[]): string =>
  `${texts.map(({ text }) => asPlainText(text)).join('\n\n')}\n`;

export const espeakArguments = (
  locale: SpokenText['locale'],
  { volume, ratePercent }: Voice,
  toPlayer: boolean,
): readonly string[] => {
  const words = Math.round((NORMAL_WORDS * ratePercent) / 100);
  const bounded = Math.min(WORDS.most, Math.max(WORDS.least, words));
  const amplitude = Math.round((volume * AMPLITUDE_MOST) / 100);
  const options = ['-v', VOICES[locale], '-s', String(bounded), '-a', String(amplitude)];
  // -b 1: UTF-8, whatever the locale of the system.
  return [...options, '-b', '1', '--stdin', ...(toPlayer ? ['--stdout'] : [])];
};

/** Texts next to each other in one language. */
const runsOf = (texts: readonly SpokenText[]): readonly (readonly SpokenText[])[] => {
  const runs: SpokenText[][] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.[0]?.locale === text.locale) last.push(text);
    else runs.push([text]);
  }
  return runs;
};

const faultOf = (program: string, error: Error): AudioFault => {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ENOENT'
    ? audioFault('absent', `${program} is not installed`)
    : audioFault('broken', `${program}: ${String(code ?? 'no start')}`);
};

/** Calls `end` once when the child is over: null for exit code 0. */
const onEnd = (
  child: ChildProcess,
  program: string,
  end: (fault: AudioFault | null) => void,
): void => {
  let told = false;
  const tell = (fault: AudioFault | null): void => {
    if (told) return;
    told = true;
    end(fault);
  };
  child.on('error', (error) => tell(faultOf(program, error)));
  child.on('close', (code, signal) =>
    tell(
      code === 0 ? null : audioFault('broken', `${program} ended with ${signal ?? String(code)}`),
    ),
  );
};

export const makeEspeak = ({ clock, program = PROGRAM, player = null }: EspeakOptions): Audio => {
  /** One run of texts in one language. */
  const sayRun = (
    texts: readonly SpokenText[],
    voice: Voice,
    end: (fault: AudioFault | null) => void,
  ): Speech => {
    const locale = texts[0]?.locale ?? 'es';
    const args = espeakArguments(locale, voice, player !== null);
    const speaker = spawn(program, args, {
      stdio: ['pipe', player === null ? 'ignore' : 'pipe', 'ignore'],
    });
    const children: ChildProcess[] = [speaker];
    let over = false;
    const endOnce = (fault: AudioFault | null): void => {
      if (over) return;
      over = true;
      if (fault !== null) stop();
      end(fault);
    };
    const stop = (): void => {
      over = true;
      for (const child of children) child.kill('SIGKILL');
    };
    // A child that dies leaves a pipe that nobody reads; its end tells why.
    speaker.stdin?.on('error', () => undefined);
    if (player === null) {
      onEnd(speaker, program, endOnce);
    } else {
      const playing = spawn(player.program, player.args, { stdio: ['pipe', 'ignore', 'ignore'] });
      children.push(playing);
      playing.stdin.on('error', () => undefined);
      speaker.stdout?.pipe(playing.stdin);
      onEnd(speaker, program, (fault) => {
        if (fault !== null) endOnce(fault);
      });
      onEnd(playing, player.program, endOnce);
    }
    speaker.stdin?.end(paragraphs(texts));
    return { stop };
  };

  const lastCall = makeLastCall(clock, (texts, voice, end) => {
    let current: Speech = { stop: () => undefined };
    const say = ([run, ...rest]: readonly (readonly SpokenText[])[]): void => {
      if (run === undefined) {
        end(null);
        return;
      }
      current = sayRun(run, voice, (fault) => {
        if (fault === null) say(rest);
        else end(fault);
      });
    };
    say(runsOf(texts));
    return { stop: () => current.stop() };
  });

  const answers = (command: string): Promise<Result<void, AudioFault>> =>
    new Promise((resolve) => {
      const child = spawn(command, ['--version'], { stdio: 'ignore' });
      const stopLimit = afterSilence(clock, CHECK_LIMIT_MS, () => {
        child.kill('SIGKILL');
        resolve(err(audioFault('timeout', `${command} did not answer`)));
      });
      onEnd(child, command, (fault) => {
        stopLimit();
        resolve(fault === null ? done : err(fault));
      });
    });

  return {
    ...lastCall,
    check: async () => {
      const speaker = await answers(program);
      return !speaker.ok || player === null ? speaker : answers(player.program);
    },
  };
};
