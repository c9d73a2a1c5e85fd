/**
 * The tally report ("acta de escrutinio"): what was counted, so that the paper alone proves it. Votes
 * of each card and candidate, nulls, the accounting line of each contest; voters and authentication
 * in parts of their own; the machine, the log's head, and QR codes with the same content, signed.
 */
import type { Totals } from '#firmware/election/ballot.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { sayOnPaper } from '#firmware/locale/paper.ts';
import type { AuthenticationTotals } from '#firmware/messages/catalogue.ts';
import type { PaperDocument, PaperElement } from '#hal/receipt-printer.ts';
import { toBase64Url } from './base64url.ts';
import { feed, paragraph } from './layout.ts';
import {
  publicLine,
  type SignedTally,
  signedQrParts,
  signedTallyOf,
  signingBytes,
  type TallyCounters,
} from './qr-payloads.ts';
import {
  contestSections,
  figureRows,
  heading,
  hexValue,
  labelled,
  type PaperSetting,
  placeLines,
  remarks,
  section,
  signatureLines,
  testBanner,
} from './report-parts.ts';

/** At 203 dpi no module is smaller than this (domain.md, "QR of the tally report"). */
export const QR_MODULE_DOTS = 4;

export type TallyCopy = {
  /** 1, 2, … of `total`: one for the authority, then officers and observers; a duplicate counts on. */
  readonly number: number;
  readonly total: number;
  /** Printed again later, on demand. */
  readonly duplicate: boolean;
};

export type TallyReportData = {
  readonly definition: ElectionDefinition;
  readonly totals: Totals;
  readonly authentication: AuthenticationTotals;
  readonly counters: TallyCounters;
  readonly machineCode: string;
  /** Ed25519, 32 bytes. */
  readonly machineKey: Uint8Array;
  /** The authority's signature of it, 64 bytes (`machineKeyCertificateBytes`). */
  readonly certificate: Uint8Array;
  /** Of the result package: the authority's signature of the key, and the machine's of the package, 64 bytes. */
  readonly keyCertificate: Uint8Array;
  readonly packageSignature: Uint8Array;
  /** Hexadecimal. */
  readonly logHead: string;
  readonly dateText: string;
  readonly overrides: readonly string[];
};

/** What the machine's signature covers. */
export const signedContentOf = (data: TallyReportData): SignedTally =>
  signedTallyOf(data.definition, data.totals, data, data.counters, data.authentication);

/** The bytes to sign with the machine's identity key, before `composeTallyReport`. */
export const tallySigningBytes = (data: TallyReportData): Uint8Array =>
  signingBytes(signedContentOf(data));

const figuresPart = (
  data: TallyReportData,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] => {
  const { authentication, counters, totals } = data;
  return [
    ...section(sayOnPaper(locale, 'totals'), columns),
    ...figureRows(
      [
        { label: sayOnPaper(locale, 'registered'), value: String(authentication.registered) },
        { label: sayOnPaper(locale, 'voted'), value: String(authentication.votersMarked) },
        { label: sayOnPaper(locale, 'ballots'), value: String(totals.ballots) },
        { label: sayOnPaper(locale, 'epoch'), value: String(counters.epoch) },
        { label: sayOnPaper(locale, 'reprints'), value: String(counters.reprints) },
        { label: sayOnPaper(locale, 'spoils'), value: String(counters.spoils) },
      ],
      columns,
    ),
    ...section(sayOnPaper(locale, 'authentication'), columns),
    ...figureRows(
      (['match', 'noMatch', 'noStoredPrint', 'noUpperLimbs', 'overrides'] as const).map((key) => ({
        label: sayOnPaper(locale, key),
        value: String(authentication[key]),
      })),
      columns,
    ),
  ];
};

const qrSymbol = (title: string, text: string, columns: number): readonly PaperElement[] => [
  feed(1),
  ...paragraph(title, columns, { align: 'centre', bold: true }),
  feed(1),
  { kind: 'qr', text, moduleDots: QR_MODULE_DOTS, correction: 'M' },
  feed(1),
];

const qrPart = (
  data: TallyReportData,
  signature: Uint8Array,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] => {
  const line = publicLine(data.definition, data.totals);
  const parts = signedQrParts(signedContentOf(data), signature);
  return [
    ...qrSymbol(sayOnPaper(locale, 'publicQr'), line, columns),
    ...paragraph(line, columns),
    ...parts.flatMap((part, index) =>
      qrSymbol(
        sayOnPaper(locale, 'signedQr', { number: index + 1, total: parts.length }),
        part,
        columns,
      ),
    ),
    ...labelled(sayOnPaper(locale, 'identityKey'), toBase64Url(data.machineKey), columns),
    ...labelled(sayOnPaper(locale, 'certificate'), toBase64Url(data.certificate), columns),
    ...labelled(sayOnPaper(locale, 'signature'), toBase64Url(signature), columns),
  ];
};

const copyLines = (copy: TallyCopy, { locale, columns }: PaperSetting): readonly PaperElement[] =>
  paragraph(
    copy.duplicate
      ? sayOnPaper(locale, 'duplicate', { number: copy.number })
      : sayOnPaper(locale, 'copy', { number: copy.number, total: copy.total }),
    columns,
    { align: 'centre', bold: true },
  );

/** `signature` is the machine's Ed25519 signature over `tallySigningBytes(data)`, 64 bytes. */
export const composeTallyReport = (
  data: TallyReportData,
  signature: Uint8Array,
  copy: TallyCopy,
  locale: Locale,
  columns: number,
): PaperDocument => {
  const { definition } = data;
  const setting = { locale, columns };
  return {
    name: 'tallyReport',
    elements: [
      ...heading(definition, 'tallyReport', setting),
      ...placeLines(definition, setting),
      ...paragraph(`${sayOnPaper(locale, 'date')}: ${data.dateText}`, columns),
      ...copyLines(copy, setting),
      ...contestSections(definition, data.totals.contests, setting),
      ...figuresPart(data, setting),
      ...section(sayOnPaper(locale, 'keys'), columns),
      ...labelled(sayOnPaper(locale, 'machineCode'), data.machineCode, columns),
      ...hexValue(sayOnPaper(locale, 'logHead'), data.logHead, columns),
      ...qrPart(data, signature, setting),
      ...remarks(
        sayOnPaper(locale, 'observations'),
        sayOnPaper(locale, 'noObservations'),
        data.overrides,
        columns,
      ),
      ...signatureLines(definition, setting),
      ...copyLines(copy, setting),
      ...testBanner(definition, setting),
    ],
  };
};
