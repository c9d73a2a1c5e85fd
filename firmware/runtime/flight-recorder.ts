/**
 * The flight recorder of a machine: a ring of the kinds of its last events, for the report on a crash.
 * It keeps numbers of a closed list of words (messages/recorded-events.ts), one byte each: there is no
 * room in it for a selection, a voter, a time or how often something happened.
 */
import { isVoters, type Stage } from '../booth/state.ts';
import { FLIGHT_EVENTS, RECORDED_EVENTS, type RecordedEvent } from '../messages/recorded-events.ts';

export type FlightRecorder = {
  readonly note: (event: RecordedEvent) => void;
  /** The oldest first. */
  readonly last: () => readonly RecordedEvent[];
};

export const makeFlightRecorder = (): FlightRecorder => {
  const ring = new Uint8Array(FLIGHT_EVENTS);
  let count = 0;
  const at = (place: number): number => ring[place % FLIGHT_EVENTS] ?? 0;
  return {
    note: (event) => {
      const word = RECORDED_EVENTS.indexOf(event);
      if (count > 0 && at(count - 1) === word) return;
      ring[count % FLIGHT_EVENTS] = word;
      count++;
    },
    last: () => {
      const first = Math.max(0, count - FLIGHT_EVENTS);
      return Array.from({ length: count - first }, (_each, index) => at(first + index)).flatMap(
        (word) => RECORDED_EVENTS[word] ?? [],
      );
    },
  };
};

/** What people do, and what follows from their doing nothing. */
const OF_PEOPLE: readonly RecordedEvent[] = [
  'touched',
  'keyPressed',
  'timerExpired',
  'tokenInserted',
  'tokenRemoved',
];

/**
 * Of a booth's events: nothing while somebody marks a ballot, whose time may run out; and nothing that a
 * voter does afterwards. That somebody uses the keypad is never recorded.
 */
export const mayBeRecorded = (event: RecordedEvent, stage: Stage): boolean => {
  if (stage.name === 'ballot' || stage.name === 'expired' || stage.name === 'preparing')
    return false;
  return event !== 'keyPressed' && !(isVoters(stage) && OF_PEOPLE.includes(event));
};
