/** What the field console may ask of the unit, and who decides: the supervisor, here. */
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import {
  type ConsoleAnswer,
  type ConsoleRefusal,
  type ConsoleRequest,
  REQUEST_LEVELS,
} from '#firmware/messages/console-catalogue.ts';

export type ConsoleRequests = {
  /** Never rejects for what is asked: a request that is not granted is answered with why. */
  readonly answer: (request: ConsoleRequest) => Promise<ConsoleAnswer>;
  /** The console went away: whoever was logged in is not any more. */
  readonly closed: () => void;
};

export type ConsoleRequestsOptions = {
  readonly record: (event: LogEvent) => void;
};

const refused = (reason: ConsoleRefusal): ConsoleAnswer => ({ outcome: 'refused', reason });

export const makeConsoleRequests = ({ record }: ConsoleRequestsOptions): ConsoleRequests => ({
  answer: (request) => {
    if (request.name === 'look') return Promise.resolve({ outcome: 'done' });
    record({ id: 'consoleRefused', fields: { request: asWord(request.name) } });
    return Promise.resolve(
      REQUEST_LEVELS[request.name] === 'reader' ? refused('noKeys') : refused('needsTechnician'),
    );
  },
  closed: () => undefined,
});
