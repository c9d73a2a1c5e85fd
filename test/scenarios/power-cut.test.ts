/**
 * The power goes in every step of the commit protocol, S0 to S8, while somebody votes on a whole unit.
 * It comes back; officers and the voter do what screen and display ask, somebody else votes, the polls
 * are closed and counted. What voters confirmed, papers, pollbook, urn and tally must agree.
 */
import { describe, expect, test } from 'vitest';
import type { StorageOperation } from '#drivers/emulated-board.ts';
import { keepNew, keepOld, type Choice as Residue } from '#drivers/storage/emulator-disk.ts';
import type { StageName } from '#firmware/booth/state.ts';
import { type Answers, admit, attend, serve } from './conduct.ts';
import type { Kind } from './precinct.ts';
import { type Day, finishDay, onSunday, type Person, residueFrom, wait } from './rig.ts';

/** Cuts the power at a moment of the visit; resolves when it is dark. */
type Moment = (day: Day, residue: Residue) => Promise<void>;

/** `fixed sync journal`, `module erase oneTime`: the device, what it did, and a part of the name. */
const describes = (words: string, operation: StorageOperation): boolean => {
  const [device = '', kind, name = ''] = words.split(' ');
  if (operation.kind !== kind) return false;
  return 'cell' in operation
    ? operation.cell === device && String(operation.slot).startsWith(name)
    : operation.medium === device && operation.path.includes(name);
};

/** After the `nth` such write while the booth is in a stage. */
const after =
  (stage: StageName, words: string, nth = 1): Moment =>
  (day, residue) => {
    let seen = 0;
    return day.cutAfter(
      (operation) =>
        day.booth().stage.name === stage && describes(words, operation) && ++seen === nth,
      residue,
    );
  };

/** While something on the table: looked at every few milliseconds. */
const LOOK_MS = 5;
const LOOKS_MAX = 60_000;
const when =
  (seen: (day: Day) => boolean): Moment =>
  async (day, residue) => {
    for (let look = 0; look < LOOKS_MAX; look++) {
      if (seen(day)) return day.cut(residue);
      await wait(day.clock, LOOK_MS);
    }
    throw new Error('the moment for the cut did not come');
  };
const atStage = (name: StageName): Moment => when((day) => day.booth().stage.name === name);

type Cut = {
  readonly name: string;
  readonly at: Moment;
  /** What people are asked first when the light is back. */
  readonly first: StageName;
  readonly or?: StageName;
  readonly kind?: Kind;
  /** The first paper is rejected. */
  readonly rejects?: true;
  /** Nothing was prepared: the voter votes once more, or is released and comes back. */
  readonly answers?: Answers;
  /** The voter does not wait for the power. */
  readonly leaves?: true;
};

const half = (day: Day): boolean => (day.board.devices.printer.hanging()?.items.length ?? 0) >= 4;

const CUTS: Readonly<Record<string, readonly Cut[]>> = {
  S0: [
    {
      name: 'the admission is on one medium',
      first: 'ballot',
      at: after('waiting', 'fixed sync desk/file'),
    },
    {
      name: 'the admission is on both',
      first: 'ballot',
      at: after('waiting', 'removable sync desk/file'),
    },
    {
      name: 'the admission is on both; officers release it, the voter comes back',
      first: 'ballot',
      at: after('waiting', 'removable sync desk/file'),
      answers: { pending: 'release' },
    },
  ],
  S1: [
    {
      name: 'ACTIVE is on one medium',
      first: 'ballot',
      at: after('activating', 'fixed sync journal'),
    },
    {
      name: 'ACTIVE is on both',
      first: 'ballot',
      at: after('activating', 'removable sync journal'),
    },
  ],
  S2: [
    {
      name: 'the voter marks',
      first: 'ballot',
      at: when(({ life }) => life().hands.sees('review:confirm')),
    },
    {
      name: 'the voter marks; officers release, the voter comes back',
      first: 'ballot',
      at: when(({ life }) => life().hands.sees('review:confirm')),
      answers: { pending: 'release' },
    },
    { name: 'the ballot is sealed in memory', first: 'ballot', at: atStage('preparing') },
  ],
  S3: [
    {
      name: 'the one-time key is in one cell',
      first: 'ballot',
      at: after('preparing', 'board write oneTime'),
    },
    {
      name: 'the pending record is on both',
      first: 'ballot',
      at: after('preparing', 'removable sync pending'),
    },
    {
      name: 'PREPARED is on one medium',
      first: 'confirmVoter',
      at: after('preparing', 'fixed sync journal'),
    },
    {
      name: 'PREPARED is on both',
      first: 'confirmVoter',
      at: after('preparing', 'removable sync journal'),
    },
    {
      name: 'PREPARED is on both; the voter leaves',
      first: 'confirmVoter',
      at: after('preparing', 'removable sync journal'),
      leaves: true,
    },
  ],
  S4: [
    {
      name: 'STARTED is on one medium',
      first: 'askPrinted',
      at: after('startingPrint', 'fixed sync journal'),
    },
    {
      name: 'STARTED is on both',
      first: 'askPrinted',
      at: after('startingPrint', 'removable sync journal'),
    },
    { name: 'half of the paper is out', first: 'askPrinted', at: when(half) },
    {
      name: 'all of the paper is out',
      first: 'askPrinted',
      // What was written and not synced may have lasted.
      or: 'takePaper',
      at: after('markingDone', 'fixed write journal'),
    },
    {
      name: 'DONE is on both',
      first: 'takePaper',
      at: after('markingDone', 'removable sync journal'),
    },
    { name: 'the paper is cut', first: 'takePaper', at: when(({ room }) => room.lying() > 0) },
  ],
  "S4'": [
    { name: 'the voter reads', first: 'verifying', at: atStage('verifying'), kind: 'verify' },
    {
      name: 'CONFIRMED is on one medium',
      first: 'takePaper',
      at: after('confirming', 'fixed sync journal'),
      kind: 'verify',
    },
    {
      name: 'SPOILED is on one medium',
      first: 'foldSpoiled',
      at: after('spoiling', 'fixed sync journal'),
      kind: 'verify',
      rejects: true,
    },
    {
      name: 'the rejected paper is being folded',
      first: 'foldSpoiled',
      at: atStage('foldSpoiled'),
      kind: 'verify',
      rejects: true,
    },
    {
      name: 'the rejected vote is half forgotten',
      first: 'foldSpoiled',
      at: after('finishingSpoil', 'module erase oneTime'),
      kind: 'verify',
      rejects: true,
    },
  ],
  S5: [
    {
      name: 'the new key is in one cell',
      first: 'takePaper',
      at: after('committing', 'board write'),
    },
    {
      name: 'the new urn is on one medium',
      first: 'takePaper',
      at: after('committing', 'fixed sync urn'),
    },
    {
      name: 'the new urn is on both',
      first: 'takePaper',
      at: after('committing', 'removable sync urn'),
    },
  ],
  S6: [
    {
      name: 'OUTCOME is on one medium',
      first: 'takePaper',
      at: after('committing', 'fixed sync journal'),
    },
    {
      name: 'OUTCOME is on both',
      first: 'takePaper',
      at: after('committing', 'removable sync journal'),
    },
  ],
  S7: [
    {
      name: 'one cell has forgotten the old key',
      first: 'takePaper',
      at: after('committing', 'board erase'),
    },
    {
      name: 'the pending record is removed',
      first: 'takePaper',
      at: after('committing', 'fixed remove pending'),
    },
    {
      name: 'the old urn is removed',
      first: 'takePaper',
      at: after('committing', 'removable remove urn'),
    },
  ],
  S8: [
    {
      name: 'the mark is on one medium',
      first: 'takePaper',
      at: after('telling', 'fixed sync desk/file'),
    },
    {
      name: 'the mark is on both',
      first: 'takePaper',
      at: after('telling', 'removable sync desk/file'),
    },
    {
      name: 'IDLE is on one medium',
      first: 'waiting',
      at: after('settling', 'fixed sync journal'),
    },
    { name: 'IDLE is on both', first: 'waiting', at: after('settling', 'removable sync journal') },
  ],
};

/** What may be left of writes that were not synced. */
const RESIDUES: readonly (readonly [string, Residue])[] = [
  ['nothing', keepOld],
  ['all', keepNew],
  ['a mix', residueFrom('a mix')],
];

const personAt = (day: Day, at: number): Person => {
  const person = day.people[at];
  if (person === undefined) throw new Error('too few voters');
  return person;
};

/** Stages in which people are asked for something that belongs to the vote. */
const ASKS: readonly string[] = [
  'ballot',
  'confirmVoter',
  'askPrinted',
  'foldPartial',
  'foldSpoiled',
  'verifying',
  'takePaper',
] satisfies readonly StageName[];

const live = async (day: Day, cut: Cut, residue: Residue): Promise<void> => {
  const [first, second, third] = [0, 1, 2].map((at) => personAt(day, at)) as [
    Person,
    Person,
    Person,
  ];
  await serve(day, first);
  const dark = cut.at(day, residue);
  second.rejects = cut.rejects === true;
  // The people of this life stand still when the light goes out: theirs never ends.
  void serve(day, second).catch(() => undefined);
  await dark;
  if (cut.leaves === true) second.there = false;
  await wait(day.clock, 5_000);
  const scenes: string[] = [];
  const look = day.board.devices.glass.onScene(({ name }) => scenes.push(name));
  await day.powerOn();
  second.there = cut.leaves !== true;
  await attend(day, second, cut.answers);
  look();
  if (cut.answers?.pending !== 'release')
    expect([cut.first, cut.or]).toContain(scenes.find((name) => ASKS.includes(name)) ?? 'waiting');
  if (second.confirmed === null) {
    // Given back: nothing was stored and nobody is marked.
    await admit(day, second);
    await attend(day, second);
  }
  await serve(day, third);
  await finishDay(day);
  expect(day.people.filter(({ confirmed }) => confirmed !== null)).toHaveLength(3);
};

for (const [step, cuts] of Object.entries(CUTS))
  describe(`the power goes in ${step}`, () => {
    for (const [at, cut] of cuts.entries())
      for (const [residueName, residue] of RESIDUES.filter((_, index) => index !== at % 3))
        test(`${cut.name}; ${residueName} of what was not synced is left`, () =>
          onSunday({ kind: cut.kind ?? 'plain', seed: 10 + at }, (day) => live(day, cut, residue)));
  });
