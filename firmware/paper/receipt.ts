/**
 * The receipt that a receiving centre signed, as officers and observers take it home: of which package,
 * by which key, and the signed bytes themselves as a QR code, so that anybody can check them.
 */
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { sayOnPaper } from '#firmware/locale/paper.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import { feed, paragraph } from './layout.ts';
import { heading, hexValue, labelled, placeLines, section, testBanner } from './report-parts.ts';
import { QR_MODULE_DOTS } from './tally-report.ts';

export type ReceiptData = {
  readonly definition: ElectionDefinition;
  /** As people say it (firmware/transmission/receipt.ts). */
  readonly number: string;
  /** Of the result package: SHA-256, hex. */
  readonly digest: string;
  /** The receiver that signed it: address and Ed25519 key, hex. */
  readonly receiver: { readonly url: string; readonly key: string };
  /** The signed receipt in printable ASCII (firmware/transmission/receipt.ts). */
  readonly qrText: string;
};

/** A receipt is some 350 bytes; one symbol takes 1,264 (domain.md, "QR of the tally report"). */
const QR_MOST_BYTES = 1_264;

export const composeReceipt = (
  { definition, number, digest, receiver, qrText }: ReceiptData,
  locale: Locale,
  columns: number,
): PaperDocument => {
  const setting = { locale, columns };
  return {
    name: 'receipt',
    elements: [
      ...heading(definition, 'transmissionReceipt', setting),
      ...placeLines(definition, setting),
      ...section(`${sayOnPaper(locale, 'receiptNumber')} ${number}`, columns),
      ...paragraph(sayOnPaper(locale, 'receiptStatement'), columns),
      ...hexValue(sayOnPaper(locale, 'receiptPackage'), digest, columns),
      ...hexValue(sayOnPaper(locale, 'receiptReceiver'), receiver.key, columns),
      ...labelled(sayOnPaper(locale, 'receiptAddress'), receiver.url, columns),
      ...(qrText.length > QR_MOST_BYTES
        ? []
        : [
            feed(1),
            ...paragraph(sayOnPaper(locale, 'receiptQr'), columns, { align: 'centre', bold: true }),
            feed(1),
            {
              kind: 'qr' as const,
              text: qrText,
              moduleDots: QR_MODULE_DOTS,
              correction: 'M' as const,
            },
            feed(1),
          ]),
      ...testBanner(definition, setting),
    ],
  };
};
