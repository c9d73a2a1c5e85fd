/**
 * The supervisor's side of the field console on a whole unit: who may do what, what is touched, what is
 * logged and printed. The test speaks for the console's process on its private channel.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeManifest, RELEASE_PURPOSE } from '#boot/release/manifest.ts';
import { releaseDigestOf } from '#boot/release/verify.ts';
import type { StageResult } from '#boot/unit/stages.ts';
import { makeMemoryLink } from '#drivers/links/memory-link.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { LOCK_MS } from '#firmware/console/session.ts';
import { faultHelp } from '#firmware/locale/fault-help.ts';
import type {
  ConsoleAnswer,
  ConsoleRequest,
  FromConsole,
  ToConsole,
} from '#firmware/messages/console-catalogue.ts';
import { DIAGNOSTIC_LIMITS, type Diagnostics } from '#firmware/messages/diagnostics.ts';
import { encodeUnitFrame, makeUnitFrameReader } from '#firmware/messages/frame.ts';
import { readToConsole } from '#firmware/messages/read-console-message.ts';
import { signChallenge, supportCode } from '#firmware/vault/console-keys.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { wait } from '#hal/clock.ts';
import { makeHands } from '#scripts/day/hands.ts';
import type { VoterPlan } from '#scripts/day/scenario.ts';
import { makeWorld } from '#scripts/day/world.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import {
  type MemoryUnit,
  type MemoryUnitOptions,
  runs,
  startMemoryUnit,
} from './unit-in-memory.ts';

const definition = loadOwnDefinition(SMALL_PATH);
const PIN_COST = { N: 2, r: 1, p: 1 };
const PATIENCE_MS = 180_000;
const GLANCE_MS = 50;
const BEAT_MS = 1_000;

const makeRoom = () => {
  const world = makeWorld(
    { definition, voters: 4, seed: 5, locale: 'en', pinCost: PIN_COST, waitsForFiles: true },
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

  const boot = async (
    release: Pick<
      MemoryUnitOptions,
      'releaseDigest' | 'releaseManifest' | 'releaseRoot' | 'quote'
    > = {
      releaseDigest: new Uint8Array(32).fill(7),
    },
    started = (unit: MemoryUnit): boolean => runs(unit, 'desk') && runs(unit, 'booth'),
  ) => {
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
      ...release,
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
    await until('the start', () => started(unit));
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
      say,
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

const anAdmission = (voter: VoterPlan['voter']): VoterPlan => ({
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

const refused = (reason: string) => ({ outcome: 'refused', reason });

describe('the stages before the supervisor', () => {
  const stage = (name: StageResult['stage'], detail: string, tookMs: number): StageResult => ({
    stage: name,
    code: null,
    detail,
    tookMs,
  });

  test('are told with what they found and how long they took, and stand in the log', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { unit, ask, diagnostics } = await room.boot();
      expect(diagnostics()?.startStages).toEqual([]);
      const results = [
        stage('release', 'release 0.1.0, 1345 files', 12_345),
        stage('data', `LUKS2 ${'x'.repeat(290)}`, 250_000),
      ];
      unit.supervisor.before({ results, crashed: null });
      await ask({ name: 'look' });
      expect(diagnostics()?.startStages).toEqual([
        results[0],
        { ...results[1], detail: results[1]!.detail.slice(0, DIAGNOSTIC_LIMITS.stageDetail) },
      ]);
      await unit.supervisor.shutDown();
      const entry = (detail: string, tookMs: number) => `"result":"${detail}","tookMs":${tookMs}`;
      const log = room.log().join('\n');
      expect(log).toContain(`"stage":"release",${entry('release-0.1.0-1345-files', 12_345)}`);
      // A count of the log has five digits.
      expect(log).toContain(`"stage":"data",${entry(`LUKS2-${'x'.repeat(40)}`, 99_999)}`);
    });
  });
});

test('a console that comes up while the unit ends leaves nothing behind the last signature of the log', () => {
  const room = makeRoom();
  return room.run(async () => {
    const { unit, say } = await room.boot();
    let ended = false;
    void unit.supervisor.shutDown().then(() => {
      ended = true;
    });
    while (!ended) {
      say({ kind: 'running' });
      await wait(room.clock, GLANCE_MS);
    }
    expect(
      room
        .log()
        .filter((line) => line !== '')
        .at(-1),
    ).toContain('checkpointSigned');
  });
});

describe('the flight recorder', () => {
  test('tells nothing of what machines take, until one fails; then what they had taken, of the first cause', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, unit, diagnostics } = await room.boot();
      await room.until('the self-test', () => unit.booth().stage.name === 'readyForCeremony');
      // Machines hand over what they took with a sign of life.
      await wait(room.clock, 3 * BEAT_MS);
      await ask({ name: 'look' });
      expect(diagnostics()?.lastCrash).toBeNull();
      for (const times of [1, 2]) {
        const count = () => unit.processes.filter(({ body }) => body === 'desk').length;
        await wait(room.clock, 3 * BEAT_MS);
        unit.process('desk').kill();
        await room.until('a fresh one', () => count() === times + 1);
      }
      await room.until('the booth', () =>
        unit.lines.some((line) => line.kind === 'parked' && line.process === 'booth'),
      );
      await ask({ name: 'look' });
      const crash = diagnostics()?.lastCrash;
      // The booth stands still because it was told to: that is no failure of its own.
      expect(crash).toMatchObject({ process: 'desk', code: 'signal-SIGKILL' });
      expect(crash?.last.booth).toContain('selfCheckDone');
      expect(crash?.last.power).toContain('suppliesRead');
      await unit.supervisor.shutDown();
    });
  });
});

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

  test('what to do about a fault is printed, whole, for who has no laptop', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, login, unit } = await room.boot();
      await room.until('the self-test', () => unit.booth().stage.name === 'readyForCeremony');
      const request = { name: 'printHelp', codes: ['battery.absent', 'unit.coverOpen'] } as const;
      expect(await ask(request)).toEqual(refused('needsTechnician'));
      await login();
      expect(await ask(request)).toEqual({
        outcome: 'tested',
        results: [{ part: 'printer', code: null }],
      });
      const [sheet] = room.room.takeReports();
      if (sheet === undefined) throw new Error('nothing was printed');
      const words = renderText(sheet).replaceAll(/\s+/g, ' ');
      for (const code of request.codes) {
        const { explanation, cause, check, remedy } = faultHelp('en', code);
        for (const text of [code, explanation, cause, check, remedy]) expect(words).toContain(text);
      }
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

describe('the files that run', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  /** A unit's tree of two files, and its release as the authority delivers it. */
  const aRelease = (key: Uint8Array) => {
    const releaseRoot = mkdtempSync(join(tmpdir(), 'urna-files-'));
    folders.push(releaseRoot);
    mkdirSync(join(releaseRoot, 'firmware'));
    const files = ['one', 'two'].map((name) => {
      writeFileSync(join(releaseRoot, 'firmware', `${name}.ts`), name);
      const sha256 = createHash('sha256').update(name).digest('hex');
      return { path: `firmware/${name}.ts`, bytes: name.length, sha256 };
    });
    const manifest = makeManifest({ version: '1.2.3', rollbackIndex: 4, arch: 'x64', files });
    return {
      files,
      releaseRoot,
      releaseDigest: releaseDigestOf(manifest),
      releaseManifest: signFile(RELEASE_PURPOSE, manifest, key),
    };
  };
  const authorityKey = ({ given }: ReturnType<typeof makeRoom>): Uint8Array =>
    given.authority.signing.privateKey;

  test('are read when they are asked for, and no other file of the unit is', () => {
    const room = makeRoom();
    const { files, ...release } = aRelease(authorityKey(room));
    const [one, two] = files;
    return room.run(async () => {
      const { ask, unit, diagnostics } = await room.boot(release);
      const hash = (path: string) => ask({ name: 'hash', path });
      const { path, sha256 } = one!;
      expect(await hash(path)).toEqual({ outcome: 'hashed', path, sha256, expected: sha256 });
      writeFileSync(join(release.releaseRoot, path), 'another');
      const changed = createHash('sha256').update('another').digest('hex');
      expect(await hash(path)).toMatchObject({ sha256: changed, expected: sha256 });
      rmSync(join(release.releaseRoot, two!.path));
      expect(await hash(two!.path)).toMatchObject({ sha256: null, expected: two!.sha256 });
      for (const other of ['/etc/passwd', '../x', 'boot/supervisor.ts', `./${path}`])
        expect(await hash(other)).toEqual(refused('notInManifest'));
      expect(diagnostics()?.manifest).toMatchObject({
        version: '1.2.3',
        files: 2,
        compared: 'never',
      });
      await unit.supervisor.shutDown();
    });
  });

  test('are all compared by the self-test; what differs is named, logged, and well again once mended', () => {
    const room = makeRoom();
    const { files, ...release } = aRelease(authorityKey(room));
    return room.run(async () => {
      const { ask, login, unit, diagnostics } = await room.boot(release);
      await room.until('the self-test', () => unit.booth().stage.name === 'readyForCeremony');
      await login();
      const test = () => ask({ name: 'selfTest', part: 'release' });
      expect(await test()).toMatchObject({ results: [{ part: 'release', code: null }] });
      expect(diagnostics()?.manifest?.compared).toBe('same');
      expect(room.log().join('\n')).toContain('releaseVerified');
      writeFileSync(join(release.releaseRoot, files[0]!.path), 'another');
      expect(await test()).toMatchObject({ results: [{ code: 'unit.filesChanged' }] });
      expect(diagnostics()?.manifest).toMatchObject({
        compared: 'differs',
        differs: ['changed firmware/one.ts'],
      });
      const faultOf = () =>
        diagnostics()?.parts.find(({ part }) => part === 'release')?.fault?.code;
      expect(faultOf()).toBe('unit.filesChanged');
      writeFileSync(join(release.releaseRoot, files[0]!.path), 'one');
      await test();
      expect(faultOf()).toBeUndefined();
      await unit.supervisor.shutDown();
    });
  });

  test('do not even start under a manifest of another key or of another release', () => {
    const room = makeRoom();
    const { files: _files, ...good } = aRelease(authorityKey(room));
    const { files: _others, ...foreign } = aRelease(new Uint8Array(32).fill(5));
    return room.run(async () => {
      for (const release of [
        { ...good, releaseManifest: foreign.releaseManifest },
        { ...good, releaseDigest: new Uint8Array(32).fill(7) },
      ]) {
        const safe = (unit: MemoryUnit) => unit.lines.find((line) => line.kind === 'safeMode');
        const { unit } = await room.boot(release, (each) => safe(each) !== undefined);
        expect(safe(unit)).toMatchObject({ code: 'unit.releaseRefused' });
        await unit.supervisor.shutDown();
      }
    });
  });

  test('without a manifest there is nothing to compare, and the console says so', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, unit, diagnostics } = await room.boot();
      expect(await ask({ name: 'hash', path: 'boot/supervisor.ts' })).toEqual(
        refused('noManifest'),
      );
      expect(diagnostics()?.manifest).toBeNull();
      await unit.supervisor.shutDown();
    });
  });
});

describe('a quote of the TPM', () => {
  const NONCE = 'a5'.repeat(32);

  test('needs nobody’s leave, and the log says who signed and over what', () => {
    const room = makeRoom();
    const given = {
      attest: 'ff544347',
      signature: '0018',
      publicArea: '0023',
      registers: [{ pcr: 11, sha256: 'c'.repeat(64) }],
    };
    const release = { releaseDigest: new Uint8Array(32).fill(7), quote: async () => given };
    return room.run(async () => {
      const { ask, unit } = await room.boot(release);
      const key = createHash('sha256').update(Uint8Array.of(0, 0x23)).digest('hex');
      expect(await ask({ name: 'quote', nonce: NONCE })).toEqual({
        outcome: 'quoted',
        nonce: NONCE,
        key,
        ...given,
      });
      await unit.supervisor.shutDown();
      const log = room.log().join('\n');
      expect(log).toContain(`"attestationKeyFound","f":{"key":"${key}"}`);
      expect(log).toContain(`"consoleRequested","f":{"request":"quote.${'a5'.repeat(16)}"}`);
    });
  });

  test('is not asked for while the polls are open, whoever is in the booth', () => {
    const room = makeRoom();
    const quote = async () => {
      throw new Error('it was asked');
    };
    return room.run(async () => {
      const { ask, unit } = await room.boot({ releaseDigest: new Uint8Array(32).fill(7), quote });
      await room.officers.ceremony();
      await room.officers.open();
      expect(await ask({ name: 'quote', nonce: NONCE })).toEqual(refused('pollsOpen'));
      await unit.supervisor.shutDown();
    });
  });

  test('is refused by a unit without one, and that is logged', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, unit } = await room.boot();
      expect(await ask({ name: 'quote', nonce: NONCE })).toEqual(refused('noTpm'));
      await unit.supervisor.shutDown();
      expect(room.log().join('\n')).toContain('"consoleRefused","f":{"request":"quote.noTpm"}');
    });
  });
});

test('a network that is up before closing is found, and one that is down is none', () => {
  const room = makeRoom();
  return room.run(async () => {
    const { ask, unit, diagnostics } = await room.boot();
    const faultOf = async (): Promise<string | null> => {
      await ask({ name: 'look' });
      return diagnostics()?.parts.find(({ part }) => part === 'network')?.fault?.code ?? null;
    };
    expect(await faultOf()).toBeNull();
    expect(diagnostics()?.networks).toEqual([{ name: 'eth0', up: false, carrier: false }]);
    const up = [{ name: 'eth0', up: true, carrier: true }];
    room.board.devices.inventory.setNetworks(up);
    expect(await faultOf()).toBe('unit.networkUp');
    expect(diagnostics()?.networks).toEqual(up);
    room.board.devices.inventory.setNetworks([{ name: 'eth0', up: false, carrier: true }]);
    expect(await faultOf()).toBeNull();
    await unit.supervisor.shutDown();
  });
});

/** The whole export, as a technician's laptop takes it. */
const takeLog = async (ask: (request: ConsoleRequest) => Promise<ConsoleAnswer>) => {
  const parts: Uint8Array[] = [];
  for (let offset = 0; ; ) {
    const answer = await ask({ name: 'readLog', offset });
    if (answer.outcome !== 'bytes') throw new Error(JSON.stringify(answer));
    if (answer.data === '')
      return { text: Buffer.concat(parts).toString(), portions: parts.length };
    const bytes = Buffer.from(answer.data, 'base64');
    parts.push(bytes);
    offset += bytes.length;
  }
};

describe('the log', () => {
  test('goes out in portions, byte for byte, for a technician alone', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, login, unit } = await room.boot();
      await room.until('the self-test', () => unit.booth().stage.name === 'readyForCeremony');
      expect(await ask({ name: 'readLog', offset: 0 })).toEqual(refused('needsTechnician'));
      await login();
      const { text, portions } = await takeLog(ask);
      expect(portions).toBeGreaterThan(2);
      expect(text).toBe(room.log().join('\n'));
      expect(text).toContain(`exportLog.${room.technician.id}`);
      await unit.supervisor.shutDown();
    });
  });

  test('while votes are cast goes out as it was when the quarter of an hour began: nobody’s visit can be timed', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, login, unit } = await room.boot();
      await room.officers.ceremony();
      await room.officers.open();
      room.room.takeReports();
      await login();
      const before = await takeLog(ask);
      const [voter] = room.given.pollbook.voters.filter(({ template }) => template !== null);
      await room.operator.admit(anAdmission(voter!));
      await room.until('the ballot', () => unit.booth().stage.name === 'ballot');
      expect(room.log().join('\n')).toContain('voterAuthenticated');
      const polled = await takeLog(ask);
      expect(polled.text).toBe(before.text);
      expect(polled.text).not.toContain('voterAuthenticated');
      await wait(room.clock, 15 * 60_000);
      await login();
      expect((await takeLog(ask)).text).toContain('voterAuthenticated');
      await unit.supervisor.shutDown();
    });
  });
});

describe('changing the unit’s state', () => {
  /** A technician who logged in, at a unit whose officers have their tokens. */
  const ready = async (room: ReturnType<typeof makeRoom>) => {
    const booted = await room.boot();
    await room.officers.ceremony();
    room.room.takeReports();
    await booted.login();
    const [kit] = room.given.officers;
    if (kit === undefined) throw new Error('no officer');
    const hands = makeHands(room.board.devices.glass, room.clock, () => 300);
    const asked = () => hands.awaitScene(['consoleCheck']);
    return { ...booted, kit, hands, asked };
  };

  test('needs an officer’s token and PIN at the unit beside the technician, is printed, and can be undone', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, unit, restarts, diagnostics, kit, hands, asked } = await ready(room);
      const { tokens } = room.board.devices;
      const agree = async (request: ConsoleRequest): Promise<ConsoleAnswer> => {
        const answer = ask(request);
        await asked();
        tokens.insert(kit.token);
        await hands.typePin(kit.pin);
        return answer;
      };
      expect(await ask({ name: 'resume' })).toEqual(refused('notNow'));
      expect(await agree({ name: 'park' })).toEqual({ outcome: 'done' });
      const [slip] = room.room.takeReports();
      if (slip === undefined) throw new Error('nothing was printed');
      expect(renderText(slip)).toContain('Done at the field console');
      expect(renderText(slip)).toContain(`${room.technician.id} + ${kit.officerId}`);
      await room.until('the booth to stand still', () => unit.booth().stage.name === 'parked');
      await room.until('the snapshot', () => diagnostics()?.parked === 'unit.parkedAtConsole');
      expect(room.log().join('\n')).toContain(`park.${room.technician.id}.${kit.officerId}`);
      expect(restarts()).toBe(0);
      expect(await agree({ name: 'resume' })).toEqual({ outcome: 'done' });
      expect(restarts()).toBe(1);
      await unit.supervisor.shutDown();
    });
  });

  test('is refused with a token in the slot whose PIN nobody types: the machine’s screen is as it was', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, unit, kit, hands, asked } = await ready(room);
      room.board.devices.tokens.insert(kit.token);
      expect(await ask({ name: 'park' })).toEqual(refused('needsOfficer'));
      expect(unit.booth().stage.name).not.toBe('parked');
      const cancelled = ask({ name: 'reboot' });
      await asked();
      await hands.press('officer:cancel');
      expect(await cancelled).toEqual(refused('needsOfficer'));
      expect(room.board.devices.glass.scene()?.name).not.toBe('consoleCheck');
      expect(room.room.takeReports()).toEqual([]);
      await unit.supervisor.shutDown();
    });
  });

  test('is refused after three wrong PINs, each of which is logged', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, unit, kit, hands, asked } = await ready(room);
      const answer = ask({ name: 'park' });
      await asked();
      room.board.devices.tokens.insert(kit.token);
      for (let each = 0; each < 3; each++)
        await hands.typePin(kit.pin === '135792' ? '246801' : '135792');
      expect(await answer).toEqual(refused('needsOfficer'));
      expect(room.log().filter((line) => line.includes('tokenRefused'))).toHaveLength(3);
      expect(room.log().join('\n')).not.toMatch(/135792|246801/);
      await unit.supervisor.shutDown();
    });
  });

  test('is given up for a voter who is admitted while the officer is asked', () => {
    const room = makeRoom();
    return room.run(async () => {
      const { ask, unit, kit, asked } = await ready(room);
      await room.officers.open();
      room.room.takeReports();
      const [voter] = room.given.pollbook.voters.filter(({ template }) => template !== null);
      const admitted = room.operator.admit(anAdmission(voter!));
      await room.until('a voter at the desk', () => unit.desk().mode.kind !== 'ready');
      const answer = ask({ name: 'park' });
      await asked();
      room.board.devices.tokens.insert(kit.token);
      await admitted;
      await room.until('the ballot', () => unit.booth().stage.name === 'ballot');
      expect(await answer).toEqual(refused('voterInBooth'));
      expect(room.board.devices.glass.scene()?.name).toBe('ballot');
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
      await room.operator.admit(anAdmission(voter));
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
