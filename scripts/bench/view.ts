/**
 * What can be seen, heard and read in the room: the outer side of every device, as JSON. Nothing in
 * it comes from inside the machine.
 */
import { readDisplay } from './display.ts';
import { hearingOf } from './hearing.ts';
import type { Session } from './session.ts';

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const powerView = ({ machine: { devices } }: Session) => {
  const { power } = devices;
  const { plant } = power;
  const battery = plant.battery();
  const side = (name: 'a' | 'b') => ({
    lineVolts: rounded(plant.line(name), 0),
    outputVolts: rounded(plant.output(name), 0),
    closed: plant.relayClosed(name),
  });
  return {
    a: side('a'),
    b: side('b'),
    battery: {
      percent: rounded(battery.percent, 1),
      volts: rounded(battery.volts, 2),
      flow: Math.sign(rounded(battery.percentPerHour, 3)),
    },
    lamp: power.lamp(),
    buzzer: power.buzzer(),
  };
};

/** The parts of the view; each is sent to a page when it changes. */
export const viewOf = (session: Session) => {
  const { machine, papers, faults } = session;
  const { devices } = machine;
  const hanging = devices.printer.hanging();
  return {
    machine: { power: machine.power(), failure: machine.failure() },
    centre: { ...machine.centre(), up: machine.network?.isUp() ?? false },
    console: machine.console,
    technicianKey: machine.technicianKey,
    display: readDisplay(devices.lcd),
    reader: { ring: devices.reader.ring(), finger: session.fingerIsDown() },
    token: { officer: devices.tokens.inserted()?.label ?? null },
    crew: session.crew.view(),
    tape:
      hanging === null
        ? null
        : { lengthMm: rounded(hanging.lengthMm, 1), items: hanging.items.length },
    paperLeftMm: rounded(devices.printer.paperLeftMm(), 0),
    papers: papers.list(),
    power: powerView(session),
    headphones: hearingOf(devices.headphones),
    modules: {
      fixed: machine.memory?.fixed.present() ?? true,
      removable: machine.module.present(),
    },
    switches: session.switches(),
    faults: Object.fromEntries(Object.entries(faults).map(([device, { on }]) => [device, on()])),
    /** To the minute: what a clock on the wall shows. */
    calendar: new Date(Math.floor(machine.calendarMs() / 60_000) * 60_000).toISOString(),
  };
};

export type View = ReturnType<typeof viewOf>;
