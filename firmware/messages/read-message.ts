/**
 * The door of the catalogue: turns parsed JSON into a message, or into null when anything is
 * missing, of another type, out of range, or too much.
 */
import type { Message } from './catalogue.ts';

type Check = (value: unknown) => boolean;

const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
const text =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const percentOrNull: Check = (value) =>
  value === null || (typeof value === 'number' && value >= 0 && value <= 100);
const countOrNull: Check = (value) => value === null || count(value);
const media: Check = (value) =>
  Array.isArray(value) &&
  value.length <= 2 &&
  new Set(value).size === value.length &&
  value.every(oneOf('fixed', 'removable'));

const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const given = value as Readonly<Record<string, unknown>>;
    const names = Object.keys(fields);
    return (
      Object.keys(given).length === names.length &&
      names.every((name) => Object.hasOwn(given, name) && fields[name]!(given[name]))
    );
  };

/** One row a kind of message: its fields and what each may hold. */
const FIELDS = {
  deskStarted: {},
  admission: { token: text(/^[0-9a-f]{32}$/), ballotStyleId: text(/^[\w.-]{1,60}$/) },
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
  idle: {},
  completed: {},
  notCompleted: {},
  phaseChanged: { phase: oneOf('setup', 'readyToOpen', 'open', 'closed', 'counted') },
  pollbookKey: { key: text(/^[0-9a-f]{64}$/) },
  powerChanged: {
    power: record({
      level: oneOf('mains', 'degraded', 'battery', 'low', 'critical', 'parked'),
      batteryPercent: percentOrNull,
      minutesLeft: countOrNull,
    }),
  },
} as const satisfies Record<Message['kind'], Readonly<Record<string, Check>>>;

export const readMessage = (json: unknown): Message | null => {
  if (typeof json !== 'object' || json === null) return null;
  const kind = (json as { readonly kind?: unknown }).kind;
  if (typeof kind !== 'string' || !Object.hasOwn(FIELDS, kind)) return null;
  const fields: Readonly<Record<string, Check>> = FIELDS[kind as Message['kind']];
  return record({ kind: oneOf(kind), ...fields })(json) ? (json as Message) : null;
};
