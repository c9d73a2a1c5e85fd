/** `urna provision`: an election becomes what units, officers and the public are given. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { templateOf } from '#drivers/fingerprint/emulator.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { DefinitionError } from '#firmware/election/decoder.ts';
import { instantMs } from '#firmware/election/instant.ts';
import { precinctIdOf } from '#firmware/nation/offer.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { readPrivateKey } from '../evidence/read-key.ts';
import { appointReceivers } from '../nation/appoint-receivers.ts';
import { isKept } from '../nation/apportion.ts';
import { certifyUnits, precinctsWithoutMachine } from '../nation/certify.ts';
import { erasableOf, erase } from '../nation/erase.ts';
import { MADE_UP_PRECINCTS, makeNationalElection } from '../nation/made-up.ts';
import { makeVotersOf } from '../nation/made-up-voters.ts';
import { exportNist, importNist } from '../nation/nist-folder.ts';
import { type Provisioned, provisionElection } from '../nation/provision.ts';
import { keysFor } from '../nation/provision-keys.ts';
import { writeWholeFolder } from '../nation/whole-folder.ts';
import { writeElection } from '../nation/write-election.ts';
import { ownRelease } from '../release/build-release.ts';
import { runInterruptible } from './interruptible.ts';
import {
  EXIT,
  MissingError,
  parseOptions,
  runCommand,
  UsageError,
  wholeNumber,
} from './options.ts';
import { makeProgress } from './progress.ts';

const HELP = `usage: scripts/urna provision ELECTION --out DIR [options]
       scripts/urna provision --made-up --out DIR [--precincts N] [--pollbooks N] [--templates] [--seed S]
       scripts/urna provision --certify DIR --identities DIR --key FILE
       scripts/urna provision --receivers DIR --to FILE [--to FILE …]
       scripts/urna provision --erase DIR [--now]
       scripts/urna provision --to-nist ELECTION --out DIR
       scripts/urna provision --from-nist DIR --out DIR

ELECTION is a folder: election.json, polling-places.csv, precincts.csv, officers.csv, pollbooks/, prints/
(scripts/nation/election-folder.ts documents them; --made-up writes one to look at). Everything is checked,
and every mistake told at once; with one, nothing is written. Else DIR holds

  public/      for everybody: offer, register of precincts and machines, commitments to paper codes, signed
  deliveries/  a folder for each unit: its signed election package
  rosters/     the voting rosters, to be printed
  lookup/      where each voter votes, for scripts/urna lookup
  secret/      the pollbooks' keys, for the presiding officers' tokens; single-use codes

  --key FILE        the authority's Ed25519 private key (PEM); a test election has one made
  --escrow FILE     the X25519 public key (PEM) to which event logs' first keys are sealed; likewise
  --identities DIR  keys that flashed units sent back, <precinct>.json or <precinct>.spare-N.json
  --release HEX     digest of the release that units run; default: this clone's
  --partly          precincts without a pollbook are registered only, instead of being mistakes
  --to FILE         a receiving centre's appointment (receive --appoint), for every unit; again for others, which
                    are tried in turn
  --keep-until TIME pollbooks may not be erased before; default: the end of the packages' validity
  --seed S          test elections: the same seed gives the same bytes
  --json            {precincts, machineCodes, errors:[{path, message}]}

--made-up    an election of the real one's numbers, or with fewer precincts in proportion
--certify    later, as units send their keys back: certificates, and the register with their machine codes
--receivers  later, as centres are appointed: the appointments into every delivery, in place of earlier ones; a
             unit without one does not transmit, and says so
--to-nist    the offer as a ballot definition by NIST SP 1500-20, and what that can not say beside it
--from-nist  the same way back: election.json out of ballot-definition.json and settings.json
--erase      after the legal period: pollbooks, templates, rosters, keys; --now: before it, too

Stopped with Ctrl+C or SIGTERM it removes what it had written so far, and says so.

exit code: 0 fine, 2 usage or a mistake in the election, 3 something is not there
`;

const told = ({ precincts, machineCodes, errors }: Provisioned, json: boolean): number => {
  if (json) process.stdout.write(`${JSON.stringify({ precincts, machineCodes, errors })}\n`);
  else if (errors.length > 0) process.stdout.write(listed(errors));
  return errors.length > 0 ? EXIT.usage : EXIT.fine;
};

const listed = (errors: readonly DefinitionError[]): string =>
  `${errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n')}
${errors.length} mistakes; nothing was written
`;

const OPTIONS = {
  out: { type: 'string' },
  key: { type: 'string' },
  escrow: { type: 'string' },
  identities: { type: 'string' },
  release: { type: 'string' },
  'keep-until': { type: 'string' },
  partly: { type: 'boolean' },
  'made-up': { type: 'boolean' },
  precincts: { type: 'string' },
  pollbooks: { type: 'string' },
  templates: { type: 'boolean' },
  seed: { type: 'string' },
  certify: { type: 'string' },
  receivers: { type: 'string' },
  to: { type: 'string', multiple: true },
  erase: { type: 'string' },
  'to-nist': { type: 'string' },
  'from-nist': { type: 'string' },
  now: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Options = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

const needed = (value: string | undefined, what: string): string => {
  if (value === undefined) throw new UsageError(`${what} is missing`);
  return value;
};

const makeUp = (values: Options): number => {
  const out = needed(values.out, '--out DIR');
  const count = wholeNumber('precincts', values.precincts, 20, 1, MADE_UP_PRECINCTS);
  const pollbooks = wholeNumber('pollbooks', values.pollbooks, count, 0, count);
  const seed = values.seed ?? '1';
  const progress = makeProgress();
  progress('making an election up', 0, 0);
  const election = makeNationalElection(seed, count);
  const prints = values.templates === true ? (finger: string) => templateOf(finger, 'R503') : null;
  const votersOf = makeVotersOf(election, seed, prints);
  writeWholeFolder(out, (folder) => {
    writeElection(folder, election, { votersOf, pollbooks, templateOf: prints }, (done, of) =>
      progress('pollbooks', done, of),
    );
    return true;
  });
  progress.end();
  const precincts = election.precincts
    .filter((_, index) => isKept(index, count, pollbooks))
    .map(precinctIdOf);
  if (values.json !== true)
    process.stdout.write(`${out}: ${count} precincts, ${pollbooks} pollbooks\n`);
  return told({ precincts, machineCodes: [], errors: [] }, values.json === true);
};

const releaseDigestIn = (hex: string | undefined): Uint8Array => {
  if (hex === undefined) return ownRelease().digest;
  const digest = bytesOfHex(hex, KEY_BYTES);
  if (digest === null) throw new UsageError(`--release is 64 hex digits; it was "${hex}"`);
  return digest;
};

const provision = (folder: string, values: Options): number => {
  const out = needed(values.out, '--out DIR');
  const keepUntil = values['keep-until'] ?? null;
  if (keepUntil !== null && instantMs(keepUntil) === null)
    throw new UsageError('--keep-until is a time with offset like 2021-12-06T00:00:00-04:00');
  if (!existsSync(folder)) throw new MissingError(`no election at ${folder}`);
  const progress = makeProgress();
  const provisioned = provisionElection({
    folder,
    out,
    keysFor: keysFor({
      key: values.key ?? null,
      escrow: values.escrow ?? null,
      seed: values.seed ?? null,
    }),
    releaseDigest: releaseDigestIn(values.release),
    keepUntil,
    partly: values.partly === true,
    identities: values.identities ?? null,
    receivers: values.to ?? [],
    onProgress: progress,
  });
  progress.end();
  if (values.json !== true && provisioned.errors.length === 0)
    process.stdout.write(nextSteps(out, provisioned));
  return told(provisioned, values.json === true);
};

const nextSteps = (out: string, { precincts, machineCodes }: Provisioned): string => {
  const without = precinctsWithoutMachine(out);
  const next =
    without === 0
      ? ''
      : `${without} units have no certificate yet: collect what they leave as certificate-request.json, each as
<precinct>.json or <precinct>.spare-N.json, in one folder; then scripts/urna provision --certify ${out}
--identities DIR --key FILE. Until then no result of theirs is accepted.
`;
  return `${precincts.length} precincts, ${machineCodes.length} machines certified
${out}/secret goes to the presiding officers and to nobody else
${next}`;
};

const certify = (root: string, values: Options): number => {
  const identities = needed(values.identities, '--identities DIR');
  if (!existsSync(root)) throw new MissingError(`no folder ${root}`);
  const key = readPrivateKey(needed(values.key, "--key FILE: the authority's private key"));
  const certified = certifyUnits(root, identities, key);
  if (values.json !== true && certified.errors.length === 0)
    process.stdout.write(nextSteps(root, certified));
  return told(certified, values.json === true);
};

const appoint = (root: string, values: Options): number => {
  if (!existsSync(root)) throw new MissingError(`no folder ${root}`);
  const files = values.to ?? [];
  if (files.length === 0) throw new UsageError("--to FILE is missing: a centre's appointment");
  const { deliveries, errors } = appointReceivers(root, files);
  if (values.json !== true && errors.length === 0)
    process.stdout.write(`${files.length} receivers in ${deliveries} deliveries\n`);
  return told({ precincts: [], machineCodes: [], errors }, values.json === true);
};

const throughNist = (from: string, isExport: boolean, values: Options): number => {
  const out = needed(values.out, '--out DIR');
  if (!existsSync(from)) throw new MissingError(`no folder ${from}`);
  const at = `${new Date(systemClock.calendarMs()).toISOString().slice(0, 19)}Z`;
  const errors = isExport ? exportNist(from, out, at) : importNist(from, out);
  return told({ precincts: [], machineCodes: [], errors }, values.json === true);
};

const FLASH = `An overwritten file may live on in blocks of flash that nothing can reach. What protects the pollbooks is
that their keys are gone: erase them here, on the officers' tokens and on the units.
`;

const eraseAll = (root: string, values: Options): number => {
  if (!existsSync(root)) throw new MissingError(`no folder ${root}`);
  const erasable = erasableOf(root);
  if (erasable === null)
    throw new UsageError(`${root} is neither a folder that provision wrote nor an election`);
  const keepMs = instantMs(erasable.keepUntil);
  if (values.now !== true && (keepMs === null || systemClock.calendarMs() < keepMs))
    throw new UsageError(
      `${erasable.election} is to be kept until ${erasable.keepUntil || 'a time it does not say'}; --now erases it all the same`,
    );
  const progress = makeProgress();
  const erased = erase(root, erasable, progress);
  progress.end();
  const { stays } = erasable;
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify({ precincts: [], machineCodes: [], errors: [], erased, stays })}\n`
      : `erased:\n${erased.map(({ what, files }) => `  ${files} files: ${what}\n`).join('')}stays:\n${stays
          .map((each) => `  ${each}\n`)
          .join('')}${FLASH}`,
  );
  return EXIT.fine;
};

export const work = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, OPTIONS);
    const { 'made-up': madeUp, 'to-nist': toNist, 'from-nist': fromNist } = values;
    const { certify: certified, erase: erased, receivers } = values;
    const modes = [madeUp, toNist, fromNist, certified, erased, receivers, positionals[0]];
    const asked = modes.filter((each) => each !== undefined);
    if (asked.length !== 1 || positionals.length > 1)
      throw new UsageError(
        'say one of ELECTION, --made-up, --certify, --receivers, --erase, --to-nist, --from-nist',
      );
    if (toNist !== undefined || fromNist !== undefined)
      return throughNist(toNist ?? fromNist ?? '', toNist !== undefined, values);
    if (values.certify !== undefined) return certify(values.certify, values);
    if (receivers !== undefined) return appoint(receivers, values);
    if (values.erase !== undefined) return eraseAll(values.erase, values);
    return madeUp === true ? makeUp(values) : provision(positionals[0] ?? '', values);
  });

/** Where it writes a whole folder; null: nowhere. */
const outOf = (args: readonly string[]): string | null => {
  const { values } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
  });
  return typeof values.out === 'string' ? values.out : null;
};

export const run = (args: readonly string[]): Promise<number> => {
  const out = outOf(args);
  return out === null
    ? work(args)
    : runInterruptible(new URL('./provision-work.ts', import.meta.url), args, out);
};
