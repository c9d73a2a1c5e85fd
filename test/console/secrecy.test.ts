/** The console is of no use to somebody who wants to know who voted what, or when. */
import { describe, expect, test } from 'vitest';
import { makeConsoleSide } from '#boot/supervisor/console-side.ts';
import { makeMemoryLink } from '#drivers/links/memory-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import {
  EVENT_CATALOGUE,
  EVENT_IDS,
  isOfVisit,
  type LogEvent,
} from '#firmware/events/catalogue.ts';
import type { FieldKind } from '#firmware/events/fields.ts';
import type { PollsPhase } from '#firmware/messages/catalogue.ts';
import type { ToConsole } from '#firmware/messages/console-catalogue.ts';
import { encodeUnitFrame, makeUnitFrameReader } from '#firmware/messages/frame.ts';
import { readFromConsole, readToConsole } from '#firmware/messages/read-console-message.ts';
import { wait } from '#hal/clock.ts';
import { aSnapshot, START_STAGES } from './samples.ts';

/** A word that no part of the unit says by itself. */
const PLANTED = 'V12345678';

const planted = (kind: FieldKind): string | number | boolean => {
  if (kind === 'count') return 1;
  if (kind === 'flag') return true;
  if (kind === 'digest') return 'f'.repeat(64);
  if (kind === 'word') return PLANTED;
  return kind[0] ?? '';
};
const eventWith = (id: LogEvent['id']): LogEvent =>
  ({
    id,
    fields: Object.fromEntries(
      Object.entries(EVENT_CATALOGUE[id][3] as Readonly<Record<string, FieldKind>>).map(
        ([name, kind]) => [name, planted(kind)],
      ),
    ),
  }) as LogEvent;

/** All that a console is told while `events` are logged. */
const toldOf = async (
  events: readonly LogEvent[],
  waitMs = 1_000,
  phase: PollsPhase = 'open',
): Promise<readonly ToConsole[]> => {
  let entries = 0;
  const clock = makeVirtualClock(Date.UTC(2026, 11, 6, 12, 7));
  const link = makeMemoryLink(clock, { baud: 100_000_000, bitsPerByte: 8 });
  const told: ToConsole[] = [];
  link.device.onBytes(
    makeUnitFrameReader(
      readToConsole,
      (message) => told.push(message),
      (detail) => {
        throw new Error(`not of the catalogue: ${detail}`);
      },
    ),
  );
  const side = makeConsoleSide({
    clock,
    startProcess: () => ({ link: link.host, onExit: () => undefined, kill: () => undefined }),
    facts: {
      board: () => null,
      power: () => null,
      calendarTrusted: () => true,
      machineCode: () => null,
      release: () => null,
      manifest: () => null,
      electionPackage: () => null,
      lastCrash: () => null,
      log: () => ({ entries, usedBytes: 300 * entries, inStep: ['fixed'] }),
      partsListed: () => false,
      nodeVersion: '24',
    },
    requests: {
      answer: () => Promise.resolve({ outcome: 'done' }),
      boothTested: () => undefined,
      deskTested: () => undefined,
      closed: () => undefined,
    },
    record: () => undefined,
  });
  side.start();
  side.phase(phase);
  void link.device.write(encodeUnitFrame({ kind: 'running' }));
  await clock.run(wait(clock, 100));
  for (const event of events) {
    entries += 1;
    side.recorded(event);
  }
  side.changed();
  await clock.run(wait(clock, waitMs));
  return told;
};

describe('what the console is told', () => {
  test('is nothing of a voter’s visit, whatever such an event carries', async () => {
    const visits = EVENT_IDS.filter(isOfVisit);
    expect(visits).toContain('voterAuthenticated');
    const told = JSON.stringify(await toldOf(visits.map(eventWith)));
    for (const id of visits) expect(told).not.toContain(id);
    expect(told).not.toContain(PLANTED);
  });

  test('is every other event of the log, through a door that knows it', async () => {
    const others = EVENT_IDS.filter((id) => !isOfVisit(id));
    const told = (await toldOf(others.map(eventWith), 1_000, 'closed')).flatMap((message) =>
      message.kind === 'logged' ? message.lines.map(({ id }) => id) : [],
    );
    expect([...new Set(told)].sort()).toEqual([...others].sort());
  });

  test('is of refused events nothing while votes are cast: they name the stage of a visit', async () => {
    const refusals = (told: readonly ToConsole[]): readonly number[] =>
      told.flatMap((message) =>
        message.kind === 'snapshot' ? [message.diagnostics.counters.refusals] : [],
      );
    const refused = eventWith('eventRefused');
    const open = await toldOf([refused], 60_000);
    expect(open.filter(({ kind }) => kind === 'logged')).toEqual([]);
    expect(Math.max(...refusals(open))).toBe(0);
    expect(refusals(await toldOf([refused], 20 * 60_000)).at(-1)).toBe(1);
    expect(refusals(await toldOf([refused], 1_000, 'setup')).at(-1)).toBe(1);
  });

  test('is how many ballots were cast only to the quarter of an hour', async () => {
    const cast = eventWith('ballotCast');
    const counts = async (waitMs: number): Promise<readonly number[]> =>
      (await toldOf([cast, cast], waitMs)).flatMap((message) =>
        message.kind === 'snapshot' ? [message.diagnostics.counters.ballotsCast] : [],
      );
    expect(Math.max(...(await counts(60_000)))).toBe(0);
    expect((await counts(20 * 60_000)).at(-1)).toBe(2);
  });

  test('is how much the log has grown only to the quarter of an hour: every visit lengthens it', async () => {
    const figures = async (waitMs: number): Promise<readonly string[]> =>
      (await toldOf([eventWith('ballotCast'), eventWith('voterMarked')], waitMs)).flatMap(
        (message) =>
          message.kind === 'snapshot'
            ? [`${message.diagnostics.log?.entries} ${message.diagnostics.log?.usedBytes}`]
            : [],
      );
    expect(new Set(await figures(60_000))).toEqual(new Set(['0 0']));
    expect((await figures(20 * 60_000)).at(-1)).toBe('2 600');
  });

  test('has times to the minute at most, as the log has', async () => {
    for (const message of await toldOf([eventWith('coverOpened')]))
      if (message.kind === 'logged')
        for (const { atMs } of message.lines) expect(atMs % 60_000).toBe(0);
  });
});

describe('the door to the console', () => {
  const snapshot = { kind: 'snapshot', diagnostics: aSnapshot({ startStages: START_STAGES }) };
  const aStart = (change: object) => ({
    ...aSnapshot(),
    startStages: [{ ...START_STAGES[0], ...change }],
  });

  test('lets a snapshot pass that is one', () => {
    expect(readToConsole(snapshot)).toEqual(snapshot);
  });

  test.each([
    ['a voter beside it', { ...aSnapshot(), voter: PLANTED }],
    ['a key in it', { ...aSnapshot(), counters: { ...aSnapshot().counters, key: 'aa' } }],
    ['a selection of a part', { ...aSnapshot(), parts: [{ ...aSnapshot().parts[0], marks: [1] }] }],
    ['a null count', { ...aSnapshot(), nulls: 3 }],
    ['free text for a code', { ...aSnapshot(), parked: 'voter 12345678 was here' }],
    ['a stage’s words of any length', aStart({ detail: 'x'.repeat(101) })],
    ['a stage’s words that are no ASCII', aStart({ detail: 'señal\u001b[2J' })],
    ['a stage’s field too many', aStart({ voter: '12345678' })],
    ['stages without end', { ...aSnapshot(), startStages: Array(9).fill(START_STAGES[0]) }],
    [
      'a history of any length',
      { ...aSnapshot(), history: Array(5_000).fill(aSnapshot().history[0]) },
    ],
  ])('does not let %s pass', (_what, diagnostics) => {
    expect(readToConsole({ kind: 'snapshot', diagnostics })).toBeNull();
  });

  test.each([
    { kind: 'request', ask: 1, request: { name: 'look' } },
    { kind: 'request', ask: 1, request: { name: 'selfTest', part: 'printer' } },
    { kind: 'request', ask: 1, request: { name: 'login', response: '12345678' } },
  ])('lets a request of the closed set pass (%#)', (message) => {
    expect(readFromConsole(message)).toEqual(message);
  });

  test.each([
    { kind: 'request', ask: 1, request: { name: 'openPolls' } },
    { kind: 'request', ask: 1, request: { name: 'look', path: '/etc/shadow' } },
    { kind: 'request', ask: 1, request: { name: 'login', response: 'x'.repeat(500) } },
    { kind: 'log', event: eventWith('pollsOpened') },
    { kind: 'parked', code: 'machine.bug', detail: null },
  ])('lets nothing else pass (%#)', (message) => {
    expect(readFromConsole(message)).toBeNull();
  });
});
