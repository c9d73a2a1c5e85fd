/** `urna verify`: published evidence, checked from nothing but the authority's public key. */
import { readAuthorityKey } from '../evidence/read-key.ts';
import { type SiteCheck, verifySite } from '../evidence/verify-site.ts';
import { folderNamed } from './national-input.ts';
import { EXIT, parseOptions, runCommand } from './options.ts';
import { makeProgress } from './progress.ts';

const HELP = `usage: scripts/urna verify SITE --key FILE [options]

Checks a published election, as publish writes it: election and register against the authority's key,
each package against the register, the certificate, the offer and its own accounts, in its own place;
the committed paper codes, machine keys, log heads, reports, the result, its page and the NIST report against the packages; every
file against the checksums, and that there is nothing else. Nothing of it is believed; the key is.

  --key FILE    the authority's public key (PEM), from where you trust it
  --json        one JSON document on standard output:
                {ok, failures:[{code, file, detail}], accepted, missing}

exit code: 0 all of it is sound, 1 it is not, 2 usage, 3 no folder there
`;

const SHOWN = 50;

const tell = ({ failures, accepted, missing }: SiteCheck): string =>
  [
    ...failures
      .slice(0, SHOWN)
      .map(({ code, file, detail }) => `NOT SOUND  ${file}: ${code}: ${detail}`),
    ...(failures.length > SHOWN ? [`and ${failures.length - SHOWN} more`] : []),
    `${accepted} packages are sound and in the result`,
    ...(missing.length === 0
      ? []
      : [
          `PARTIAL: ${missing.length} precincts are not in the result: ${missing.slice(0, 10).join(', ')}`,
        ]),
    ...(failures.length === 0
      ? ['sound: signed, certified, complete in itself, and it adds up']
      : []),
    '',
  ].join('\n');

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      key: { type: 'string' },
      json: { type: 'boolean' },
    });
    const site = folderNamed(positionals, 'SITE', 'the published folder');
    const key = readAuthorityKey(values.key);
    const progress = makeProgress();
    const check = verifySite(site, key, (done, of) => progress('precincts verified', done, of));
    progress.end();
    const ok = check.failures.length === 0;
    process.stdout.write(
      values.json === true ? `${JSON.stringify({ ok, ...check })}\n` : tell(check),
    );
    return ok ? EXIT.fine : EXIT.found;
  });
