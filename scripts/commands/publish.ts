/** `urna publish`: the counted packages and all that belongs to them, as a folder that anyone can serve. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { Nation } from '#firmware/nation/judge-package.ts';
import { PAPER_CODE_FILES, paperCodeProblems } from '#firmware/nation/paper-code-list.ts';
import { type Published, publishSite } from '../evidence/publish.ts';
import { SITE_FILES } from '../evidence/site-files.ts';
import { aggregateFolder } from '../nation/national-folder.ts';
import { writeWholeFolderWaiting } from '../nation/whole-folder.ts';
import { openStore, STORE_HELP } from '../store/open-store.ts';
import { addStore } from './aggregate.ts';
import { folderNamed, keyFor, openToldNation, requireElection } from './national-input.ts';
import { EXIT, oneOf, parseOptions, runCommand, UsageError } from './options.ts';
import { makeProgress } from './progress.ts';

const HELP = `usage: scripts/urna publish DIR --out SITE [options]

Verifies and adds up the result packages in DIR, and those of a store (as aggregate does), and writes what is
public evidence:
the counted packages with signatures and machine keys, election, register and committed paper codes as the
authority signed them, the list of keys, the heads of the event logs, tally reports (tally-report.txt and .png) that lie
beside a package and are its own, the result as JSON, as NIST SP 1500-100 and as ${SITE_FILES.page}, and
${SITE_FILES.checksums}. Nothing that is not on this list is written, so nothing secret can be.
SITE is there whole or not at all; any web server can serve it.

  --out SITE      a new or an empty folder
  --key FILE      the authority's public key (PEM); without it the one in DIR is trusted, and that is said
  --store STORE   also publishes what a receiving centre keeps:
                  ${STORE_HELP}
  --locale L      of the page: es (default) or en
  --json          one JSON document on standard output:
                  {ok, packages, reports, files, missing, rejected, notPublished:[{file, reason}]}

exit code: 0 every precinct is published, 1 some are missing, were rejected, or a report was not its
           package's, or the election's files are not what the authority signed, 2 usage, 3 a file of the
           election is missing
`;

/** False: the list of paper codes is not the authority's, and that was told. */
const tellPaperCodes = (folder: string, nation: Nation): boolean => {
  const bytes = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  const { paperCodes, paperCodesSignature } = PAPER_CODE_FILES;
  const problems = paperCodeProblems(bytes(paperCodes), bytes(paperCodesSignature), nation);
  for (const { file, code, message } of problems)
    process.stderr.write(
      `urna: ${join(folder, file)}: ${code}: ${message}; nothing is published\n`,
    );
  return problems.length === 0;
};

const tell = (site: string, told: Published, missing: number, rejected: number): string =>
  [
    `${told.packages} packages, ${told.reports} reports, ${told.files} files in ${site}`,
    ...(missing === 0 ? [] : [`${missing} precincts are missing`]),
    ...(rejected === 0
      ? []
      : [`${rejected} packages were rejected: scripts/urna aggregate says why`]),
    ...told.notPublished.map(({ file, reason }) => `not published: ${file}: ${reason}`),
    `check it: scripts/urna verify ${site} --key FILE`,
    '',
  ].join('\n');

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      out: { type: 'string' },
      key: { type: 'string' },
      store: { type: 'string' },
      locale: { type: 'string' },
      json: { type: 'boolean' },
    });
    const folder = folderNamed(positionals, 'DIR', 'where the packages lie');
    requireElection(folder, PAPER_CODE_FILES);
    const { out } = values;
    if (out === undefined) throw new UsageError('--out SITE is missing: a new or an empty folder');
    if (existsSync(out) && readdirSync(out).length > 0)
      throw new UsageError(`--out ${out} holds something already; name a new or an empty folder`);
    const locale = oneOf('locale', values.locale, 'es', ['es', 'en']);
    const progress = makeProgress();
    const nation = openToldNation(folder, keyFor(folder, values.key).key);
    if (nation === null) return EXIT.found;
    if (!tellPaperCodes(folder, nation)) return EXIT.found;
    const { aggregation } = aggregateFolder(nation, folder, (done, of) =>
      progress('packages verified', done, of),
    );
    const at = `${new Date(systemClock.calendarMs()).toISOString().slice(0, 19)}Z`;
    const store = values.store === undefined ? null : await openStore(values.store);
    let told: Published;
    try {
      if (store !== null) await addStore(aggregation, store, progress);
      told = await writeWholeFolderWaiting(out, (site) =>
        publishSite(site, {
          nation,
          folder,
          store,
          aggregation,
          at,
          locale,
          onProgress: (done, of) => progress('precincts published', done, of),
        }),
      );
    } finally {
      await store?.close();
    }
    progress.end();
    const { missing, rejected } = aggregation.sums();
    const ok = missing.length + rejected.length + told.notPublished.length === 0;
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ ok, ...told, missing, rejected })}\n`
        : tell(out, told, missing.length, rejected.length),
    );
    return ok ? EXIT.fine : EXIT.found;
  });
