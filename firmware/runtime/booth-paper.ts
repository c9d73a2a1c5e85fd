/** The booth's papers: data gathered, document composed, printed, cut. */
import type {
  BoothEffect,
  BoothEvent,
  BoothState,
  ReportName,
  SelfCheck,
} from '#firmware/booth/state.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import { sayAtBooth } from '#firmware/locale/booth.ts';
import { composeKeptPaperRecord } from '#firmware/paper/paper-record.ts';
import { composeReadinessReport, type SelfTestResult } from '#firmware/paper/readiness-report.ts';
import { composeTallyReport } from '#firmware/paper/tally-report.ts';
import { composeZeroReport } from '#firmware/paper/zero-report.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { codeDigest } from '#firmware/vault/desk-keys.ts';
import { faultCode } from '#hal/fault.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import { forget } from '#hal/secret-bytes.ts';
import type { Medium } from '#hal/storage.ts';
import { dateText } from './booth-calendar.ts';
import type { SignedReport } from './booth-counting.ts';
import { type BoothOptions, DEFAULT_BUDGETS } from './booth-options.ts';
import { onPaper, runSelfTest } from './booth-self-test.ts';
import { surroundingsOnPaper } from './booth-surroundings.ts';
import type { BoothVault } from './booth-vault.ts';

type PaperParts = {
  readonly options: BoothOptions;
  readonly vault: BoothVault;
  readonly tally: () => Promise<SignedReport | null>;
};

type ReportEffect = Extract<BoothEffect, { readonly kind: 'printReport' }>;

/** What officers overrode, by the events that said so. */
const overrideText = (event: LogEvent): 'openedByOverride' | 'closedByOverride' | null => {
  if (event.id === 'pollsOpened') return event.fields.override ? 'openedByOverride' : null;
  if (event.id === 'pollsClosed') return event.fields.override ? 'closedByOverride' : null;
  return null;
};

/** The same fingerprint of a public key everywhere on paper: SHA-256, hex. */
const fingerprint = (publicKey: Uint8Array): string => toHex(codeDigest(publicKey));

export const makeBoothPaper = ({ options, vault, tally }: PaperParts) => {
  const { board, electionPackage, identity } = options;
  const { definition } = electionPackage;
  const { printer } = board;
  const locale = options.locale ?? definition.locale;
  const columns = (): number => printer.profile().columns;
  const selfTest = new Map<SelfCheck, SelfTestResult>();
  const overrides: string[] = [];

  const today = (): string =>
    dateText(
      definition.calendar,
      board.clock.calendarMs(),
      options.calendarTrusted?.() ?? true,
      locale,
    );

  const warnings = (): readonly string[] => [
    ...([board.cells.board, board.cells.module].every((cell) => cell.overwritesInPlace)
      ? []
      : [sayAtBooth(locale, 'cellNotTrusted')]),
    ...((options.formerIdentities ?? []).length > 0 ? [sayAtBooth(locale, 'unitsReplaced')] : []),
  ];

  const mediumData = async (medium: Medium) => {
    const free = medium.present() ? await medium.freeBytes() : null;
    return {
      name: medium.name,
      present: medium.present(),
      freeBytes: free?.ok ? free.value : 0,
      budgetBytes: (options.budgets ?? DEFAULT_BUDGETS)[medium.name],
    };
  };

  const selfTested = (check: SelfCheck, result: string): void => {
    selfTest.set(check, onPaper(check, result));
  };

  /** What the printer prints says what it is. */
  const printerDetail = (): string => {
    const { widthDots, dotsPerInch } = printer.profile();
    const figures = { columns: columns(), dots: widthDots, dpi: dotsPerInch };
    return sayAtBooth(locale, 'printerDetail', figures);
  };

  const readiness = async (state: BoothState): Promise<PaperDocument> => {
    // Printed again after a restart: the results of that time are gone.
    if (selfTest.size === 0) await runSelfTest(board, electionPackage.registered, selfTested);
    const around = surroundingsOnPaper((await options.surroundings?.()) ?? null, locale);
    const tests = [...selfTest.values()].map((each) =>
      each.device === 'printer' ? { ...each, detail: printerDetail() } : each,
    );
    return composeReadinessReport(
      {
        definition,
        dateText: today(),
        selfTest: [...tests, ...around.tests],
        versions: options.versions,
        machineCode: options.machineCode,
        sealingKeyFingerprint: fingerprint(vault.vault.publicKey()),
        identityKeyFingerprint: fingerprint(identity.publicKey),
        shares: {
          threshold: definition.rules.shareThreshold,
          total: definition.officers.filter(({ holdsShare }) => holdsShare).length,
        },
        cells: [board.cells.board, board.cells.module].map((cell) => ({
          name: cell.name,
          present: cell.present(),
          overwritesInPlace: cell.overwritesInPlace,
        })),
        media: [await mediumData(board.media.fixed), await mediumData(board.media.removable)],
        power: state.power,
        batteryVolts: around.batteryVolts,
        stabilizers: around.stabilizers,
        warnings: [...around.warnings, ...warnings()],
      },
      locale,
      columns(),
    );
  };

  const zero = async (effect: ReportEffect): Promise<PaperDocument> => {
    if (vault.vault.journal().epoch !== 0) throw new Error('a zero report of an urn with votes');
    return composeZeroReport(
      {
        definition,
        totals: tabulate(definition, []),
        machineCode: options.machineCode,
        sealingKeyFingerprint: fingerprint(vault.vault.publicKey()),
        identityKeyFingerprint: fingerprint(identity.publicKey),
        logHead: await options.logHead(),
        dateText: today(),
        overrides: [
          ...warnings(),
          ...(effect.override ? [sayAtBooth(locale, 'openedByOverride')] : []),
        ],
      },
      locale,
      columns(),
    );
  };

  const tallyReport = async (effect: ReportEffect): Promise<PaperDocument | null> => {
    const signed = await tally();
    if (signed === null) return null;
    const copy = { number: effect.copy, total: effect.of, duplicate: effect.copy > effect.of };
    return composeTallyReport(signed.data, signed.signature, copy, locale, columns());
  };

  const compose = (
    report: ReportName,
    effect: ReportEffect,
    state: BoothState,
  ): Promise<PaperDocument | null> => {
    switch (report) {
      case 'readiness':
        return readiness(state);
      case 'zero':
        return zero(effect);
      case 'tally':
        return tallyReport(effect);
    }
  };

  return {
    selfTested,
    /** The booth's own log entries, for what the reports repeat of them. */
    logged: (event: LogEvent): void => {
      const text = overrideText(event);
      if (text !== null) overrides.push(sayAtBooth(locale, text));
    },
    overrides: (): readonly string[] => [...overrides, ...warnings()],

    /** Prints and cuts. A cut that fails is no reason to print again: the paper can be torn off. */
    printReport: async (effect: ReportEffect, state: BoothState): Promise<BoothEvent> => {
      const document = await compose(effect.report, effect, state);
      if (document === null) return { kind: 'reportNotPrinted', fault: 'unrecoverable' };
      const printed = await printer.print(document);
      if (!printed.ok) return { kind: 'reportNotPrinted', fault: printed.error.fault.kind };
      const cut = await printer.cut();
      if (!cut.ok)
        options.log({ id: 'printFault', fields: { code: asWord(faultCode(cut.error)) } });
      return { kind: 'reportPrinted' };
    },

    /** S4: the pending record under its code, uncut. */
    printRecord: async (): Promise<BoothEvent> => {
      const record = await vault.record();
      if (!record.ok) return record.error;
      const { paper, code } = record.value;
      const document = composeKeptPaperRecord(definition, paper, code, locale, columns());
      forget(paper);
      if (!document.ok) throw new Error(`the pending paper can not be read: ${document.error}`);
      const printed = await printer.print(document.value);
      if (printed.ok) return { kind: 'recordPrinted' };
      const { fault, progress } = printed.error;
      return { kind: 'recordNotPrinted', fault: fault.kind, progress };
    },

    cut: async (): Promise<BoothEvent> => {
      const cut = await printer.cut();
      return cut.ok ? { kind: 'paperCut' } : { kind: 'paperNotCut', fault: cut.error.kind };
    },

    /** Resets the printer at the start, and when recovering alone does not help. */
    start: async (): Promise<BoothEvent | null> => {
      const started = await printer.start();
      return started.ok ? { kind: 'printerStatus', status: started.value } : null;
    },
    recover: async (): Promise<BoothEvent | null> => {
      const recovered = await printer.recover();
      if (recovered.ok) return { kind: 'printerStatus', status: recovered.value };
      const started = await printer.start();
      return started.ok ? { kind: 'printerStatus', status: started.value } : null;
    },
  };
};
