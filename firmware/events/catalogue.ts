/**
 * The closed catalogue of what the event log can say. One row an event: its NIST SP 1500-101 type and
 * disposition, its meaning, its fields. What is not here can not be logged; and nothing here is a
 * selection, a voter or a null vote.
 */
import {
  type Disposition,
  type EventFields,
  type EventRow,
  type EventType,
  type FieldKind,
  type FieldValue,
  fieldProblem,
} from './fields.ts';
import { MACHINE_EVENTS } from './machine-events.ts';
import { OFFICER_EVENTS } from './officer-events.ts';
import { VOTING_EVENTS } from './voting-events.ts';

export const EVENT_CATALOGUE = {
  ...MACHINE_EVENTS,
  ...OFFICER_EVENTS,
  ...VOTING_EVENTS,
} as const satisfies Readonly<Record<string, EventRow>>;

type Catalogue = typeof EVENT_CATALOGUE;
export type EventId = keyof Catalogue;

type FieldsOf<Id extends EventId> = {
  readonly [Name in keyof Catalogue[Id][3]]: Catalogue[Id][3][Name] extends infer Kind extends
    FieldKind
    ? FieldValue<Kind>
    : never;
};

/** An event of the log: its id and exactly the fields of its row. */
export type LogEvent = {
  [Id in EventId]: { readonly id: Id; readonly fields: FieldsOf<Id> };
}[EventId];

/** The fields that event `Id` carries. */
export type LogFields<Id extends EventId> = Extract<LogEvent, { readonly id: Id }>['fields'];

export type EventDescription = {
  readonly id: EventId;
  readonly type: EventType;
  readonly disposition: Disposition;
  readonly meaning: string;
  readonly fields: EventFields;
};

export const isEventId = (id: string): id is EventId => Object.hasOwn(EVENT_CATALOGUE, id);

/** Every event, in the order of the catalogue. */
export const EVENT_IDS: readonly EventId[] = Object.keys(EVENT_CATALOGUE).filter(isEventId);

export const describeEvent = (id: EventId): EventDescription => {
  const [type, disposition, meaning, fields] = EVENT_CATALOGUE[id];
  return { id, type, disposition, meaning, fields };
};

/**
 * Events of one voter's visit. The time from one to the next would tell how long a voter took, and so
 * whose time expired: a null vote. Their entries carry a coarse time (firmware/vault/event-log-format.ts).
 */
const VISIT_EVENTS: readonly EventId[] = [
  'voterAuthenticated',
  'voterRefused',
  'overrideAuthorised',
  'voterAdmitted',
  'admissionRenewed',
  'admissionReleased',
  'companionRecorded',
  'recordPrinted',
  'recordReprinted',
  'recordSpoiled',
  'ballotCast',
  'voterMarked',
];

export const isOfVisit = (id: EventId): boolean => VISIT_EVENTS.includes(id);

/** Why something is no event of the catalogue. */
export type EventFault =
  | { readonly kind: 'noEvent'; readonly event: string }
  | {
      readonly kind: 'extraField' | 'missingField';
      readonly event: EventId;
      readonly field: string;
    }
  | {
      readonly kind: 'wrongField';
      readonly event: EventId;
      readonly field: string;
      readonly problem: string;
    };

/** Null when the event is one of the catalogue with exactly its fields; otherwise what is wrong. */
export const eventFault = (
  event: string,
  fields: Readonly<Record<string, unknown>>,
): EventFault | null => {
  if (!isEventId(event)) return { kind: 'noEvent', event };
  const expected: EventFields = EVENT_CATALOGUE[event][3];
  for (const field of Object.keys(fields)) {
    if (!Object.hasOwn(expected, field)) return { kind: 'extraField', event, field };
  }
  for (const [field, kind] of Object.entries(expected)) {
    if (!Object.hasOwn(fields, field)) return { kind: 'missingField', event, field };
    const problem = fieldProblem(kind, fields[field]);
    if (problem !== null) return { kind: 'wrongField', event, field, problem };
  }
  return null;
};

/** `eventFault` as whoever writes code reads it. */
export const eventProblem = (
  id: string,
  fields: Readonly<Record<string, unknown>>,
): string | null => {
  const fault = eventFault(id, fields);
  switch (fault?.kind) {
    case undefined:
      return null;
    case 'noEvent':
      return `no event ${id}`;
    case 'extraField':
      return `${id} has no field ${fault.field}`;
    case 'missingField':
      return `${id} lacks ${fault.field}`;
    case 'wrongField':
      return `${id}.${fault.field}: ${fault.problem}`;
  }
};

/** Something as a word of the log: characters that have no place in a word become `-`, the length is cut. */
export const asWord = (text: string): string => {
  const cleaned = text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 46);
  return /^[A-Za-z]/.test(cleaned) ? cleaned : `x${cleaned}`;
};
