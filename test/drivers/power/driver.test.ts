/** The power board's driver and its emulated board, over the bytes between them. */
import { describe, expect, test } from 'vitest';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { connectPowerBoard, makePowerBoard } from '#drivers/power/driver.ts';
import { makePowerBoardEmulator } from '#drivers/power/emulator.ts';
import { makeFrameReader } from '#drivers/power/firmata-frames.ts';
import { encodeBoardMessage } from '#drivers/power/protocol.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { BatteryReading } from '#hal/battery.ts';
import { wait } from '#hal/clock.ts';
import type { StabilizerReading } from '#hal/power-stabilizer.ts';
import type { SwitchState } from '#hal/switch-panel.ts';
import { HANDSHAKE, UNO_2_4, UNO_ABSENT_CHIP } from '#test/vectors/firmata.ts';
import { play } from './bench.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

describe('handshake', () => {
  test('asks what johnny-five asks, in its order, then sets pins, reports and sampling', async () => {
    const clock = makeVirtualClock(0);
    const link = makeMemoryLink(clock, serialPace(57_600));
    const asked: string[] = [];
    const reader = makeFrameReader('host', 66, (f) => asked.push(Buffer.from(f).toString('hex')));
    link.device.onBytes(reader.push);
    makePowerBoardEmulator(link.device, clock);
    const connected = await clock.run(connectPowerBoard(link.host, clock));
    expect(connected.ok).toBe(true);
    await clock.run(wait(clock, SECOND));
    const first = HANDSHAKE.map((frame) => asked.indexOf(frame));
    expect(first.every((at) => at >= 0)).toBe(true);
    expect([...first].sort((a, b) => a - b)).toEqual(first);
    for (const frame of ['f07a6807f7', 'f4020b', 'f40701', 'c001', 'c301', 'd001', 'd101'])
      expect(asked.slice(Math.max(...first))).toContain(frame);
  });

  test('a board that is not there is `absent`, one that says nothing is `timeout`, after 4 s', async () => {
    for (const [fault, kind] of [
      ['unplugged', 'absent'],
      ['silent', 'timeout'],
    ] as const) {
      const clock = makeVirtualClock(0);
      const link = makeMemoryLink(clock, serialPace(57_600));
      const emulator = makePowerBoardEmulator(link.device, clock);
      if (fault === 'unplugged') link.unplug();
      else emulator.inject('silent');
      const result = await clock.run(connectPowerBoard(link.host, clock));
      expect(result).toMatchObject({ ok: false, error: { kind } });
      expect(clock.nowMs()).toBeCloseTo(4_000, 0);
    }
  });

  test('a cable pulled in the middle of it does not matter', () =>
    play(async ({ clock, link, board }) => {
      await wait(clock, 425);
      link.unplug();
      await wait(clock, 10);
      link.plug();
      expect((await board.start()).ok).toBe(true);
      expect((await board.stabilizers.a.read()).ok).toBe(true);
    }));

  test('bytes that are no Firmata, and Firmata that lies about its pins, break nothing', () => {
    const clock = makeVirtualClock(0);
    const link = makeMemoryLink(clock, serialPace(57_600));
    makePowerBoardEmulator(link.device, clock);
    const board = makePowerBoard(link.host, clock);
    const nonsense = [
      Uint8Array.of(0, 1, 2, 0xf7, 0xf0, 0x6c, 0x00, 0xf7),
      encodeBoardMessage({ kind: 'version', major: 2, minor: 5 }),
      encodeBoardMessage({ kind: 'analogMapping', channels: Array.from({ length: 90 }, () => 3) }),
      encodeBoardMessage({ kind: 'pinState', pin: 127, mode: 1, value: 1 }),
      encodeBoardMessage({ kind: 'analog', channel: 15, value: 16_383 }),
      encodeBoardMessage({ kind: 'digitalPort', port: 15, value: 255 }),
      encodeBoardMessage({ kind: 'i2cReply', address: 127, register: 1, data: [1] }),
    ];
    return clock.run(
      (async () => {
        for (const bytes of nonsense) await link.device.write(bytes);
        expect((await board.start()).ok).toBe(true);
        for (const bytes of nonsense) await link.device.write(bytes);
        const read = await board.stabilizers.a.read();
        expect(read.ok && Math.round(read.value.outputVolts)).toBe(120);
      })(),
    );
  });
});

describe('stabilizers', () => {
  test('say line and output of each, and tell what changes noticeably', () =>
    play(async ({ clock, emulator, board }) => {
      const told: StabilizerReading[] = [];
      board.stabilizers.b.onChange((reading) => told.push(reading));
      await board.stabilizers.b.read();
      emulator.plant.setLine('b', 100);
      await wait(clock, 2 * SECOND);
      emulator.plant.setLine('b', 101);
      await wait(clock, 2 * SECOND);
      emulator.inject('mainsSag');
      await wait(clock, 2 * SECOND);
      expect(told.map((r) => [Math.round(r.inputVolts), Math.round(r.outputVolts)])).toEqual([
        [120, 120],
        [100, 120],
        [70, 0],
      ]);
      const a = await board.stabilizers.a.read();
      expect(a).toMatchObject({ ok: true, value: { feeding: true } });
      expect(a.ok && Math.round(a.value.inputVolts)).toBe(70);
    }));

  test('one that failed delivers nothing while the other goes on', () =>
    play(async ({ clock, emulator, board }) => {
      await board.start();
      emulator.failStabilizer('a');
      await wait(clock, 2 * SECOND);
      const [a, b] = [await board.stabilizers.a.read(), await board.stabilizers.b.read()];
      expect(a.ok && Math.round(a.value.outputVolts)).toBe(0);
      expect(b.ok && Math.round(b.value.outputVolts)).toBe(120);
    }));

  test('a relay opens and closes, confirmed by its contact; a stuck one is `broken`', () =>
    play(async ({ emulator, board }) => {
      await board.start();
      await board.stabilizers.a.read();
      expect(await board.stabilizers.a.feed(false)).toMatchObject({ ok: true });
      expect(emulator.plant.relayClosed('a')).toBe(false);
      expect(emulator.plant.relayClosed('b')).toBe(true);
      expect(await board.stabilizers.a.read()).toMatchObject({ value: { feeding: false } });
      expect(await board.stabilizers.a.feed(true)).toMatchObject({ ok: true });
      expect(emulator.plant.relayClosed('a')).toBe(true);
      emulator.inject('relayAStuck');
      expect(await board.stabilizers.a.feed(false)).toMatchObject({
        ok: false,
        error: { device: 'stabilizer', kind: 'broken' },
      });
    }));

  test('a board that lost its wits or its cable leaves both relays feeding', () =>
    play(async ({ clock, emulator, link, board }) => {
      await board.start();
      await board.stabilizers.b.read();
      await board.stabilizers.b.feed(false);
      link.unplug();
      expect(emulator.plant.relayClosed('b')).toBe(true);
      link.plug();
      await wait(clock, 2 * SECOND);
      // Back again, the driver restores what was asked for.
      expect(emulator.plant.relayClosed('b')).toBe(false);
    }));
});

describe('battery', () => {
  test('discharges when nothing feeds, and charges again', () =>
    play(
      async ({ clock, emulator, board }) => {
        await board.start();
        expect(await board.battery.read()).toEqual({
          ok: true,
          value: { present: true, percent: 80, volts: 4.03, flow: 'charging' },
        });
        emulator.setMains(0);
        await wait(clock, HOUR);
        const after = await board.battery.read();
        // 30 W of 150 Wh for an hour.
        expect(after).toMatchObject({ value: { percent: 60, flow: 'discharging' } });
        emulator.setMains(120);
        await wait(clock, HOUR / 2);
        const charged = await board.battery.read();
        expect(charged).toMatchObject({ value: { flow: 'charging' } });
        expect(charged.ok && charged.value.percent).toBeGreaterThan(70);
      },
      { percent: 79.98, loadW: 30 },
    ));

  test('tells each reading that differs; a bay without a battery is a reading too', () =>
    play(async ({ clock, emulator, board }) => {
      const told: BatteryReading[] = [];
      board.battery.onChange((reading) => told.push(reading));
      await board.start();
      await wait(clock, 5 * SECOND);
      expect(told).toHaveLength(1);
      emulator.inject('batteryMissing');
      await wait(clock, 2 * SECOND);
      expect(told.at(-1)).toEqual({ present: false, percent: 0, volts: 0, flow: 'idle' });
      emulator.clear('batteryMissing');
      await wait(clock, 2 * SECOND);
      expect(told.at(-1)).toMatchObject({ present: true, percent: 100 });
    }));
});

describe('switch panel', () => {
  test('key, seal and cover; a contact that bounces is told once', () =>
    play(async ({ clock, emulator, board }) => {
      await board.start();
      const told: SwitchState[] = [];
      await board.panel.read();
      board.panel.onChange((state) => told.push(state));
      emulator.turnKey('on');
      emulator.turnKey('off');
      await wait(clock, 3);
      emulator.turnKey('on');
      await wait(clock, 200);
      emulator.openCover();
      await wait(clock, 200);
      emulator.breakSeal();
      await wait(clock, 200);
      expect(told).toEqual([
        { key: 'on', tamper: false, coverOpen: false },
        { key: 'on', tamper: false, coverOpen: true },
        { key: 'on', tamper: true, coverOpen: true },
      ]);
    }));

  test('lamp and buzzer, which survive an unplugged board', () =>
    play(async ({ clock, emulator, link, board }) => {
      await board.start();
      await board.panel.lamp(true);
      await board.panel.buzzer(true);
      await wait(clock, 100);
      expect([emulator.lamp(), emulator.buzzer()]).toEqual([true, true]);
      await board.panel.buzzer(false);
      await wait(clock, 100);
      link.unplug();
      await wait(clock, 100);
      expect(emulator.lamp()).toBe(false);
      expect(await board.panel.lamp(true)).toMatchObject({ error: { kind: 'absent' } });
      link.plug();
      await wait(clock, 2 * SECOND);
      expect([emulator.lamp(), emulator.buzzer()]).toEqual([true, false]);
    }));
});

describe('losing the board', () => {
  test('unplugged: every device is absent at once, and works within 2 s of its return', () =>
    play(async ({ clock, link, board }) => {
      await board.start();
      await board.stabilizers.a.read();
      link.unplug();
      const { a, b } = board.stabilizers;
      for (const device of [a, b, board.battery, board.panel])
        expect(await device.read()).toMatchObject({ ok: false, error: { kind: 'absent' } });
      await wait(clock, HOUR);
      link.plug();
      await wait(clock, 2 * SECOND);
      for (const device of [a, b, board.battery, board.panel])
        expect(await device.read()).toMatchObject({ ok: true });
    }));

  test('hung: within 3 s a timeout, and back when somebody resets it', () =>
    play(async ({ clock, emulator, board }) => {
      await board.start();
      await board.stabilizers.a.read();
      emulator.inject('silent');
      await wait(clock, 3 * SECOND);
      expect(await board.battery.read()).toMatchObject({ error: { kind: 'timeout' } });
      emulator.clear('silent');
      emulator.reset();
      await wait(clock, 2 * SECOND);
      expect(await board.battery.read()).toMatchObject({ ok: true });
    }));

  test('a host that starts anew, again and again, finds the board as if it were fresh', () => {
    const clock = makeVirtualClock(0);
    const link = makeMemoryLink(clock, serialPace(57_600));
    makePowerBoardEmulator(link.device, clock);
    return clock.run(
      (async () => {
        for (let start = 0; start < 8; start++) {
          const board = makePowerBoard(link.renewHost(), clock);
          expect(await board.battery.read()).toMatchObject({ value: { present: true } });
          const before = link.carried().toHost;
          await wait(clock, 10 * SECOND);
          // Four voltages and two gauge reads a sample, however often it was asked before.
          expect(link.carried().toHost - before).toBeLessThan(450);
          board.close();
        }
      })(),
    );
  });

  test.each([
    ['before', 0],
    ['after', 5 * SECOND],
  ])('a link closed %s the handshake leaves nothing that goes on for ever', async (_, atMs) => {
    const clock = makeVirtualClock(0);
    const link = makeMemoryLink(clock, serialPace(57_600));
    makePowerBoardEmulator(link.device, clock);
    const board = makePowerBoard(link.host, clock);
    const scene = async (): Promise<void> => {
      await wait(clock, atMs);
      link.host.close();
      link.unplug();
      await wait(clock, 10 * SECOND);
      expect(await board.battery.read()).toMatchObject({ error: { kind: 'absent' } });
    };
    await clock.run(scene(), 2_000);
    const left = clock.run(new Promise<never>(() => undefined), 1_000);
    await expect(left).rejects.toThrow('nothing left to do');
  });

  test('an idle day of ten hours is five tasks a sample at most, every sample reported', () => {
    const clock = makeVirtualClock(0);
    const link = makeMemoryLink(clock, serialPace(57_600));
    makePowerBoardEmulator(link.device, clock);
    const board = makePowerBoard(link.host, clock);
    return clock.run(
      (async () => {
        await board.start();
        const before = link.carried().toHost;
        await wait(clock, 10 * HOUR);
        expect(link.carried().toHost - before).toBeGreaterThan(36_000 * 38 - 200);
        expect((await board.battery.read()).ok).toBe(true);
      })(),
      36_000 * 5,
    );
  });

  test('a hundred unplugs leave one listener for each pin', () =>
    play(async ({ clock, link, board }) => {
      await board.start();
      const told: unknown[] = [];
      board.stabilizers.a.onChange((reading) => told.push(reading));
      for (let n = 0; n < 100; n++) {
        link.unplug();
        await wait(clock, 50);
        link.plug();
        await wait(clock, 2 * SECOND);
      }
      expect((await board.stabilizers.a.read()).ok).toBe(true);
      expect(told).toHaveLength(1);
    }));
});

describe('a board with StandardFirmata 2.4', () => {
  test.each(UNO_2_4)(
    'the emulated one answers $asked as the real one does',
    ({ asked, answer }) => {
      const clock = makeVirtualClock(0);
      const link = makeMemoryLink(clock, serialPace(57_600));
      makePowerBoardEmulator(link.device, clock, { revision: '2.4' });
      let said = '';
      link.host.onBytes((chunk) => {
        said += Buffer.from(chunk).toString('hex');
      });
      return clock.run(
        (async () => {
          await wait(clock, SECOND);
          said = '';
          await link.host.write(new Uint8Array(Buffer.from(asked, 'hex')));
          await wait(clock, SECOND);
          expect(said).toBe(answer);
        })(),
      );
    },
  );

  test('has no pull-up mode; the switches work all the same, whatever else is written', () =>
    play(
      async ({ clock, emulator, board }) => {
        await board.start();
        expect(await board.panel.read()).toEqual({
          ok: true,
          value: { key: 'off', tamper: false, coverOpen: false },
        });
        await board.panel.buzzer(true);
        expect(await board.stabilizers.a.feed(false)).toMatchObject({ ok: true });
        emulator.breakSeal();
        emulator.openCover();
        await wait(clock, SECOND);
        expect(await board.panel.read()).toEqual({
          ok: true,
          value: { key: 'off', tamper: true, coverOpen: true },
        });
      },
      { revision: '2.4' },
    ));

  test('sends stale bytes for a chip that is not there: they are not taken for a reading', () =>
    play(async ({ clock, link, emulator, board }) => {
      expect(await board.battery.read()).toMatchObject({ value: { present: true } });
      let said = '';
      link.host.onBytes((chunk) => {
        said += Buffer.from(chunk).toString('hex');
      });
      emulator.inject('batteryMissing');
      await wait(clock, 2 * SECOND);
      const complaint = UNO_ABSENT_CHIP.slice(0, UNO_ABSENT_CHIP.indexOf('f7') + 2);
      expect(said).toContain(`${complaint}f0773600`);
      expect(await board.battery.read()).toMatchObject({ value: { present: false } });
    }));
});

test('the same scene gives the same bytes', async () => {
  const run = () =>
    play(async ({ clock, link, emulator, board }) => {
      const bytes: string[] = [];
      link.host.onBytes((chunk) => bytes.push(Buffer.from(chunk).toString('hex')));
      link.device.onBytes((chunk) => bytes.push(Buffer.from(chunk).toString('hex')));
      await board.start();
      emulator.inject('mainsFlicker');
      emulator.turnKey('on');
      await board.panel.lamp(true);
      await wait(clock, 60 * SECOND);
      return bytes.join(' ');
    });
  expect(await run()).toBe(await run());
});
