/** What an onlooker reports (./look), read. Pure. */

export type ScannedProcess = {
  readonly pid: number;
  readonly parent: number;
  /** The program and, where Node runs one, the source: `bwrap desk-process`. */
  readonly name: string;
  /** Real, effective, saved and of the file system, each once. */
  readonly users: readonly number[];
  readonly groups: readonly number[];
  readonly capabilities: Readonly<Record<CapabilitySet, bigint>>;
  readonly noNewPrivileges: boolean;
  /** The kernel filters its calls (`seccomp(2)`, mode 2). */
  readonly filtered: boolean;
  /** Identity of each kind's namespace. */
  readonly namespaces: Readonly<Record<NamespaceKind, string>>;
  /** Proportional set size, kB. */
  readonly pssKb: number;
  /** What its user may write to, below what it sees; a folder stands for all that is in it. */
  readonly mayWrite: readonly string[];
};

export const CAPABILITY_SETS = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'] as const;
export type CapabilitySet = (typeof CAPABILITY_SETS)[number];
export const NAMESPACE_KINDS = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'] as const;
export type NamespaceKind = (typeof NAMESPACE_KINDS)[number];

export type Mount = {
  readonly place: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly writable: boolean;
};

export type Socket = { readonly family: string; readonly line: string };
export type Network = {
  readonly interfaces: readonly string[];
  readonly sockets: readonly Socket[];
};

export type Scan = {
  readonly processes: readonly ScannedProcess[];
  /** By mount namespace. */
  readonly mounts: ReadonlyMap<string, readonly Mount[]>;
  /** By network namespace. */
  readonly networks: ReadonlyMap<string, Network>;
  readonly setId: readonly string[];
  /** Files of the root have capabilities, or could have. */
  readonly rootHasAttributes: boolean;
  readonly modules: readonly string[];
  readonly blockDevices: readonly string[];
  readonly swap: readonly string[];
  readonly lockdown: string;
  readonly sysctl: ReadonlyMap<string, string>;
};

type Section = { readonly name: string; readonly of: string; readonly lines: string[] };

const sectionsOf = (text: string): readonly Section[] => {
  const sections: Section[] = [];
  for (const line of text.split(/\r?\n/)) {
    const head = /^\[([a-z -]+)\] ?(.*)$/.exec(line);
    if (head !== null) sections.push({ name: head[1] ?? '', of: head[2] ?? '', lines: [] });
    else if (line !== '') sections.at(-1)?.lines.push(line);
  }
  return sections;
};

const numbers = (text: string): readonly number[] =>
  [...new Set(text.split(/\s+/).filter((word) => word !== ''))].map(Number);

/** Without what is in a folder that is there too. */
const withoutContents = (paths: readonly string[]): readonly string[] => {
  const kept: string[] = [];
  for (const path of [...new Set(paths)].sort())
    if (!kept.some((folder) => path.startsWith(`${folder}/`))) kept.push(path);
  return kept;
};

const MAY_WRITE = 'may write: ';

const processOf = ({ of, lines }: Section): ScannedProcess => {
  const said = (name: string): string => {
    const line = lines.find((each) => each.startsWith(`${name}:`));
    if (line === undefined) throw new Error(`process ${of}: nothing is said of its ${name}`);
    return line.slice(name.length + 1).trim();
  };
  const program = said('exe').split('/').at(-1) ?? '';
  const source = /([\w-]+)\.ts(?: |$)/.exec(said('words'))?.[1];
  return {
    pid: Number(of),
    parent: Number(said('PPid')),
    name: source === undefined ? program : `${program} ${source}`,
    users: numbers(said('Uid')),
    groups: [...new Set([...numbers(said('Gid')), ...numbers(said('Groups'))])],
    capabilities: Object.fromEntries(
      CAPABILITY_SETS.map((set) => [set, BigInt(`0x${said(set)}`)]),
    ) as Record<CapabilitySet, bigint>,
    noNewPrivileges: said('NoNewPrivs') === '1',
    filtered: said('Seccomp') === '2',
    namespaces: Object.fromEntries(NAMESPACE_KINDS.map((kind) => [kind, said(kind)])) as Record<
      NamespaceKind,
      string
    >,
    pssKb: Number(/^\d+/.exec(said('Pss'))?.[0] ?? 0),
    mayWrite: withoutContents(
      lines
        .filter((line) => line.startsWith(MAY_WRITE))
        .map((line) => line.slice(MAY_WRITE.length)),
    ),
  };
};

/** A line of mountinfo (proc(5)): the optional fields end with a hyphen. */
const mountOf = (line: string): Mount => {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , , place = '', options = ''] = before.split(' ');
  const [type = '', , superOptions = ''] = after.split(' ');
  const own = options.split(',');
  const writable = own.includes('rw') && superOptions.split(',').includes('rw');
  return { place, type, options: own, writable };
};

const networkOf = ({ lines }: Section): Network => {
  const pairs = lines.map((line) => {
    const at = line.indexOf(': ');
    return { family: line.slice(0, at), line: line.slice(at + 2) };
  });
  return {
    interfaces: pairs.filter(({ family }) => family === 'interface').map(({ line }) => line),
    sockets: pairs.filter(({ family }) => family !== 'interface'),
  };
};

const NO_ATTRIBUTES = 'ffffffffffffffff';

/** Throws where the report is not whole: it would be no proof of anything. */
export const readScan = (text: string): Scan => {
  const sections = sectionsOf(text);
  if (sections.at(-1)?.name !== 'end') throw new Error('the report has no end');
  const all = (name: string): readonly Section[] => sections.filter((each) => each.name === name);
  const lines = (name: string): readonly string[] => {
    const [section] = all(name);
    if (section === undefined) throw new Error(`the report has no ${name}`);
    return section.lines;
  };
  return {
    processes: all('process').map(processOf),
    mounts: new Map(all('mounts').map(({ of, lines: each }) => [of, each.map(mountOf)])),
    networks: new Map(all('network').map((each) => [each.of, networkOf(each)])),
    setId: [...new Set(lines('set-id'))],
    rootHasAttributes: lines('root attributes')[0] !== NO_ATTRIBUTES,
    modules: lines('modules'),
    blockDevices: lines('block devices'),
    swap: lines('swap'),
    lockdown: /\[(\w+)\]/.exec(lines('lockdown')[0] ?? '')?.[1] ?? '',
    sysctl: new Map(
      lines('sysctl').map((line) => {
        const [name = '', value = ''] = line.split(' = ');
        return [name, value];
      }),
    ),
  };
};
