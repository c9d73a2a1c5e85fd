/**
 * The sandbox of a process as arguments of bubblewrap (bwrap(1), Debian's package, some 4,000 lines of C
 * that Flatpak relies on). It is started as the process' own user, never as root and never set-uid: it
 * makes a user namespace and in it the others, and what runs inside has no capability in any of them, can
 * get none (no new privileges), makes no further namespace and asks the kernel for what its filter lets
 * through. It sees its own processes in /proc, no network unless it has one, and of the files those named.
 * Pure.
 */

export type Sandbox = {
  /** Opened for reading and for running. What is not there is left out. */
  readonly reads: readonly string[];
  /** Opened for writing too: folders, files, sockets. What is not there is left out. */
  readonly writes: readonly string[];
  /** Nodes and sockets of devices that a board file names outside /dev. What is not there is left out. */
  readonly nodes: readonly string[];
  /** The nodes of /dev, those of devices that come later too: each its owner's alone. False: null and its like. */
  readonly devices: boolean;
  readonly network: boolean;
};

/** Its own /tmp, in memory. */
const TMP_BYTES = 4 * 1024 * 1024;

export const BUBBLEWRAP = '/usr/bin/bwrap';

/** Where a folder ends and a sub-folder of it begins is told by the order: the deeper, the later. */
const byDepth = (a: readonly [string, string], b: readonly [string, string]): number =>
  a[1].split('/').length - b[1].split('/').length || (a[1] < b[1] ? -1 : 1);

/**
 * All arguments after the program's name; `command` runs inside. `filter`: the descriptor on which
 * bubblewrap reads the system-call filter. Other descriptors from 3 on go to the process as they are.
 */
export const sandboxArguments = (
  { reads, writes, nodes, devices, network }: Sandbox,
  environment: Readonly<Record<string, string>>,
  filter: number,
  command: readonly string[],
): readonly string[] => {
  const binds = [
    ...reads.map((path) => ['--ro-bind-try', path] as const),
    ...writes.map((path) => ['--bind-try', path] as const),
    ...nodes.map((path) => ['--dev-bind-try', path] as const),
  ].sort(byDepth);
  return [
    ...[
      '--unshare-user',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--unshare-cgroup-try',
    ],
    ...(network ? [] : ['--unshare-net']),
    ...[
      '--disable-userns',
      '--cap-drop',
      'ALL',
      '--die-with-parent',
      '--new-session',
      '--as-pid-1',
    ],
    ...['--hostname', 'urna', '--clearenv'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...(devices ? ['--dev-bind', '/dev', '/dev'] : ['--dev', '/dev']),
    ...['--proc', '/proc', '--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
    ...binds.flatMap(([how, path]) => [how, path, path]),
    ...['--remount-ro', '/', '--chdir', '/', '--seccomp', String(filter), '--', ...command],
  ];
};
