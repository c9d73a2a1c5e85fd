/**
 * What may be done on the bench, command by command: what its JSON must look like, and what a person's
 * hand then does to a device.
 */
import { PIN_MAX_DIGITS, PIN_MIN_DIGITS } from '#firmware/booth/state.ts';
import type { StationKey } from '#hal/operator-station.ts';
import { done, type Result } from '#hal/result.ts';
import { TACTILE_KEYS } from '#hal/tactile-keypad.ts';
import type { Bench } from './bench.ts';
import { OTHER_MODULES, putOtherModule } from './other-modules.ts';
import { PAPER_PLACES } from './papers.ts';
import { FINGER_QUALITIES, fingerOf, kitOf } from './people.ts';
import { BEGINNINGS } from './prepare.ts';
import {
  type BadInput,
  bad,
  either,
  flag,
  list,
  nothing,
  number,
  object,
  type Reader,
  readBody,
  text,
  word,
} from './request.ts';
import { TASKS } from './robots/crew.ts';
import { typePinOnScreen } from './robots/pin-pad.ts';
import type { Session } from './session.ts';

export type CommandOutcome = Promise<Result<void, BadInput>> | Result<void, BadInput>;
export type BenchCommand = (body: string, session: Session, bench: Bench) => CommandOutcome;

const FINGERS_MAX = 4;
const KEYS_MAX = 40;
const KEY_PAUSE_MS = 40;
const FINGER_REST_MS = 3_500;
const FINGER_REST_MOST_MS = 60_000;
const MAINS_MOST_VOLTS = 300;
const LOAD_MOST_WATTS = 500;
const NAME_LETTERS = 60;
const PAPERS_COUNTED = 1_000_000;
const MINUTES_MOST = 10 * 24 * 60;

/** A command of a certain shape. */
const command =
  <T>(
    reader: Reader<T>,
    act: (asked: T, session: Session, bench: Bench) => CommandOutcome,
  ): BenchCommand =>
  (body, session, bench) => {
    const asked = readBody(body, reader);
    return asked.ok ? act(asked.value, session, bench) : asked;
  };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const touch = command(
  object(
    { x: number(0, 100_000), y: number(0, 100_000) },
    { phase: word(['tap', 'down', 'move', 'up']), finger: number(0, FINGERS_MAX) },
  ),
  async ({ x, y, phase = 'tap', finger = 0 }, { machine: { screen, devices } }) => {
    if (x >= screen.widthPx) return bad('$.x', `less than ${screen.widthPx}`);
    if (y >= screen.heightPx) return bad('$.y', `less than ${screen.heightPx}`);
    const xMm = (x / screen.widthPx) * screen.widthMm;
    const yMm = (y / screen.heightPx) * screen.heightMm;
    switch (phase) {
      case 'tap':
        await devices.glass.touch(xMm, yMm);
        return done;
      case 'down':
      case 'move':
        devices.glass.hold(Math.floor(finger), xMm, yMm);
        return done;
      case 'up':
        devices.glass.lift(Math.floor(finger));
        return done;
    }
  },
);

const STATION_KEYS = [
  ...['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  ...['enter', 'clear', 'erase', 'plus', 'minus', 'times', 'divide'],
] as readonly StationKey[];

/** Digits as one text (`"12345678"`), or keys by name, one after the other. */
const key = command(
  object({ keys: either(text(KEYS_MAX), list(word(STATION_KEYS), KEYS_MAX)) }, {}),
  async ({ keys }, { machine: { devices } }) => {
    const named = typeof keys === 'string' ? STATION_KEYS.find((each) => each === keys) : undefined;
    const wanted = named !== undefined ? [named] : typeof keys === 'string' ? [...keys] : keys;
    const pressed: StationKey[] = [];
    for (const [index, each] of wanted.entries()) {
      const found = STATION_KEYS.find((known) => known === each);
      if (found === undefined)
        return bad(`$.keys[${index}]`, `digits, or one of ${STATION_KEYS.join(', ')}`);
      pressed.push(found);
    }
    for (const [index, each] of pressed.entries()) {
      if (index > 0) await pause(KEY_PAUSE_MS);
      devices.keypad.press(each);
    }
    return done;
  },
);

/** A key of the voter's tactile keypad. */
const voterKey = command(
  object({ key: word(TACTILE_KEYS) }, {}),
  async ({ key: pressed }, { machine: { devices } }) => {
    await devices.voterKeypad.press(pressed);
    return done;
  },
);

/** `voter`: the national ID of a voter or the id of an officer; null lifts the finger. */
const finger = command(
  object(
    { voter: either(text(NAME_LETTERS), nothing) },
    { quality: word(FINGER_QUALITIES), restMs: number(0, FINGER_REST_MOST_MS) },
  ),
  ({ voter, quality = 'clean', restMs = FINGER_REST_MS }, session) => {
    const placed = voter === null ? null : fingerOf(session.people, voter, quality);
    if (voter !== null && placed === null)
      return bad('$.voter', 'a voter or an officer of the list');
    session.placeFinger(placed, restMs);
    return done;
  },
);

const PIN = new RegExp(`^\\d{${PIN_MIN_DIGITS},${PIN_MAX_DIGITS}}$`);

/**
 * `officer`: whose token goes into the slot, if it is not in; null takes out what is in. `pin` is typed on
 * the pad that the machine then shows, by touches, and entered; right or wrong, the screen tells.
 */
const token = command(
  object({ officer: either(text(NAME_LETTERS), nothing) }, { pin: text(NAME_LETTERS) }),
  async ({ officer, pin }, session) => {
    const { tokens } = session.machine.devices;
    if (pin !== undefined && officer === null) return bad('$.pin', 'only with an officer');
    if (pin !== undefined && !PIN.test(pin))
      return bad('$.pin', `${PIN_MIN_DIGITS} to ${PIN_MAX_DIGITS} digits`);
    if (officer === null) {
      tokens.remove();
      return done;
    }
    const kit = kitOf(session.prepared.given, officer);
    if (kit === null) return bad('$.officer', 'an officer of the list');
    if (pin !== undefined && session.crew.view().task !== null)
      return bad('$.pin', 'not while robots are busy');
    if (tokens.inserted() !== kit.token) tokens.insert(kit.token);
    if (pin === undefined) return done;
    const typed = await typePinOnScreen(session, pin);
    return typed.ok ? done : bad('$.pin', typed.error);
  },
);

const fault = command(
  object({ device: text(NAME_LETTERS), name: text(NAME_LETTERS), on: flag }, {}),
  ({ device, name, on }, { faults }) => {
    const switches = Object.hasOwn(faults, device) ? faults[device] : undefined;
    if (switches === undefined) return bad('$.device', `one of ${Object.keys(faults).join(', ')}`);
    if (!switches.names.includes(name)) return bad('$.name', `one of ${switches.names.join(', ')}`);
    switches.turn(name, on);
    return done;
  },
);

/**
 * `mains`: plugged in or not, or volts on both lines; `stabilizers`: which of them work; `drain`: what is
 * left in the battery, percent; `load`: what the unit draws, watts; `cut`: everything goes dark at once;
 * `off`: switched off in good order; `on`: switched on again.
 */
const power = command(
  object(
    {},
    {
      mains: either(flag, number(0, MAINS_MOST_VOLTS)),
      stabilizers: object({}, { a: flag, b: flag }),
      drain: number(0, 100),
      load: number(0, LOAD_MOST_WATTS),
      cut: flag,
      off: flag,
      on: flag,
    },
  ),
  async ({ mains, stabilizers, drain, load, cut, off, on }, { machine, crew }) => {
    const { power: board } = machine.devices;
    if (mains !== undefined) board.setMains(mains === true ? 120 : mains === false ? 0 : mains);
    for (const side of ['a', 'b'] as const) {
      if (stabilizers?.[side] === true) board.mendStabilizer(side);
      if (stabilizers?.[side] === false) board.failStabilizer(side);
    }
    if (drain !== undefined) board.plant.setPercent(drain);
    if (load !== undefined) board.plant.setLoad(load);
    // Robots know when there is nothing to see any more.
    if (cut === true || off === true) crew.stop();
    if (cut === true) await machine.cutPower();
    if (off === true) await machine.shutDown();
    if (on === true) await machine.start();
    return done;
  },
);

/** `calendar`: what the unit's clock shall say, ISO 8601 with a zone; or so many minutes on. */
const clock = command(
  object({}, { calendar: text(NAME_LETTERS), minutes: number(-MINUTES_MOST, MINUTES_MOST) }),
  ({ calendar, minutes }, { machine }) => {
    if (calendar !== undefined) {
      const wanted = Date.parse(calendar);
      if (Number.isNaN(wanted) || !/(Z|[+-]\d\d:\d\d)$/.test(calendar))
        return bad('$.calendar', 'ISO 8601 with its zone, such as 2020-12-06T18:01:00-04:00');
      machine.setCalendar(wanted);
    }
    if (minutes !== undefined) machine.setCalendar(machine.calendarMs() + minutes * 60_000);
    return done;
  },
);

/** A paper in hand goes somewhere; `tear`: what hangs in the mouth is torn off. */
const paper = command(
  object({}, { id: number(1, PAPERS_COUNTED), to: word(PAPER_PLACES), tear: flag }),
  ({ id, to, tear }, { papers }) => {
    if (tear === true && !papers.tear()) return bad('$.tear', 'nothing hangs in the mouth');
    if (id === undefined && to === undefined) return done;
    if (id === undefined) return bad('$.id', 'which paper');
    if (to === undefined) return bad('$.to', `one of ${PAPER_PLACES.join(', ')}`);
    return papers.move(id, to) ? done : bad('$.id', 'a paper that is in sight');
  },
);

const roll = command(object({}, {}), (_, { machine: { devices } }) => {
  devices.printer.loadPaper();
  return done;
});

/**
 * A memory medium is pulled or put back. `other`: not the module that was in comes back but an empty one,
 * a copy of its content as it was when the machine came to the bench, or one of another election.
 */
const module = command(
  object({ name: word(['fixed', 'removable']), in: flag }, { other: word(OTHER_MODULES) }),
  async ({ name, in: inside, other }, session, bench) => {
    const { module: removable, memory } = session.machine;
    if (other !== undefined) {
      if (name !== 'removable') return bad('$.name', 'removable: the fixed medium has no other');
      if (!inside) return bad('$.in', 'true, for another module');
      if (await putOtherModule(session, bench, other)) return done;
      return bad('$.other', 'nothing: there is no other module for a virtual machine');
    }
    const medium = name === 'removable' ? removable : memory?.fixed;
    if (medium === undefined)
      return bad('$.name', 'removable: the fixed disk of a virtual machine stays in');
    if (inside) medium.putBack();
    else medium.pull();
    return done;
  },
);

const switches = command(
  object(
    {},
    {
      key: word(['on', 'off']),
      cover: word(['open', 'closed']),
      seal: word(['whole', 'broken']),
    },
  ),
  (change, session) => {
    session.turnSwitches(change);
    return done;
  },
);

/** Robots do a part of the officers' day; `stop` sends them away. */
const robots = command(
  object({}, { task: word(TASKS), stop: flag }),
  ({ task, stop }, { crew }) => {
    if (stop === true) crew.stop();
    if (task !== undefined && !crew.begin(task)) return bad('$.task', 'not while they are busy');
    return done;
  },
);

/** Another machine takes the place of this one. */
const begin = command(object({ at: word(BEGINNINGS) }, {}), ({ at }, _, bench) => {
  void bench.begin(at);
  return done;
});

export const BENCH_COMMANDS: Readonly<Record<string, BenchCommand>> = {
  touch,
  key,
  'voter-key': voterKey,
  finger,
  token,
  fault,
  power,
  clock,
  paper,
  roll,
  module,
  switch: switches,
  robots,
  begin,
};
