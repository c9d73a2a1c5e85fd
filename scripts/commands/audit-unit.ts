/** `urna audit unit`: does this unit run what was audited, with the parts that it shall have? */
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { verifyRelease } from '#boot/release/verify.ts';
import { DELIVERY_FILES, openDelivery } from '#boot/supervisor/delivery.ts';
import { makeSysfsInventory } from '#drivers/inventory/driver.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { Register } from '#firmware/nation/register.ts';
import { bytesOfHex, jsonObject, toHex } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { readMachineCode } from '#firmware/vault/machine-code.ts';
import type { Part } from '#hal/inventory.ts';
import type { QuoteAudit } from '../audit/unit/check-quote.ts';
import { auditUnit } from '../audit/unit/check-unit.ts';
import {
  MAX_RECORD_BYTES,
  nextEntry,
  type ReadRecord,
  readRecord,
  recordFindings,
} from '../audit/unit/record.ts';
import { unitReport } from '../audit/unit/unit-report.ts';
import { readHead } from '../audit/witnessed-heads.ts';
import { readAuthorityKey, readPrivateKey } from '../evidence/read-key.ts';
import { MAX_KEY_BYTES } from '../evidence/site-files.ts';
import {
  againText,
  EXIT_HELP,
  giveReport,
  REPORT_HELP,
  REPORT_OPTIONS,
  runAudit,
} from './audit-kit.ts';
import { QUOTE_HELP, QUOTE_OPTIONS, quoteAsked } from './audit-unit-quote.ts';
import { folderNamed, openToldNation, requireElection } from './national-input.ts';
import { EXIT, MissingError, parseOptions, UsageError } from './options.ts';
import { makeProgress } from './progress.ts';
import { ROOT } from './run-tool.ts';

const HELP = `usage: scripts/urna audit unit DELIVERY --key FILE [options]

Compares one unit with what was audited: every file with the signed release, the machine code with release,
election package and identity key, that code with the authority's list and certificate, the parts with their
signed list. DELIVERY is the folder that was delivered into the unit (${DELIVERY_FILES.package}, ${DELIVERY_FILES.release},
${DELIVERY_FILES.parts}, …). Best with the unit's disk in a computer of the technician's own.

  --key FILE          the authority's public key (PEM), from where you trust it
  --root DIR          the unit's tree of files, as it is mounted; default: this one
  --machine-key FILE  the unit's identity key (PEM); default: that of ${DELIVERY_FILES.request} in DELIVERY
  --code CODE         the machine code as screen or paper show it; again for more (that of the
                      request, where there is one, is compared too)
  --register DIR      what the authority published: precincts.json lists the machines
  --sysfs DIR         the unit's /sys (on the unit: /sys), for its parts
  --record FILE       the record of this unit's audits; with --sign this one is added at its end
  --sign FILE         the technician's private key (PEM): signs the entry
  --head HEX          a head of the record as it was written down; may be given more than once
${QUOTE_HELP}
${REPORT_HELP}
                      …: machineCode, release, precinct, record:{entries, head}, quote:{key, resets,
                      restarts, registers:[{pcr, sha256}]}

${EXIT_HELP}
`;

/** What the unit said of itself when it asked to be certified; null: no such file. */
const requestIn = (delivery: string): Readonly<Record<string, unknown>> | null => {
  const request = join(delivery, DELIVERY_FILES.request);
  if (!existsSync(request)) return null;
  if (statSync(request).size > MAX_KEY_BYTES) throw new UsageError(`${request} is too large`);
  const found = jsonObject(readFileSync(request, 'utf8'));
  if (found === null) throw new UsageError(`${request} is not a JSON object`);
  return found;
};

const machineKeyOf = (
  delivery: string,
  request: Readonly<Record<string, unknown>> | null,
  file: string | undefined,
): Uint8Array => {
  if (file !== undefined) return readAuthorityKey(file, '--machine-key');
  const path = join(delivery, DELIVERY_FILES.request);
  if (request === null)
    throw new MissingError(`no ${path}: name the unit's identity key with --machine-key FILE`);
  const key = bytesOfHex(request.machineKey, KEY_BYTES);
  if (key === null) throw new UsageError(`${path}: no machineKey of 32 bytes in hex`);
  return key;
};

/** The codes that were typed, and the one in the unit's request. */
const codesOf = (
  typed: readonly string[],
  request: Readonly<Record<string, unknown>> | null,
): readonly string[] => [
  ...typed.map(codeOf),
  ...(typeof request?.machineCode === 'string' ? [request.machineCode] : []),
];

const codeOf = (typed: string): string => {
  const code = readMachineCode(typed);
  if (code === null) throw new UsageError(`--code "${typed}" is no machine code, or mistyped`);
  return code;
};

const headOf = (typed: string): string => {
  const head = readHead(typed);
  if (head === null) throw new UsageError(`--head "${typed}" is not 64 hexadecimal digits`);
  return head;
};

/** Null: there is a register, and the key did not sign it; that was told. */
const registerIn = (folder: string, key: Uint8Array): Register | null => {
  requireElection(folderNamed([folder], 'DIR', 'what the authority published'));
  return openToldNation(folder, key)?.register ?? null;
};

const partsIn = async (sysfs: string): Promise<readonly Part[]> => {
  const found = await makeSysfsInventory({ clock: systemClock, sysfs }).read();
  if (!found.ok)
    throw new UsageError(`--sysfs ${sysfs}: ${found.error.kind}: ${found.error.detail}`);
  return found.value;
};

const recordIn = (file: string): ReadRecord => {
  if (!existsSync(file)) return readRecord(new Uint8Array(0));
  const found = statSync(file);
  if (!found.isFile() || found.size > MAX_RECORD_BYTES)
    throw new UsageError(`--record ${file} is no record, or larger than ${MAX_RECORD_BYTES} bytes`);
  return readRecord(new Uint8Array(readFileSync(file)));
};

const append = (file: string, entry: Uint8Array): void => {
  try {
    appendFileSync(file, entry, { flush: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--record ${file} can not be written: ${why}`);
  }
};

const figuresOf = ({ key, resets, restarts, registers }: QuoteAudit) => ({
  ...{ key, resets, restarts, registers },
});

const minute = (): string => `${new Date(systemClock.calendarMs()).toISOString().slice(0, 16)}Z`;

export const run = (args: readonly string[]): Promise<number> =>
  runAudit(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      key: { type: 'string' },
      root: { type: 'string' },
      'machine-key': { type: 'string' },
      code: { type: 'string', multiple: true },
      register: { type: 'string' },
      sysfs: { type: 'string' },
      record: { type: 'string' },
      sign: { type: 'string' },
      head: { type: 'string', multiple: true },
      ...QUOTE_OPTIONS,
      ...REPORT_OPTIONS,
    });
    const folder = folderNamed(positionals, 'DELIVERY', 'what was delivered into the unit');
    const authorityKey = readAuthorityKey(values.key);
    const request = requestIn(folder);
    const machineKey = machineKeyOf(folder, request, values['machine-key']);
    const codes = codesOf(values.code ?? [], request);
    const heads = (values.head ?? []).map(headOf);
    if (values.sign !== undefined && values.record === undefined)
      throw new UsageError('--sign goes with --record');
    if (heads.length > 0 && values.record === undefined)
      throw new UsageError('--head goes with --record');
    const technician = values.sign === undefined ? null : readPrivateKey(values.sign, '--sign');
    const root = folderNamed([values.root ?? ROOT], '--root', "the unit's files");
    const door = openDelivery(folder);
    const delivery = await door.read();
    if (!delivery.ok) throw new UsageError(delivery.error);
    const record = values.record === undefined ? null : recordIn(values.record);
    const register =
      values.register === undefined ? null : registerIn(values.register, authorityKey);
    if (values.register !== undefined && register === null) return EXIT.found;
    const quote = quoteAsked(values, machineKey);
    const parts = values.sysfs === undefined ? null : await partsIn(values.sysfs);

    const progress = makeProgress();
    const audited = await auditUnit({
      delivery: delivery.value,
      authorityKey,
      machineKey,
      codes,
      register,
      parts,
      certificateOf: async (code) => (await door.certificates(code))?.key ?? null,
      compareFiles: (manifest) =>
        verifyRelease(root, manifest, (done, of) => progress('files', done, of)),
    });
    progress.end();
    const unit = toHex(machineKey);
    const ofRecord = record === null ? [] : recordFindings(record, unit, heads);
    const ofQuote = quote?.audit.findings ?? [];
    const audit = { ...audited, findings: [...audited.findings, ...ofRecord, ...ofQuote] };
    const { machineCode, release, precinct, findings } = audit;
    const entry =
      record === null || technician === null || ofRecord.length > 0
        ? null
        : nextEntry(record, { at: minute(), unit, machineCode, release, findings }, technician);
    const head = entry === null ? (record?.heads.at(-1) ?? null) : sha256Hex(entry);
    const entries = (record?.entries.length ?? 0) + (entry === null ? 0 : 1);
    const code = giveReport(
      unitReport(
        {
          audit,
          record,
          shownCodes: codes.length,
          register: register !== null,
          inventory: parts !== null,
          quote,
        },
        againText('unit', args),
      ),
      {
        ...{ machineCode, release, precinct },
        record: record === null ? null : { entries, head },
        quote: quote === null ? null : figuresOf(quote.audit),
      },
      values,
    );
    if (entry !== null && values.record !== undefined) {
      append(values.record, entry);
      process.stderr.write(`entry ${entries} of ${values.record}; write its head down: ${head}\n`);
    } else if (technician !== null)
      process.stderr.write(`urna: nothing is added to ${values.record}: it is not sound\n`);
    return code;
  });
