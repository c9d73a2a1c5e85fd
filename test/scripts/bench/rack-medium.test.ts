/** What goes wrong with a medium of the rack, as the storage driver of the unit meets it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { Medium } from '#hal/storage.ts';
import { makeRackCell, makeRackMedium, type RackMedium } from '#scripts/devices/rack-storage.ts';

const BUDGET_BYTES = 1_000_000;
const CONTENT = Uint8Array.of(1, 2, 3, 4, 5);

let folder: string;
let rack: RackMedium;
let medium: Medium;

const connect = (): Medium =>
  makeMediumFiles({
    name: 'removable',
    root: join(rack.folder, 'booth'),
    budgetBytes: BUDGET_BYTES,
    clock: makeVirtualClock(0),
  });
const read = async (): Promise<Uint8Array | string | null> => {
  const found = await medium.read('urn');
  return found.ok ? found.value : found.error.kind;
};

describe('a medium of the rack', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'urna-rack-medium-'));
    rack = makeRackMedium('removable', join(folder, 'removable'), BUDGET_BYTES);
    medium = connect();
    expect((await medium.write('urn', CONTENT)).ok).toBe(true);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('whose bits flip is read with them flipped, once, and written anew it is whole', async () => {
    rack.setFault('bitRot', true);
    const rotten = await read();
    expect(rotten).toEqual(Uint8Array.of(1, 2, 3 ^ 1, 4, 5));
    rack.setFault('bitRot', false);
    expect(await read()).toEqual(rotten);
    await medium.write('urn', CONTENT);
    expect(await read()).toEqual(CONTENT);
  });

  test('that is full takes nothing more, until it has room again', async () => {
    rack.setFault('full', true);
    const written = await medium.write('more', CONTENT);
    expect(written.ok || written.error.kind).toBe('full');
    rack.setFault('full', false);
    expect((await medium.write('more', CONTENT)).ok).toBe(true);
  });

  test('that is pulled is absent, and back with what it held', async () => {
    rack.pull();
    expect(await read()).toBe('absent');
    rack.putBack();
    medium = connect();
    expect(await read()).toEqual(CONTENT);
  });

  test('makes way for an empty one, and for another with its own cell', async () => {
    const cell = makeRackCell(() =>
      join(rack.present() ? rack.folder : `${rack.folder}.pulled`, 'cell'),
    );
    const image = new Map([[0, new Uint8Array(cell.image().get(0)?.length ?? 0).fill(7)]] as const);
    rack.replaceByFresh();
    medium = connect();
    expect(await read()).toBeNull();
    rack.pull();
    rack.replaceBy(new Map([['booth/urn', Uint8Array.of(9)]]), () => cell.load(image));
    medium = connect();
    expect(await read()).toEqual(Uint8Array.of(9));
    expect(cell.image().get(0)).toEqual(image.get(0));
  });
});
