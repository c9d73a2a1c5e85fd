/**
 * The unit's way out, in the supervisor's hand: off from the start; switched on when the booth has something to
 * send, which it says once the polls are counted; off again as soon as the sender's process is gone. The sender
 * is started for one sending and is given the signed package, the identity and the receivers, nothing else.
 */
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { PollsPhase } from '#firmware/messages/catalogue.ts';
import { readFromSender } from '#firmware/messages/read-unit-message.ts';
import type {
  ForSender,
  FromSender,
  Portion,
  ToBooth,
  ToSender,
} from '#firmware/messages/unit-catalogue.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { receiverOf } from '#firmware/transmission/sending.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { type Fault, faultCode } from '#hal/fault.ts';
import type { NetworkSwitch } from '#hal/network-switch.ts';
import { type Channel, openChannel } from '../process/channel.ts';
import type { ProcessHandle } from '../process/handle.ts';
import { makeCollector, portionsOf } from '../process/portions.ts';
import type { StartedUnit } from './start-up.ts';

export type SendingSideOptions = {
  readonly startProcess: () => ProcessHandle;
  /** Null: nothing is known yet. */
  readonly unit: () => StartedUnit | null;
  readonly record: (event: LogEvent) => void;
  readonly toBooth: (message: ToBooth) => void;
  readonly guard: (work: Promise<unknown>) => void;
};

export type SendingSide = {
  /** The booth says how far the day is. */
  readonly phase: (phase: PollsPhase) => void;
  /** The network is off from here on, whatever it was before. */
  readonly holdOff: () => void;
  /** Of the booth. */
  readonly sendResult: (messageBytes: number) => void;
  readonly portion: (portion: Portion) => void;
  readonly tell: (word: ForSender) => void;
  readonly endSending: () => void;
  /** The booth is gone, or the unit ends: the sender is, too. Resolves with the network off. */
  readonly stop: () => Promise<void>;
};

type Sender = { readonly process: ProcessHandle; readonly channel: Channel<ToSender> };

export const makeSendingSide = (options: SendingSideOptions): SendingSide => {
  const { startProcess, unit, record, toBooth, guard } = options;
  let counted = false;
  let collect: ReturnType<typeof makeCollector> | null = null;
  let sender: Sender | null = null;
  /** One change of the switch after the other. */
  let turn: Promise<void> = Promise.resolve();
  let on = false;
  /** Counts sendings: of one before the last nothing is done any more. */
  let number = 0;

  const network = (): NetworkSwitch | null => unit()?.opened.board.network ?? null;
  const faulty = (fault: Fault): void =>
    record({ id: 'deviceFault', fields: { code: asWord(faultCode(fault)) } });
  const ended = (why: string): void => toBooth({ kind: 'senderEnded', why });
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(work);
    guard(turn);
    return turn;
  };
  const switchOff = async (): Promise<void> => {
    const out = network();
    if (out === null) return;
    const done = await out.set(false);
    if (!done.ok) faulty(done.error);
    else if (on) record({ id: 'networkDisabled', fields: {} });
    on = false;
  };

  const letGo = (gone: Sender): void => {
    if (sender !== gone) return;
    sender = null;
    gone.channel.leave();
    gone.process.kill();
    void inTurn(switchOff);
  };
  const run = (message: Uint8Array, { identity, electionPackage, receivers }: StartedUnit) => {
    const process = startProcess();
    const hear = (word: FromSender): void => {
      if (sender?.process === process) toBooth(word);
    };
    const over = (why: string): void => {
      if (sender?.process !== process) return;
      letGo(sender);
      ended(why);
    };
    const channel = openChannel<ToSender, FromSender>({
      link: process.link,
      read: readFromSender,
      onMessage: hear,
      onGarbage: () => over('senderGarbled'),
      // What it said before it ended is heard before this.
      onClosed: () => over('senderFailed'),
    });
    sender = { process, channel };
    const { definition } = electionPackage;
    void channel.send({
      kind: 'beginSending',
      messageBytes: message.length,
      election: definition.id,
      precinct: precinctOf(definition),
      privateKey: toHex(identity.privateKey),
      publicKey: toHex(identity.publicKey),
      receivers: receivers.map(receiverOf),
    });
    for (const portion of portionsOf(message)) void channel.send(portion);
  };
  const begin = async (message: Uint8Array, mine: number): Promise<void> => {
    const found = unit();
    const out = network();
    if (found === null || out === null || mine !== number) return;
    const switched = await out.set(true);
    if (mine !== number) return switchOff();
    if (!switched.ok) {
      faulty(switched.error);
      return ended(faultCode(switched.error));
    }
    if (!on) record({ id: 'networkEnabled', fields: {} });
    on = true;
    run(message, found);
  };
  const drop = (): void => {
    number++;
    collect = null;
    if (sender !== null) letGo(sender);
  };

  return {
    phase: (phase) => {
      counted = phase === 'counted';
    },
    holdOff: () => void inTurn(switchOff),
    sendResult: (messageBytes) => {
      drop();
      const mine = number;
      if (!counted) return ended('notCounted');
      if (network() === null || (unit()?.receivers.length ?? 0) === 0) return ended('noReceiver');
      collect = makeCollector(messageBytes, (message) => {
        collect = null;
        void inTurn(() => begin(message, mine));
      });
    },
    portion: (portion) => {
      if (collect === null) return;
      if (!collect(portion)) {
        drop();
        ended('boothGarbled');
      }
    },
    tell: (word) => {
      if (sender !== null) void sender.channel.send(word);
    },
    endSending: drop,
    stop: async () => {
      drop();
      await turn;
    },
  };
};
