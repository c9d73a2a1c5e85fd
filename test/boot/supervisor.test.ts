/**
 * The supervisor over its processes, all of them under one virtual clock: what it does when one of them
 * dies, hangs or talks nonsense, when the unit can not start, when the clock is wrong, and at the end.
 */
import { describe, expect, test } from 'vitest';
import { runDesk } from '#boot/desk/run-desk.ts';
import { BEAT_MS, STUCK_MS, startBeat } from '#boot/process/beat.ts';
import { LOOK_MS } from '#boot/supervisor/check-parts.ts';
import { ALIVE_LIMIT_MS, START_LIMIT_MS } from '#boot/supervisor/watch.ts';
import { makeMemoryLink } from '#drivers/links/memory-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { SOUND_MS } from '#firmware/alarm/alarm.ts';
import { encodeUnitFrame } from '#firmware/messages/frame.ts';
import type { FromBooth } from '#firmware/messages/unit-catalogue.ts';
import {
  type ListedPart,
  PARTS_LIST_FORMAT,
  PARTS_LIST_PURPOSE,
  type PartsList,
} from '#firmware/parts/parts-list.ts';
import { COMPARE_MS } from '#firmware/runtime/calendar-watch.ts';
import type { Health } from '#firmware/runtime/runner.ts';
import type { UnitLine } from '#firmware/supervisor/unit-line.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { wait } from '#hal/clock.ts';
import { makeWorld } from '#scripts/day/world.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { type MemoryUnitOptions, runs, startMemoryUnit } from './unit-in-memory.ts';

const definition = loadOwnDefinition(SMALL_PATH);
const PIN_COST = { N: 2, r: 1, p: 1 };
/** Longest that a test waits for something, virtual ms. */
const PATIENCE_MS = 180_000;
const GLANCE_MS = 50;

const makeRoom = () => {
  const world = makeWorld(
    { definition, voters: 4, seed: 3, locale: 'en', pinCost: PIN_COST },
    (error) => {
      throw error;
    },
  );
  const { clock, board, given } = world;
  let key: Uint8Array | null = given.pollbookKey;
  const until = async (what: string, seen: () => boolean): Promise<void> => {
    const endMs = clock.nowMs() + PATIENCE_MS;
    while (!seen()) {
      if (clock.nowMs() > endMs) throw new Error(`waited for ${what}`);
      await wait(clock, GLANCE_MS);
    }
  };
  const switchOn = (changes: Partial<MemoryUnitOptions> = {}) =>
    startMemoryUnit({
      board: board.powerOn(),
      provision: given,
      releaseDigest: new Uint8Array(32).fill(7),
      locale: 'en',
      pinCost: PIN_COST,
      takePollbookKey: () => key,
      ...changes,
    });
  type Unit = ReturnType<typeof switchOn>;
  return {
    ...world,
    until,
    switchOn,
    /** Desk and booth run. */
    boot: async (changes: Partial<MemoryUnitOptions> = {}): Promise<Unit> => {
      const unit = switchOn(changes);
      await until('both machines', () => runs(unit, 'desk') && runs(unit, 'booth'));
      return unit;
    },
    forgetKey: () => {
      key = null;
    },
    scene: () => board.devices.glass.scene(),
    log: (): readonly string[] =>
      new TextDecoder()
        .decode(board.devices.fixed.files().get('log/event-log/log.jsonl'))
        .split('\n')
        .filter((line) => line !== ''),
    run: <T>(work: () => Promise<T>): Promise<T> => clock.run(work()),
  };
};
type Room = ReturnType<typeof makeRoom>;

const safeMode = (lines: readonly UnitLine[]): string | null => {
  const found = lines.find((line) => line.kind === 'safeMode');
  return found?.kind === 'safeMode' ? found.code : null;
};
const logged = (room: Room, ...words: readonly string[]): boolean =>
  room.log().some((line) => words.every((word) => line.includes(word)));

describe('a unit starts', () => {
  test('the screen shows how far it is, then the booth’s own scenes; the log says what began', () => {
    const room = makeRoom();
    return room.run(async () => {
      const shown: string[] = [];
      room.board.devices.glass.onScene(({ name, spoken }) => {
        if (name === 'startUp') shown.push(spoken.join(' / '));
      });
      const unit = await room.boot();
      await room.until('the self-test', () => room.scene()?.name === 'readyForCeremony');
      expect(shown.some((words) => words.includes('Verifying the election package'))).toBe(true);
      expect(unit.lines.flatMap((line) => (line.kind === 'stage' ? [line.stage] : []))).toEqual([
        'board',
        'delivery',
        'identity',
        'clock',
        'package',
        'log',
        'certificate',
        'processes',
      ]);
      for (const id of ['machineStarted', 'identityMade', 'packageLoaded'])
        expect(logged(room, id)).toBe(true);
      expect(logged(room, 'processStarted', 'desk')).toBe(true);
      await unit.supervisor.shutDown();
    });
  });

  test('without a certificate it stays out of service, says so, and asks for one', () => {
    const room = makeRoom();
    return room.run(async () => {
      const nobodys = { report: new Uint8Array(64), key: new Uint8Array(64) };
      const unit = room.switchOn({ certificates: () => nobodys });
      await room.until('safe mode', () => safeMode(unit.lines) !== null);
      expect(safeMode(unit.lines)).toBe('machine.notCertified');
      await room.until('the screen', () => room.scene()?.name === 'outOfService');
      expect(room.scene()?.spoken.join(' ')).toContain('machine.notCertified');
      await room.until('the display', () =>
        room.board.devices.lcd.screen().join(' ').includes('machine.notCerti'),
      );
      expect(logged(room, 'safeModeEntered', 'machine.notCertified')).toBe(true);
      await unit.supervisor.shutDown();
    });
  });

  test('a package of another precinct never reaches the machines', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { provision } = { provision: room.given };
      const precinct = { ...definition.precinct, number: '99' };
      const unit = room.switchOn({
        provision: { ...provision, definition: { ...definition, precinct } },
      });
      await room.until('safe mode', () => safeMode(unit.lines) !== null);
      expect(safeMode(unit.lines)).toBe('package.wrongPrecinct');
      expect(runs(unit, 'booth') || runs(unit, 'desk')).toBe(false);
      await unit.supervisor.shutDown();
    });
  });

  test('a booth whose board does not open is told on the console, and the rest goes on', () => {
    const room = makeRoom();
    return room.run(async () => {
      const unit = room.switchOn({
        openBooth: () => Promise.reject(new Error('booth.printer.wire.baud is missing')),
      });
      await room.until('the park', () => unit.lines.some(({ kind }) => kind === 'parked'));
      expect(unit.lines).toContainEqual({
        kind: 'parked',
        process: 'booth',
        code: 'machine.badBoard',
        detail: 'booth.printer.wire.baud is missing',
      });
      await room.until('the desk', () => runs(unit, 'desk'));
      await unit.supervisor.shutDown();
    });
  });
});

describe('what is attached', () => {
  const listed = (parts: readonly ListedPart[]): PartsList => ({
    format: PARTS_LIST_FORMAT,
    unit: 'rack',
    parts,
  });
  const partsOf = async (room: Room): Promise<readonly ListedPart[]> => {
    const found = await room.board.powerOn().supervisor.inventory.read();
    if (!found.ok) throw new Error(found.error.detail);
    return found.value.map(({ kind, path }, index) => ({ label: `part${index}`, kind, path }));
  };
  const entriesOf = (room: Room): readonly string[] =>
    room.log().flatMap((line) => /inventory(Matched|Missing|Extra)/.exec(line)?.[0] ?? []);

  test('is compared with the authority’s list; what differs is named, and stops nothing', () => {
    const room = makeRoom();
    return room.run(async () => {
      const parts = await partsOf(room);
      expect(parts.length).toBeGreaterThan(1);
      const signed = (list: readonly ListedPart[]) =>
        signFile(PARTS_LIST_PURPOSE, listed(list), room.given.authority.signing.privateKey);
      const unit = await room.boot({ partsList: signed(parts) });
      await room.until('the log', () => entriesOf(room).length > 0);
      expect(entriesOf(room)).toEqual(['inventoryMatched']);
      await unit.supervisor.shutDown();
      room.board.powerOff();

      const other: ListedPart = { label: 'hub', kind: 'usb', path: '9-9' };
      const next = await room.boot({ partsList: signed([...parts.slice(1), other]) });
      await room.until('the log', () => entriesOf(room).length === 3);
      expect(entriesOf(room).slice(1)).toEqual(['inventoryMissing', 'inventoryExtra']);
      await next.supervisor.shutDown();
    });
  });

  test('is compared again: what is plugged in at noon is named once, calls an officer, and may go again', () => {
    const room = makeRoom();
    const { inventory, power } = room.board.devices;
    return room.run(async () => {
      const parts = await partsOf(room);
      const unit = await room.boot({
        partsList: signFile(
          PARTS_LIST_PURPOSE,
          listed(parts),
          room.given.authority.signing.privateKey,
        ),
      });
      await room.until('the log', () => entriesOf(room).length > 0);
      const stick = { vendor: '0781', product: '5581', serial: null, name: 'Ultra' };
      inventory.plug({ kind: 'usb', path: '1-5', ...stick });
      await room.until('an entry', () => logged(room, 'inventoryExtra', 'usb_1-5_0781_5581'));
      await room.until('the alarm', () => power.lamp() && power.buzzer());
      await wait(room.clock, 5 * LOOK_MS);
      inventory.unplug('1-5');
      await room.until('an entry', () => entriesOf(room).length === 3);
      expect(entriesOf(room)).toEqual(['inventoryMatched', 'inventoryExtra', 'inventoryMatched']);
      await room.until('silence', () => !power.lamp() && !power.buzzer());
      await unit.supervisor.shutDown();
    });
  });

  test('a list that somebody else signed is none', () => {
    const room = makeRoom();
    return room.run(async () => {
      const parts = await partsOf(room);
      const unit = await room.boot({
        partsList: signFile(PARTS_LIST_PURPOSE, listed(parts), new Uint8Array(32).fill(5)),
      });
      await room.until('the log', () => logged(room, 'deviceFault', 'inventory.garbled'));
      expect(entriesOf(room)).toEqual([]);
      await unit.supervisor.shutDown();
    });
  });
});

describe('an officer is called', () => {
  test('by lamp and buzzer when the cover is opened; the key silences, closing it darkens', () => {
    const room = makeRoom();
    const { power } = room.board.devices;
    return room.run(async () => {
      const unit = await room.boot();
      await wait(room.clock, 10_000);
      expect([power.lamp(), power.buzzer()]).toEqual([false, false]);
      power.openCover();
      await room.until('the alarm', () => power.lamp() && power.buzzer());
      power.turnKey('on');
      await room.until('silence', () => power.lamp() && !power.buzzer());
      power.closeCover();
      await room.until('the lamp', () => !power.lamp());
      await unit.supervisor.shutDown();
    });
  });

  test('not for ever: the buzzer gives up by itself, and both are dark when the unit is off', () => {
    const room = makeRoom();
    const { power } = room.board.devices;
    return room.run(async () => {
      const unit = await room.boot();
      power.breakSeal();
      await room.until('the alarm', () => power.lamp() && power.buzzer());
      await wait(room.clock, SOUND_MS + 2_000);
      expect([power.lamp(), power.buzzer()]).toEqual([true, false]);
      await unit.supervisor.shutDown();
      expect([power.lamp(), power.buzzer()]).toEqual([false, false]);
    });
  });

  test('when the module is pulled, until voting goes on', () => {
    const room = makeRoom();
    const { power, removable } = room.board.devices;
    return room.run(async () => {
      const unit = await room.boot();
      removable.pull();
      await room.until('the alarm', () => power.lamp() && power.buzzer());
      removable.putBack();
      await room.until('the lamp', () => !power.lamp());
      await unit.supervisor.shutDown();
    });
  });
});

describe('a process fails', () => {
  test.each(['desk', 'booth'] as const)(
    'the %s is started anew once; the second time is safe mode',
    (name) => {
      const room = makeRoom();
      return room.run(async () => {
        const unit = await room.boot();
        const count = () => unit.processes.filter(({ body }) => body === name).length;
        unit.process(name).kill();
        await room.until('a fresh one', () => count() === 2);
        expect(unit.lines).toContainEqual({
          kind: 'failed',
          process: name,
          reason: 'signal-SIGKILL',
          again: true,
        });
        const running = () =>
          unit.lines.filter(
            (line) => line.kind === 'process' && line.process === name && line.state === 'running',
          ).length;
        await room.until('it runs again', () => running() === 2);
        expect(safeMode(unit.lines)).toBeNull();

        unit.process(name).kill();
        await room.until('safe mode', () => safeMode(unit.lines) !== null);
        const code = `process.${name}Failed`;
        expect(safeMode(unit.lines)).toBe(code);
        // All stand still under the code: who still runs, and who is started for its screen alone.
        await room.until(
          'the screen',
          () => room.scene()?.spoken.join(' ').includes(code) ?? false,
        );
        await room.until('the log', () => logged(room, 'safeModeEntered', code));
        expect(count()).toBe(3);
        expect(running()).toBe(2);

        unit.process(name).kill();
        await wait(room.clock, PATIENCE_MS);
        expect(count()).toBe(3);
        await unit.supervisor.shutDown();
      });
    },
  );

  test('one that is silent is ended by the watchdog and started anew', () => {
    const room = makeRoom();
    return room.run(async () => {
      let boots = 0;
      const unit = await room.boot({
        stillborn: (body) => (body === 'desk' && ++boots === 1 ? 'hangs' : null),
      });
      expect(boots).toBe(2);
      expect(room.clock.nowMs()).toBeGreaterThan(START_LIMIT_MS);
      expect(logged(room, 'watchdogFired', 'desk')).toBe(true);
      await unit.supervisor.shutDown();
    });
  });

  test('one that dies at its start twice leaves the unit in safe mode, not in a loop', () => {
    const room = makeRoom();
    return room.run(async () => {
      const unit = room.switchOn({ stillborn: (body) => (body === 'booth' ? 'dies' : null) });
      await room.until('safe mode', () => safeMode(unit.lines) !== null);
      await wait(room.clock, PATIENCE_MS);
      expect(unit.processes.filter(({ body }) => body === 'booth')).toHaveLength(3);
      await unit.supervisor.shutDown();
    });
  });

  test('what is not of the catalogue is logged and harms nobody', () => {
    const room = makeRoom();
    return room.run(async () => {
      const unit = await room.boot();
      const { device } = unit.process('desk').link;
      // No frame at all; then a sound frame with what only the booth may say.
      await device.write(new Uint8Array(500).fill(0xff));
      await device.write(encodeUnitFrame({ kind: 'askLogHead', ask: 1 } as FromBooth));
      await wait(room.clock, 2 * ALIVE_LIMIT_MS);
      const refused = room.log().filter((line) => line.includes('eventRefused'));
      expect(refused.filter((line) => line.includes('garbage'))).toHaveLength(2);
      expect(unit.process('desk').alive()).toBe(true);
      expect(unit.process('booth').alive()).toBe(true);
      await unit.supervisor.shutDown();
    });
  });

  test('when the supervisor is gone both processes end', () => {
    const room = makeRoom();
    return room.run(async () => {
      const link = makeMemoryLink(room.clock, { baud: 1e8, bitsPerByte: 8 });
      let ended = false;
      runDesk({
        link: link.device,
        clock: room.clock,
        locale: 'en',
        openBoard: () =>
          Promise.resolve({
            board: room.board.powerOn().desk,
            close: () => Promise.resolve(),
          }),
        onEnd: () => {
          ended = true;
        },
      });
      await wait(room.clock, 1_000);
      link.unplug();
      await room.until('the end', () => ended);
    });
  });
});

describe('signs of life', () => {
  const beats = (health: () => Health | null, forMs: number): Promise<number> => {
    const clock = makeVirtualClock(0);
    let heard = 0;
    const stop = startBeat(clock, health, () => heard++);
    return clock.run(
      wait(clock, forMs).then(() => {
        stop();
        return heard;
      }),
    );
  };
  const LONG_MS = 4 * STUCK_MS;

  test('a machine that waits for people is alive', async () => {
    const idle = { steps: 7, stepping: false, oldestWork: null };
    expect(await beats(() => idle, LONG_MS)).toBeGreaterThanOrEqual(LONG_MS / BEAT_MS);
  });
  test('one whose work stands still is not, after its limit', async () => {
    const stuck = { steps: 7, stepping: false, oldestWork: 3 };
    const heard = await beats(() => stuck, LONG_MS);
    expect(heard).toBeGreaterThan(STUCK_MS / BEAT_MS - 2);
    expect(heard).toBeLessThan(STUCK_MS / BEAT_MS + 2);
  });
  test('nor one that is caught in a step', async () => {
    const caught = { steps: 7, stepping: true, oldestWork: null };
    expect(await beats(() => caught, LONG_MS)).toBeLessThan(STUCK_MS / BEAT_MS + 2);
  });
  test('one that takes events while long work goes on is alive', async () => {
    let steps = 0;
    expect(
      await beats(() => ({ steps: ++steps, stepping: false, oldestWork: 3 }), LONG_MS),
    ).toBeGreaterThanOrEqual(LONG_MS / BEAT_MS);
  });
});

describe('the clock', () => {
  /** Saturday's unit, made ready by officers, and switched on again on Sunday. */
  const ready = async (room: Room): Promise<void> => {
    const unit = await room.boot();
    await room.officers.ceremony();
    room.room.takeReports();
    expect(unit.pollbookKeyErased()).toBe(true);
    room.forgetKey();
    await unit.supervisor.shutDown();
    room.board.powerOff();
    await wait(
      room.clock,
      Math.max(0, Date.parse(definition.calendar.opensAt) + 60_000 - room.clock.calendarMs()),
    );
  };

  test('goes as the board’s clock does: the polls open without a second officer', () => {
    const room = makeRoom();
    return room.run(async () => {
      await ready(room);
      const unit = await room.boot();
      await room.officers.open();
      await wait(room.clock, 5_000);
      expect(logged(room, 'clockDoubtful')).toBe(false);
      expect(logged(room, 'machineStarted', 'false')).toBe(true);
      expect(unit.booth().polls).toBe('open');
      expect(unit.booth().override).toBe(false);
      await unit.supervisor.shutDown();
    });
  });

  test.each([
    ['stopped', 'lost', 'clock.lost'],
    ['dumb', 'silent', 'clock.absent'],
  ] as const)('is %s: doubted and logged, and officers open all the same', (_how, fault, entry) => {
    const room = makeRoom();
    return room.run(async () => {
      await ready(room);
      room.board.devices.power.realTimeClock.inject(fault);
      const unit = await room.boot();
      await room.officers.open();
      await wait(room.clock, 5_000);
      expect(unit.booth().polls).toBe('open');
      expect(logged(room, 'clockDoubtful')).toBe(true);
      expect(logged(room, entry)).toBe(true);
      expect(logged(room, 'pollsOpened', '"override":true')).toBe(true);
      await unit.supervisor.shutDown();
    });
  });

  test('is years ahead, beyond the election: doubted, and officers open all the same', () => {
    const room = makeRoom();
    return room.run(async () => {
      await ready(room);
      const { supervisor } = room.board.powerOn();
      await wait(room.clock, 10_000);
      expect((await supervisor.realTimeClock.set(Date.UTC(2031, 0, 1))).ok).toBe(true);
      room.board.powerOff();
      const unit = await room.boot();
      await room.officers.open();
      await room.until('the log', () => logged(room, 'pollsOpened', '"override":true'));
      expect(logged(room, 'clockDoubtful')).toBe(true);
      expect(logged(room, 'packageRefused', 'expired')).toBe(true);
      await unit.supervisor.shutDown();
      room.board.powerOff();

      // Put right, it is believed again: the wrong time was never taken for one that was seen.
      const right = room.board.powerOn().supervisor;
      await wait(room.clock, 10_000);
      await right.realTimeClock.set(room.clock.calendarMs());
      room.board.powerOff();
      const doubts = room.log().filter((line) => line.includes('clockDoubtful')).length;
      const next = await room.boot();
      await room.until('officers to resume', () => next.booth().stage.name === 'resuming');
      expect(room.log().filter((line) => line.includes('clockDoubtful'))).toHaveLength(doubts);
      await next.supervisor.shutDown();
    });
  });

  test('is a day behind, which nothing can tell: officers open all the same', () => {
    const room = makeRoom();
    return room.run(async () => {
      await ready(room);
      room.board.devices.power.realTimeClock.inject('wrong');
      const unit = await room.boot();
      await room.officers.open();
      await room.until('the log', () => logged(room, 'pollsOpened', '"override":true'));
      await unit.supervisor.shutDown();
    });
  });

  test('shows an earlier time than the unit has seen: doubted, and voting goes on', () => {
    const room = makeRoom();
    return room.run(async () => {
      await ready(room);
      const before = await room.boot();
      await room.officers.open();
      await before.supervisor.shutDown();
      room.board.powerOff();
      room.board.devices.power.realTimeClock.inject('wrong');
      const unit = await room.boot();
      await room.until('the log', () => logged(room, 'clockChanged', '"forward":false'));
      expect(logged(room, 'clockDoubtful')).toBe(true);
      await room.until('officers to resume', () => unit.booth().stage.name === 'resuming');
      await unit.supervisor.shutDown();
    });
  });

  test('that parts from monotonic time while the unit runs is doubted once, and nothing jumps', () => {
    const room = makeRoom();
    return room.run(async () => {
      await ready(room);
      const unit = await room.boot();
      await room.officers.open();
      room.board.devices.power.realTimeClock.inject('wrong');
      await wait(room.clock, 4 * COMPARE_MS);
      expect(room.log().filter((line) => line.includes('clockDoubtful'))).toHaveLength(1);
      expect(room.log().filter((line) => line.includes('clockChanged'))).toHaveLength(1);
      expect(unit.booth().stage.name).toBe('waiting');
      // Closing early or by a doubted clock is officers' to agree on; the robots do what they are asked.
      await room.officers.close();
      await room.until('the shares', () => unit.booth().stage.name === 'shares');
      await unit.supervisor.shutDown();
    });
  });
});

describe('the end', () => {
  test('in good order: both told to stop, the head signed, and the next start says so', () => {
    const room = makeRoom();
    return room.run(async () => {
      const unit = await room.boot();
      await unit.supervisor.shutDown();
      expect(unit.processes.every(({ alive }) => !alive())).toBe(true);
      expect(unit.lines.at(-1)).toEqual({ kind: 'ended' });
      const last = room.log().slice(-2);
      expect(last[0]).toContain('machineStopped');
      expect(last[1]).toContain('checkpointSigned');
      room.board.powerOff();
      const next = await room.boot();
      expect(logged(room, 'machineStarted', '"afterCut":true')).toBe(false);
      // The power goes: nothing is told to anybody.
      for (const process of next.processes) process.kill();
      room.board.cutPower(() => 0);
      const after = await room.boot();
      expect(logged(room, 'machineStarted', '"afterCut":true')).toBe(true);
      await after.supervisor.shutDown();
    });
  });

  test('a process that does not stop is ended', () => {
    const room = makeRoom();
    return room.run(async () => {
      const unit = await room.boot();
      unit.process('desk').link.device.close();
      const beganMs = room.clock.nowMs();
      await unit.supervisor.shutDown();
      expect(room.clock.nowMs() - beganMs).toBeLessThan(ALIVE_LIMIT_MS);
      expect(unit.process('desk').alive()).toBe(false);
    });
  });

  test('while the unit still starts: what has begun is finished, then it ends', () => {
    const room = makeRoom();
    return room.run(async () => {
      const unit = room.switchOn();
      await unit.supervisor.shutDown();
      expect(unit.lines.at(-1)).toEqual({ kind: 'ended' });
      expect(unit.processes.every(({ alive }) => !alive())).toBe(true);
    });
  });
});
