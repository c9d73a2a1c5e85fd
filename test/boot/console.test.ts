/**
 * The supervisor's side of the field console on a whole unit: who may do what, what is touched, what is
 * logged and printed. The test speaks for the console's process on its private channel.
 */
import { describe, expect, test } from 'vitest';
import { makeMemoryLink } from '#drivers/links/memory-link.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { LOCK_MS } from '#firmware/console/session.ts';
import type {
  ConsoleAnswer,
  ConsoleRequest,
  FromConsole,
  ToConsole,
} from '#firmware/messages/console-catalogue.ts';
import type { Diagnostics } from '#firmware/messages/diagnostics.ts';
import { encodeUnitFrame, makeUnitFrameReader } from '#firmware/messages/frame.ts';
import { readToConsole } from '#firmware/messages/read-console-message.ts';
import { signChallenge, supportCode } from '#firmware/vault/console-keys.ts';
import { wait } from '#hal/clock.ts';
import { makeWorld } from '#scripts/day/world.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { type MemoryUnit, runs, startMemoryUnit } from './unit-in-memory.ts';

const definition = loadOwnDefinition(SMALL_PATH);
const PIN_COST = { N: 2, r: 1, p: 1 };
const PATIENCE_MS = 180_000;
const GLANCE_MS = 50;
const BEAT_MS = 1_000;

const makeRoom = () => {
  const world = makeWorld(
    { definition, voters: 4, seed: 5, locale: 'en', pinCost: PIN_COST },
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
  const { technician } = given;

  const boot = async () => {
    const line = makeMemoryLink(clock, { baud: 100_000_000, bitsPerByte: 8 });
    const answers = new Map<number, ConsoleAnswer>();
    let diagnostics: Diagnostics | null = null;
    let restarts = 0;
    let asked = 0;
    const say = (message: FromConsole): void => void line.device.write(encodeUnitFrame(message));
    const take = (message: ToConsole): void => {
      if (message.kind === 'snapshot') diagnostics = message.diagnostics;
      if (message.kind === 'answer') answers.set(message.ask, message.answer);
    };
    const unit: MemoryUnit = startMemoryUnit({
      board: board.powerOn(),
      provision: given,
      releaseDigest: new Uint8Array(32).fill(7),
      locale: 'en',
      pinCost: PIN_COST,
      takePollbookKey: () => {
        const taken = key;
        key = null;
        return taken;
      },
      consoleKeys: {
        technicians: [{ id: technician.id, publicKey: technician.key.publicKey }],
        support: technician.supportKey,
      },
      startConsole: () => {
        line.device.onBytes(
          makeUnitFrameReader(readToConsole, take, (detail) => {
            throw new Error(detail);
          }),
        );
        const beat = (): void => {
          say({ kind: 'alive' });
          clock.after(BEAT_MS, beat);
        };
        clock.after(GLANCE_MS, () => {
          say({ kind: 'running' });
          beat();
        });
        return { link: line.host, onExit: () => undefined, kill: () => undefined };
      },
      onRestart: () => {
        restarts += 1;
      },
    });
    await until('both machines', () => runs(unit, 'desk') && runs(unit, 'booth'));
    const ask = async (request: ConsoleRequest): Promise<ConsoleAnswer> => {
      asked += 1;
      const number = asked;
      say({ kind: 'request', ask: number, request });
      await until(`an answer to ${request.name}`, () => answers.has(number));
      return answers.get(number)!;
    };
    const challenge = async () => {
      const shown = await ask({ name: 'challenge' });
      if (shown.outcome !== 'challenge') throw new Error(JSON.stringify(shown));
      return shown;
    };
    return {
      unit,
      ask,
      challenge,
      login: async (): Promise<ConsoleAnswer> => {
        const { nonce } = await challenge();
        const { privateKey } = technician.key;
        const response = signChallenge(privateKey, unit.machineCode(), nonce);
        return ask({ name: 'login', response });
      },
      diagnostics: () => diagnostics,
      restarts: () => restarts,
    };
  };
  return {
    ...world,
    until,
    boot,
    technician,
    log: (): readonly string[] =>
      new TextDecoder()
        .decode(board.devices.fixed.files().get('log/event-log/log.jsonl'))
        .split('\n'),
    run: <T>(work: () => Promise<T>): Promise<T> => clock.run(work()),
  };
};

const refused = (reason: string) => ({ outcome: 'refused', reason });

describe('levels at the console', () => {
  test('reading needs nothing; a device needs a technician, whose key answers a challenge', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, login, unit, diagnostics } = await room.boot();
      await room.until('the self-test', () => unit.booth().stage.name === 'readyForCeremony');
      expect(await ask({ name: 'look' })).toEqual({ outcome: 'done' });
      expect(diagnostics()?.phase).toBe('setup');
      // In steps that no visit's entries of the log make up: they would tell when somebody voted.
      const free = diagnostics()?.parts.flatMap(({ readings }) =>
        readings.flatMap(({ name, value }) => (name === 'freeBytes' ? [Number(value)] : [])),
      );
      expect(free?.length).toBe(2);
      for (const bytes of free ?? []) expect(bytes % (1024 * 1024)).toBe(0);
      expect(await ask({ name: 'selfTest', part: null })).toEqual(refused('needsTechnician'));
      expect(await login()).toMatchObject({ outcome: 'session', who: room.technician.id });
      const tested = await ask({ name: 'selfTest', part: null });
      if (tested.outcome !== 'tested') throw new Error(JSON.stringify(tested));
      expect(tested.results.filter(({ code }) => code !== null)).toEqual([]);
      expect(tested.results.map(({ part }) => part)).toEqual(
        expect.arrayContaining(['fingerprint', 'station', 'printer', 'battery', 'boardCell']),
      );
      // Everything was put on record, with who it was.
      const log = room.log().join('\n');
      expect(log).toContain('consoleRefused');
      expect(log).toContain(`login.${room.technician.id}`);
      expect(log).toContain(`selfTest.${room.technician.id}`);
      await unit.supervisor.shutDown();
    });
  });

  test('by telephone it is eight digits, good once', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, challenge, unit } = await room.boot();
      const { digits } = await challenge();
      const response = supportCode(room.technician.supportKey, unit.machineCode(), digits);
      expect(await ask({ name: 'login', response })).toMatchObject({ who: 'support' });
      expect(await ask({ name: 'logout' })).toEqual({ outcome: 'done' });
      expect(await ask({ name: 'login', response })).toEqual(refused('noChallenge'));
      expect(await ask({ name: 'printTest' })).toEqual(refused('needsTechnician'));
      await unit.supervisor.shutDown();
    });
  });

  test('guessing ends after three tries, and begins anew after a quarter of an hour', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, challenge, login, unit } = await room.boot();
      for (const expected of ['wrongResponse', 'wrongResponse', 'locked']) {
        await challenge();
        expect(await ask({ name: 'login', response: '00000000' })).toEqual(refused(expected));
      }
      expect(await ask({ name: 'challenge' })).toEqual(refused('locked'));
      await wait(room.clock, LOCK_MS);
      expect(await login()).toMatchObject({ outcome: 'session' });
      await unit.supervisor.shutDown();
    });
  });

  test('a test sheet is printed, and what is wrong with the printer is told instead', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, login, unit, diagnostics } = await room.boot();
      await room.until('the self-test', () => unit.booth().stage.name === 'readyForCeremony');
      await login();
      expect(await ask({ name: 'printTest' })).toEqual({
        outcome: 'tested',
        results: [{ part: 'printer', code: null }],
      });
      const [sheet] = room.room.takeReports();
      if (sheet === undefined) throw new Error('nothing was printed');
      expect(renderText(sheet)).toContain('Printer test sheet');
      expect(renderText(sheet)).toContain('This paper is not a paper record.');
      room.board.devices.printer.setFault('coverOpen', true);
      const tested = await ask({ name: 'printTest' });
      expect(tested).toMatchObject({ results: [{ part: 'printer', code: 'printer.coverOpen' }] });
      expect(diagnostics()?.parts.find(({ part }) => part === 'printer')?.fault?.code).toBe(
        'printer.coverOpen',
      );
      await unit.supervisor.shutDown();
    });
  });

  test('a finger is read and forgotten; a dirty sensor is told from nobody’s finger', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, login, unit } = await room.boot();
      const { reader } = room.board.devices;
      await login();
      reader.placeFinger({ seed: 'a technician', quality: 0.95 });
      expect(await ask({ name: 'readFinger' })).toEqual({
        outcome: 'tested',
        results: [{ part: 'fingerprint', code: null }],
      });
      reader.placeFinger({ seed: 'a technician', quality: 0.1 });
      expect(await ask({ name: 'readFinger' })).toEqual({
        outcome: 'tested',
        results: [{ part: 'fingerprint', code: 'unit.sensorDirty' }],
      });
      reader.placeFinger(null);
      expect(await ask({ name: 'readFinger' })).toEqual(refused('noAnswer'));
      await unit.supervisor.shutDown();
    });
  });
});

test('the log goes out in portions, byte for byte, for a technician alone', () => {
  const room = makeRoom();
  return room.run(async () => {
    const { ask, login, unit } = await room.boot();
    expect(await ask({ name: 'readLog', offset: 0 })).toEqual(refused('needsTechnician'));
    await login();
    const parts: Uint8Array[] = [];
    for (let offset = 0; ; ) {
      const answer = await ask({ name: 'readLog', offset });
      if (answer.outcome !== 'bytes') throw new Error(JSON.stringify(answer));
      if (answer.data === '') break;
      const bytes = Buffer.from(answer.data, 'base64');
      parts.push(bytes);
      offset += bytes.length;
    }
    expect(parts.length).toBeGreaterThan(2);
    const out = Buffer.concat(parts).toString();
    expect(out).toBe(room.log().join('\n'));
    expect(out).toContain(`exportLog.${room.technician.id}`);
    await unit.supervisor.shutDown();
  });
});

describe('changing the unit’s state', () => {
  test('needs an officer’s token of this precinct beside the technician, is printed, and can be undone', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, login, unit, restarts, diagnostics } = await room.boot();
      await room.officers.ceremony();
      room.room.takeReports();
      await login();
      expect(await ask({ name: 'park' })).toEqual(refused('needsOfficer'));
      const [kit] = room.given.officers;
      if (kit === undefined) throw new Error('no officer');
      room.board.devices.tokens.insert(kit.token);
      await wait(room.clock, 2_000);
      expect(await ask({ name: 'resume' })).toEqual(refused('notNow'));
      expect(await ask({ name: 'park' })).toEqual({ outcome: 'done' });
      const [slip] = room.room.takeReports();
      if (slip === undefined) throw new Error('nothing was printed');
      expect(renderText(slip)).toContain('Done at the field console');
      expect(renderText(slip)).toContain(`${room.technician.id} + ${kit.officerId}`);
      await room.until('the booth to stand still', () => unit.booth().stage.name === 'parked');
      await room.until('the snapshot', () => diagnostics()?.parked === 'unit.parkedAtConsole');
      expect(room.log().join('\n')).toContain(`park.${room.technician.id}.${kit.officerId}`);
      expect(restarts()).toBe(0);
      expect(await ask({ name: 'resume' })).toEqual({ outcome: 'done' });
      expect(restarts()).toBe(1);
      await unit.supervisor.shutDown();
    });
  });

  test('and touching a device are refused while a voter is in the booth', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, login, unit } = await room.boot();
      await room.officers.ceremony();
      await room.officers.open();
      room.room.takeReports();
      await login();
      const [voter] = room.given.pollbook.voters.filter(({ template }) => template !== null);
      if (voter === undefined) throw new Error('no voter');
      await room.operator.admit({
        voter,
        behaviour: 'full',
        finger: 'good',
        companionId: null,
        locale: 'en',
        rejects: false,
        walkMs: 1_000,
        paceMs: 1_000,
        triesTwice: false,
        paperJams: false,
        mistyped: false,
      });
      await room.until('the ballot', () => unit.booth().stage.name === 'ballot');
      for (const name of ['printTest', 'touchTest', 'selfTest'] as const)
        expect(await ask(name === 'selfTest' ? { name, part: null } : { name }), name).toEqual(
          refused('voterInBooth'),
        );
      const [kit] = room.given.officers;
      room.board.devices.tokens.insert(kit!.token);
      await wait(room.clock, 2_000);
      for (const name of ['park', 'reboot'] as const)
        expect(await ask({ name }), name).toEqual(refused('voterInBooth'));
      expect(unit.booth().stage.name).toBe('ballot');
      expect(room.room.takeReports()).toEqual([]);
      await unit.supervisor.shutDown();
    });
  });
});
