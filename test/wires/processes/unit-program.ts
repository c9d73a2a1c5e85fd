/**
 * The unit's first program as a test holds it: on a rack of devices, with a signed release, everything in a
 * folder of its own. As root each of its processes has a user and a sandbox, as on a unit.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { RELEASE_PURPOSE } from '#boot/release/manifest.ts';
import type { ProgramName, UnitFile, Users } from '#boot/unit/unit-file.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import type { UnitLine } from '#firmware/supervisor/unit-line.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { ed25519PublicKey } from '#firmware/vault/keys.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { certifyRequest, deliver } from '#scripts/bench/unit-delivery.ts';
import { provision } from '#scripts/day/provision.ts';
import { startRack } from '#scripts/devices/rack.ts';
import { ownRelease } from '#scripts/release/build-release.ts';
import { definition } from './unit-rig.ts';

const UNIT = new URL('../../../boot/unit.ts', import.meta.url).pathname;
const RELEASE_KEY = new Uint8Array(32).fill(11);
const AFTER_SETUP_MS = 2 * 3_600_000;

export const USERS: Users = {
  supervisor: 42_901,
  desk: 42_902,
  booth: 42_903,
  counting: 42_904,
  console: 42_905,
  sender: 42_906,
};

/** Whose devices of the rack a process' own are, as the names of their wires go. */
const OWNERS: readonly (readonly [RegExp, ProgramName])[] = [
  [/reader|display|keypad\.sock$/, 'desk'],
  [/power/, 'supervisor'],
  [/console/, 'console'],
  [/./, 'booth'],
];

const giveAll = (path: string, user: number): void => {
  chownSync(path, user, user);
  if (lstatSync(path).isDirectory())
    for (const name of readdirSync(path)) giveAll(join(path, name), user);
};

/** A unit file that says what it is told beside the rack's places. */
export const makeUnitProgram = async (change: Partial<UnitFile> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-program-'));
  chmodSync(folder, 0o755);
  const clock = makeSystemClock();
  clock.setCalendar(Date.parse(definition.calendar.setupFrom) + AFTER_SETUP_MS);
  const rack = await startRack({ runDir: join(folder, 'rack'), clock, entropy: systemEntropy });
  const given = provision(definition, 4, 1, 'R503');
  const { manifest, digest } = ownRelease();
  const delivery = join(folder, 'delivery');
  deliver(delivery, {
    provision: given,
    releaseDigest: digest,
    locale: 'es',
    pinCost: { N: 2, r: 1, p: 1 },
  });
  const own = join(folder, 'own');
  mkdirSync(own);
  writeFileSync(join(own, 'release-manifest'), signFile(RELEASE_PURPOSE, manifest, RELEASE_KEY));
  writeFileSync(join(own, 'release-key'), `${toHex(ed25519PublicKey(RELEASE_KEY))}\n`);
  const unit: UnitFile = {
    board: rack.boardFile,
    parts: join(own, 'parts.json'),
    locale: 'es',
    delivery,
    run: join(folder, 'run'),
    verifiedDevice: join(own, 'release-manifest'),
    data: null,
    modules: [],
    media: [],
    users: null,
    ownsMachine: false,
    ...change,
  };
  writeFileSync(join(own, 'unit.json'), JSON.stringify(unit));
  if (unit.users !== null) {
    giveAll(delivery, unit.users.supervisor);
    const dev = join(folder, 'rack', 'dev');
    for (const name of readdirSync(dev)) {
      const owner = OWNERS.find(([pattern]) => pattern.test(name))?.[1] ?? 'booth';
      chownSync(realpathSync(join(dev, name)), unit.users[owner], unit.users[owner]);
    }
    // What a booth makes for itself where it may.
    appendFileSync(rack.frameBuffer, '');
    for (const path of [
      rack.frameBuffer,
      join(folder, 'rack', 'cells'),
      rack.devices.moduleCell.path,
    ])
      giveAll(path, unit.users.booth);
  }

  const console: string[] = [];
  const lines: UnitLine[] = [];
  const children: ChildProcess[] = [];
  const start = () => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', UNIT, join(own, 'unit.json')],
      {
        env: {},
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    children.push(child);
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (!text.startsWith('{')) {
        console.push(text.trim());
        return;
      }
      const line = JSON.parse(text) as UnitLine;
      lines.push(line);
      if (line.kind === 'certificateWanted') certifyRequest(delivery, given);
    });
    return {
      pid: child.pid ?? 0,
      exited: new Promise<number | null>((resolve) => child.once('exit', resolve)),
      switchOff: () => void child.kill('SIGTERM'),
    };
  };
  return {
    folder,
    own,
    rack,
    unit,
    console,
    lines,
    start,
    /** As the authority does, once the unit has asked. */
    certify: () => certifyRequest(delivery, given),
    log: () => {
      const path = join(rack.devices.fixed.folder, 'log', 'event-log', 'log.jsonl');
      return readFileSync(path, 'utf8');
    },
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      rack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
