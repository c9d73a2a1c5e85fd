/** `urna explore`: every state of the machines of a small election, with every fault at every point. */
import { writeFile } from 'node:fs/promises';
import { exploreAll, type RunFound } from '../explore/explore-all.ts';
import { MUTANTS, type MutantFound } from '../explore/runs.ts';
import { makeTables } from '../explore/tables.ts';
import { shareOut } from '../explore/workers.ts';
import { EXIT, parseOptions, runCommand } from './options.ts';

const HELP = `usage: scripts/urna explore [--mutants | --tables] [--json]

Visits every state of desk and booth together (their real step functions) with two voters, two contests,
a vault on two media, a printer, a link, officers and voters who do anything they may, and faults at
every point. Checks in each that no rule is broken, and then that from each a way leads to a good end
without any further fault. A broken rule is told as the shortest story that leads to it. The supervisor
is explored over its two processes, which may die, hang and stand still at any point.

What stands around the machines, and what is left out of it, is written in scripts/explore/world.ts and
supervisor-world.ts; what each run tries, in scripts/explore/runs.ts.

  --mutants   instead: ${MUTANTS.length} mutations of the step functions, each of which must be found out
  --tables    instead: writes the tables state × event × answer beside the machines' code
  --json      one JSON document on standard output: {states, transitions, violations, runs:[{name,
              states, transitions, beyond, complete, seconds}], mutants:[{name, caught, by}], stories}

exit code: 0 nothing found (every mutation found out), 1 otherwise, 2 usage
`;

const exploreLoudly = (): Promise<readonly RunFound[]> =>
  exploreAll((name, states, transitions, done) => {
    if (done === null) {
      process.stderr.write(`${name}: ${states} states, ${transitions} transitions\n`);
      return;
    }
    const rate = Math.round(states / Math.max(0.001, done.seconds));
    process.stderr.write(
      `${name}: done, ${states} states in ${done.seconds.toFixed(0)} s, ${rate} a second\n`,
    );
  });

const tryMutants = async (): Promise<readonly MutantFound[]> => {
  const found: MutantFound[] = [];
  const tasks = MUTANTS.map((_mutant, index) => ({ of: 'mutant' as const, index }));
  await shareOut(tasks, (told) => {
    if (told.kind !== 'mutant') return;
    found.push(told.found);
    process.stderr.write(
      `${told.found.caught ? 'found out' : 'NOT FOUND'}  ${told.found.name}: ${told.found.by ?? ''}\n`,
    );
  });
  return found;
};

const tell = (runs: readonly RunFound[], mutants: readonly MutantFound[]): string => {
  const rows = runs.map(
    ({ name, states, transitions, beyond, complete }) =>
      `  ${name}: ${states} states, ${transitions} transitions, ${beyond} beyond the link's bound${complete ? '' : ', NOT COMPLETE'}\n`,
  );
  const stories = runs.flatMap(({ name, violations }) =>
    violations.map(
      ({ rule, story }) => `\n${rule} (${name}):\n${story.map((line) => `  ${line}\n`).join('')}`,
    ),
  );
  const caught = mutants.filter((mutant) => mutant.caught).length;
  const last = mutants.length === 0 ? '' : `${caught} of ${mutants.length} mutations found out\n`;
  return `${rows.join('')}${stories.join('')}${last}`;
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values } = parseOptions(args, {
      mutants: { type: 'boolean' },
      tables: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (values.tables === true) {
      for (const { path, text } of makeTables()) {
        await writeFile(new URL(`../../${path}`, import.meta.url), text);
        process.stdout.write(`${path}\n`);
      }
      return EXIT.fine;
    }
    const runs = values.mutants === true ? [] : await exploreLoudly();
    const mutants = values.mutants === true ? await tryMutants() : [];
    const stories = runs.flatMap(({ violations }) => violations);
    const sum = (of: (each: RunFound) => number): number =>
      runs.reduce((total, each) => total + of(each), 0);
    if (values.json === true) {
      const document = {
        states: sum(({ states }) => states),
        transitions: sum(({ transitions }) => transitions),
        violations: stories.length,
        runs: runs.map(({ name, states, transitions, beyond, complete, seconds }) => ({
          name,
          states,
          transitions,
          beyond,
          complete,
          seconds,
        })),
        mutants: mutants.map(({ name, caught, by }) => ({ name, caught, by })),
        stories,
      };
      process.stdout.write(`${JSON.stringify(document)}\n`);
    } else process.stdout.write(tell(runs, mutants));
    const sound =
      stories.length === 0 &&
      runs.every(({ complete }) => complete) &&
      mutants.every(({ caught }) => caught);
    return sound ? EXIT.fine : EXIT.found;
  });
