/**
 * One machine's time on the bench, with everything people have in hand. A new beginning is a new
 * session; the one before is closed with all that it started.
 */
import type { Finger } from '#drivers/fingerprint/emulator.ts';
import { type Faults, makeFaults } from './faults.ts';
import type { Machine } from './machine.ts';
import { copyOfModule, type ModuleImage } from './other-modules.ts';
import { makePapers, type Papers } from './papers.ts';
import { type People, peopleOf } from './people.ts';
import type { Prepared } from './prepare.ts';
import { type Crew, makeCrew } from './robots/crew.ts';
import { makeScreenBands, type ScreenBands } from './screen-bands.ts';

export type Switches = {
  readonly key: 'on' | 'off';
  readonly cover: 'open' | 'closed';
  readonly seal: 'whole' | 'broken';
};

export type Session = {
  readonly prepared: Prepared;
  readonly machine: Machine;
  readonly papers: Papers;
  readonly screen: ScreenBands;
  readonly faults: Faults;
  readonly people: People;
  /** The removable module as it was when the machine came to the bench; null: it can not be copied. */
  readonly moduleAtFirst: ModuleImage | null;
  /** Robots that do the officers' part when they are asked to. */
  readonly crew: Crew;
  /** Lays a finger on the reader for `restMs`, or lifts it. */
  readonly placeFinger: (finger: Finger | null, restMs: number) => void;
  /** How key switch, cover and seal stand. */
  readonly switches: () => Switches;
  readonly turnSwitches: (change: Partial<Switches>) => void;
  /** Somebody's finger lies on the glass. */
  readonly fingerIsDown: () => boolean;
  readonly close: () => Promise<void>;
};

/** While the battery feeds the unit, somebody may look whether it is empty this often. */
const BATTERY_LOOK_MS = 1_000;

/** The unit goes dark when nothing feeds it any more, whoever looks. */
const watchBattery = (machine: Machine): (() => void) => {
  const timer = setInterval(() => {
    if (machine.power() === 'on' && machine.devices.power.plant.dead()) void machine.cutPower();
  }, BATTERY_LOOK_MS);
  return () => clearInterval(timer);
};

export const makeSession = (prepared: Prepared, machine: Machine): Session => {
  const papers = makePapers(machine.devices.printer);
  for (const { piece, place } of prepared.papers) papers.add(piece, place);
  const stopWatching = watchBattery(machine);
  let lifting: NodeJS.Timeout | null = null;
  let down = false;
  let switches: Switches = { key: 'off', cover: 'closed', seal: 'whole' };
  const lay = (finger: Finger | null): void => {
    if (lifting !== null) clearTimeout(lifting);
    lifting = null;
    down = finger !== null;
    machine.devices.reader.placeFinger(finger);
  };
  const session: Session = {
    prepared,
    machine,
    papers,
    screen: makeScreenBands(machine.screen),
    faults: makeFaults(machine),
    people: peopleOf(prepared.given),
    moduleAtFirst: machine.memory === null ? null : copyOfModule(machine.memory),
    crew: makeCrew(() => session),
    placeFinger: (finger, restMs) => {
      lay(finger);
      if (finger !== null) lifting = setTimeout(() => lay(null), restMs);
    },
    fingerIsDown: () => down,
    switches: () => switches,
    turnSwitches: (change) => {
      switches = { ...switches, ...change };
      const { power } = machine.devices;
      if (change.key !== undefined) power.turnKey(change.key);
      if (change.cover === 'open') power.openCover();
      if (change.cover === 'closed') power.closeCover();
      if (change.seal === 'broken') power.breakSeal();
      if (change.seal === 'whole') power.renewSeal();
    },
    close: async () => {
      stopWatching();
      session.crew.stop();
      await session.crew.idle();
      // What was written to a token is on it once it is out.
      machine.devices.tokens.remove();
      lay(null);
      await machine.close();
    },
  };
  return session;
};
