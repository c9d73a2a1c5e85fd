/** Every board that an image may be built for: its unit file, its parts, and the modules that it asks for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readUnitFile } from '#boot/unit/unit-file.ts';
import { readPartsList } from '#firmware/parts/parts-list.ts';
import { ROOT } from '#scripts/commands/run-tool.ts';
import { BOARD_OF } from '#scripts/image/build-image.ts';
import { rootModules } from '#scripts/image/modules.ts';
import { USERS } from '#scripts/image/root-tree.ts';

const ENDING = '.unit.json';
const BOARDS = readdirSync(join(ROOT, 'boot/boards')).filter((name) => name.endsWith(ENDING));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test('those that an image is built for when nobody says are among them', () => {
  for (const board of Object.values(BOARD_OF)) expect(BOARDS).toContain(`${board}${ENDING}`);
});

test.each(BOARDS)('%s names what is there', (name) => {
  const unit = readUnitFile(textOf(`boot/boards/${name}`));
  if (!unit.ok) throw new Error(unit.error);
  const { board, parts, modules, data, media, users } = unit.value;
  const loaded = [...(data?.modules ?? []), ...modules];
  const list = readPartsList(JSON.parse(textOf(parts)));
  expect(list).toMatchObject({ ok: true });
  expect(JSON.parse(textOf(board)).unit).toBe(name.replace(ENDING, ''));
  // A medium hangs where the list of parts has something that may be missing.
  const optional = list.ok
    ? list.value.parts.flatMap((each) => (each.optional === true ? [each.path] : []))
    : [];
  expect(optional).toEqual(expect.arrayContaining(media.map(({ usbPath }) => usbPath)));
  // Its image has every module that it loads.
  const arch = name.includes('arm64') ? 'arm64' : 'x64';
  const plain = (each: string): string => each.replaceAll('-', '_');
  expect(rootModules(arch).map(plain)).toEqual(expect.arrayContaining(loaded.map(plain)));
  // Its processes are the users that the root has.
  for (const [program, id] of Object.entries(users ?? {}))
    expect(Object.entries(USERS)).toContainEqual([`urna-${program}`, id]);
});
