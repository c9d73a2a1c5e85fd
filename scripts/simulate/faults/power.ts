/** What goes wrong with power, battery and calendar. */
import { POWER_FAULTS, type PowerFaultName } from '#drivers/power/emulator.ts';
import { instant } from '../../day/world.ts';
import type { FaultKind } from '../plan.ts';
import type { Site } from '../site.ts';

const ANY_TIME = ['opening', 'voter', 'closing'] as const;
const LOOK_MS = 2_000;
const HOUR_MS = 3_600_000;
/** With mains again a charged battery is brought: charging takes hours in which nothing happens. */
const CHARGED_PERCENT = 80;

/** Those that the board or its wire tells of only when it is asked. */
const BOARD_FAULTS = (Object.keys(POWER_FAULTS) as PowerFaultName[]).map(
  (fault): FaultKind => ({
    name: `power.${fault}`,
    device: 'power',
    parts: ANY_TIME,
    weight: /mains|stabilizer/.test(fault) ? 1 : 0.6,
    lastsMs: [3_000, 90_000],
    begin: ({ board }) => {
      const { devices, wires } = board;
      const before = wires.power.carried();
      devices.power.inject(fault);
      return {
        end: () => devices.power.clear(fault),
        hasBitten: () => {
          const now = wires.power.carried();
          return now.toDevice !== before.toDevice || now.toHost !== before.toHost;
        },
      };
    },
  }),
);

const mainsBack = (site: Site): void => {
  const { power } = site.board.devices;
  power.clear('mainsLost');
  power.plant.setPercent(CHARGED_PERCENT);
  site.mains = true;
};

/** Mains fails with little left in the battery: low or critical when it takes effect. */
const BATTERY_DRAINS: FaultKind = {
  name: 'power.batteryDrains',
  device: 'power',
  parts: ANY_TIME,
  weight: 2,
  lastsMs: [20_000, 240_000],
  begin: (site, plan) => {
    const { power } = site.board.devices;
    power.plant.setPercent(11 + plan.draw * 20);
    power.inject('mainsLost');
    return {
      end: () => mainsBack(site),
      hasBitten: () => ['low', 'critical'].includes(site.unit()?.booth.state().power.level ?? ''),
    };
  },
};

/** The battery is empty: the unit goes dark wherever it is. */
const BATTERY_EMPTY: FaultKind = {
  name: 'power.batteryEmpty',
  device: 'power',
  parts: ANY_TIME,
  weight: 1,
  lastsMs: [10_000, 120_000],
  begin: (site, plan, bite) => {
    const { power } = site.board.devices;
    power.plant.setPercent(0.05 + plan.draw);
    power.inject('mainsLost');
    let over = false;
    const look = (): void => {
      if (over) return;
      if (!power.plant.dead()) {
        site.clock.after(LOOK_MS, look);
        return;
      }
      site.mains = false;
      if (site.supply() !== 'off') site.cut('the battery is empty');
      bite();
    };
    look();
    return {
      end: () => {
        over = true;
        mainsBack(site);
      },
    };
  },
};

/** The system's calendar as the log and the booth see it. */
const jump = (name: string, to: (nowMs: number) => number): FaultKind => ({
  name: `clock.${name}`,
  device: 'clock',
  parts: ANY_TIME,
  weight: 0.8,
  lastsMs: [5_000, 300_000],
  begin: ({ clock }, _plan, bite) => {
    const beforeMs = clock.calendarMs();
    const beganMs = clock.nowMs();
    clock.setCalendar(to(beforeMs));
    bite();
    return { end: () => clock.setCalendar(beforeMs + clock.nowMs() - beganMs) };
  },
});

export const POWER_FAULT_KINDS: readonly FaultKind[] = [
  ...BOARD_FAULTS,
  BATTERY_DRAINS,
  BATTERY_EMPTY,
  jump('jumpsAhead', (nowMs) => nowMs + 5 * HOUR_MS),
  jump('jumpsBack', (nowMs) => nowMs - 30 * HOUR_MS),
  jump('isDead', () => instant('1970-01-01T00:00:00Z')),
];
