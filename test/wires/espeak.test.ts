/**
 * The real espeak-ng, its sound taken by a collector in place of a sound card; and programs in its
 * place that are missing, broken or hang. What is said is on no command line.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeEspeak } from '#drivers/audio/espeak.ts';
import { systemClock as clock } from '#drivers/system/system-clock.ts';
import type { SpokenText, Voice } from '#hal/audio.ts';

const installed = spawnSync('espeak-ng', ['--version']).status === 0;
const NEEDS = installed ? '' : ' (skipped: espeak-ng is not installed)';

const VOICE: Voice = { volume: 80, ratePercent: 100 };
const es = (text: string): SpokenText => ({ text, locale: 'es' });
const en = (text: string): SpokenText => ({ text, locale: 'en' });
const FINISHED = { ok: true, value: 'finished' };
const INTERRUPTED = { ok: true, value: 'interrupted' };
const LIMIT_MS = 10_000;
const POLL_MS = 10;
const WAV_HEADER_BYTES = 44;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-espeak-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (let waitedMs = 0; !holds(); waitedMs += POLL_MS) {
    if (waitedMs > LIMIT_MS) throw new Error(`${what}: not within ${LIMIT_MS} ms`);
    await new Promise((resolve) => clock.after(POLL_MS, () => resolve(undefined)));
  }
};

/** A program of a few lines of shell. */
const script = (name: string, body: string): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
};

/** A voice whose sound ends in a file. */
const collected = () => {
  const path = join(folder, 'sound');
  const audio = makeEspeak({ clock, player: { program: 'tee', args: ['-a', path] } });
  return { audio, sound: () => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0)) };
};

/** Samples of one WAV of 16 bits. */
const samplesOf = (wav: Buffer): Int16Array => {
  expect(wav.subarray(0, 4).toString('latin1')).toBe('RIFF');
  const data = wav.subarray(WAV_HEADER_BYTES);
  return new Int16Array(data.buffer.slice(data.byteOffset, data.byteOffset + (data.length & ~1)));
};
const loudness = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

const isRunning = (pid: number): boolean => {
  try {
    // A process that has ended and is not collected yet still has an entry.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe.skipIf(!installed)(`espeak-ng${NEEDS}`, () => {
  const say = async (texts: readonly SpokenText[], voice: Voice): Promise<Int16Array> => {
    const { audio, sound } = collected();
    rmSync(join(folder, 'sound'), { force: true });
    expect(await audio.speak(texts, voice)).toEqual(FINISHED);
    return samplesOf(sound());
  };

  test('is there, and says a sentence of Spanish', async () => {
    const { audio } = collected();
    expect(await audio.check()).toEqual({ ok: true, value: undefined });
    const samples = await say([es('Ñandú: elija una opción, señor.')], VOICE);
    expect(samples.length).toBeGreaterThan(20_000);
    expect(loudness(samples)).toBeGreaterThan(300);
  });

  test('is faster at twice the rate, and louder at a higher volume', async () => {
    const text = [es('uno dos tres cuatro cinco seis siete ocho nueve diez')];
    const normal = await say(text, VOICE);
    const fast = await say(text, { ...VOICE, ratePercent: 200 });
    const quiet = await say(text, { ...VOICE, volume: 20 });
    expect(fast.length).toBeLessThan(0.75 * normal.length);
    expect(loudness(quiet)).toBeLessThan(0.5 * loudness(normal));
  });

  test('says each text in its own language, one after the other', async () => {
    const { audio, sound } = collected();
    expect(await audio.speak([es('uno'), en('one'), en('two'), es('dos')], VOICE)).toEqual(
      FINISHED,
    );
    const wavs = sound().toString('latin1').split('RIFF').length - 1;
    expect(wavs).toBe(3);
  });

  test('twenty calls in one breath: the last one is heard to its end, the others are cut', async () => {
    const { audio } = collected();
    const calls = Array.from({ length: 20 }, (_, index) => audio.speak([es(`${index}`)], VOICE));
    const outcomes = await Promise.all(calls);
    expect(outcomes.slice(0, -1)).toEqual(Array.from({ length: 19 }, () => INTERRUPTED));
    expect(outcomes.at(-1)).toEqual(FINISHED);
  });
});

describe('what is said', () => {
  test('goes to the program by its standard input alone, and can switch nothing there', async () => {
    const said = join(folder, 'said');
    const args = join(folder, 'args');
    const program = script('voice', `printf '%s\\n' "$@" > '${args}'; cat > '${said}'`);
    const audio = makeEspeak({ clock, program });
    const texts = [es('Lista 7 — Sí <voice name="x">'), es('[[h@l@U]]\u0000\nfin')];
    expect(await audio.speak(texts, { volume: 55, ratePercent: 150 })).toEqual(FINISHED);
    expect(readFileSync(said, 'utf8')).toBe('Lista 7 — Sí <voice name="x">\n\n[ [h@l@U]] fin\n');
    const told = readFileSync(args, 'utf8').trim().split('\n');
    expect(told).toEqual(['-v', 'es', '-s', '263', '-a', '55', '-b', '1', '--stdin']);
  });

  test('is on no command line of the machine while it is said, and silence ends every child', async () => {
    const pids = join(folder, 'pids');
    const program = script('voice', `echo $$ >> '${pids}'; exec sleep 60`);
    const player = script('player', `echo $$ >> '${pids}'; exec sleep 60`);
    const audio = makeEspeak({ clock, program, player: { program: player, args: [] } });
    const secret = `secreto-${process.pid}-lista`;
    const speech = audio.speak([es(secret)], VOICE);
    const told = (): readonly number[] =>
      existsSync(pids)
        ? readFileSync(pids, 'utf8').trim().split('\n').filter(Boolean).map(Number)
        : [];
    await until(() => told().length === 2, 'both programs run');
    for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
      let line = '';
      try {
        line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      } catch {
        // It has ended meanwhile.
      }
      expect(line.includes(secret)).toBe(false);
    }
    audio.silence();
    expect(await speech).toEqual(INTERRUPTED);
    await until(() => !told().some(isRunning), 'no child is left');
  });
});

describe('a program that', () => {
  test('is not installed is absent, for the check and for a speech', async () => {
    const absent = { ok: false, error: { device: 'audio', kind: 'absent' } };
    for (const audio of [
      makeEspeak({ clock, program: join(folder, 'nothing') }),
      makeEspeak({
        clock,
        program: script('voice', 'cat'),
        player: { program: join(folder, 'nothing'), args: [] },
      }),
    ]) {
      expect(await audio.check()).toMatchObject(absent);
      expect(await audio.speak([es('a')], VOICE)).toMatchObject(absent);
    }
  });

  test('fails is broken, and does not keep the next call from working', async () => {
    const program = script('voice', `read line; [ "$line" = sí ]`);
    const audio = makeEspeak({ clock, program });
    expect(await audio.speak([es('no')], VOICE)).toMatchObject({
      ok: false,
      error: { kind: 'broken' },
    });
    expect(await audio.speak([es('sí')], VOICE)).toEqual(FINISHED);
  });

  test('reads nothing of what it is told breaks nothing', async () => {
    const audio = makeEspeak({ clock, program: script('voice', 'exec <&-; exit 0') });
    const long = Array.from({ length: 400 }, () => es('palabra '.repeat(200)));
    expect(await audio.speak(long, VOICE)).toEqual(FINISHED);
  });

  test('hangs at the check is told in two seconds', async () => {
    const audio = makeEspeak({ clock, program: script('voice', 'exec sleep 60') });
    expect(await audio.check()).toMatchObject({ ok: false, error: { kind: 'timeout' } });
  });

  test('hangs while it speaks is ended at its limit', async () => {
    const audio = makeEspeak({ clock, program: script('voice', 'exec sleep 60') });
    expect(await audio.speak([es('a')], { volume: 50, ratePercent: 300 })).toMatchObject({
      ok: false,
      error: { kind: 'timeout' },
    });
  });
});
