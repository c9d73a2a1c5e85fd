/** The contract of hal/power-stabilizer.ts, held sentence by sentence, and under every fault of the board. */
import { describe, expect } from 'vitest';
import { POWER_FAULTS, type PowerFaultName } from '#drivers/power/emulator.ts';
import { wait } from '#hal/clock.ts';
import type { StabilizerReading } from '#hal/power-stabilizer.ts';
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

const RELAY_LIMIT_MS = 500;
const READING_AGE_MS = 2_500;

type Under = {
  /** What `read` of stabilizer A says after 3 s of the fault. */
  readonly read: Expected;
  /** Its output and line then, volts; null: they may be anything. */
  readonly volts: { readonly line: number; readonly output: number } | null;
};

const FINE: Under = { read: 'reading', volts: { line: 120, output: 120 } };
const CUT_OFF = (line: number): Under => ({ read: 'reading', volts: { line, output: 0 } });

const UNDER_FAULT = {
  silent: { read: 'timeout', volts: null },
  restarting: { read: 'reading or timeout', volts: null },
  voltagesMissing: { read: 'timeout', volts: null },
  noisy: { read: 'reading or timeout', volts: null },
  stabilizerAFailed: CUT_OFF(120),
  stabilizerBFailed: FINE,
  stabilizersFailed: CUT_OFF(120),
  mainsLost: CUT_OFF(0),
  mainsSag: CUT_OFF(70),
  mainsSwell: CUT_OFF(165),
  mainsFlicker: { read: 'reading', volts: null },
  relayAStuck: FINE,
  relayBStuck: FINE,
  keyBouncing: FINE,
  gaugeFrozen: FINE,
  gaugeLying: FINE,
  gaugeJumping: FINE,
  gaugeGarbled: FINE,
  batteryMissing: FINE,
} as const satisfies Record<PowerFaultName, Under>;

const volts = (reading: StabilizerReading) => ({
  line: Math.round(reading.inputVolts),
  output: Math.round(reading.outputVolts),
});

const describeRead = (makeRig: MakeRig<PowerRig>): void => {
  contract('a read while the board starts waits for it', makeRig, async (rig) => {
    const { a, b } = rig.board.stabilizers;
    const [one, other] = await within(rig, READ_LIMIT_MS, () => Promise.all([a.read(), b.read()]));
    expect([kindOf(one), kindOf(other)]).toEqual(['reading', 'reading']);
    expect(one.ok && volts(one.value)).toEqual({ line: 120, output: 120 });
    expect(one.ok && one.value.feeding).toBe(true);
  });

  contract('any number of reads may be under way', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    const reads = await within(rig, READ_LIMIT_MS, () =>
      Promise.all(Array.from({ length: 30 }, () => a.read())),
    );
    expect(new Set(reads.map(kindOf))).toEqual(new Set(['reading']));
  });

  contract('a reading is at most 2.5 s old', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    await a.read();
    rig.emulator.plant.setLine('a', 101);
    await wait(rig.clock, READING_AGE_MS + rig.slackMs);
    const read = await atOnce(rig, a.read);
    expect(read.ok && volts(read.value)).toEqual({ line: 101, output: 120 });
  });

  contract(
    'a board that was never there is absent, after 4 s at most, then at once',
    makeRig,
    async (rig) => {
      const { a } = rig.board.stabilizers;
      expect(kindOf(await within(rig, READ_LIMIT_MS, a.read))).toBe('absent');
      expect(kindOf(await atOnce(rig, a.read))).toBe('absent');
      rig.cable.plug();
      await until(rig, RETURN_LIMIT_MS, 'a reading', async () => (await a.read()).ok);
    },
    false,
  );

  contract('an unplugged board is absent at once, and back within 2 s', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    await a.read();
    for (let turn = 0; turn < 3; turn++) {
      rig.cable.unplug();
      await until(rig, 100, 'absent', async () => kindOf(await a.read()) === 'absent');
      expect(kindOf(await atOnce(rig, a.read))).toBe('absent');
      rig.cable.plug();
      const back = await within(rig, RETURN_LIMIT_MS, async () => {
        await until(rig, RETURN_LIMIT_MS, 'a reading', async () => (await a.read()).ok);
        return a.read();
      });
      expect(back.ok && volts(back.value)).toEqual({ line: 120, output: 120 });
    }
  });

  contract('volts beyond the sensor are clamped to 0 and 300', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    await a.read();
    for (const [line, told] of [
      [0, 0],
      [299.9, 300],
      [300, 300],
      [1_000, 300],
    ] as const) {
      rig.emulator.plant.setLine('a', line);
      await until(rig, READING_AGE_MS, `${told} V`, async () => {
        const read = await a.read();
        return read.ok && volts(read.value).line === told;
      });
    }
  });
};

const describeFeed = (makeRig: MakeRig<PowerRig>): void => {
  contract('the relay follows and its contact says so', makeRig, async (rig) => {
    const { a, b } = rig.board.stabilizers;
    await a.read();
    for (const on of [false, true, true, false, false]) {
      expect(kindOf(await within(rig, RELAY_LIMIT_MS, () => a.feed(on)))).toBe('reading');
      expect(rig.emulator.plant.relayClosed('a')).toBe(on);
      const read = await a.read();
      expect(read.ok && read.value.feeding).toBe(on);
    }
    const other = await b.read();
    expect(other.ok && other.value.feeding).toBe(true);
  });

  contract('a second call before its end is busy and changes nothing', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    await a.read();
    const first = a.feed(false);
    expect(kindOf(await atOnce(rig, () => a.feed(true)))).toBe('busy');
    expect(kindOf(await first)).toBe('reading');
    expect(rig.emulator.plant.relayClosed('a')).toBe(false);
    expect(kindOf(await a.feed(true))).toBe('reading');
  });

  contract('a stuck relay is broken within 0.5 s, and mended it works', makeRig, async (rig) => {
    const { a, b } = rig.board.stabilizers;
    await Promise.all([a.read(), b.read()]);
    rig.emulator.inject('relayAStuck');
    rig.emulator.inject('relayBStuck');
    for (const stabilizer of [a, b]) {
      const fed = await within(rig, RELAY_LIMIT_MS, () => stabilizer.feed(false));
      expect(kindOf(fed)).toBe('broken');
    }
    rig.emulator.clear('relayAStuck');
    rig.emulator.clear('relayBStuck');
    // The coil was asked to open already: closing and opening it moves the contact.
    expect(kindOf(await a.feed(true))).toBe('reading');
    expect(kindOf(await a.feed(false))).toBe('reading');
  });

  contract('without a board: absent at once, carried out when it is back', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    await a.read();
    rig.cable.unplug();
    await until(rig, 100, 'absent', async () => kindOf(await a.read()) === 'absent');
    expect(kindOf(await atOnce(rig, () => a.feed(false)))).toBe('absent');
    expect(rig.emulator.plant.relayClosed('a')).toBe(true);
    rig.cable.plug();
    await until(rig, RETURN_LIMIT_MS, 'an open relay', () => !rig.emulator.plant.relayClosed('a'));
  });

  contract('lost in the middle of it, absent wins over broken', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    await a.read();
    rig.emulator.inject('relayAStuck');
    const feeding = a.feed(false);
    await wait(rig.clock, 50);
    rig.cable.unplug();
    expect(kindOf(await within(rig, RELAY_LIMIT_MS, () => feeding))).toBe('absent');
  });

  contract('a silent board: timeout, and the lock is free again', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    await a.read();
    await suffer(rig, 'silent');
    expect(kindOf(await atOnce(rig, () => a.feed(false)))).toBe('timeout');
    expect(kindOf(await atOnce(rig, () => a.feed(false)))).toBe('timeout');
    rig.emulator.clear('silent');
    await until(
      rig,
      RETURN_LIMIT_MS,
      'feeding',
      async () => kindOf(await a.feed(true)) === 'reading',
    );
  });

  contract('a board without power lets both stabilizers feed', makeRig, async (rig) => {
    const { a, b } = rig.board.stabilizers;
    await Promise.all([a.read(), b.read()]);
    await Promise.all([a.feed(false), b.feed(false)]);
    expect(rig.emulator.plant.fed()).toBe(false);
    rig.cable.unplug();
    await until(rig, 100, 'both feeding', () => rig.emulator.plant.fed());
    expect(rig.emulator.plant.relayClosed('b')).toBe(true);
  });
};

const describeChanges = (makeRig: MakeRig<PowerRig>): void => {
  contract('the first reading and each noticeable change are told, once', makeRig, async (rig) => {
    const { a } = rig.board.stabilizers;
    const told: StabilizerReading[] = [];
    const ended: StabilizerReading[] = [];
    a.onChange((reading) => told.push(reading));
    const end = a.onChange((reading) => ended.push(reading));
    await a.read();
    await until(rig, READ_LIMIT_MS, 'the first', () => told.length === 1);
    end();
    for (const line of [120.9, 119.2, 100, 101, 99.5]) {
      rig.emulator.plant.setLine('a', line);
      await wait(rig.clock, 1_200 + rig.slackMs);
    }
    expect(told.map((reading) => volts(reading).line)).toEqual([120, 100]);
    await a.feed(false);
    expect(told.map(({ feeding }) => feeding)).toEqual([true, true, false]);
    expect(ended).toHaveLength(1);
  });
};

/** `title` names driver and link; each test has a rig of its own. */
export const describePowerStabilizer = (title: string, makeRig: MakeRig<PowerRig>): void => {
  describe(`${title} keeps the contract of a stabilizer`, () => {
    describe('read', () => describeRead(makeRig));
    describe('feed', () => describeFeed(makeRig));
    describe('onChange', () => describeChanges(makeRig));
  });

  describe(`${title}: a stabilizer under each fault of the board`, () => {
    for (const [fault, { read, volts: shown }] of Object.entries(UNDER_FAULT) as [
      PowerFaultName,
      Under,
    ][])
      contract(`${POWER_FAULTS[fault]}: ${read}, and sound within 2 s`, makeRig, async (rig) => {
        const { a } = rig.board.stabilizers;
        await a.read();
        await suffer(rig, fault);
        const under = await within(rig, SILENCE_MS, a.read);
        expect(holds(read, kindOf(under))).toBe(true);
        if (shown !== null) expect(under.ok && volts(under.value)).toEqual(shown);
        rig.emulator.clear(fault);
        await until(rig, RETURN_LIMIT_MS, 'a sound reading', async () => {
          const back = await a.read();
          return back.ok && volts(back.value).line === 120 && volts(back.value).output === 120;
        });
        expect(kindOf(await a.feed(false))).toBe('reading');
      });
  });
};
