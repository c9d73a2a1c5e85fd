/** The audit of a log as an adversary meets it: whatever is done to the file, the first bad entry is named. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { EVENT_IDS } from '#firmware/events/catalogue.ts';
import { checkpointText } from '#firmware/vault/event-log-format.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { openSignedNote, signedNote } from '#firmware/vault/signed-note.ts';
import { auditLog, type LogAudit } from '#scripts/audit/check-log.ts';
import { copyFindings } from '#scripts/audit/copies.ts';
import { subjectOf } from '#scripts/audit/finding.ts';
import { logReport } from '#scripts/audit/log-page.ts';
import { tellLogAudit } from '#scripts/audit/log-report.ts';
import { reportPage } from '#scripts/audit/report-page.ts';
import { headsOfReport, readHead, type WitnessedHead } from '#scripts/audit/witnessed-heads.ts';
import { tell } from '#scripts/audit/words/phrase.ts';
import { type LogBench, makeLogBench } from '../../vault/event-log-bench.ts';
import { expectTranslated, makeLanguageCheck } from './both-languages.ts';

const OPENED = { id: 'pollsOpened', fields: { override: false } } as const;
const CAST = { id: 'ballotCast', fields: {} } as const;
const CLOSED = { id: 'pollsClosed', fields: { override: false } } as const;

type Day = {
  readonly bench: LogBench;
  readonly bytes: Uint8Array;
  /** Without the newlines; line 0 is the header. */
  readonly lines: readonly string[];
  /** Heads as the two reports carry them. */
  readonly zero: string;
  readonly tally: string;
};

/** A day with two reports; after the second one the unit says a last word. */
const makeDay = async (seed: number): Promise<Day> => {
  const bench = makeLogBench(seed);
  const log = await bench.opened();
  const head = async (): Promise<string> => {
    const signed = await log.checkpoint();
    if (!signed.ok) throw new Error(signed.error.detail);
    return signed.value;
  };
  await log.record(OPENED);
  const zero = await head();
  for (let votes = 0; votes < 6; votes++) await log.record(CAST);
  await log.record(CLOSED);
  const tally = await head();
  await log.record({ id: 'machineStopped', fields: { reason: 'switchedOff' } });
  await head();
  const lines = bench.text(bench.removable).trimEnd().split('\n');
  return { bench, bytes: bench.bytes(bench.removable), lines, zero, tally };
};

let day: Day;
let other: Day;
beforeAll(async () => {
  day = await makeDay(1);
  other = await makeDay(2);
});

const onPaper = ({ zero, tally }: Day) => [
  { head: zero, on: 'zeroReport' as const },
  { head: tally, on: 'tallyReport' as const },
];
const audit = (
  bytes: Uint8Array,
  options: Partial<Parameters<typeof auditLog>[1]> = {},
): LogAudit =>
  auditLog(bytes, {
    machineKeys: [day.bench.identity.publicKey],
    witnessed: [onPaper(day)],
    escrowKey: null,
    ...options,
  });
const LANGUAGES = makeLanguageCheck([...EVENT_IDS, 'card']);
/** What a finding quotes from a log that was tampered with. */
const quotedIn = ({ findings }: LogAudit): readonly string[] => {
  const quoted: string[] = [];
  JSON.stringify(findings, (name, value) => {
    if (['event', 'field', 'found'].includes(name)) quoted.push(value);
    return value;
  });
  return quoted;
};
/** The report of an audit, held to both languages, on a terminal too. */
const reportOf = (given: LogAudit, witnessed: readonly WitnessedHead[] = onPaper(day)) => {
  const report = logReport(given, witnessed, 1, 'scripts/urna audit log x');
  const quoted = quotedIn(given);
  LANGUAGES.hold(report, quoted);
  expectTranslated(
    (locale) => tellLogAudit(given, witnessed, locale).split('\n'),
    [...quoted, given.header?.election ?? '', ...given.findings.map(({ code }) => code)],
  );
  return report;
};
const written = (lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(`${lines.join('\n')}\n`);
const found = (given: LogAudit): readonly string[] => {
  const { findings } = reportOf(given);
  return findings.map((each) => `${each.code} ${subjectOf(each)}`);
};

describe('the network', () => {
  const withEvents = async (...ids: readonly ('networkEnabled' | 'tallyReportPrinted')[]) => {
    const bench = makeLogBench(5);
    const log = await bench.opened();
    for (const id of ids)
      await log.record(id === 'networkEnabled' ? { id, fields: {} } : { id, fields: { copy: 1 } });
    await log.checkpoint();
    return audit(bench.bytes(bench.removable), {
      machineKeys: [bench.identity.publicKey],
      witnessed: [],
    });
  };

  test('on after the first tally report is as it must be', async () => {
    const given = await withEvents('tallyReportPrinted', 'networkEnabled', 'tallyReportPrinted');
    expect(given.findings).toEqual([]);
  });

  test('on before it, or without one, is found', async () => {
    for (const ids of [['networkEnabled', 'tallyReportPrinted'], ['networkEnabled']] as const)
      expect(found(await withEvents(...ids))).toEqual(['log.network entry 2']);
  });
});

describe('a log as it was written', () => {
  test('is sound, with and without the escrowed key, and says where the papers stand', () => {
    expect(audit(day.bytes)).toMatchObject({ findings: [], unsigned: 0, authenticated: false });
    const escrowKey = day.bench.authority.privateKey;
    const whole = audit(day.bytes, { escrowKey });
    expect(whole).toMatchObject({ findings: [], authenticated: true });
    const told = tellLogAudit(whole, onPaper(day), 'en');
    expect(told).toContain('zero report  entry 3');
    expect(told.endsWith('sound\n')).toBe(true);
    const spanish = tellLogAudit(whole, onPaper(day), 'es');
    expect(spanish).toContain('acta de inicialización en cero entrada 3');
  });

  test('of a running unit is sound too, and what is not signed yet is counted', () => {
    const running = audit(written(day.lines.slice(0, 7)), { witnessed: [] });
    expect(running).toMatchObject({ findings: [], unsigned: 3 });
  });
});

describe('whatever is done to a log, the first bad entry is named', () => {
  const anyLine = () => fc.integer({ min: 1, max: day.lines.length - 1 });

  test('an entry is dropped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: day.lines.length - 2 }), (line) => {
        expect(found(audit(written(day.lines.toSpliced(line, 1))))[0]).toBe(
          `log.entry entry ${line}`,
        );
      }),
      { seed: 1 },
    );
  });

  test('two entries are swapped', () => {
    fc.assert(
      fc.property(anyLine(), anyLine(), (one, two) => {
        fc.pre(one !== two);
        const swapped = day.lines.with(one, day.lines[two]!).with(two, day.lines[one]!);
        expect(found(audit(written(swapped)))[0]).toBe(`log.entry entry ${Math.min(one, two)}`);
      }),
      { seed: 2 },
    );
  });

  test('an entry is edited, its MAC included where that can be checked', () => {
    const escrowKey = day.bench.authority.privateKey;
    fc.assert(
      fc.property(anyLine(), fc.nat(), fc.integer({ min: 1, max: 127 }), (line, at, mask) => {
        const text = day.lines[line]!;
        const place = at % text.length;
        const letter = String.fromCharCode(text.charCodeAt(place) ^ mask);
        fc.pre(letter !== '\n');
        const edited = `${text.slice(0, place)}${letter}${text.slice(place + 1)}`;
        expect(found(audit(written(day.lines.with(line, edited)), { escrowKey }))[0]).toBe(
          `log.entry entry ${line}`,
        );
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('entries are taken from another machine', () => {
    fc.assert(
      fc.property(anyLine(), (line) => {
        const spliced = [...day.lines.slice(0, line), ...other.lines.slice(line)];
        expect(found(audit(written(spliced)))[0]).toBe(`log.entry entry ${line}`);
      }),
      { seed: 4 },
    );
  });

  test('the end is cut off: what paper witnesses is missing, and the last entry is named', () => {
    const cut = audit(written(day.lines.slice(0, 6)));
    expect(found(cut)).toEqual(['log.head tally report']);
    expect(tell('en', cut.findings[0]!.message)).toContain('entry 5 (');
    expect(tell('es', cut.findings[0]!.message)).toContain('Se emitió una boleta');
  });

  test('the file is cut within a line', () => {
    expect(found(audit(day.bytes.subarray(0, day.bytes.length - 9)))[0]).toBe(
      `log.entry entry ${day.lines.length - 1}`,
    );
  });

  test('a whole log of another machine is put in its place', () => {
    expect(found(audit(other.bytes))[0]).toBe('log.header header');
  });

  test('a log is written anew by somebody who has no key: its checkpoint gives it away', () => {
    // All is bound rightly: a chain of the other machine's entries under this one's header and signatures.
    const forged = makeLogBench(3);
    const text = async (): Promise<string> => {
      const log = await forged.opened();
      await log.record(OPENED);
      await log.record(CAST);
      await log.checkpoint();
      return forged.text(forged.removable);
    };
    return text().then((log) => {
      const read = audit(new TextEncoder().encode(log), { witnessed: [] });
      expect(found(read)[0]).toBe('log.header header');
      const signedByOther = audit(new TextEncoder().encode(log), {
        machineKeys: [day.bench.identity.publicKey, forged.identity.publicKey],
      });
      expect(found(signedByOther)).toEqual(['log.head zero report', 'log.head tally report']);
    });
  });

  test('papers were printed in another order than their heads stand', () => {
    const [zero, tally] = onPaper(day);
    expect(found(audit(day.bytes, { witnessed: [[tally!, zero!]] }))).toEqual([
      'log.headOrder zero report',
    ]);
  });

  test('a checkpoint that the machine did not sign: what stands before it was made anew', () => {
    const at = day.lines.findLastIndex((line) => line.includes('checkpointSigned'));
    const signed = day.lines[at]!.replace(
      /"s":"(.)/,
      (_, first) => `"s":"${first === '0' ? '1' : '0'}`,
    );
    const read = audit(written(day.lines.with(at, signed)));
    expect(found(read)[0]).toMatch(/^log\.rewritten entry \d+$/);
    expect(tell('es', read.findings[0]!.message)).toContain('firma equivocada');
  });

  test('the escrow key of another authority is named, and nothing is called authenticated', () => {
    const read = audit(day.bytes, { escrowKey: other.bench.authority.privateKey });
    expect(found(read)).toEqual(['log.escrow header']);
    expect(read.authenticated).toBe(false);
  });

  test('no bytes at all make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(audit(bytes).findings.length).toBeGreaterThan(0);
      }),
      { seed: 5 },
    );
  });
});

describe('a head on paper', () => {
  test.each(['Cabeza de la bitácora:', 'Log head:'])('is read off a report: %s', (title) => {
    const groups = day.tally.match(/.{4}/g) ?? [];
    const paper = ['CLAVES', title, groups.slice(0, 8).join(' '), groups.slice(8).join(' '), 'X'];
    expect(headsOfReport(paper.join('\n'))).toEqual([day.tally]);
  });

  test('may be typed in groups, and is refused when it is none', () => {
    expect(readHead(`  ${(day.tally.match(/.{4}/g) ?? []).join(' ').toUpperCase()} `)).toBe(
      day.tally,
    );
    for (const wrong of ['', 'abcd', `${day.tally}0`, `${day.tally.slice(1)}g`])
      expect(readHead(wrong)).toBeNull();
    expect(headsOfReport(publicKeyPem(day.bench.identity.publicKey))).toEqual([]);
  });
});

describe('copies of a log', () => {
  const MEDIUM = 'media/removable/log/event-log/log.jsonl';
  const against = (path: string, bytes: Uint8Array) =>
    copyFindings(
      new Map([
        [path, bytes],
        [MEDIUM, day.bytes],
      ]),
      {
        machineKeys: [day.bench.identity.publicKey],
        witnessed: [onPaper(day)],
        escrowKey: null,
      },
    );

  test('may be the same, and that of a medium lost in time the beginning', () => {
    expect(against('event-log', day.bytes)).toEqual([]);
    expect(against('media/fixed/log/event-log/log.jsonl', day.bytes.subarray(0, 900))).toEqual([]);
  });

  test("a day's own log that was cut short is named with its last entry", () => {
    const cut = against('event-log', written(day.lines.slice(0, 6)));
    expect(cut).toMatchObject([{ code: 'log.copies', subject: 'event-log' }]);
    expect(tell('en', cut[0]!.message)).toContain('ends with entry 5');
  });

  test('one that was edited is named with its first bad entry', () => {
    const edited = against('event-log', written(day.lines.toSpliced(4, 1)));
    expect(edited.map((each) => `${each.code} ${subjectOf(each)}`)).toEqual([
      'log.copies event-log',
      'log.entry entry 4',
    ]);
  });
});

test('the last sound checkpoint is a signed note that a verifier of others accepts', () => {
  const { publicKey } = day.bench.identity;
  const { checkpoint, head } = audit(day.bytes);
  const note = signedNote(
    checkpointText(checkpoint!.state),
    'unit',
    checkpoint!.signer,
    checkpoint!.signature,
  );
  const text = openSignedNote(new TextEncoder().encode(note), 'unit', publicKey);
  const [, size, hash] = text!.split('\n');
  expect(Number(size)).toBe(day.lines.length - 1);
  expect(Buffer.from(hash!, 'base64').toString('hex')).toBe(head);
  // What comes after a bad entry vouches for nothing.
  const cut = day.lines.map((line, at) =>
    at === 4 ? line.replace('ballotCast', 'voterMarked') : line,
  );
  const early = audit(new TextEncoder().encode(`${cut.join('\n')}\n`)).checkpoint;
  expect(early!.state.entries).toBeLessThan(4);
});

test('every code was told in both languages', () => {
  const medium = 'media/removable/log/event-log/log.jsonl';
  for (const lines of [day.lines.slice(0, 6), day.lines.toSpliced(4, 1)]) {
    const logs = new Map([
      ['event-log', written(lines)],
      [medium, day.bytes],
    ]);
    const options = { machineKeys: [day.bench.identity.publicKey], witnessed: [], escrowKey: null };
    reportOf({ ...audit(day.bytes), findings: copyFindings(logs, options) }, []);
  }
  expect(LANGUAGES.untold(reportOf(audit(day.bytes)))).toEqual([]);
});

describe('the page of the audit', () => {
  const pageOf = (given: LogAudit): string => {
    return reportPage(reportOf(given), 'en');
  };

  test('of a sound log shows its papers and what happened', () => {
    const page = pageOf(audit(day.bytes));
    expect(page).toContain('Nothing was found wrong.');
    expect(page).toContain('zero report');
    expect(page).toContain('<svg class="bar"');
  });

  test('of a log that was tampered with says where', () => {
    expect(pageOf(audit(written(day.lines.toSpliced(4, 1))))).toContain('log.entry');
    expect(pageOf(audit(written(day.lines.slice(1))))).toContain('log.header');
    expect(pageOf(audit(written(day.lines.slice(0, 3))))).toContain('log.head');
    const escrowKey = other.bench.authority.privateKey;
    expect(pageOf(audit(day.bytes, { escrowKey }))).toContain('log.escrow');
  });
});
