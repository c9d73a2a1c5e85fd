/**
 * The part of the reader's driver that brings a module to life and keeps it so: handshake, password,
 * parameters, and the ring light, which the module forgets at every start.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { ReaderFault, ReaderInfo, RingSignal } from '#hal/fingerprint-reader.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { codeFault, type ReaderChannel, readerFault } from './channel.ts';
import {
  AURA_COLOURS,
  AURA_CONTROLS,
  type AuraColour,
  type AuraControl,
  CODES,
  decodeSystemParameters,
  FAMILIES,
  type ReaderFamily,
  SYSTEM_PARAMETERS_ACK_BYTES,
  u32,
} from './protocol.ts';

export type SessionOptions = {
  readonly password?: number;
  /** Told rather than found out by the module's capacity. */
  readonly family?: ReaderFamily;
};

export type Ready = ReaderInfo & { readonly packetBytes: number };

export type ReaderSession = {
  /** The module as it is now, in step and awake; null: a start is needed. */
  ready(): Ready | null;
  /** Counts starts: what the module held in RAM lives no longer than one. */
  starts(): number;
  /** Starts the module, whatever it was. */
  connect(deadlineMs: number): Promise<Result<Ready, ReaderFault>>;
  /** Starts it when that is needed. */
  ensureReady(deadlineMs: number): Promise<Result<Ready, ReaderFault>>;
  /** Notes what the ring shall show from now on, without sending it. */
  note(signal: RingSignal): void;
  /** Sends the ring what was noted; families without a ring: nothing. */
  shine(): Promise<Result<void, ReaderFault>>;
};

const HANDSHAKE_LIMIT_MS = 150;
const SHORT_LIMIT_MS = 300;
const START_ATTEMPTS = 12;
const NO_DEADLINE = Number.POSITIVE_INFINITY;

type Ring = { readonly control: AuraControl; readonly speed: number; readonly colour: AuraColour };

const RING: Readonly<Record<RingSignal, Ring>> = {
  off: { control: 'off', speed: 0, colour: 'blue' },
  ready: { control: 'breathing', speed: 0xc0, colour: 'blue' },
  placeFinger: { control: 'breathing', speed: 0x40, colour: 'white' },
  tryAgain: { control: 'flashing', speed: 0x40, colour: 'yellow' },
  working: { control: 'flashing', speed: 0x20, colour: 'purple' },
  accepted: { control: 'on', speed: 0, colour: 'green' },
  refused: { control: 'on', speed: 0, colour: 'red' },
};

export const makeReaderSession = (
  link: ByteLink,
  clock: Clock,
  channel: ReaderChannel,
  options: SessionOptions,
): ReaderSession => {
  let started: Ready | null = null;
  let starts = 0;
  let signal: RingSignal | null = null;

  const ready = (): Ready | null => (channel.step() === 'inStep' ? started : null);

  const shine = async (deadlineMs = NO_DEADLINE): Promise<Result<void, ReaderFault>> => {
    if (signal === null || started === null || !FAMILIES[started.family].aura) return done;
    const { control, speed, colour } = RING[signal];
    const parameters = [AURA_CONTROLS[control], speed, AURA_COLOURS[colour], 0];
    const limits = { limitMs: SHORT_LIMIT_MS, deadlineMs };
    const answer = await channel.exchange('AuraLedConfig', parameters, limits);
    if (!answer.ok) return answer;
    const code = answer.value[0] ?? CODES.ok;
    return code === CODES.ok || code === CODES.unsupported
      ? done
      : err(codeFault('AuraLedConfig', code));
  };

  /** One try at a start. `again`: the module may answer if asked once more. */
  const greet = async (
    deadlineMs: number,
  ): Promise<Result<Ready, { readonly fault: ReaderFault; readonly again: boolean }>> => {
    const lost = (fault: ReaderFault) => err({ fault, again: fault.kind !== 'absent' });
    const starting = true;
    await channel.quiet();
    // Only the R503 knows it; what counts is that its answer has passed before the next question.
    await channel.exchange(
      'HandShake',
      [],
      { limitMs: HANDSHAKE_LIMIT_MS, deadlineMs },
      { starting },
    );
    const limits = { limitMs: SHORT_LIMIT_MS, deadlineMs };
    const password = u32(options.password ?? 0);
    const verified = await channel.exchange('VfyPwd', password, limits, { starting });
    if (!verified.ok) return lost(verified.error);
    const code = verified.value[0] ?? CODES.ok;
    if (code !== CODES.ok) return err({ fault: codeFault('VfyPwd', code), again: false });
    // The only answer of its length: answers that were owed to older questions come before it.
    const answerBytes = SYSTEM_PARAMETERS_ACK_BYTES;
    const answer = await channel.exchange('ReadSysPara', [], limits, { answerBytes, starting });
    if (!answer.ok) return lost(answer.error);
    const parameters = decodeSystemParameters(answer.value);
    if (!parameters.ok)
      return err({ fault: readerFault('garbled', parameters.error), again: true });
    const { capacity, packetBytes } = parameters.value;
    const family = options.family ?? (capacity === FAMILIES.R503.capacity ? 'R503' : 'ZFM');
    return ok({ family, templateBytes: FAMILIES[family].templateBytes, capacity, packetBytes });
  };

  const connect = async (deadlineMs: number): Promise<Result<Ready, ReaderFault>> => {
    started = null;
    starts++;
    let fault = readerFault('timeout', 'no time to start the reader');
    for (let attempt = 0; attempt < START_ATTEMPTS && clock.nowMs() < deadlineMs; attempt++) {
      if (!link.present()) return err(readerFault('absent', 'the reader is not plugged in'));
      const greeted = await greet(deadlineMs);
      if (greeted.ok) {
        channel.declareInStep();
        started = greeted.value;
        const lit = await shine(deadlineMs);
        return lit.ok || ready() !== null ? ok(greeted.value) : lit;
      }
      // Cut short by the deadline, the last try says less than the one before.
      if (attempt === 0 || clock.nowMs() < deadlineMs) fault = greeted.error.fault;
      if (!greeted.error.again) break;
    }
    return err(fault);
  };

  return {
    ready,
    starts: () => starts,
    connect,
    ensureReady: async (deadlineMs) => {
      const now = ready();
      return now === null ? connect(deadlineMs) : ok(now);
    },
    note: (wanted) => {
      signal = wanted;
    },
    shine: () => shine(),
  };
};
