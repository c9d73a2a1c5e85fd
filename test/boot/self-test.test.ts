/** The unattended self-test at the start, on the emulated board of a day's world. */
import { expect, test } from 'vitest';
import { testAtStart } from '#boot/supervisor/self-test.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import { makeWorld } from '#scripts/day/world.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const PARTS = [
  'stabilizerA',
  'stabilizerB',
  'battery',
  'panel',
  'fixedMemory',
  'removableMemory',
  'network',
  'clock',
  'software',
];

const run = async (
  change: (board: SupervisorBoard, world: ReturnType<typeof makeWorld>) => SupervisorBoard,
  known = { calendarTrusted: true, mayTransmit: false },
): Promise<readonly LogEvent[]> => {
  const world = makeWorld(
    {
      definition: loadOwnDefinition(SMALL_PATH),
      voters: 1,
      seed: 3,
      locale: 'en',
      pinCost: { N: 2, r: 1, p: 1 },
    },
    (error) => {
      throw error;
    },
  );
  const board = change(world.board.powerOn().supervisor, world);
  const logged: LogEvent[] = [];
  await world.clock.run(testAtStart(board, known, (event) => logged.push(event)));
  return logged;
};
const failed = (events: readonly LogEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.id === 'selfTestFailed' ? [`${event.fields.part} ${event.fields.code}`] : [],
  );

test('each part of a sound unit passes, once', async () => {
  const events = await run((board) => board);
  expect(events.map(({ id }) => id)).toEqual(PARTS.map(() => 'selfTestPassed'));
  expect(events.map((event) => (event.id === 'selfTestPassed' ? event.fields.part : ''))).toEqual(
    PARTS,
  );
});

test('a memory that is out, a clock that is doubtful and chance that stands still are each named', async () => {
  const events = await run(
    (board, { board: rack }) => {
      rack.devices.removable.pull();
      return { ...board, entropy: { bytes: (count) => new Uint8Array(count) } };
    },
    { calendarTrusted: false, mayTransmit: false },
  );
  expect(failed(events)).toEqual([
    'removableMemory vault.mediumLost',
    'clock machine.clockDoubtful',
    'software machine.noEntropy',
  ]);
});
