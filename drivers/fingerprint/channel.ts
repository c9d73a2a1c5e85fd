/**
 * Question and answer with the module over a byte link: one exchange at a time, every wait with a
 * limit. Answers carry no number, so after a silence or damage nobody can tell to which question
 * the next one belongs: the channel then says that it is out of step, and the driver starts anew.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { ReaderFault } from '#hal/fingerprint-reader.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { type DecoderEvent, makePacketDecoder } from './packet-decoder.ts';
import {
  CODES,
  type CommandName,
  describeCode,
  encodeCommand,
  encodeData,
  type Packet,
} from './protocol.ts';

/** Where question and answer stand. */
export type Step =
  | 'inStep'
  /** An answer is owed, damaged, or the cable was out. */
  | 'outOfStep'
  /** The module has started anew: what it held in RAM is gone. */
  | 'restarted';

export type Limits = {
  /** How long the module may think, ms. */
  readonly limitMs: number;
  /** When the whole operation ends, by the clock. */
  readonly deadlineMs: number;
};

export type ReaderChannel = {
  step(): Step;
  /** Nothing is owed any more: said by the driver once a start went through. */
  declareInStep(): void;
  /** Sends a command, returns the answer's payload (code first, at least that). */
  exchange(
    command: CommandName,
    parameters: readonly number[],
    limits: Limits,
    options?: ExchangeOptions,
  ): Promise<Result<Uint8Array, ReaderFault>>;
  /** A command, and data packets after its answer. The module does not acknowledge them. */
  send(
    command: CommandName,
    parameters: readonly number[],
    content: Uint8Array,
    packetBytes: number,
    limits: Limits,
  ): Promise<Result<void, ReaderFault>>;
  /** A command whose answer is followed by data packets, at most `maxBytes` in all. */
  fetch(
    command: CommandName,
    parameters: readonly number[],
    maxBytes: number,
    limits: Limits,
  ): Promise<Result<Uint8Array, ReaderFault>>;
  /** Waits until nothing has arrived for a while. */
  quiet(): Promise<void>;
};

export type ExchangeOptions = {
  /** Answers of other lengths are passed over: they belong to questions of long ago. */
  readonly answerBytes?: number;
  /** Ask though out of step: the questions of a start, which bring it back. */
  readonly starting?: true;
};

/** A command is sent again when it or its answer was damaged on the way. */
const EXCHANGE_ATTEMPTS = 2;
const WRITE_LIMIT_MS = 500;
/** Between two data packets. */
const DATA_LIMIT_MS = 200;
const QUIET_MS = 20;
const QUIET_ROUNDS = 20;
const MAX_INBOX = 64;

type Arrival = DecoderEvent | { readonly kind: 'timeout' } | { readonly kind: 'absent' };

export const readerFault = (kind: ReaderFault['kind'], detail: string): ReaderFault => ({
  device: 'fingerprint',
  kind,
  detail,
});

/** Codes that are more than a refusal. */
const CODE_KINDS: ReadonlyMap<number, ReaderFault['kind']> = new Map([
  [CODES.packetError, 'garbled'],
  [CODES.timeout, 'timeout'],
  [CODES.flashError, 'broken'],
  [CODES.sensorError, 'broken'],
  [CODES.hardwareError, 'broken'],
]);
/** What a module says that has forgotten the start: it was without power unseen. */
const FORGOTTEN: ReadonlySet<number> = new Set([CODES.mustVerifyPassword]);

/** What a code other than 00 means as a fault. */
export const codeFault = (command: CommandName, code: number): ReaderFault => {
  return readerFault(
    CODE_KINDS.get(code) ?? 'refused',
    `${command} answered ${describeCode(code)}`,
  );
};

export const makeReaderChannel = (link: ByteLink, clock: Clock, address: number): ReaderChannel => {
  const decoder = makePacketDecoder();
  const inbox: DecoderEvent[] = [];
  let step: Step = 'outOfStep';
  let waiter: ((arrival: Arrival) => void) | null = null;
  let lastByteMs = Number.NEGATIVE_INFINITY;
  /** The exchange that is under way: the next one waits for it. */
  let turn: Promise<unknown> = Promise.resolve();

  link.onBytes((chunk) => {
    lastByteMs = clock.nowMs();
    for (const event of decoder.push(chunk)) {
      if (event.kind === 'ready') step = 'restarted';
      if (waiter !== null) waiter(event);
      else if (inbox.length < MAX_INBOX) inbox.push(event);
    }
  });
  link.onPresence(() => {
    step = 'outOfStep';
    waiter?.({ kind: 'absent' });
  });

  const next = (limitMs: number): Promise<Arrival> => {
    const first = inbox.shift();
    if (first !== undefined) return Promise.resolve(first);
    if (!link.present()) return Promise.resolve({ kind: 'absent' });
    return new Promise((resolve) => {
      const arrive = (arrival: Arrival): void => {
        waiter = null;
        cancel();
        resolve(arrival);
      };
      const cancel = afterSilence(clock, limitMs, () => arrive({ kind: 'timeout' }));
      waiter = arrive;
    });
  };

  const fail = (kind: ReaderFault['kind'], detail: string): Result<never, ReaderFault> => {
    if (step === 'inStep') step = 'outOfStep';
    return err(readerFault(kind, detail));
  };

  const write = async (bytes: Uint8Array): Promise<Result<void, ReaderFault>> => {
    const late = Symbol('late');
    let cancel = (): void => {};
    const limit = new Promise<typeof late>((resolve) => {
      cancel = afterSilence(clock, WRITE_LIMIT_MS, () => resolve(late));
    });
    const written = await Promise.race([link.write(bytes), limit]);
    cancel();
    if (written === late) return fail('timeout', 'the link took no bytes');
    return written.ok ? done : fail('absent', written.error.detail);
  };

  /** The next packet that passes `wanted`, until `endMs`. */
  const nextPacket = async (
    what: string,
    endMs: number,
    wanted: (packet: Packet) => boolean,
  ): Promise<Result<Packet, ReaderFault>> => {
    for (;;) {
      const arrival = await next(endMs - clock.nowMs());
      switch (arrival.kind) {
        case 'timeout':
          return fail('timeout', `no answer to ${what}`);
        case 'absent':
          return fail('absent', `unplugged during ${what}`);
        case 'ready':
          return fail('broken', `the reader started anew during ${what}`);
        case 'garbled':
          return fail('garbled', `${what}: ${arrival.detail}`);
        case 'packet':
          if (arrival.packet.address !== address)
            return fail('garbled', `${what}: answer from address ${arrival.packet.address}`);
          if (wanted(arrival.packet)) return ok(arrival.packet);
      }
      if (clock.nowMs() >= endMs) return fail('timeout', `no answer to ${what}`);
    }
  };

  const quiet = async (): Promise<void> => {
    for (let round = 0; round < QUIET_ROUNDS; round++) {
      const restMs = lastByteMs + QUIET_MS - clock.nowMs();
      if (restMs <= 0) break;
      await wait(clock, Math.ceil(restMs));
    }
    inbox.length = 0;
    decoder.reset();
  };

  const ask = async (
    command: CommandName,
    parameters: readonly number[],
    limits: Limits,
    options: ExchangeOptions,
  ): Promise<Result<Uint8Array, ReaderFault>> => {
    const before = step;
    if (step !== 'inStep' && !options.starting) {
      if (!link.present()) return err(readerFault('absent', `unplugged before ${command}`));
      return step === 'restarted'
        ? err(readerFault('broken', `the reader started anew before ${command}`))
        : err(readerFault('timeout', `an answer was still owed before ${command}`));
    }
    let last: Result<Uint8Array, ReaderFault> = err(
      readerFault('timeout', `no time for ${command}`),
    );
    for (let attempt = 0; attempt < EXCHANGE_ATTEMPTS; attempt++) {
      if (clock.nowMs() >= limits.deadlineMs) return last;
      inbox.length = 0;
      decoder.reset();
      const written = await write(encodeCommand(address, command, parameters));
      if (!written.ok) return written;
      const endMs = Math.min(clock.nowMs() + limits.limitMs, limits.deadlineMs);
      const wanted = ({ type, payload }: Packet): boolean =>
        type === 'ack' &&
        payload.length > 0 &&
        (options.answerBytes === undefined || payload.length === options.answerBytes);
      const answer = await nextPacket(command, endMs, wanted);
      last = answer.ok ? ok(answer.value.payload) : answer;
      const damaged = answer.ok
        ? answer.value.payload[0] === CODES.packetError
        : answer.error.kind === 'garbled';
      if (answer.ok && FORGOTTEN.has(answer.value.payload[0] ?? 0)) step = 'restarted';
      if (!damaged) return last;
      await quiet();
      // The damaged answer has passed: what comes next answers what is asked next.
      if (step === 'outOfStep' && link.present()) step = before;
    }
    if (!last.ok && step === 'inStep') step = 'outOfStep';
    return last;
  };

  const collect = async (
    command: CommandName,
    maxBytes: number,
    deadlineMs: number,
  ): Promise<Result<Uint8Array, ReaderFault>> => {
    const content: number[] = [];
    for (;;) {
      const endMs = Math.min(clock.nowMs() + DATA_LIMIT_MS, deadlineMs);
      const packet = await nextPacket(
        command,
        endMs,
        ({ type }) => type === 'data' || type === 'lastData',
      );
      if (!packet.ok) return packet;
      content.push(...packet.value.payload);
      if (content.length > maxBytes) return fail('garbled', `${command}: over ${maxBytes} bytes`);
      if (packet.value.type === 'lastData') return ok(Uint8Array.from(content));
    }
  };

  /** Runs `task` after all exchanges that were asked for before it. */
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = turn.then(task);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const codeOf = (command: CommandName, payload: Uint8Array): Result<void, ReaderFault> => {
    const code = payload[0] ?? CODES.packetError;
    return code === CODES.ok ? done : err(codeFault(command, code));
  };

  return {
    step: () => step,
    declareInStep: () => {
      step = 'inStep';
    },
    quiet,
    exchange: (command, parameters, limits, options = {}) =>
      inTurn(() => ask(command, parameters, limits, options)),
    send: (command, parameters, content, packetBytes, limits) =>
      inTurn(async () => {
        const answer = await ask(command, parameters, limits, {});
        if (!answer.ok) return answer;
        const accepted = codeOf(command, answer.value);
        if (!accepted.ok) return accepted;
        for (const packet of encodeData(address, content, packetBytes)) {
          if (clock.nowMs() >= limits.deadlineMs) return fail('timeout', `no time for ${command}`);
          const written = await write(packet);
          if (!written.ok) return written;
        }
        return done;
      }),
    fetch: (command, parameters, maxBytes, limits) =>
      inTurn(async () => {
        const answer = await ask(command, parameters, limits, {});
        if (!answer.ok) return answer;
        const accepted = codeOf(command, answer.value);
        if (!accepted.ok) return accepted;
        const content = await collect(command, maxBytes, limits.deadlineMs);
        if (!content.ok && content.error.kind === 'garbled') await quiet();
        return content;
      }),
  };
};
