/**
 * The fingerprint reader as the machine knows it, over the serial module of either family: loads a
 * template, waits for a finger, compares. It starts the module again by itself after an unplug or a
 * restart, and puts back the template and the light that the module has forgotten.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type {
  FingerGuidance,
  FingerOutcome,
  FingerprintReader,
  ReaderFault,
} from '#hal/fingerprint-reader.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { codeFault, makeReaderChannel, readerFault } from './channel.ts';
import { CODES, type CommandName, DEFAULT_ADDRESS, FAMILIES, readNumber } from './protocol.ts';
import { makeReaderSession, type Ready, type SessionOptions } from './session.ts';

export type FingerprintReaderOptions = SessionOptions & {
  /** The module's address, if it was changed. */
  readonly address?: number;
};

/** From handshake to parameters: a little under the contract's 2 s, which count wire time too. */
const START_LIMIT_MS = 1_900;
const LOAD_LIMIT_MS = 1_950;
/** How long the module may think about each kind of command. */
const SHORT_LIMIT_MS = 300;
const IMAGE_LIMIT_MS = 1_000;
const FEATURES_LIMIT_MS = 1_500;
const MATCH_LIMIT_MS = 1_000;
/** Pause between two looks for a finger, and after a poor image. */
const POLL_PAUSE_MS = 50;
const POOR_PAUSE_MS = 300;
/** After so many images that could not be used, another finger is asked for. */
const POOR_IMAGES_MAX = 5;
/** Looks for a finger in one wait, whatever its limit. */
const MAX_POLLS = 100_000;
const TRANSFER_ATTEMPTS = 2;
/** Restarts of the module, or losses of an answer, that one operation survives. */
const MAX_RECOVERIES = 1;
/** Less time than this is not worth another start. */
const RECOVERY_MS = 500;
const ENROL_ATTEMPTS = 3;
const NO_DEADLINE = Number.POSITIVE_INFINITY;

type Say = (guidance: FingerGuidance) => void;
/** What looking for a finger led to. */
type Capture = 'captured' | 'nobody';
/** What one look at the glass found: nothing, a good image, or what would make a better one. */
type Look =
  | 'captured'
  | 'empty'
  | Extract<FingerGuidance, 'placeAgain' | 'cleanFinger' | 'moistenFinger' | 'dryFinger'>;

const sameBytes = (first: Uint8Array, second: Uint8Array): boolean =>
  first.length === second.length && first.every((byte, at) => byte === second[at]);

/**
 * A reader over `link`, which may be absent or not yet awake: nothing is sent before the first call.
 * `light` does not take the lock of the other operations: it waits its turn between two commands.
 */
export const makeFingerprintReader = (
  link: ByteLink,
  clock: Clock,
  options: FingerprintReaderOptions = {},
): FingerprintReader => {
  const channel = makeReaderChannel(link, clock, options.address ?? DEFAULT_ADDRESS);
  const session = makeReaderSession(link, clock, channel, options);
  let template: Uint8Array | null = null;
  /** The start of the module in which it was given the template; null: it holds none. */
  let templateStart: number | null = null;
  let operating = false;
  let cancelled = false;
  /** The finger that did not match may still lie there. */
  let refusedFinger = false;
  let wake: (() => void) | null = null;
  let lightStart: Promise<unknown> = Promise.resolve();

  const command = (
    name: CommandName,
    parameters: readonly number[],
    limitMs: number,
  ): Promise<Result<Uint8Array, ReaderFault>> =>
    channel.exchange(name, parameters, { limitMs, deadlineMs: NO_DEADLINE });

  /** Takes the lock for `task` and gives it back whatever happens. */
  const operate = async <T>(
    task: () => Promise<Result<T, ReaderFault>>,
  ): Promise<Result<T, ReaderFault>> => {
    if (operating) return err(readerFault('busy', 'another operation is under way'));
    operating = true;
    cancelled = false;
    try {
      await lightStart;
      return await task();
    } finally {
      operating = false;
    }
  };

  /** Waits, unless `cancel` ends it. */
  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      if (cancelled) return resolve();
      const end = (): void => {
        wake = null;
        stop();
        resolve();
      };
      const stop = clock.after(delayMs, end);
      wake = end;
    });

  /** Whole milliseconds: a shorter wait may end before its time, and the loop around it would spin. */
  const pauseWithin = (delayMs: number, deadlineMs: number): Promise<void> =>
    pause(Math.ceil(Math.min(delayMs, Math.max(0, deadlineMs - clock.nowMs()))));

  /** Puts `content` into the module and reads it back until both agree. */
  const transfer = async (
    content: Uint8Array,
    { family, packetBytes }: Ready,
    deadlineMs: number,
  ): Promise<Result<void, ReaderFault>> => {
    const buffer = [FAMILIES[family].templateBuffer];
    const limits = { limitMs: SHORT_LIMIT_MS, deadlineMs };
    let fault = readerFault('garbled', 'the template read back differs');
    for (let attempt = 0; attempt < TRANSFER_ATTEMPTS; attempt++) {
      const sent = await channel.send('DownChar', buffer, content, packetBytes, limits);
      if (!sent.ok) return sent;
      const back = await channel.fetch('UpChar', buffer, content.length, limits);
      if (back.ok && sameBytes(back.value, content)) return done;
      if (back.ok) continue;
      // Refused: it did not arrive whole, which is worth another try. Anything else needs a start.
      fault = back.error;
      if (fault.kind !== 'refused') break;
    }
    return err(fault);
  };

  const putTemplate = async (
    content: Uint8Array,
    deadlineMs: number,
  ): Promise<Result<void, ReaderFault>> => {
    const started = await session.ensureReady(Math.min(deadlineMs, clock.nowMs() + START_LIMIT_MS));
    if (!started.ok) return started;
    if (content.length !== started.value.templateBytes) {
      const wanted = `${started.value.family} takes ${started.value.templateBytes}`;
      return err(readerFault('badTemplate', `${content.length} bytes, ${wanted}`));
    }
    templateStart = null;
    const put = await transfer(content, started.value, deadlineMs);
    if (!put.ok) return put;
    template = content.slice();
    templateStart = session.starts();
    return done;
  };

  /** One look at the glass, into a feature buffer. */
  const look = async (buffer: number): Promise<Result<Look, ReaderFault>> => {
    const image = await command('GenImg', [], IMAGE_LIMIT_MS);
    if (!image.ok) return image;
    const imageCode = image.value[0] ?? CODES.ok;
    if (imageCode === CODES.noFinger) return ok('empty');
    if (imageCode === CODES.imageFailed) return ok('placeAgain');
    if (imageCode !== CODES.ok) return err(codeFault('GenImg', imageCode));
    const features = await command('GenChar', [buffer], FEATURES_LIMIT_MS);
    if (!features.ok) return features;
    const code = features.value[0] ?? CODES.ok;
    switch (code) {
      case CODES.ok:
        return ok('captured');
      case CODES.tooDry:
        return ok('moistenFinger');
      case CODES.tooWet:
        return ok('dryFinger');
      case CODES.tooMessy:
        return ok('cleanFinger');
      case CODES.tooFewFeatures:
      case CODES.noImage:
        return ok('placeAgain');
    }
    return err(codeFault('GenChar', code));
  };

  const capture = async (
    buffer: number,
    deadlineMs: number,
    say: Say,
  ): Promise<Result<Capture, ReaderFault>> => {
    let poor = 0;
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      if (cancelled || clock.nowMs() >= deadlineMs) break;
      const seen = await look(buffer);
      if (!seen.ok) return seen;
      if (seen.value === 'captured') return ok('captured');
      if (seen.value === 'empty') {
        await pauseWithin(POLL_PAUSE_MS, deadlineMs);
        continue;
      }
      poor++;
      say(poor % POOR_IMAGES_MAX === 0 ? 'otherFinger' : seen.value);
      await pauseWithin(POOR_PAUSE_MS, deadlineMs);
    }
    return ok('nobody');
  };

  const awaitLift = async (deadlineMs: number, say: Say): Promise<Result<Capture, ReaderFault>> => {
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      if (cancelled || clock.nowMs() >= deadlineMs) break;
      const image = await command('GenImg', [], IMAGE_LIMIT_MS);
      if (!image.ok) return image;
      const code = image.value[0] ?? CODES.ok;
      if (code === CODES.noFinger) return ok('captured');
      if (code !== CODES.ok && code !== CODES.imageFailed) return err(codeFault('GenImg', code));
      say('liftFinger');
      await pauseWithin(POLL_PAUSE_MS, deadlineMs);
    }
    return ok('nobody');
  };

  /** Passes guidance on when it changes. */
  const makeSay = (guide: (guidance: FingerGuidance) => void): Say => {
    let last: FingerGuidance | null = null;
    return (guidance) => {
      if (guidance === last) return;
      last = guidance;
      guide(guidance);
    };
  };

  const verify = async (
    deadlineMs: number,
    say: Say,
  ): Promise<Result<FingerOutcome, ReaderFault>> => {
    if (template === null) return err(readerFault('refused', 'no template was loaded'));
    const started = await session.ensureReady(clock.nowMs() + START_LIMIT_MS);
    if (!started.ok) return started;
    if (templateStart !== session.starts()) {
      const put = await putTemplate(template, clock.nowMs() + LOAD_LIMIT_MS);
      if (!put.ok) return put;
    }
    if (refusedFinger) {
      const lifted = await awaitLift(deadlineMs, say);
      if (!lifted.ok || lifted.value === 'nobody')
        return lifted.ok ? ok({ kind: 'noFinger' }) : lifted;
      refusedFinger = false;
      say('placeAgain');
    }
    const captured = await capture(1, deadlineMs, say);
    if (!captured.ok) return captured;
    if (captured.value === 'nobody') return ok({ kind: 'noFinger' });
    const answer = await command('Match', [], MATCH_LIMIT_MS);
    if (!answer.ok) return answer;
    const code = answer.value[0] ?? CODES.ok;
    if (code === CODES.ok) return ok({ kind: 'match', score: readNumber(answer.value, 1, 2) });
    if (code === CODES.noMatch) {
      refusedFinger = true;
      return ok({ kind: 'noMatch' });
    }
    templateStart = null;
    return err(codeFault('Match', code));
  };

  /** One enrolment: two captures, merged, read out. Null: the captures do not agree. */
  const enrolOnce = async (
    deadlineMs: number,
    say: Say,
  ): Promise<Result<Uint8Array | 'nobody' | 'differ', ReaderFault>> => {
    const started = await session.ensureReady(clock.nowMs() + START_LIMIT_MS);
    if (!started.ok) return started;
    templateStart = null;
    for (const buffer of [1, 2]) {
      if (buffer === 2) {
        say('liftFinger');
        const lifted = await awaitLift(deadlineMs, say);
        if (!lifted.ok || lifted.value === 'nobody') return lifted.ok ? ok('nobody') : lifted;
        say('placeAgain');
      }
      const captured = await capture(buffer, deadlineMs, say);
      if (!captured.ok || captured.value === 'nobody') return captured.ok ? ok('nobody') : captured;
    }
    const merged = await command('RegModel', [], FEATURES_LIMIT_MS);
    if (!merged.ok) return merged;
    const code = merged.value[0] ?? CODES.ok;
    if (code === CODES.cannotMerge) return ok('differ');
    if (code !== CODES.ok) return err(codeFault('RegModel', code));
    const limits = { limitMs: SHORT_LIMIT_MS, deadlineMs: clock.nowMs() + LOAD_LIMIT_MS };
    const content = await channel.fetch('UpChar', [1], started.value.templateBytes, limits);
    if (content.ok && content.value.length !== started.value.templateBytes)
      return err(readerFault('garbled', `a template of ${content.value.length} bytes`));
    return content;
  };

  /**
   * Runs `task` again when the module started anew in the middle of it, or an answer was lost: one
   * damaged byte on the wire is nobody's business. An attempt that the deadline cut short says less than
   * the one before it.
   */
  const surviving = async <T>(
    task: () => Promise<Result<T, ReaderFault>>,
    deadlineMs = NO_DEADLINE,
  ): Promise<Result<T, ReaderFault>> => {
    let before: Result<T, ReaderFault> | null = null;
    for (let recoveries = 0; ; recoveries++) {
      const outcome = await task();
      const cutShort =
        !outcome.ok && outcome.error.kind === 'timeout' && clock.nowMs() >= deadlineMs;
      if (cutShort && before !== null) return before;
      const timeLeft = clock.nowMs() + RECOVERY_MS < deadlineMs;
      const lost = channel.step() !== 'inStep' && link.present();
      const recoverable = lost && timeLeft && !cancelled;
      if (outcome.ok || !recoverable || recoveries >= MAX_RECOVERIES) return outcome;
      before = outcome;
    }
  };

  return {
    start: () =>
      operate(async () => {
        const started = await session.connect(clock.nowMs() + START_LIMIT_MS);
        if (!started.ok) return started;
        const { family, templateBytes, capacity } = started.value;
        return ok({ family, templateBytes, capacity });
      }),
    loadTemplate: (content) =>
      operate(() => {
        const deadlineMs = clock.nowMs() + LOAD_LIMIT_MS;
        const wanted = content.slice();
        // Whatever happens next, nobody is compared with the template of the one before.
        template = null;
        refusedFinger = false;
        return surviving(() => putTemplate(wanted, deadlineMs), deadlineMs);
      }),
    verifyFinger: (limitMs, guide) =>
      operate(() => {
        const deadlineMs = clock.nowMs() + limitMs;
        const say = makeSay(guide);
        say('placeFinger');
        return surviving(() => verify(deadlineMs, say));
      }),
    enrol: (limitMs, guide) =>
      operate(async () => {
        const deadlineMs = clock.nowMs() + limitMs;
        const say = makeSay(guide);
        say('placeFinger');
        for (let attempt = 0; attempt < ENROL_ATTEMPTS; attempt++) {
          const enrolled = await surviving(() => enrolOnce(deadlineMs, say));
          if (!enrolled.ok) return enrolled;
          if (enrolled.value === 'nobody') return ok(null);
          if (enrolled.value !== 'differ') return ok(enrolled.value);
          say('placeAgain');
        }
        return err(readerFault('refused', 'the two captures are not of one finger'));
      }),
    cancel: () => {
      if (!operating) return;
      cancelled = true;
      wake?.();
    },
    light: async (wanted) => {
      session.note(wanted);
      if (session.ready() !== null) return session.shine();
      // An operation that is starting the module lights the ring itself.
      if (operating) return done;
      const starting = lightStart.then(() => session.ensureReady(clock.nowMs() + START_LIMIT_MS));
      lightStart = starting;
      const started = await starting;
      if (!started.ok) return started;
      return session.shine();
    },
  };
};
