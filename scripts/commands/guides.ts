/** `urna guides`: the guides of poll workers, technicians and auditors, with pictures made anew. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMO_PATH } from '../elections/load.ts';
import { guidesIn } from '../guides/guides.ts';
import { guidePage } from '../guides/page.ts';
import { guidePictures } from '../guides/pictures.ts';
import { EXIT, oneOf, parseOptions, runCommand, UsageError } from './options.ts';
import { makeProgress } from './progress.ts';
import { readElection } from './read-election.ts';

const HELP = `usage: scripts/urna guides --out DIR [--locale es|en] [--election F] [--json]

Writes three guides as HTML pages that need nothing beside them, to be read or printed: poll-worker.html (the
day, step by step, and what to do when something fails), technician.html (platform, ports, console, every
fault code) and auditor.html (platform and data, every audit and what it can not show, all that the log can
say). Their pictures are the machine's own screens and a simulated day's own papers.

  --election F   of which election the pictures are; default: the demo election
  --locale L     es (default) or en
  --json         {guides: [paths]}

exit code: 0 written, 2 usage or a bad election definition
`;

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      out: { type: 'string' },
      locale: { type: 'string' },
      election: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is not an option`);
    const { out } = values;
    if (out === undefined) throw new UsageError('--out DIR is missing: where the guides shall go');
    const locale = oneOf('locale', values.locale, 'es', ['es', 'en']);
    const definition = readElection(values.election ?? DEMO_PATH);
    const progress = makeProgress();
    const pictures = await guidePictures(definition, locale, (done, of) =>
      progress('screens', done, of),
    );
    progress.end();
    const paths: string[] = [];
    try {
      await mkdir(out, { recursive: true });
      for (const guide of guidesIn(locale)) {
        const path = join(out, `${guide.name}.html`);
        await writeFile(path, guidePage(guide, locale, pictures));
        paths.push(path);
      }
    } catch (error) {
      throw new UsageError(
        `--out ${out} can not be written: ${error instanceof Error ? error.message : error}`,
      );
    }
    process.stdout.write(
      values.json === true ? `${JSON.stringify({ guides: paths })}\n` : `${paths.join('\n')}\n`,
    );
    return EXIT.fine;
  });
