/**
 * The field console's process: a serial line on one side, the supervisor on the other. It opens nothing
 * else of the unit, and works from what it is told.
 */
import { startConsole } from '#firmware/console/console.ts';
import type { Locale } from '#firmware/election/definition.ts';
import type {
  ConsoleAnswer,
  FromConsole,
  ToConsole,
} from '#firmware/messages/console-catalogue.ts';
import { readToConsole } from '#firmware/messages/read-console-message.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { makeAsking } from '../process/asking.ts';
import { startBeat } from '../process/beat.ts';
import { openChannel } from '../process/channel.ts';

/** Longer than any request takes: an officer is waited for 40 s, then a slip is printed in 30 s. */
export const REQUEST_LIMIT_MS = 120_000;

export type ConsoleProcessOptions = {
  readonly link: ByteLink;
  readonly line: ByteLink;
  readonly clock: Clock;
  readonly locale: Locale;
  readonly unit: string;
  readonly onEnd: () => void;
};

export const runConsole = ({
  link,
  line,
  clock,
  locale,
  unit,
  onEnd,
}: ConsoleProcessOptions): void => {
  const answers = makeAsking<ConsoleAnswer>(clock, REQUEST_LIMIT_MS);
  const say = (message: FromConsole): Promise<void> => channel.send(message);
  const end = async (last: FromConsole | null): Promise<void> => {
    stopBeat();
    console.stop();
    line.close();
    if (last !== null) await say(last);
    channel.leave();
    onEnd();
  };
  const take = (message: ToConsole): void => {
    switch (message.kind) {
      case 'snapshot':
        console.snapshot(message.diagnostics);
        return;
      case 'logged':
        console.logged(message.lines);
        return;
      case 'answer':
        answers.answer(message.ask, message.answer);
        return;
      case 'stop':
        void end({ kind: 'stopped' });
        return;
    }
  };
  const channel = openChannel<FromConsole, ToConsole>({
    link,
    read: readToConsole,
    onMessage: take,
    // A supervisor that says what is not of the catalogue is not answered either.
    onGarbage: () => undefined,
    onClosed: () => void end(null),
  });
  const console = startConsole({
    link: line,
    clock,
    locale,
    unit,
    ask: (request) =>
      answers.ask(
        (ask) => void say({ kind: 'request', ask, request }),
        () => ({ outcome: 'refused', reason: 'noAnswer' }),
      ),
    onOpened: () => void say({ kind: 'opened' }),
  });
  const stopBeat = startBeat(
    clock,
    () => null,
    () => void say({ kind: 'alive' }),
  );
  void say({ kind: 'running' });
};
