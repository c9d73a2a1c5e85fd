/** The catalogue of the log against NIST SP 1500-101, and against what a log must never say. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  asWord,
  describeEvent,
  EVENT_IDS,
  eventProblem,
  type LogEvent,
} from '#firmware/events/catalogue.ts';
import { EVENT_TYPES, fieldProblem, MAX_COUNT } from '#firmware/events/fields.ts';
import { eventDocument } from '#scripts/audit/event-document.ts';

const schema: {
  readonly definitions: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
} = JSON.parse(
  readFileSync(new URL('../vectors/nist-1500-101-v1.schema.json', import.meta.url), 'utf8'),
);

describe('the catalogue of events', () => {
  test('uses the dispositions of NIST SP 1500-101 and documented types only', () => {
    const dispositions = schema.definitions['EventLogging.EventDispositionType']?.enum;
    expect(dispositions).toEqual(['failure', 'na', 'other', 'success']);
    for (const id of EVENT_IDS) {
      const { disposition, type, meaning } = describeEvent(id);
      expect(dispositions).toContain(disposition);
      expect(Object.keys(EVENT_TYPES)).toContain(type);
      expect(meaning.length).toBeGreaterThan(10);
    }
    expect(EVENT_IDS.length).toBeGreaterThan(80);
  });

  test('gives every meaning once', () => {
    const meanings = EVENT_IDS.map((id) => describeEvent(id).meaning);
    expect(new Set(meanings).size).toBe(meanings.length);
  });

  test('has no field for a selection, a voter, a null, a place or an order', () => {
    const banned =
      /vote(r|s)?$|national|name|contest|candidate|card|option|mark|null|choice|slot|epoch|style|order|sequence|time/i;
    for (const id of EVENT_IDS) {
      for (const field of Object.keys(describeEvent(id).fields)) expect(field).not.toMatch(banned);
    }
  });

  test("leaves a vote's entries without any field", () => {
    const votes = ['voterAdmitted', 'ballotCast', 'recordPrinted', 'recordSpoiled'] as const;
    for (const id of votes) expect(describeEvent(id).fields).toEqual({});
  });

  test('takes exactly the fields of an event', () => {
    const event: LogEvent = { id: 'pollsOpened', fields: { override: true } };
    expect(eventProblem(event.id, event.fields)).toBeNull();
    expect(eventProblem('pollsOpened', {})).toBe('pollsOpened lacks override');
    expect(eventProblem('pollsOpened', { override: true, voter: 'V1' })).toMatch(/no field voter/);
    expect(eventProblem('pollsOpened', { override: 'yes' })).toMatch(/not a flag/);
    expect(eventProblem('mediumLost', { medium: 'floppy' })).toMatch(/not one of fixed, removable/);
    expect(eventProblem('toString', {})).toBe('no event toString');
  });

  test('has no kind that a national ID fits into', () => {
    const nationalId = 12_345_678;
    expect(fieldProblem('count', nationalId)).not.toBeNull();
    expect(fieldProblem('word', String(nationalId))).not.toBeNull();
    expect(fieldProblem('word', 'María Pérez')).not.toBeNull();
    expect(fieldProblem('digest', String(nationalId))).not.toBeNull();
    expect(fieldProblem('count', MAX_COUNT)).toBeNull();
    expect(fieldProblem('count', 0.5)).not.toBeNull();
    expect(fieldProblem('count', -1)).not.toBeNull();
  });

  test('makes a word of anything', () => {
    for (const text of ['printer.coverOpen', '', '42', 'a b\nc', 'é'.repeat(99), 'x'.repeat(500)]) {
      expect(fieldProblem('word', asWord(text))).toBeNull();
    }
    expect(asWord('printer.coverOpen')).toBe('printer.coverOpen');
  });
});

test('the document beside the catalogue is the one made from it (audit log --events)', () => {
  const file = new URL('../../firmware/events/EVENTS.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(eventDocument());
  for (const id of EVENT_IDS) expect(eventDocument()).toContain(`| \`${id}\` |`);
});
