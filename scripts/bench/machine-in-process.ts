/** The machine in this very process, on in-memory links in real time. */
import { DEFAULT_PANEL, makeEmulatedBoard } from '#drivers/emulated-board.ts';
import { keepOld } from '#drivers/storage/emulator-disk.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { loadRaster } from '#drivers/touchscreen/raster.ts';
import { PIN_COST } from '#firmware/vault/officer-token.ts';
import type { Clock } from '#hal/clock.ts';
import { releaseDigest } from '../day/release.ts';
import { startUnit, type Unit } from '../day/unit.ts';
import type { Machine, MachinePower } from './machine.ts';
import type { Prepared } from './prepare.ts';

export const makeMachineInProcess = async (prepared: Prepared): Promise<Machine> => {
  let shiftMs = prepared.calendarMs - Date.now();
  const clock: Clock = { ...systemClock, calendarMs: () => systemClock.calendarMs() + shiftMs };
  const board = makeEmulatedBoard({
    clock,
    entropy: systemEntropy,
    noise: systemEntropy,
    family: 'R503',
  });
  const { devices } = board;
  if (prepared.image !== null) {
    devices.fixed.load(prepared.image.fixed);
    devices.removable.load(prepared.image.removable);
    devices.boardCell.load(prepared.image.boardCell);
    devices.moduleCell.load(prepared.image.moduleCell);
  }
  const raster = await loadRaster();
  const digest = releaseDigest();
  let key: Uint8Array | null = prepared.keyTaken ? null : prepared.given.pollbookKey;
  let unit: Unit | null = null;
  let power: MachinePower = 'off';
  let failure: string | null = null;
  const looking = new Set<() => void>();
  const changed = (): void => {
    for (const listener of [...looking]) listener();
  };
  devices.glass.onScene(changed);
  const turn = (next: MachinePower): void => {
    power = next;
    changed();
  };
  return {
    devices,
    screen: {
      ...DEFAULT_PANEL,
      pixels: async () => {
        const scene = devices.glass.scene();
        const { widthPx, heightPx } = DEFAULT_PANEL;
        if (power === 'off' || power === 'failed' || scene === null)
          return new Uint8Array(4 * widthPx * heightPx);
        return raster.draw(scene, DEFAULT_PANEL);
      },
      onChange: (listener) => {
        looking.add(listener);
        return () => {
          looking.delete(listener);
        };
      },
    },
    power: () => power,
    failure: () => failure,
    start: async () => {
      if (power === 'on' || power === 'starting') return;
      turn('starting');
      unit = await startUnit({
        board: board.powerOn(),
        provision: prepared.given,
        releaseDigest: digest,
        locale: prepared.locale,
        pinCost: PIN_COST,
        takePollbookKey: () => {
          const taken = key;
          key = null;
          return taken;
        },
        onPark: (part, reason) => {
          failure = `${part}: ${reason}`;
        },
      });
      turn('on');
    },
    cutPower: async () => {
      unit?.stop();
      unit = null;
      board.cutPower(keepOld);
      turn('off');
    },
    shutDown: async () => {
      await unit?.shutDown();
      unit = null;
      board.powerOff();
      turn('off');
    },
    logText: async () =>
      new TextDecoder().decode(
        devices.fixed.files().get('log/event-log/log.jsonl') ?? new Uint8Array(),
      ),
    calendarMs: clock.calendarMs,
    setCalendar: (ms) => {
      shiftMs = ms - Date.now();
    },
    close: async () => {
      unit?.stop();
    },
  };
};
