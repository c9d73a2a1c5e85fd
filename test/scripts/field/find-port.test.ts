import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { choosePort, portsIn } from '#scripts/field/find-port.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-dev-'));
  for (const name of ['tty0', 'ttyS0', 'ttyUSBx', 'null']) writeFileSync(join(folder, name), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const plug = (name: string): void => writeFileSync(join(folder, name), '');

describe('the port of a cable', () => {
  test('that is named is taken as it is', () => {
    expect(choosePort(['/dev/ttyS4'], folder)).toBe('/dev/ttyS4');
    expect(() => choosePort(['/dev/a', '/dev/b'], folder)).toThrow('one PORT is enough');
  });

  test('that is the only one need not be named', () => {
    expect(() => choosePort([], folder)).toThrow('plug in the cable');
    plug('ttyACM0');
    expect(choosePort([], folder)).toBe(join(folder, 'ttyACM0'));
  });

  test('is to be said where there are several, and they are told in order', () => {
    for (const name of ['ttyUSB10', 'ttyUSB2', 'ttyACM0']) plug(name);
    const ports = ['ttyACM0', 'ttyUSB2', 'ttyUSB10'].map((name) => join(folder, name));
    expect(portsIn(folder)).toEqual(ports);
    expect(() => choosePort([], folder)).toThrow(`say which PORT: ${ports.join(' ')}`);
  });
});
