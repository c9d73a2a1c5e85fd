/** `urna receive`: a receiving centre; machines send it their signed results, and it signs what it has. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Nation } from '#firmware/nation/judge-package.ts';
import {
  isReceiverUrl,
  openAppointment,
  signAppointment,
} from '#firmware/transmission/appointment.ts';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import { readPrivateKey } from '../evidence/read-key.ts';
import { REPORT_TEXT_MOST } from '../evidence/verify-report.ts';
import { CENTRE_FILES, type Centre, openCentre } from '../receive/centre-folder.ts';
import { type Imported, importFolder } from '../receive/import-folder.ts';
import { importReports, type ReportText } from '../receive/import-reports.ts';
import { makeReportReader } from '../receive/package-of-report.ts';
import { type PageServer, startPage } from '../receive/page-server.ts';
import { type ReceiverServer, startReceiver } from '../receive/receiver-server.ts';
import { receiverState } from '../receive/receiver-state.ts';
import { STORE_HELP } from '../store/open-store.ts';
import { folderNamed, keyFor, openToldNation, requireElection } from './national-input.ts';
import {
  EXIT,
  MissingError,
  oneOf,
  parseOptions,
  runCommand,
  UsageError,
  wholeNumber,
} from './options.ts';
import { makeProgress } from './progress.ts';

const PORT = 8443;
const PAGE_PORT = 8081;
const PORT_MOST = 65_535;
const LOOPBACK = '127.0.0.1';
/** What is longer is no path. */
const PATH_MOST = 400;

const HELP = `usage: scripts/urna receive DIR --centre FOLDER [options]
       scripts/urna receive DIR --centre FOLDER --import MEMORY [--receipts OUT]
       scripts/urna receive DIR --centre FOLDER --qr TEXT [--qr TEXT …] [--receipts OUT]
       scripts/urna receive DIR --appoint KEY --at URL --authority FILE --out FILE

Takes the result packages of machines over HTTPS: mutual TLS 1.3 alone, and only from keys that the
authority's register lists. Each package is judged as aggregate judges it, kept in an append-only store and,
once that is durable, acknowledged with a signed receipt; the same package again has the same receipt. A
different one of a precinct is kept beside the first, never over it, and is an alarm.
DIR holds election.json, election.sig, precincts.json and precincts.sig; aggregate DIR --store
FOLDER/${CENTRE_FILES.store}, or the same --store, adds up what has come.

  --centre FOLDER   key, store, anomalies and ${CENTRE_FILES.appointment}; made when it is not there
  --store STORE     another store, which any number of receivers share; made when it is not there:
                  ${STORE_HELP}
  --key FILE        the authority's public key (PEM); without it the one in DIR is trusted, and that is said
  --host H          where machines come in; default ${LOOPBACK}: this computer alone
  --port P          default ${PORT}; 0: a free one
  --page-port P     of the live page, which this computer alone can open; default ${PAGE_PORT}; 0: a free one
  --locale L        of the page: es (default) or en
  --json            one line when ready: {url, page, state, key}; with --import:
                    {accepted, repeated, rejected:[{precinct, code, origin, detail}]}

  --import MEMORY   takes what lies in this folder at any depth, and ends: no network is needed
  --qr TEXT         takes photographed tally reports, and ends: the texts of a report's signed QR codes, in any
                    order (in quotes, once for each code), a file with them (a report as text will do), a folder
                    of such files, a report each, or - for standard input. The codes carry the very package that
                    the machine signed: it is judged, kept and added up as any other, marked as come by its
                    report until the same comes over the network or on a memory; another one is an alarm
  --receipts OUT    writes their receipts there

  --appoint KEY     the authority signs that this key (${CENTRE_FILES.publicKey} of a centre) receives at
  --at URL          this address (https://host:port), with its private key
  --authority FILE  (PEM), into
  --out FILE        this file: what machines are given, and the centre as ${CENTRE_FILES.appointment}

exit code: 0 ended in order, 1 packages were rejected, or the election's files are not what the authority
           signed, 2 usage, 3 a file is missing or a port is taken
`;

const ended = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
  });

const listening = async <T>(option: string, port: number, start: () => Promise<T>): Promise<T> => {
  try {
    return await start();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MissingError(`port ${port} can not be used (${why}); --${option} names another`);
  }
};

const appoint = (
  { offer, authorityKey }: Nation,
  files: {
    readonly key: string;
    readonly authority: string | undefined;
    readonly out: string | undefined;
  },
  url: string | undefined,
): void => {
  const { authority, out } = files;
  if (authority === undefined)
    throw new UsageError("--authority FILE is missing: the authority's private key");
  if (out === undefined) throw new UsageError('--out FILE is missing: what is signed goes there');
  if (url === undefined || !isReceiverUrl(url))
    throw new UsageError(
      `--at is https://host:port in lower case, without a path; it was "${url ?? ''}"`,
    );
  if (!existsSync(files.key)) throw new MissingError(`no file ${files.key}`);
  const key = publicKeyFromPem(readFileSync(files.key, 'utf8'));
  if (key === null)
    throw new UsageError(`--appoint ${files.key} holds no Ed25519 public key in PEM`);
  const signed = signAppointment({ election: offer.id, url, key }, readPrivateKey(authority));
  if (openAppointment(signed, authorityKey) === null)
    throw new UsageError(
      `--authority ${authority} is not the private key of the election's authority`,
    );
  writeFileSync(out, signed);
  process.stdout.write(`${out} appoints ${files.key} at ${url}\n`);
};

const importFrom = async (
  centre: Centre,
  memory: string,
  receipts: string | undefined,
  json: boolean,
): Promise<number> => {
  if (!existsSync(memory) || !statSync(memory).isDirectory())
    throw new MissingError(`no folder ${memory}`);
  const progress = makeProgress();
  const onProgress = (done: number, of: number) => progress('packages', done, of);
  const imported = await importFolder(centre, memory, { receipts: receipts ?? null, onProgress });
  progress.end();
  return tellImported(imported, json);
};

/** A report for each file; all texts that are none are one report, code by code. */
const reportTexts = (given: readonly string[]): readonly ReportText[] => {
  const read = (path: string): ReportText => ({
    origin: path,
    text: readFileSync(path, 'utf8').slice(0, REPORT_TEXT_MOST),
  });
  const loose: string[] = [];
  const reports = given.flatMap((each): readonly ReportText[] => {
    const found = each === '-' || each.length > PATH_MOST ? undefined : statIf(each);
    if (found?.isDirectory() === true)
      return readdirSync(each)
        .sort()
        .map((name) => join(each, name))
        .filter((path) => statSync(path).isFile())
        .map(read);
    if (found?.isFile() === true) return [read(each)];
    loose.push(each === '-' ? readFileSync(0, 'utf8').slice(0, REPORT_TEXT_MOST) : each);
    return [];
  });
  return loose.length === 0 ? reports : [...reports, { origin: 'text', text: loose.join('\n') }];
};

const statIf = (path: string) => statSync(path, { throwIfNoEntry: false });

const tellImported = (imported: Imported, json: boolean): number => {
  const { accepted, repeated, rejected } = imported;
  const told = [
    `${accepted} accepted, ${repeated} there already, ${rejected.length} rejected`,
    ...rejected.map(
      ({ precinct, code, origin, detail }) =>
        `rejected: ${origin}: ${code}: ${precinct ?? '-'}: ${detail}`,
    ),
  ];
  process.stdout.write(json ? `${JSON.stringify(imported)}\n` : `${told.join('\n')}\n`);
  return rejected.length === 0 ? EXIT.fine : EXIT.found;
};

type Serving = {
  readonly host: string;
  readonly port: number;
  readonly pagePort: number;
  readonly locale: 'es' | 'en';
  readonly json: boolean;
};

const serve = async (
  { offer, register }: Nation,
  centre: Centre,
  serving: Serving,
): Promise<number> => {
  const { reception, anomalies, identity, appointment } = centre;
  const { host, port, pagePort, locale, json } = serving;
  if (appointment === null)
    process.stderr.write(
      `urna: no ${CENTRE_FILES.appointment} in the centre's folder: machines send to no receiver that the authority did not appoint; --appoint ${CENTRE_FILES.publicKey} makes it\n`,
    );
  const over = ended();
  let server: ReceiverServer | null = null;
  let page: PageServer | null = null;
  try {
    const onTrouble = (trouble: unknown): void => {
      process.stderr.write(`urna: ${trouble instanceof Error ? trouble.message : trouble}\n`);
    };
    const started = await listening('port', port, () =>
      startReceiver({ register, reception, identity, anomalies, host, port, onTrouble }),
    );
    server = started;
    const state = () => receiverState(offer, reception, anomalies, started);
    page = await listening('page-port', pagePort, () => startPage(state, locale, pagePort));
    const url = `https://${host.includes(':') ? `[${host}]` : host}:${started.port}`;
    const key = Buffer.from(identity.publicKey).toString('hex');
    const { received, precincts } = await reception.progress();
    const ready = { url, page: page.url, state: `${page.url}state`, key };
    process.stdout.write(
      json
        ? `${JSON.stringify(ready)}\n`
        : `Receiving at ${url}, ${received} of ${precincts} are here; the page is at ${page.url}  (Ctrl+C ends it)\n`,
    );
    await over;
  } finally {
    await server?.close();
    await page?.close();
  }
  return EXIT.fine;
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      centre: { type: 'string' },
      store: { type: 'string' },
      key: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'page-port': { type: 'string' },
      locale: { type: 'string' },
      json: { type: 'boolean' },
      import: { type: 'string' },
      qr: { type: 'string', multiple: true },
      receipts: { type: 'string' },
      appoint: { type: 'string' },
      at: { type: 'string' },
      authority: { type: 'string' },
      out: { type: 'string' },
    });
    const folder = folderNamed(positionals, 'DIR', 'where the election lies');
    requireElection(folder);
    const serving: Serving = {
      host: values.host ?? LOOPBACK,
      port: wholeNumber('port', values.port, PORT, 0, PORT_MOST),
      pagePort: wholeNumber('page-port', values['page-port'], PAGE_PORT, 0, PORT_MOST),
      locale: oneOf('locale', values.locale, 'es', ['es', 'en']),
      json: values.json === true,
    };
    if (values.appoint === undefined && values.centre === undefined)
      throw new UsageError(
        '--centre FOLDER is missing: where key and store of this centre are kept',
      );
    const nation = openToldNation(folder, keyFor(folder, values.key).key);
    if (nation === null) return EXIT.found;
    if (values.appoint !== undefined) {
      const { authority, out } = values;
      appoint(nation, { key: values.appoint, authority, out }, values.at);
      return EXIT.fine;
    }
    const centre = await openCentre(values.centre ?? '', nation, values.store ?? null);
    try {
      if (values.qr !== undefined) {
        const reports = reportTexts(values.qr);
        if (reports.length === 0) throw new MissingError('--qr names a folder without files');
        const read = makeReportReader(nation);
        const imported = await importReports(centre, read, reports, values.receipts ?? null);
        return tellImported(imported, serving.json);
      }
      return values.import === undefined
        ? await serve(nation, centre, serving)
        : await importFrom(centre, values.import, values.receipts, serving.json);
    } finally {
      await centre.close();
    }
  });
