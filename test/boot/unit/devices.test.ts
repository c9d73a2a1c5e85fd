/** USB by the parts list, nodes by the board file, what comes and goes: on trees that look like sysfs. */
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { grantDevices, grantsOf } from '#boot/unit/grants.ts';
import { blockOn, mountOptions, watchMedia } from '#boot/unit/media.ts';
import { findPartition } from '#boot/unit/partitions.ts';
import type { RunTool } from '#boot/unit/run-tool.ts';
import { takeDelivery } from '#boot/unit/take-delivery.ts';
import { type MediumMount, readUnitFile, type Users } from '#boot/unit/unit-file.ts';
import { authoriseUsb } from '#boot/unit/usb.ts';
import {
  LOOK_MS,
  QUIET_LOOKS,
  watchDevices,
  watchKernelEvents,
  watchMissing,
} from '#boot/unit/watch-devices.ts';
import { readBoardFile } from '#drivers/board-file.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ListedPart, PartsList } from '#firmware/parts/parts-list.ts';
import { readPartsList } from '#firmware/parts/parts-list.ts';
import { wait } from '#hal/clock.ts';
import { ok } from '#hal/result.ts';

const BOARDS = new URL('../../../boot/boards/', import.meta.url).pathname;
const USERS: Users = {
  supervisor: 901,
  desk: 902,
  booth: 903,
  counting: 904,
  console: 905,
  sender: 906,
};

/** A medium that comes and goes. */
const MODULE: MediumMount = {
  place: '/media/m',
  usbPath: '1-8',
  filesystem: 'ext4',
  owner: null,
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-devices-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const textOf = (path: string): string => readFileSync(join(folder, path), 'utf8').trim();
const link = (path: string, target: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(join(folder, target), join(folder, path));
};

/** As a kernel with `authorized_default=0` shows what was plugged in. */
const plug = (path: string, vendor: string, product: string, authorized = '0'): void => {
  const at = `devices/pci0000:00/usb1/${path}`;
  put(`${at}/idVendor`, `${vendor}\n`);
  put(`${at}/idProduct`, `${product}\n`);
  put(`${at}/busnum`, '1\n');
  put(`${at}/devnum`, `${path.split('-')[1]}\n`);
  put(`${at}/authorized`, `${authorized}\n`);
  link(`bus/usb/devices/${path}`, at);
};
const authorized = (path: string): string => textOf(`bus/usb/devices/${path}/authorized`);

describe('USB', () => {
  const list = (...parts: ListedPart[]): Pick<PartsList, 'parts'> => ({ parts });
  const KEYPAD = {
    label: 'keypad',
    kind: 'usb',
    path: '1-6',
    vendor: '04d9',
    product: 'a02a',
  } as const;

  test('what is on the list is authorised, a second keyboard is not, and is named', async () => {
    plug('1-6', '04d9', 'a02a');
    plug('1-9', '04d9', 'a02a');
    const found = await authoriseUsb(folder, list(KEYPAD));
    expect(authorized('1-6')).toBe('1');
    expect(authorized('1-9')).toBe('0');
    expect(found.refused.map(({ path }) => path)).toEqual(['1-9']);
  });

  test('of two that are alike an entry without a place is good for one', async () => {
    plug('1-1', '04d9', 'a02a');
    plug('1-2', '04d9', 'a02a');
    const { path: _, ...anywhere } = KEYPAD;
    await authoriseUsb(folder, list(anywhere));
    expect([authorized('1-1'), authorized('1-2')].sort()).toEqual(['0', '1']);
  });

  test('what something authorised and the list does not name loses its driver', async () => {
    plug('1-9', '046d', 'c31c', '1');
    await authoriseUsb(folder, list(KEYPAD));
    expect(authorized('1-9')).toBe('0');
  });

  test('is not asked of a root hub, which keeps whoever asks waiting while it looks at its ports', async () => {
    plug('1-6', '04d9', 'a02a');
    plug('usb1', '1d6b', '0002');
    for (const name of ['serial', 'product'])
      execFileSync('mkfifo', [join(folder, 'bus/usb/devices/usb1', name)]);
    await authoriseUsb(folder, list(KEYPAD));
    expect(authorized('1-6')).toBe('1');
  });

  test('another device in the place of a listed one is refused', async () => {
    plug('1-6', '046d', 'c31c');
    await authoriseUsb(folder, list(KEYPAD));
    expect(authorized('1-6')).toBe('0');
  });

  test('what is missing is told once when it stays away, and anew after it came back', async () => {
    const said: string[] = [];
    const tell = watchMissing((text) => said.push(text));
    const looks = async (count: number, parts = list(KEYPAD)): Promise<void> => {
      for (let look = 0; look < count; look++) tell((await authoriseUsb(folder, parts)).missing);
    };
    await looks(5);
    expect(said).toEqual([]);
    await looks(20);
    expect(said).toEqual(['USB 1-6 04d9:a02a is missing: keypad']);
    plug('1-6', '04d9', 'a02a');
    await looks(20);
    expect(said).toHaveLength(1);
    rmSync(join(folder, 'bus/usb/devices/1-6'));
    await looks(20);
    expect(said).toHaveLength(2);
    await looks(40, list({ ...KEYPAD, label: 'token', optional: true }));
    expect(said).toHaveLength(2);
  });

  test('the list of the virtual unit is one, and of its own ports', () => {
    const read = readPartsList(JSON.parse(readFileSync(`${BOARDS}virtual-x64.parts.json`, 'utf8')));
    expect(read.ok && read.value.parts.every(({ path }) => /^1-\d+$/.test(path ?? ''))).toBe(true);
  });
});

describe('whether anything came or went', () => {
  const count = (events: number): void => put('kernel/uevent_seqnum', `${events}\n`);

  test('is what the kernel counts, once for each time that it counted', () => {
    count(7);
    const came = watchKernelEvents(folder);
    expect([came(), came(), came()]).toEqual([true, false, false]);
    count(9);
    expect([came(), came()]).toEqual([true, false]);
  });

  test('is not believed for ever', () => {
    count(7);
    const came = watchKernelEvents(folder);
    const looks = Array.from({ length: 3 * QUIET_LOOKS }, came);
    expect(looks.flatMap((each, look) => (each ? [look] : []))).toEqual([
      0,
      QUIET_LOOKS,
      2 * QUIET_LOOKS,
    ]);
  });

  test('may always be where nobody counts', () => {
    const came = watchKernelEvents(folder);
    expect([came(), came()]).toEqual([true, true]);
    count(7);
    expect([came(), came()]).toEqual([true, false]);
  });
});

describe('nodes', () => {
  const board = () => {
    const read = readBoardFile(readFileSync(`${BOARDS}virtual-x64.json`, 'utf8'));
    if (!read.ok) throw new Error('no board file');
    return read.value;
  };

  test('each device of the board file is one process’ alone', () => {
    const grants = grantsOf(board());
    expect(grants.map(({ program }) => program).sort()).toEqual(
      [
        'booth',
        'booth',
        'booth',
        'booth',
        'booth',
        'console',
        'desk',
        'desk',
        'desk',
        'supervisor',
        'supervisor',
      ].sort(),
    );
  });

  const isRoot = process.getuid?.() === 0;
  test.skipIf(!isRoot)(
    `are given to it where they are now, and again when they come back${isRoot ? '' : ' (skipped: not root)'}`,
    () => {
      plug('1-4', '04b8', '0e28');
      plug('1-1', '0403', '6001');
      put('devices/pci0000:00/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0/dev', '');
      put('devices/pci0000:00/usb1/1-1/1-1:1.0/ttyUSB0/x', '');
      link(
        'devices/pci0000:00/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0/device',
        'devices/pci0000:00/usb1/1-1/1-1:1.0/ttyUSB0',
      );
      link('class/tty/ttyUSB0', 'devices/pci0000:00/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0');
      const dev = join(folder, 'dev');
      put('dev/bus/usb/001/004', '');
      put('dev/ttyUSB0', '');
      put('dev/ttyUSB1', '');
      const look = () => grantDevices(grantsOf(board()), USERS, folder, dev);
      look();
      const of = (path: string) => {
        const { uid, mode } = statSync(join(dev, path));
        return [uid, mode & 0o777];
      };
      expect(of('bus/usb/001/004')).toEqual([USERS.booth, 0o600]);
      expect(of('ttyUSB0')).toEqual([USERS.desk, 0o600]);
      expect(of('ttyUSB1')[0]).toBe(0);
      chownSync(join(dev, 'ttyUSB0'), 0, 0);
      look();
      expect(of('ttyUSB0')[0]).toBe(USERS.desk);
    },
  );
});

describe('what comes and goes', () => {
  const disk = (name: string, usbPath: string): void => {
    const at = `devices/pci0000:00/usb1/${usbPath}/${usbPath}:1.0/host0/${name}`;
    put(`${at}/size`, '8');
    link(`class/block/${name}`, at);
  };

  test('is mounted when it is there and taken away when it is gone, once each', async () => {
    const told: string[] = [];
    const media = watchMedia({
      media: [MODULE],
      folders: [],
      users: USERS,
      sysfs: folder,
      dev: '/dev',
      run: async (tool, args) => {
        told.push([tool, ...args].join(' '));
        return ok('');
      },
      say: () => undefined,
    });
    await media.look();
    disk('sda', '1-8');
    await media.look();
    await media.look();
    rmSync(join(folder, 'class/block/sda'));
    await media.look();
    await media.look();
    disk('sdb', '1-9');
    await media.look();
    expect(told).toEqual([
      'mount -t ext4 -o nosuid,nodev,noexec,noatime /dev/sda /media/m',
      'umount --lazy /media/m',
    ]);
  });

  test('its first partition is meant where it has any', () => {
    disk('sda', '1-8');
    expect(blockOn('1-8', folder)).toBe('sda');
    disk('sda1', '1-8');
    put('devices/pci0000:00/usb1/1-8/1-8:1.0/host0/sda1/partition', '1');
    expect(blockOn('1-8', folder)).toBe('sda1');
    expect(blockOn('1-80', folder)).toBe(null);
  });

  test('a file system without owners belongs to whom the unit file says', () => {
    const options = mountOptions({ ...MODULE, filesystem: 'vfat', owner: 'booth' }, USERS);
    expect(options).toContain('uid=903,gid=903');
    expect(options).toContain('noexec');
  });

  test('a partition is found by its name, and not where two have it', async () => {
    put('class/block/vda6/uevent', 'DEVNAME=vda6\nPARTNAME=urna-data\n');
    expect(await findPartition('urna-data', folder)).toBe('vda6');
    expect(await findPartition('urna', folder)).toBe(null);
    put('class/block/vdb1/uevent', 'PARTNAME=urna-data\n');
    expect(await findPartition('urna-data', folder)).toBe(null);
  });
});

describe('while the unit runs', () => {
  const KEYPAD = { label: 'keypad', kind: 'usb', vendor: '04d9', product: 'a02a' } as const;
  const fileOf = (name: string): string => readFileSync(`${BOARDS}${name}`, 'utf8');

  /** Looks at `folder`, where the kernel counts 7 events; each look is a second after the one before. */
  const watching = async (run: RunTool) => {
    put('kernel/uevent_seqnum', '7\n');
    const unit = readUnitFile(fileOf('virtual-x64.unit.json'));
    const board = readBoardFile(fileOf('virtual-x64.json'));
    if (!unit.ok || !board.ok) throw new Error('no unit');
    const clock = makeVirtualClock(Date.UTC(2020, 11, 6, 6), { waitsForFiles: true });
    const said: string[] = [];
    await watchDevices({
      unit: { ...unit.value, media: [MODULE], users: null, delivery: join(folder, 'own') },
      board: board.value,
      list: { parts: [KEYPAD] } as unknown as PartsList,
      ...{ clock, run, say: (text: string) => void said.push(text), sysfs: folder, dev: '/dev' },
      onDelivery: async () => true,
      onTaken: () => undefined,
    });
    return { said, looks: (count: number) => clock.run(wait(clock, count * LOOK_MS + 1)) };
  };

  test('what is plugged in is authorised at the next look', async () => {
    const { looks } = await watching(async () => ok(''));
    plug('1-6', '04d9', 'a02a');
    put('kernel/uevent_seqnum', '8\n');
    await looks(1);
    expect(authorized('1-6')).toBe('1');
  });

  test('what is missing is told though nothing comes or goes', async () => {
    const { said, looks } = await watching(async () => ok(''));
    await looks(20);
    expect(said).toEqual(['USB  04d9:a02a is missing: keypad']);
  });

  test('a look that came to no end is made again at once', async () => {
    const at = 'devices/pci0000:00/usb1/1-8/1-8:1.0/host0/sda';
    put(`${at}/size`, '8');
    link('class/block/sda', at);
    let fails = true;
    const { said, looks } = await watching(async () => {
      if (fails) throw new Error('no such tool');
      return ok('');
    });
    fails = false;
    await looks(1);
    expect(said).toEqual(['devices: no such tool', '/media/m: mounted']);
  });
});

describe('a delivery on a stick', () => {
  let marked = 0;
  const take = (mayBegin = true) =>
    takeDelivery(join(folder, 'stick'), join(folder, 'own'), null, async () => {
      marked += 1;
      return mayBegin;
    });
  beforeEach(() => {
    marked = 0;
    mkdirSync(join(folder, 'own'));
    for (const [name, text] of Object.entries({
      'election-package': 'package',
      'authority.json': 'authority',
      'unit.json': 'unit',
      'pollbook-key': 'key',
      'receivers/one.signed': 'receiver',
      'receivers/evil.sh': 'evil',
      'anything-else': 'else',
    }))
      put(`stick/${name}`, text);
  });

  test('is taken once: what is delivered later by another stick changes nothing', async () => {
    await take();
    expect(textOf('own/election-package')).toBe('package');
    expect(textOf('own/receivers/one.signed')).toBe('receiver');
    for (const name of ['receivers/evil.sh', 'anything-else'])
      expect(existsSync(join(folder, 'own', name))).toBe(false);
    rmSync(join(folder, 'own/pollbook-key'));
    put('stick/election-package', 'another');
    put('stick/authority.json', 'another');
    await take();
    expect(textOf('own/election-package')).toBe('package');
    expect(textOf('own/authority.json')).toBe('authority');
    expect(existsSync(join(folder, 'own/pollbook-key'))).toBe(false);
    expect(marked).toBe(1);
  });

  test('the request goes to it, the certificates come from it', async () => {
    await take();
    put('own/certificate-request.json', 'request');
    await take();
    expect(textOf('stick/certificate-request.json')).toBe('request');
    put('stick/certificates.json', 'certified');
    await take();
    expect(textOf('own/certificates.json')).toBe('certified');
  });

  test('one that is not whole is nothing yet', async () => {
    rmSync(join(folder, 'stick/authority.json'));
    await take();
    expect(existsSync(join(folder, 'own/election-package'))).toBe(false);
  });

  test('is not taken where the mark of the time before setup can not be taken away', async () => {
    await take(false);
    expect([marked, existsSync(join(folder, 'own/authority.json'))]).toEqual([1, false]);
  });
});
