/**
 * `urna measure power`: hours on battery. The model's load on the emulated plant, through the board's
 * bytes, driver and policy that ship, from a full battery to darkness; and again with each gauge that
 * is not to be believed.
 */
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makePowerBoard } from '#drivers/power/driver.ts';
import { GAUGE_FAULTS, type GaugeFaultName } from '#drivers/power/emulated-gauge.ts';
import { makePowerBoardEmulator } from '#drivers/power/emulator.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { DEFAULT_CHARGE_SETTINGS } from '#firmware/power/charge.ts';
import type { PowerLevel } from '#firmware/power/power-policy.ts';
import { startPowerRuntime } from '#firmware/runtime/power-runtime.ts';
import { wait } from '#hal/clock.ts';
import type { AreaOptions, Measured } from './areas.ts';
import { type Figure, figureOf } from './figure.ts';
import { averageLoad, loadOf, modelTable } from './power-model.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const STEP_MS = 5_000;
/** No battery of this kind lasts longer. */
const OUTAGE_LIMIT_MS = 48 * HOUR_MS;
const SETTLING_MS = MINUTE_MS;

/** An outage of this long has to be survived with voters coming. */
const OUTAGE_HOURS = 4;
/** Finishing a voter, storing and parking take this long at most, minutes. */
const PARKING_MINUTES = 10;

const { capacityWh, loadW } = DEFAULT_CHARGE_SETTINGS;

export type Outage = {
  /** Hours from the loss of mains to each level that was reached. */
  readonly atHours: Readonly<Partial<Record<PowerLevel, number>>>;
  /** Hours to darkness; parked from `critical` on at the parked load. */
  readonly darkHours: number;
};

/** An outage from a full battery to its end at this load. */
export const simulateOutage = async (
  watts: number,
  fault: GaugeFaultName | null = null,
): Promise<Outage> => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryLink(clock, serialPace(57_600));
  const emulator = makePowerBoardEmulator(link.device, clock, { capacityWh, loadW: watts });
  const board = makePowerBoard(link.host, clock);
  const atHours: Partial<Record<PowerLevel, number>> = {};
  const scene = async (): Promise<Outage> => {
    let lostMs = Number.POSITIVE_INFINITY;
    const runtime = startPowerRuntime(
      { clock, ...board },
      {
        onPower: ({ level }) => {
          if (clock.nowMs() >= lostMs) atHours[level] ??= (clock.nowMs() - lostMs) / HOUR_MS;
        },
        onLog: () => undefined,
        onPark: (reason) => {
          throw new Error(reason);
        },
      },
    );
    await wait(clock, SETTLING_MS);
    if (fault !== null) emulator.inject(fault);
    lostMs = clock.nowMs();
    emulator.setMains(0);
    while (!emulator.plant.dead()) {
      await wait(clock, STEP_MS);
      if (clock.nowMs() - lostMs > OUTAGE_LIMIT_MS) throw new Error('the battery does not end');
      if (runtime.power().level === 'parked') emulator.plant.setLoad(loadOf('parked'));
    }
    runtime.stop();
    return { atHours, darkHours: (clock.nowMs() - lostMs) / HOUR_MS };
  };
  const outage = await clock.run(scene());
  board.close();
  return outage;
};

/** A figure that may not be smaller than its limit. */
const atLeast = (name: string, unit: string, value: number, limit: number): Figure => ({
  ...figureOf(name, unit, [value]),
  limit,
  ok: value >= limit,
});

const figuresOf = ({ atHours, darkHours }: Outage, average: number): readonly Figure[] => {
  const lowAt = atHours.low ?? Number.NaN;
  const criticalAt = atHours.critical ?? Number.NaN;
  const parkedAt = atHours.parked ?? Number.NaN;
  return [
    figureOf('battery', 'Wh', [capacityWh]),
    figureOf('load while parked', 'W', [loadOf('parked')]),
    figureOf('load while waiting', 'W', [loadOf('waiting')]),
    figureOf('load while a voter votes', 'W', [loadOf('voting')]),
    figureOf('load while printing', 'W', [loadOf('printing')]),
    // What the policy counts with has to be the larger one.
    figureOf('load on average, at most what the policy counts with', 'W', [average], loadW),
    atLeast('voters admitted on battery (to low), at least', 'h', lowAt, OUTAGE_HOURS),
    figureOf('low to critical', 'min', [(criticalAt - lowAt) * 60]),
    atLeast('critical to parked at the latest', 'min', (parkedAt - criticalAt) * 60, 1),
    figureOf('parked to dark', 'h', [darkHours - parkedAt]),
    figureOf('on battery in all', 'h', [darkHours]),
  ];
};

export const measurePower = async ({
  onProgress,
}: Pick<AreaOptions, 'onProgress'>): Promise<Measured> => {
  const average = averageLoad();
  const faults = Object.keys(GAUGE_FAULTS) as GaugeFaultName[];
  const rounds = faults.length + 2;
  onProgress('an outage at the average load', 0, rounds);
  const figures = [...figuresOf(await simulateOutage(average), average)];
  onProgress('an outage at the load of the policy', 1, rounds);
  const worst = await simulateOutage(loadW);
  figures.push(
    atLeast(
      `at ${loadW} W: critical before dark without parking, at least`,
      'min',
      minutesToDark(worst, loadW),
      PARKING_MINUTES,
    ),
  );
  for (const [at, fault] of faults.entries()) {
    onProgress(GAUGE_FAULTS[fault], at + 2, rounds);
    const outage = await simulateOutage(loadW, fault);
    figures.push(
      atLeast(
        `${GAUGE_FAULTS[fault]}: critical before dark`,
        'min',
        minutesToDark(outage, loadW),
        PARKING_MINUTES,
      ),
    );
  }
  return { figures, findings: [], text: modelTable() };
};

/** Minutes from `critical` to darkness if the load stayed what it was. */
const minutesToDark = ({ atHours }: Outage, watts: number): number =>
  (capacityWh / watts - (atHours.critical ?? Number.POSITIVE_INFINITY)) * 60;
