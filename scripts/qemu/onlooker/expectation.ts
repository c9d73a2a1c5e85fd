/**
 * What stands in a unit that serves, and why each of it does: the list that a scan of the running unit is held
 * against. Data alone; whoever gives a process more has to write down here what for.
 */
import type { Capability } from './capabilities.ts';
import type { CapabilitySet, NamespaceKind } from './report.ts';

export type ExpectedProcess = {
  readonly why: string;
  /** User and group, alone. */
  readonly user: number;
  /** Sets that are not named are empty; `all`: not looked at, whoever is root may have them. */
  readonly capabilities: Partial<Readonly<Record<CapabilitySet, readonly Capability[] | 'all'>>>;
  /** Kinds of namespace that it does not share with the unit's first program. */
  readonly namespaces: readonly NamespaceKind[];
  readonly filtered: boolean;
  readonly noNewPrivileges: boolean;
  /** Files and folders, as it sees them, and what for; names as `plainNames` writes them. */
  readonly mayWrite: Readonly<Record<string, string>>;
};

export type Expectation = {
  readonly processes: Readonly<Record<string, ExpectedProcess>>;
  /** Names of sockets, and who listens. */
  readonly sockets: Readonly<Record<string, string>>;
  /** Protocols of netlink (include/uapi/linux/netlink.h), and who hears what. */
  readonly netlink: Readonly<Record<string, string>>;
  readonly interfaces: readonly string[];
  /** Kinds of file system that may be written to, and what each such mount must say. */
  readonly mounts: Readonly<Record<string, { readonly needs: readonly string[] }>>;
  /** Mounts of sandboxes that do without something of it, by their place. */
  readonly looserInSandboxes: Readonly<
    Record<string, { readonly without: readonly string[]; readonly why: string }>
  >;
  /** By what they are for. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  readonly blockDevices: Readonly<Record<string, string>>;
  readonly lockdown: string;
  readonly sysctl: Readonly<Record<string, { readonly value: string; readonly why: string }>>;
};
