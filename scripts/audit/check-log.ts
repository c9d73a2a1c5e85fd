/**
 * A unit's event log as a technician checks it: every line bound to the one before and of the catalogue,
 * every checkpoint signed by the machine, every head that paper witnesses in it and in the order of the
 * day; with the authority's escrowed key every line's MAC too. The first bad entry is named.
 */
import type { EventId } from '#firmware/events/catalogue.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import type { LogFault } from '#firmware/vault/event-log-fault.ts';
import {
  type LogEntry,
  type LogHeader,
  type LogKey,
  openEscrow,
  readLog,
  type SignedCheckpoint,
} from '#firmware/vault/event-log-format.ts';
import type { Finding } from './finding.ts';
import type { WitnessedHead } from './witnessed-heads.ts';
import { type Phrase, says } from './words/phrase.ts';

export type LogAudit = {
  readonly header: LogHeader | null;
  readonly entries: readonly LogEntry[];
  readonly checkpoints: number;
  /** Chain value at the end of what is sound, hex; null: not even a header. */
  readonly head: string | null;
  /** Entries after the last checkpoint: bound to what is before, signed by nothing yet. */
  readonly unsigned: number;
  /** Every MAC was checked too. */
  readonly authenticated: boolean;
  /** The last signed checkpoint of what is sound; null: none. */
  readonly checkpoint: SignedCheckpoint | null;
  readonly findings: readonly Finding[];
};

export type LogAuditOptions = {
  /** Ed25519 keys of the machine, and of the one before it where a spare unit went on. */
  readonly machineKeys: readonly Uint8Array[];
  /** Rows of papers, each in the order in which it was printed. */
  readonly witnessed: readonly (readonly WitnessedHead[])[];
  /** X25519 private key of the authority's escrow; null: MACs are not checked. */
  readonly escrowKey: Uint8Array | null;
};

/** That something left the unit, or could have. */
const NETWORK_EVENTS: readonly EventId[] = ['networkEnabled', 'resultsSent', 'resultsAcknowledged'];

const entryPhrase = (number: number, entries: readonly LogEntry[]): Phrase => {
  const entry = entries.find((each) => each.number === number);
  return entry === undefined
    ? says('subject.entry', { number })
    : says('log.entryNamed', {
        number,
        minute: entry.minute,
        meaning: says(`event.${entry.id}`),
      });
};

/** What is wrong with a line of a log. */
export const faultPhrase = ({ kind, ...params }: LogFault): Phrase =>
  says(`log.fault.${kind}`, params);

const firstKeyOf = (header: LogHeader | null, escrowKey: Uint8Array | null): LogKey | null => {
  if (header === null || escrowKey === null) return null;
  const key = openEscrow(header, escrowKey);
  return key === null ? null : { epoch: 0, key };
};

/** The chain and the signatures: the first problem, and how many there are. */
const chainFindings = (
  read: ReturnType<typeof readLog>,
  authenticated: boolean,
): readonly Finding[] => {
  const [first] = read.problems;
  if (first === undefined) return [];
  const { entries } = read;
  const more = read.problems.length - 1;
  const withOthers = (what: Phrase): Phrase =>
    more === 0 ? what : says('log.others', { what, count: more });
  const fault = faultPhrase(first.fault);
  if (first.line === 0)
    return [{ code: 'log.header', subject: says('subject.header'), message: withOthers(fault) }];
  const entry = entryPhrase(first.line, entries);
  // With right MACs up to here nothing before it was made anew.
  if (authenticated || first.fault.kind !== 'wrongSignature') {
    const message = withOthers(says('log.bad', { entry, fault }));
    return [{ code: 'log.entry', subject: says('subject.entry', { number: first.line }), message }];
  }
  // All is bound, so what is bound was made anew: somewhere after the checkpoint before.
  const before = entries.findLast(
    ({ id, number }) => id === 'checkpointSigned' && number < first.line,
  );
  const from = (before?.number ?? 0) + 1;
  const message = withOthers(says('log.rewritten', { from, entry, fault }));
  return [{ code: 'log.rewritten', subject: says('subject.entry', { number: from }), message }];
};

/** Heads on paper that are not in the log, or stand in it in another order than papers were printed. */
const headFindings = (
  entries: readonly LogEntry[],
  witnessed: readonly WitnessedHead[],
): readonly Finding[] => {
  const places = new Map(entries.map(({ hash, number }) => [hash, number]));
  const last = entries.at(-1)?.number ?? 0;
  const findings: Finding[] = [];
  let latest: { readonly place: number; readonly on: WitnessedHead['on'] } | null = null;
  for (const { head, on } of witnessed) {
    const place = places.get(head);
    if (place === undefined) {
      const message = says('log.missingHead', {
        on: says(`log.on.${on}`),
        head: head.slice(0, 16),
        last: entryPhrase(last, entries),
      });
      findings.push({ code: 'log.head', subject: says(`log.on.${on}`), message });
    } else if (latest !== null && place < latest.place) {
      const message = says('log.headOrder', {
        on: says(`log.on.${on}`),
        place,
        before: says(`log.on.${latest.on}`),
        placeBefore: latest.place,
      });
      findings.push({ code: 'log.headOrder', subject: says(`log.on.${on}`), message });
    } else latest = { place, on };
  }
  return findings;
};

/** The machine may have a network only once the first tally report is on paper: the first time it had one before. */
const networkFindings = (entries: readonly LogEntry[]): readonly Finding[] => {
  const printed = entries.find(({ id }) => id === 'tallyReportPrinted')?.number;
  const first = entries.find(({ id }) => NETWORK_EVENTS.includes(id));
  if (first === undefined || (printed !== undefined && printed < first.number)) return [];
  const message = says('log.network', { entry: entryPhrase(first.number, entries) });
  return [
    { code: 'log.network', subject: says('subject.entry', { number: first.number }), message },
  ];
};

/** Total: any bytes get an answer. */
export const auditLog = (bytes: Uint8Array, options: LogAuditOptions): LogAudit => {
  const { machineKeys, witnessed, escrowKey } = options;
  const { header } = readLog(bytes, machineKeys, null, true);
  const logKey = firstKeyOf(header, escrowKey);
  const read = readLog(bytes, machineKeys, logKey, false);
  const { entries, state } = read;
  const lastSigned = entries.findLast(({ id }) => id === 'checkpointSigned')?.number ?? 0;
  const notOpened: Finding = {
    code: 'log.escrow',
    subject: says('subject.header'),
    message: says('log.escrow'),
  };
  return {
    header,
    entries,
    checkpoints: state?.checkpoints ?? 0,
    head: state === null ? null : toHex(state.head),
    unsigned: (entries.at(-1)?.number ?? 0) - lastSigned,
    authenticated: logKey !== null,
    checkpoint: read.checkpoint,
    findings: [
      ...chainFindings(read, logKey !== null),
      ...(escrowKey !== null && header !== null && logKey === null ? [notOpened] : []),
      ...witnessed.flatMap((row) => headFindings(entries, row)),
      ...networkFindings(entries),
    ],
  };
};
