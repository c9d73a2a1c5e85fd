/** `urna audit`: what a technician of a party or the authority runs; one file an audit. */
import { EXIT } from './options.ts';

type Audit = { readonly run: (args: readonly string[]) => Promise<number> };

const AUDITS: readonly {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Audit>;
}[] = [
  {
    name: 'sample',
    summary: 'which precincts are audited, drawn from public dice',
    load: () => import('./audit-sample.ts'),
  },
  {
    name: 'boxes',
    summary: 'paper counted by hand against tally reports, and the risk that is left',
    load: () => import('./audit-boxes.ts'),
  },
  {
    name: 'package',
    summary: "one precinct's published package, and what lies beside it",
    load: () => import('./audit-package.ts'),
  },
  {
    name: 'unit',
    summary: 'one unit: release, machine code, parts, the record of its audits',
    load: () => import('./audit-unit.ts'),
  },
  {
    name: 'image',
    summary: 'a unit’s medium, byte by byte: that release and nothing else',
    load: () => import('./audit-image.ts'),
  },
  {
    name: 'mock',
    summary: 'an election with a known answer, voted at the machine’s own screen',
    load: () => import('./audit-mock.ts'),
  },
  {
    name: 'records',
    summary: 'cast vote records of a test election, tabulated again',
    load: () => import('./audit-records.ts'),
  },
  {
    name: 'log',
    summary: "a unit's event log, against itself and against what is on paper",
    load: () => import('./audit-log.ts'),
  },
];

const HELP = `usage: scripts/urna audit WHAT [options]      scripts/urna audit WHAT --help

${AUDITS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

exit code: 0 nothing found, 1 something is not as it should be, 2 usage, 3 something is missing
`;

export const run = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === '--help' || name === '-h') {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const found = AUDITS.find((audit) => audit.name === name);
  if (found === undefined) {
    const wrong = name === undefined ? 'say what is to be audited' : `no audit "${name}"`;
    process.stderr.write(`urna: ${wrong}\n\n${HELP}`);
    return EXIT.usage;
  }
  return (await found.load()).run(rest);
};
