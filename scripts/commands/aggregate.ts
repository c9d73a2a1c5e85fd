/** `urna aggregate`: the precincts' signed results, verified, added up, and made into seats. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { Aggregation } from '#firmware/nation/aggregate.ts';
import { nationalSeats } from '#firmware/nation/national-seats.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { AUTHORITY_KEY_FILE, aggregateFolder, aggregateStore } from '../nation/national-folder.ts';
import { NIST_VERSION, nistResults } from '../nation/nist-results.ts';
import { type NationalResult, resultDocument } from '../nation/result-document.ts';
import { resultPage } from '../nation/result-page.ts';
import { tellResult } from '../nation/result-text.ts';
import { openStore, STORE_HELP } from '../store/open-store.ts';
import type { ResultStore } from '../store/result-store.ts';
import { folderNamed, keyFor, openToldNation, requireElection } from './national-input.ts';
import { EXIT, oneOf, parseOptions, runCommand } from './options.ts';
import { makeProgress, type Progress } from './progress.ts';

export const RESULT_FILE = 'national-result.json';
export const NIST_FILE = 'results-nist-1500-100.json';
export const PAGE_FILE = 'results.html';

const HELP = `usage: scripts/urna aggregate DIR [options]

Adds up the result packages that lie in DIR at any depth (result-package.json with its .sig, as a
machine writes them). Each is verified: the machine's signature, the register's list of machines, the
authority's certificate, election, offer and accounts. A precinct's package may come twice; two that
differ are both set aside and named. Missing and rejected ones are named; the order changes nothing.
Seats: lists by d'Hondt over alliances, candidates by relative majority, ties by the election's rule.
DIR holds election.json, election.sig, precincts.json and precincts.sig.

  --key FILE      the authority's public key (PEM); without it ${AUTHORITY_KEY_FILE} in DIR is trusted, and
                  that is said
  --store STORE   also adds up what a receiving centre keeps:
                  ${STORE_HELP}
  --out DIR       also writes ${RESULT_FILE}, ${NIST_FILE} (NIST SP 1500-100)
                  and ${PAGE_FILE}, one page with tables and charts that needs nothing else
  --locale L      of the page: es (default) or en
  --json          one JSON document on standard output:
                  {accepted, missing, rejected:[{precinct, code}], votes, seats}

exit code: 0 every precinct is in the sums, 1 some are missing or packages were rejected, or the
           election's files are not what the authority signed, 2 usage, 3 a file of the election is missing
`;

/** The result as a document, as NIST SP 1500-100 and as a page. */
export const writeOut = (
  folder: string,
  result: NationalResult,
  page: Parameters<typeof resultPage>[1],
): void => {
  mkdirSync(folder, { recursive: true });
  const at = `${new Date(systemClock.calendarMs()).toISOString().slice(0, 19)}Z`;
  const json = (document: unknown): string => `${JSON.stringify(document)}\n`;
  writeFileSync(join(folder, RESULT_FILE), json(resultDocument(result)));
  writeFileSync(join(folder, NIST_FILE), json(nistResults(result, { at, version: NIST_VERSION })));
  writeFileSync(join(folder, PAGE_FILE), resultPage(result, page));
};

/** A line for so many packages of a store. */
const STORE_TOLD = 5_000;

export const addStore = (
  aggregation: Aggregation,
  store: ResultStore,
  progress: Progress,
): Promise<void> =>
  aggregateStore(aggregation, store, (done) => {
    if (done % STORE_TOLD === 0) progress(`packages verified from the store: ${done}`, 0, 0);
  });

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      key: { type: 'string' },
      store: { type: 'string' },
      out: { type: 'string' },
      locale: { type: 'string' },
      json: { type: 'boolean' },
    });
    const folder = folderNamed(positionals, 'DIR', 'where the packages lie');
    requireElection(folder);
    const locale = oneOf('locale', values.locale, 'es', ['es', 'en']);
    const { key, given } = keyFor(folder, values.key);
    const nation = openToldNation(folder, key);
    if (nation === null) return EXIT.found;
    const { offer } = nation;
    const progress = makeProgress();
    const { aggregation } = aggregateFolder(nation, folder, (done, of) =>
      progress('packages verified', done, of),
    );
    if (values.store !== undefined) {
      const store = await openStore(values.store);
      try {
        await addStore(aggregation, store, progress);
      } finally {
        await store.close();
      }
    }
    progress.end();
    const sums = aggregation.sums();
    const result = { offer, sums, seats: nationalSeats(offer, sums.contests) };
    if (values.out !== undefined)
      writeOut(values.out, result, { locale, key: { digest: sha256Hex(key), given } });
    process.stdout.write(
      values.json === true ? `${JSON.stringify(resultDocument(result))}\n` : tellResult(result),
    );
    return sums.missing.length + sums.rejected.length === 0 ? EXIT.fine : EXIT.found;
  });
