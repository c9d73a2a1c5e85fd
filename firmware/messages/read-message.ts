/**
 * The door of the catalogue: turns parsed JSON into a message, or into null when anything is
 * missing, of another type, out of range, or too much.
 */
import type { Message } from './catalogue.ts';
import { between, type Check, count, messageOf, oneOf, orNull, record, text } from './checks.ts';

const media: Check = (value) =>
  Array.isArray(value) &&
  value.length <= 2 &&
  new Set(value).size === value.length &&
  value.every(oneOf('fixed', 'removable'));

/** A `PowerState`. */
export const power = record({
  level: oneOf('mains', 'degraded', 'battery', 'low', 'critical', 'parked'),
  batteryPercent: orNull(between(0, 100)),
  minutesLeft: orNull(count),
});

/** A `PollsPhase`. */
export const phase = oneOf('setup', 'readyToOpen', 'open', 'closed', 'counted');

/** 32 bits in hex. */
const turn = text(/^[0-9a-f]{8}$/);

/** One row a kind of message: its fields and what each may hold. */
const FIELDS = {
  deskStarted: {},
  admission: {
    token: text(/^[0-9a-f]{32}$/),
    ballotStyleId: text(/^[\w.-]{1,60}$/),
    turn,
  },
  acknowledged: { media },
  authenticationTotals: {
    totals: record({
      match: count,
      noMatch: count,
      noStoredPrint: count,
      noUpperLimbs: count,
      overrides: count,
      votersMarked: count,
      registered: count,
    }),
  },
  boothStarted: {},
  idle: { turn },
  completed: {},
  notCompleted: {},
  phaseChanged: { phase },
  pollbookKey: { key: text(/^[0-9a-f]{64}$/) },
  powerChanged: { power },
} as const satisfies Record<Message['kind'], Readonly<Record<string, Check>>>;

export const readMessage = (json: unknown): Message | null => messageOf<Message>(FIELDS, json);
