/** What the emulated medium keeps over a power cut, and its faults. */
import { describe, expect, test } from 'vitest';
import {
  type Choice,
  forEveryChoice,
  keepNew,
  keepOld,
  makeEmulatedDisk,
  SECTOR_BYTES,
} from '#drivers/storage/emulator-disk.ts';
import { MEDIUM_PACES, makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';

const of = (value: number, length = 1): Uint8Array => new Uint8Array(length).fill(value);
const make = (extra: Partial<Parameters<typeof makeEmulatedMedium>[0]> = {}) =>
  makeEmulatedMedium({ name: 'removable', clock: makeVirtualClock(0), ...extra });

/** What stands under `path` after each legal outcome of a cut. */
const outcomes = (
  prepare: (disk: ReturnType<typeof makeEmulatedDisk>) => void,
  path: string,
  tear = false,
): Set<string> => {
  const seen = new Set<string>();
  const all = forEveryChoice(100_000, (choice: Choice) => {
    const disk = makeEmulatedDisk();
    prepare(disk);
    disk.settle(choice, tear);
    const left = disk.read(path);
    seen.add(left === null ? 'nothing' : `${left.length}:${[...new Set(left)].join()}`);
  });
  expect(all).toBe(true);
  return seen;
};

describe('after a power cut', () => {
  test('synced content under a synced name is there, always', () => {
    const seen = outcomes((disk) => {
      disk.write('f', of(1));
      disk.sync('f');
      disk.syncFolder('');
    }, 'f');
    expect(seen).toEqual(new Set(['1:1']));
  });

  test('without the folder synced the name may be missing', () => {
    const seen = outcomes((disk) => {
      disk.write('f', of(1));
      disk.sync('f');
    }, 'f');
    expect(seen).toEqual(new Set(['nothing', '1:1']));
  });

  test('unsynced content is old or new, sector by sector, in every mix', () => {
    const seen = outcomes((disk) => {
      disk.write('f', of(1, 2 * SECTOR_BYTES));
      disk.sync('f');
      disk.syncFolder('');
      disk.write('f', of(2, 2 * SECTOR_BYTES));
    }, 'f');
    expect(seen).toEqual(new Set(['1024:1', '1024:2', '1024:1,2', '1024:2,1']));
  });

  test('a file that grew or shrank has its old or its new length', () => {
    const seen = outcomes((disk) => {
      disk.write('f', of(1, 10));
      disk.sync('f');
      disk.syncFolder('');
      disk.write('f', of(2, 20));
    }, 'f');
    expect(seen).toEqual(new Set(['10:1', '10:2', '20:1,0', '20:2']));
  });

  test('a rename leaves the old or the new file, never neither', () => {
    const seen = outcomes((disk) => {
      disk.write('f', of(1));
      disk.write('new', of(2));
      disk.sync('f');
      disk.sync('new');
      disk.syncFolder('');
      disk.rename('new', 'f');
    }, 'f');
    expect(seen).toEqual(new Set(['1:1', '1:2']));
  });

  test('renaming before the content is synced can leave an empty file: the classic mistake', () => {
    const seen = outcomes((disk) => {
      disk.write('new', of(2));
      disk.rename('new', 'f');
      disk.syncFolder('');
    }, 'f');
    expect(seen).toContain('0:');
  });

  test('a removed file may come back until the folder is synced', () => {
    const before = (disk: ReturnType<typeof makeEmulatedDisk>) => {
      disk.write('f', of(1));
      disk.sync('f');
      disk.syncFolder('');
      disk.remove('f');
    };
    expect(outcomes(before, 'f')).toEqual(new Set(['nothing', '1:1']));
    const settled = (disk: ReturnType<typeof makeEmulatedDisk>) => {
      before(disk);
      disk.syncFolder('');
    };
    expect(outcomes(settled, 'f')).toEqual(new Set(['nothing']));
  });

  test('a torn sector holds the first bytes of the new content and the rest of the old', () => {
    const seen = outcomes(
      (disk) => {
        disk.write('f', of(1, SECTOR_BYTES));
        disk.sync('f');
        disk.syncFolder('');
        disk.write('f', of(2, SECTOR_BYTES));
      },
      'f',
      true,
    );
    expect(seen).toEqual(new Set(['512:1', '512:2', '512:2,1']));
  });

  test('handles of before are dead: their calls never end; a new one reads what is left', async () => {
    const emulated = make();
    const before = emulated.connect();
    await before.write('f', of(1));
    emulated.cutPower(keepNew);
    let ended = false;
    void before.read('f').then(() => {
      ended = true;
    });
    expect(await emulated.connect().read('f')).toEqual({ ok: true, value: of(1) });
    expect(ended).toBe(false);
  });

  test('a process that dies takes nothing with it; the power that goes later does', async () => {
    const emulated = make();
    await emulated.connect().write('f', of(1));
    emulated.endProcesses();
    expect(await emulated.connect().read('f')).toEqual({ ok: true, value: of(1) });
    emulated.cutPower(keepOld);
    expect(await emulated.connect().read('f')).toEqual({ ok: true, value: null });
  });
});

describe('faults', () => {
  test('pulled in the middle of an operation: absent, also when it is straight back', async () => {
    const clock = makeVirtualClock(0);
    const emulated = make({ clock, pace: MEDIUM_PACES.memoryModule });
    const medium = emulated.connect();
    const write = medium.write('f', of(1, 100_000));
    clock.after(1, () => {
      emulated.pull();
      emulated.putBack();
    });
    expect(await clock.run(write)).toMatchObject({ ok: false, error: { kind: 'absent' } });
    expect(await clock.run(medium.read('f'))).toEqual({ ok: true, value: null });
  });

  test.each([
    [{ kind: 'full' }, 'full'],
    [{ kind: 'readOnly' }, 'readOnly'],
  ] as const)('%o refuses writes and lets read', async (behaviour, kind) => {
    const emulated = make();
    const medium = emulated.connect();
    await medium.write('f', of(1));
    emulated.behave(behaviour);
    expect(await medium.write('f', of(2))).toMatchObject({ error: { kind } });
    expect(await medium.read('f')).toEqual({ ok: true, value: of(1) });
    emulated.behave(null);
    expect(await medium.write('f', of(2))).toEqual({ ok: true, value: undefined });
  });

  test('a failing sync leaves the content as unsure as it was', async () => {
    const emulated = make();
    const medium = emulated.connect();
    await medium.write('f', of(1));
    emulated.behave({ kind: 'notSynced' });
    expect(await medium.sync('f')).toMatchObject({ error: { kind: 'notSynced' } });
    expect(await medium.syncFolder('')).toMatchObject({ error: { kind: 'notSynced' } });
    emulated.cutPower(keepOld);
    expect(await emulated.connect().read('f')).toEqual({ ok: true, value: null });
  });

  test('a lying sync says yes, and the power cut tells', async () => {
    const emulated = make();
    const medium = emulated.connect();
    emulated.behave({ kind: 'lyingSync' });
    await medium.write('f', of(1));
    expect(await medium.sync('f')).toEqual({ ok: true, value: undefined });
    expect(await medium.syncFolder('')).toEqual({ ok: true, value: undefined });
    expect(await medium.read('f')).toEqual({ ok: true, value: of(1) });
    emulated.cutPower(keepOld);
    expect(await emulated.connect().read('f')).toEqual({ ok: true, value: null });
  });

  test('one unreadable file leaves the others readable', async () => {
    const emulated = make();
    const medium = emulated.connect();
    await medium.write('a', of(1));
    await medium.write('b', of(2));
    emulated.behave({ kind: 'unreadable', path: 'a' });
    expect(await medium.read('a')).toMatchObject({ error: { kind: 'unreadable' } });
    expect((await medium.read('b')).ok).toBe(true);
  });

  test('rot flips bits of what is stored, over a power cut', async () => {
    const emulated = make();
    await emulated.connect().write('f', of(0x0f, 3));
    expect(emulated.rot('f', 1, 0xf0)).toBe(true);
    expect(emulated.rot('f', 3)).toBe(false);
    expect(emulated.files().get('f')).toEqual(Uint8Array.of(0x0f, 0xff, 0x0f));
  });
});

describe('the bench around it', () => {
  test('takes the time of its class, one operation after another', async () => {
    const clock = makeVirtualClock(0);
    const medium = make({ clock, pace: MEDIUM_PACES.embeddedFlash }).connect();
    const both = Promise.all([medium.write('f', of(1, 250_000)), medium.sync('f')]);
    await clock.run(both);
    const { operationMs, writeBytesPerMs, syncMs } = MEDIUM_PACES.embeddedFlash;
    expect(clock.nowMs()).toBeCloseTo(operationMs + 250_000 / writeBytesPerMs + syncMs);
  });

  test('counts and records what is written, for each root alike', async () => {
    const seen: string[] = [];
    const emulated = make({ onWrite: (path, written) => seen.push(`${path}:${written.length}`) });
    await emulated.connect('booth').write('vault/x', of(1, 5));
    await emulated.connect('desk').append('file', of(1, 7));
    await emulated.connect('desk').sync('file');
    expect(seen).toEqual(['booth/vault/x:5', 'desk/file:7']);
    expect(emulated.counters()).toEqual({ bytesWritten: 12, bytesRead: 0, writes: 2, syncs: 1 });
    expect([...emulated.files().keys()]).toEqual(['booth/vault/x', 'desk/file']);
    expect(await emulated.connect('booth').read('file')).toEqual({ ok: true, value: null });
  });

  test('an image put back replaces everything', async () => {
    const emulated = make();
    const medium = emulated.connect();
    await medium.write('a', of(1));
    const image = emulated.files();
    await medium.write('a', of(2));
    await medium.write('b', of(2));
    emulated.load(image);
    expect(emulated.files()).toEqual(image);
  });
});
