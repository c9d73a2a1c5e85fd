/**
 * The zero report ("acta de inicialización en cero"): every contest and option with the votes found
 * in the urn before opening, which must be none, and what the machine is. Officers sign it.
 */
import type { Totals } from '#firmware/election/ballot.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { sayOnPaper } from '#firmware/locale/paper.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import { paragraph } from './layout.ts';
import {
  contestSections,
  heading,
  hexValue,
  labelled,
  placeLines,
  remarks,
  section,
  signatureLines,
  testBanner,
} from './report-parts.ts';

export type ZeroReportData = {
  readonly definition: ElectionDefinition;
  /** Of the urn as it is now: every figure 0. */
  readonly totals: Totals;
  readonly machineCode: string;
  /** Fingerprints, hexadecimal: of the key that seals ballots, of the key that signs. */
  readonly sealingKeyFingerprint: string;
  readonly identityKeyFingerprint: string;
  /** Hexadecimal. */
  readonly logHead: string;
  /** The calendar's time as text: the clock is only a witness. */
  readonly dateText: string;
  /** What officers overrode, in the report's language. */
  readonly overrides: readonly string[];
};

/** Throws when the totals are not zero: such a report must not exist. */
export const composeZeroReport = (
  data: ZeroReportData,
  locale: Locale,
  columns: number,
): PaperDocument => {
  const { definition, totals } = data;
  const figures = totals.contests.flatMap((one) => [...one.votes, one.nulls, one.ballots]);
  if (totals.ballots !== 0 || figures.some((figure) => figure !== 0)) {
    throw new Error('a zero report of an urn that is not empty');
  }
  const setting = { locale, columns };
  return {
    name: 'zeroReport',
    elements: [
      ...heading(definition, 'zeroReport', setting),
      ...placeLines(definition, setting),
      ...paragraph(`${sayOnPaper(locale, 'date')}: ${data.dateText}`, columns),
      ...paragraph(sayOnPaper(locale, 'zeroStatement'), columns, { bold: true }),
      ...contestSections(definition, totals.contests, setting),
      ...section(sayOnPaper(locale, 'keys'), columns),
      ...labelled(sayOnPaper(locale, 'machineCode'), data.machineCode, columns),
      ...hexValue(sayOnPaper(locale, 'sealingKey'), data.sealingKeyFingerprint, columns),
      ...hexValue(sayOnPaper(locale, 'identityKey'), data.identityKeyFingerprint, columns),
      ...hexValue(sayOnPaper(locale, 'logHead'), data.logHead, columns),
      ...remarks(
        sayOnPaper(locale, 'observations'),
        sayOnPaper(locale, 'noObservations'),
        data.overrides,
        columns,
      ),
      ...signatureLines(definition, setting),
      ...testBanner(definition, setting),
    ],
  };
};
