/** The contract of hal/switch-panel.ts, held sentence by sentence, and under every fault of the board. */
import { describe, expect } from 'vitest';
import { POWER_FAULTS, type PowerFaultName } from '#drivers/power/emulator.ts';
import { wait } from '#hal/clock.ts';
import type { SwitchState } from '#hal/switch-panel.ts';
import {
  atOnce,
  contract,
  type Expected,
  holds,
  kindOf,
  type MakeRig,
  type PowerRig,
  READ_LIMIT_MS,
  RETURN_LIMIT_MS,
  SILENCE_MS,
  suffer,
  until,
  within,
} from './power-rig.ts';

/** 20 ms of rest, and what the wire takes. */
const SEEN_MS = 100;

const AT_REST: SwitchState = { key: 'off', tamper: false, coverOpen: false };

const UNDER_FAULT = {
  silent: 'timeout',
  restarting: 'reading or timeout',
  // The board is told its pins anew now and then.
  voltagesMissing: 'reading or timeout',
  noisy: 'reading or timeout',
  stabilizerAFailed: 'reading',
  stabilizerBFailed: 'reading',
  stabilizersFailed: 'reading',
  mainsLost: 'reading',
  mainsSag: 'reading',
  mainsSwell: 'reading',
  mainsFlicker: 'reading',
  relayAStuck: 'reading',
  relayBStuck: 'reading',
  keyBouncing: 'reading',
  gaugeFrozen: 'reading',
  gaugeLying: 'reading',
  gaugeJumping: 'reading',
  gaugeGarbled: 'reading',
  batteryMissing: 'reading',
} as const satisfies Record<PowerFaultName, Expected>;

const FAULTS = Object.keys(UNDER_FAULT) as PowerFaultName[];

const describeSwitches = (makeRig: MakeRig<PowerRig>): void => {
  contract('a read while the board starts waits for it', makeRig, async (rig) => {
    const read = await within(rig, READ_LIMIT_MS, rig.board.panel.read);
    expect(read).toEqual({ ok: true, value: AT_REST });
  });

  contract('each switch is told by its own name, and so is its return', makeRig, async (rig) => {
    const { panel } = rig.board;
    const told: SwitchState[] = [];
    panel.onChange((state) => told.push(state));
    await panel.read();
    const { emulator } = rig;
    for (const move of [
      () => emulator.turnKey('on'),
      emulator.openCover,
      emulator.breakSeal,
      () => emulator.turnKey('off'),
      emulator.closeCover,
      emulator.renewSeal,
    ]) {
      const before = told.length;
      move();
      await until(rig, SEEN_MS, 'a change', () => told.length > before);
    }
    expect(told).toEqual([
      AT_REST,
      { key: 'on', tamper: false, coverOpen: false },
      { key: 'on', tamper: false, coverOpen: true },
      { key: 'on', tamper: true, coverOpen: true },
      { key: 'off', tamper: true, coverOpen: true },
      { key: 'off', tamper: true, coverOpen: false },
      AT_REST,
    ]);
    expect(await atOnce(rig, panel.read)).toEqual({ ok: true, value: AT_REST });
  });

  contract('a contact that never rests is not told', makeRig, async (rig) => {
    const { panel } = rig.board;
    const told: SwitchState[] = [];
    panel.onChange((state) => told.push(state));
    await panel.read();
    rig.emulator.inject('keyBouncing');
    await wait(rig.clock, 1_000);
    const during = told.length;
    rig.emulator.clear('keyBouncing');
    rig.emulator.turnKey('on');
    await until(rig, SEEN_MS, 'the key', () => told.at(-1)?.key === 'on');
    // On a busy machine the emulated contact itself may rest: there only its end is certain.
    if (rig.slackMs < 10) expect(during).toBe(1);
  });

  contract('who ended listening hears nothing more', makeRig, async (rig) => {
    const { panel } = rig.board;
    const told: SwitchState[] = [];
    const end = panel.onChange((state) => told.push(state));
    await panel.read();
    end();
    rig.emulator.openCover();
    await until(rig, SEEN_MS, 'an open cover', async () => {
      const read = await panel.read();
      return read.ok && read.value.coverOpen;
    });
    expect(told).toEqual([AT_REST]);
  });

  contract('what moved while the board was away is told once it is back', makeRig, async (rig) => {
    const { panel } = rig.board;
    const told: SwitchState[] = [];
    panel.onChange((state) => told.push(state));
    await panel.read();
    rig.cable.unplug();
    await until(rig, 100, 'absent', async () => kindOf(await panel.read()) === 'absent');
    rig.emulator.breakSeal();
    rig.cable.plug();
    await until(rig, RETURN_LIMIT_MS, 'the seal', () => told.length === 2);
    expect(told[1]).toEqual({ ...AT_REST, tamper: true });
    rig.cable.unplug();
    await until(rig, 100, 'absent', async () => kindOf(await panel.read()) === 'absent');
    rig.cable.plug();
    await until(rig, RETURN_LIMIT_MS, 'a reading', async () => (await panel.read()).ok);
    expect(told).toHaveLength(2);
  });
};

const describeOutputs = (makeRig: MakeRig<PowerRig>): void => {
  for (const name of ['lamp', 'buzzer'] as const) {
    const isOn = (rig: PowerRig): boolean => rig.emulator[name]();

    contract(`${name}: on and off as asked, the other one untouched`, makeRig, async (rig) => {
      const { panel } = rig.board;
      await panel.read();
      for (const on of [true, true, false, true]) {
        expect(kindOf(await atOnce(rig, () => panel[name](on)))).toBe('reading');
        await until(rig, SEEN_MS, `${name} ${on}`, () => isOn(rig) === on);
      }
      expect(rig.emulator[name === 'lamp' ? 'buzzer' : 'lamp']()).toBe(false);
    });

    contract(`${name}: absent without a board, then as it was last asked`, makeRig, async (rig) => {
      const { panel } = rig.board;
      await panel.read();
      await panel[name](true);
      await until(rig, SEEN_MS, `${name} on`, () => isOn(rig));
      rig.cable.unplug();
      await until(rig, 100, `${name} off`, () => !isOn(rig));
      await until(rig, 100, 'absent', async () => kindOf(await panel.read()) === 'absent');
      expect(kindOf(await atOnce(rig, () => panel[name](false)))).toBe('absent');
      expect(kindOf(await atOnce(rig, () => panel[name](true)))).toBe('absent');
      rig.cable.plug();
      await until(rig, RETURN_LIMIT_MS, `${name} on`, () => isOn(rig));
    });

    contract(`${name}: timeout at once when the board says nothing`, makeRig, async (rig) => {
      const { panel } = rig.board;
      await panel.read();
      await suffer(rig, 'silent');
      expect(kindOf(await atOnce(rig, () => panel[name](true)))).toBe('timeout');
      rig.emulator.clear('silent');
      await until(rig, RETURN_LIMIT_MS, `${name} on`, () => isOn(rig));
    });
  }
};

/** `title` names driver and link; each test has a rig of its own. */
export const describeSwitchPanel = (title: string, makeRig: MakeRig<PowerRig>): void => {
  describe(`${title} keeps the contract of a switch panel`, () => {
    describe('switches', () => describeSwitches(makeRig));
    describe('lamp and buzzer', () => describeOutputs(makeRig));
  });

  describe(`${title}: the switch panel under each fault of the board`, () => {
    for (const fault of FAULTS)
      contract(
        `${POWER_FAULTS[fault]}: ${UNDER_FAULT[fault]}, and sound within 2 s`,
        makeRig,
        async (rig) => {
          const { panel } = rig.board;
          await panel.read();
          await suffer(rig, fault);
          const under = await within(rig, SILENCE_MS, panel.read);
          expect(holds(UNDER_FAULT[fault], kindOf(under))).toBe(true);
          rig.emulator.clear(fault);
          rig.emulator.turnKey('on');
          await until(rig, RETURN_LIMIT_MS, 'the turned key', async () => {
            const back = await panel.read();
            return back.ok && back.value.key === 'on';
          });
        },
      );
  });
};
