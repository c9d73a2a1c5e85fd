/** What an onlooker saw against what is expected: every difference is named, either way. Pure. */
import { namesIn } from './capabilities.ts';
import type { Expectation, ExpectedProcess } from './expectation.ts';
import {
  type CapabilitySet,
  type Mount,
  NAMESPACE_KINDS,
  type Network,
  type Scan,
  type ScannedProcess,
} from './report.ts';

const listed = (names: readonly string[]): string => names.join(', ');

/** What is there and not expected, and what is expected and not there. */
const differences = (
  of: string,
  seen: readonly string[],
  expected: readonly string[],
): readonly string[] => [
  ...seen
    .filter((each) => !expected.includes(each))
    .map((each) => `${of}: ${each} is not expected`),
  ...expected.filter((each) => !seen.includes(each)).map((each) => `${of}: ${each} is missing`),
];

/** Where the kernel numbers what it finds: the disk's partitions, and devices of /dev. */
const NUMBERED = /^(\/dev\/|vda|dm-|sd[a-z])/;

/**
 * Names without the kernel's numbers, which depend on what was found first, and how many there are of each: of
 * `/dev/hidraw0` and `/dev/hidraw2` comes `/dev/hidraw# (2)`; of `sdb` and `sdb1` `sd?` and `sd?#`.
 */
const plainNames = (names: readonly string[]): readonly string[] => {
  const plain = names.map((name) =>
    NUMBERED.test(name) ? name.replace(/^sd[a-z]/, 'sd?').replace(/\d+/g, '#') : name,
  );
  return [...new Set(plain)].map((name) => {
    const count = plain.filter((each) => each === name).length;
    return count === 1 ? name : `${name} (${count})`;
  });
};

const SETS: readonly CapabilitySet[] = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb', 'CapBnd'];

const capabilityFindings = (
  process: ScannedProcess,
  expected: ExpectedProcess,
): readonly string[] =>
  SETS.flatMap((set) => {
    const all = expected.capabilities[set] ?? [];
    const wanted = all === 'all' ? null : all;
    const held = namesIn(process.capabilities[set]);
    return wanted === null ? [] : differences(`${process.name}: ${set}`, held, wanted);
  });

/** Kinds of which it has a namespace that the unit's first program has not. */
const ownNamespaces = (process: ScannedProcess, first: ScannedProcess): readonly string[] =>
  NAMESPACE_KINDS.filter((kind) => process.namespaces[kind] !== first.namespaces[kind]);

const processFindings = (
  process: ScannedProcess,
  expected: ExpectedProcess,
  first: ScannedProcess,
): readonly string[] => {
  const { name } = process;
  return [
    ...differences(`${name}: user`, process.users.map(String), [String(expected.user)]),
    ...differences(`${name}: group`, process.groups.map(String), [String(expected.user)]),
    ...capabilityFindings(process, expected),
    ...differences(
      `${name}: namespace of its own`,
      ownNamespaces(process, first),
      expected.namespaces,
    ),
    ...(process.filtered === expected.filtered
      ? []
      : [`${name}: its calls are ${process.filtered ? '' : 'not '}filtered`]),
    ...(process.noNewPrivileges === expected.noNewPrivileges
      ? []
      : [`${name}: it can ${process.noNewPrivileges ? 'not ' : ''}get new privileges`]),
    ...differences(
      `${name}: may write`,
      plainNames(process.mayWrite),
      Object.keys(expected.mayWrite),
    ),
  ];
};

/** Each expected process once, and nobody else. */
const processesFindings = (scan: Scan, expectation: Expectation): readonly string[] => {
  const first = scan.processes.find(({ pid }) => pid === 1);
  if (first === undefined) return ['process 1: it was not seen'];
  const names = scan.processes.map(({ name }) => name);
  const expected = Object.keys(expectation.processes);
  const twice = expected.filter((name) => names.filter((each) => each === name).length > 1);
  return [
    ...differences('process', names, expected),
    ...twice.map((name) => `process: ${name} runs more than once`),
    ...scan.processes.flatMap((process) => {
      const wanted = expectation.processes[process.name];
      return wanted === undefined ? [] : processFindings(process, wanted, first);
    }),
  ];
};

/** Families in which whoever has a socket can be reached, or hears what others are sent. */
const REACHED = new Set([
  ...[
    'tcp',
    'tcp6',
    'udp',
    'udp6',
    'udplite',
    'udplite6',
    'raw',
    'raw6',
    'icmp',
    'icmp6',
    'packet',
  ],
]);
/** `/proc/net/tcp` and its like: slot, then the local address and port, hexadecimal. */
const portOf = (line: string): string => {
  const port = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) /.exec(line)?.[1];
  return port === undefined ? line.trim() : `port ${Number.parseInt(port, 16)}`;
};
/** `/proc/net/unix`: seven fields, and an eighth where it has a name. */
const unixName = (line: string): string | null => line.trim().split(/\s+/)[7] ?? null;
/** `/proc/net/netlink`: address, protocol, port; port 0 is the kernel's own. */
const netlinkProtocol = (line: string): string | null => {
  const [, protocol = '', port = '0'] = line.trim().split(/\s+/);
  return port === '0' ? null : protocol;
};

const networkFindings = (
  whose: string,
  { sockets, interfaces }: Network,
  expectation: Expectation,
): readonly string[] => {
  const of = (family: string, name: (line: string) => string | null): readonly string[] => [
    ...new Set(
      sockets.filter((each) => each.family === family).flatMap(({ line }) => name(line) ?? []),
    ),
  ];
  return [
    ...sockets
      .filter(({ family }) => REACHED.has(family))
      .map(({ family, line }) => `network of ${whose}: ${family} ${portOf(line)} is open`),
    ...differences(`network of ${whose}: interface`, interfaces, expectation.interfaces),
    ...of('unix', unixName)
      .filter((name) => !(name in expectation.sockets))
      .map((name) => `network of ${whose}: socket ${name} is not expected`),
    ...of('netlink', netlinkProtocol)
      .filter((protocol) => !(protocol in expectation.netlink))
      .map((protocol) => `network of ${whose}: netlink ${protocol} is not expected`),
  ];
};

type Of = { readonly whose: string; readonly sandbox: boolean };

const mountFindings = (
  { whose, sandbox }: Of,
  mounts: readonly Mount[],
  expectation: Expectation,
): readonly string[] =>
  mounts
    .filter(({ writable }) => writable)
    .flatMap(({ place, type, options }) => {
      const allowed = expectation.mounts[type];
      if (allowed === undefined)
        return [`mounts of ${whose}: ${place} (${type}) can be written to`];
      const excused = sandbox ? (expectation.looserInSandboxes[place]?.without ?? []) : [];
      const lacks = allowed.needs.filter(
        (each) => !options.includes(each) && !excused.includes(each),
      );
      return lacks.length === 0
        ? []
        : [`mounts of ${whose}: ${place} (${type}) is without ${listed(lacks)}`];
    });

/** Namespaces of a kind in which somebody is who is expected; one that is not is a finding himself. */
const known = <T>(
  scan: Scan,
  kind: 'mnt' | 'net',
  namespaces: ReadonlyMap<string, T>,
  { processes }: Expectation,
): readonly (readonly [Of, T])[] =>
  [...namespaces].flatMap(([id, what]) => {
    const there = scan.processes.filter(
      (each) => each.namespaces[kind] === id && each.name in processes,
    );
    const of = {
      whose: listed(there.map(({ name }) => name)),
      sandbox: !there.some(({ pid }) => pid === 1),
    };
    return there.length === 0 ? [] : [[of, what] as const];
  });

export const compare = (scan: Scan, expectation: Expectation): readonly string[] => [
  ...processesFindings(scan, expectation),
  ...known(scan, 'net', scan.networks, expectation).flatMap(([{ whose }, network]) =>
    networkFindings(whose, network, expectation),
  ),
  ...known(scan, 'mnt', scan.mounts, expectation).flatMap(([of, mounts]) =>
    mountFindings(of, mounts, expectation),
  ),
  ...scan.setId.map((path) => `file ${path}: it lends others' rights`),
  ...(scan.rootHasAttributes ? ['root: its files may have capabilities'] : []),
  ...differences('module', scan.modules, Object.values(expectation.modules).flat()),
  ...differences(
    'block device',
    plainNames(scan.blockDevices),
    Object.keys(expectation.blockDevices),
  ),
  ...scan.swap.map((line) => `swap: ${line}`),
  ...differences('lockdown', [scan.lockdown], [expectation.lockdown]),
  ...Object.entries(expectation.sysctl).flatMap(([name, { value }]) =>
    differences(name, [scan.sysctl.get(name) ?? 'nothing'], [value]),
  ),
];
