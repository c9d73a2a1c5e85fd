/** `urna audit log`: is a unit's event log whole, its own, and the one that paper witnesses? */
import { readFileSync, writeFileSync } from 'node:fs';
import { systemClock } from '#drivers/system/system-clock.ts';
import { bytesOfHex, toHex } from '#firmware/vault/bytes.ts';
import { exportEventDocumentation, exportEventLog } from '#firmware/vault/event-log-export.ts';
import { checkpointText } from '#firmware/vault/event-log-format.ts';
import { KEY_BYTES, publicKeyFromPem } from '#firmware/vault/keys.ts';
import { noteVerifier, signedNote } from '#firmware/vault/signed-note.ts';
import { auditLog, type LogAudit } from '../audit/check-log.ts';
import { copyFindings } from '../audit/copies.ts';
import { eventDocument } from '../audit/event-document.ts';
import { findLogs, folderOfLog, headsBeside, machineKeyBeside } from '../audit/find-log.ts';
import { plainFinding } from '../audit/finding.ts';
import { logReport } from '../audit/log-page.ts';
import { tellLogAudit } from '../audit/log-report.ts';
import { reportPage } from '../audit/report-page.ts';
import { readHead } from '../audit/witnessed-heads.ts';
import { againText, localeOf, REPORT_OPTIONS, writeText } from './audit-kit.ts';
import { EXIT, MissingError, parseOptions, runCommand, UsageError } from './options.ts';

const HELP = `usage: scripts/urna audit log DIR [options]

Checks a unit's event log: every entry bound to the one before it, every checkpoint signed by the
machine, and the heads that zero report, tally report and result package carry all in it. Names the
first entry that is not as it was written, whatever was done: dropped, swapped, cut off, edited, taken
from another machine. DIR is the folder of a day, a memory module, or the log itself; the reports
(.txt), result-package.json and machine-key.pem are looked for in it.

  --machine-key FILE   the machine's public key (PEM); again for the one before it, where a spare unit
                       went on; default: machine-key.pem in DIR
  --head HEX           a head as printed on paper, spaces allowed; may be given more than once
  --escrow FILE        the authority's private escrow key (64 hex digits): checks every entry's MAC too
  --export FILE        also writes the log as NIST SP 1500-101 JSON (ElectionEventLog)
  --note FILE          also writes the last checkpoint as a signed note (C2SP), and prints the verifier's key
  --explain FILE       also writes what its ids and types mean (ElectionEventLogDocumentation)
  --events             instead: prints what a log can say, as Markdown (firmware/events/EVENTS.md)
  --locale L           language of report and page: es (default) or en
  --html FILE          also writes the report as one page with charts that needs nothing else
  --json               one JSON document on standard output: {ok, findings:[{code, subject, message}],
                       entries, checkpoints, head}; code and subject are the same in every language,
                       message is a sentence in that of --locale

exit code: 0 sound, 1 not, 2 usage, 3 no log or no machine key there
`;

const textOf = (option: string, file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${option} ${file}: ${cause instanceof Error ? cause.message : ''}`);
  }
};

const machineKeys = (files: readonly string[], folder: string): readonly Uint8Array[] => {
  const beside = files.length > 0 ? null : machineKeyBeside(folder);
  if (files.length === 0 && beside === null)
    throw new MissingError(
      `no machine-key.pem in ${folder}; name the machine's key with --machine-key FILE`,
    );
  const pems = beside === null ? files.map((file) => textOf('--machine-key', file)) : [beside];
  return pems.map((pem, index) => {
    const key = publicKeyFromPem(pem);
    if (key === null)
      throw new UsageError(
        `${files[index] ?? 'machine-key.pem'} holds no Ed25519 public key in PEM`,
      );
    return key;
  });
};

const escrowKey = (file: string | undefined): Uint8Array | null => {
  if (file === undefined) return null;
  const key = bytesOfHex(textOf('--escrow', file).trim(), KEY_BYTES);
  if (key === null) throw new UsageError(`--escrow ${file} is not 64 hexadecimal digits`);
  return key;
};

const typedHead = (typed: string): string => {
  const head = readHead(typed);
  if (head === null) throw new UsageError(`--head "${typed}" is not 64 hexadecimal digits`);
  return head;
};

const writeJson = (file: string, document: unknown): void =>
  writeFileSync(file, `${JSON.stringify(document, null, 1)}\n`);

/** Others' programs check a note against `verifier`, which goes to standard error. */
const writeNote = (file: string, { checkpoint }: LogAudit): void => {
  if (checkpoint === null) {
    process.stderr.write(`urna: ${file} is not written: no checkpoint is signed\n`);
    return;
  }
  const { state, signature, signer } = checkpoint;
  const name = `urna-${toHex(signer).slice(0, 16)}`;
  writeFileSync(file, signedNote(checkpointText(state), name, signer, signature));
  process.stderr.write(`verifier ${noteVerifier(name, signer)}\n`);
};

/** What is asked for as NIST SP 1500-101; a log that is not sound is not exported, and that is said. */
const writeExports = (files: { export?: string; explain?: string }, audit: LogAudit): void => {
  const { header, entries, head, checkpoints, findings } = audit;
  const minute = `${new Date(systemClock.calendarMs()).toISOString().slice(0, 16)}Z`;
  const deviceId = header?.precinct ?? 'unknown';
  const options = { deviceId, version: header?.identity.slice(0, 16) ?? '', minute };
  if (files.explain !== undefined) writeJson(files.explain, exportEventDocumentation(options));
  if (files.export === undefined) return;
  if (header === null || head === null || findings.length > 0)
    process.stderr.write(`urna: ${files.export} is not written: the log is not sound\n`);
  else writeJson(files.export, exportEventLog({ header, entries, head, checkpoints }, options));
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      'machine-key': { type: 'string', multiple: true },
      head: { type: 'string', multiple: true },
      escrow: { type: 'string' },
      export: { type: 'string' },
      note: { type: 'string' },
      explain: { type: 'string' },
      events: { type: 'boolean' },
      ...REPORT_OPTIONS,
    });
    const locale = localeOf(values);
    if (values.events === true) {
      process.stdout.write(eventDocument());
      return EXIT.fine;
    }
    const [path, extra] = positionals;
    if (path === undefined) throw new UsageError('DIR is missing: where the log lies');
    if (extra !== undefined) throw new UsageError(`"${extra}" is one too many`);
    const logs = findLogs(path);
    const longest = [...logs.values()].sort((a, b) => b.length - a.length)[0];
    if (longest === undefined)
      throw new MissingError(`no event log at ${path}: name a day's folder, a module or the file`);
    const folder = folderOfLog(path);
    const printed = headsBeside(folder);
    const typed = (values.head ?? []).map((each) => ({
      head: typedHead(each),
      on: 'paper' as const,
    }));
    const options = {
      machineKeys: machineKeys(values['machine-key'] ?? [], folder),
      witnessed: [printed, ...typed.map((each) => [each])],
      escrowKey: escrowKey(values.escrow),
    };
    const audit = auditLog(longest, options);
    const findings = [...audit.findings, ...copyFindings(logs, options)];
    const whole = { ...audit, findings };
    writeExports(values, whole);
    if (values.note !== undefined) writeNote(values.note, whole);
    if (values.html !== undefined) {
      const report = logReport(whole, [...printed, ...typed], logs.size, againText('log', args));
      writeText(values.html, reportPage(report, locale));
    }
    const ok = findings.length === 0;
    const { entries, checkpoints, head } = audit;
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({
            ok,
            findings: findings.map((each) => plainFinding(each, locale)),
            entries: entries.length,
            checkpoints,
            head,
          })}\n`
        : tellLogAudit(whole, [...printed, ...typed], locale),
    );
    return ok ? EXIT.fine : EXIT.found;
  });
