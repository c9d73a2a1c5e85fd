/** What `scripts/urna` knows. */
export type Command = {
  /** Runs with the arguments after the command's name; returns the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
};

export const COMMANDS: readonly {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}[] = [
  { name: 'day', summary: 'run a whole election day', load: () => import('./day.ts') },
  { name: 'bench', summary: 'the machine on a local page', load: () => import('./bench.ts') },
  {
    name: 'qemu',
    summary: 'the image of a unit in a virtual machine',
    load: () => import('./qemu.ts'),
  },
  {
    name: 'device',
    summary: 'one emulated device for any program',
    load: () => import('./device.ts'),
  },
  {
    name: 'enrol',
    summary: "take an officer's print, for the election package",
    load: () => import('./enrol.ts'),
  },
  {
    name: 'console',
    summary: "a unit's field console, at a serial port",
    load: () => import('./console.ts'),
  },
  {
    name: 'diagnose',
    summary: 'which part of a unit is at fault',
    load: () => import('./diagnose.ts'),
  },
  {
    name: 'explain',
    summary: 'what a fault code means and what to do',
    load: () => import('./explain.ts'),
  },
  {
    name: 'pictures',
    summary: 'remake the pictures of the README',
    load: () => import('./pictures.ts'),
  },
  {
    name: 'guides',
    summary: 'guides of poll workers, technicians, auditors',
    load: () => import('./guides.ts'),
  },
  {
    name: 'audit',
    summary: "checks for a party's technician",
    load: () => import('./audit.ts'),
  },
  {
    name: 'provision',
    summary: 'an election becomes packages, rosters, certificates',
    load: () => import('./provision.ts'),
  },
  {
    name: 'nation',
    summary: 'a national election, from provisioning to public evidence',
    load: () => import('./nation.ts'),
  },
  { name: 'lookup', summary: 'where a voter votes', load: () => import('./lookup.ts') },
  {
    name: 'keys',
    summary: "officers' tokens, before they go into a unit",
    load: () => import('./keys.ts'),
  },
  {
    name: 'verify-report',
    summary: 'a photographed tally report, checked at home',
    load: () => import('./verify-report.ts'),
  },
  {
    name: 'release',
    summary: 'every file that runs on a unit, hashed and signed',
    load: () => import('./release.ts'),
  },
  {
    name: 'image',
    summary: "a unit's disk, built from source, signed and reproducible",
    load: () => import('./image.ts'),
  },
  {
    name: 'flash',
    summary: 'an image onto a card, a disk or a file; updates',
    load: () => import('./flash.ts'),
  },
  {
    name: 'receive',
    summary: "a centre that takes machines' signed results over the network",
    load: () => import('./receive.ts'),
  },
  {
    name: 'transmit',
    summary: "a closed precinct's result, sent until its receipt is there",
    load: () => import('./transmit.ts'),
  },
  {
    name: 'aggregate',
    summary: "a country's signed results, added up and made into seats",
    load: () => import('./aggregate.ts'),
  },
  {
    name: 'publish',
    summary: 'a folder of public evidence that anyone can serve',
    load: () => import('./publish.ts'),
  },
  {
    name: 'verify',
    summary: "published evidence, checked with the authority's key alone",
    load: () => import('./verify.ts'),
  },
  { name: 'measure', summary: 'figures against their limits', load: () => import('./measure.ts') },
  { name: 'test', summary: 'run the test suites', load: () => import('./test.ts') },
  {
    name: 'fuzz',
    summary: 'bad input for every reader of bytes',
    load: () => import('./fuzz.ts'),
  },
  {
    name: 'simulate',
    summary: 'days in which everything goes wrong',
    load: () => import('./simulate.ts'),
  },
  {
    name: 'volume',
    summary: 'millions of ballot positions, from touch to tally',
    load: () => import('./volume.ts'),
  },
  {
    name: 'soak',
    summary: 'a long day, and what grows in it',
    load: () => import('./soak.ts'),
  },
  {
    name: 'explore',
    summary: 'every state of the machines, every fault at every point',
    load: () => import('./explore.ts'),
  },
  { name: 'check', summary: 'type check, lint and format check', load: () => import('./check.ts') },
];
