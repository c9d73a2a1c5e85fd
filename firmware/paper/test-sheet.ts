/** What the field console has printed: a test sheet, or a slip that says what was done at the console. */
import type { Locale } from '#firmware/election/definition.ts';
import { sayAtConsole } from '#firmware/locale/console.ts';
import type { PaperDocument, PaperElement, PrinterProfile } from '#hal/receipt-printer.ts';

/** Every letter and figure that papers of this machine have. */
const LETTERS = [
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'abcdefghijklmnopqrstuvwxyz',
  '0123456789 ÁÉÍÓÚÑ áéíóúñ ¿?¡!',
];
const QR_TEXT = 'URNA 0123456789';

/** `lines`: what was done; none: a test sheet with every letter, a ruler and a QR code. */
export const printTestDocument = (
  lines: readonly string[],
  locale: Locale,
  profile: PrinterProfile,
): PaperDocument => {
  const text = (content: string, bold = false): PaperElement => ({
    kind: 'text',
    text: content.slice(0, profile.columns),
    bold,
  });
  const title = sayAtConsole(locale, lines.length === 0 ? 'paper.test' : 'paper.done');
  return {
    name: 'console',
    elements: [
      { kind: 'text', text: title, align: 'centre', bold: true },
      { kind: 'rule' },
      ...(lines.length > 0
        ? lines.map((line) => text(line))
        : [
            ...LETTERS.map((line) => text(line)),
            text('|----'.repeat(Math.floor(profile.columns / 5))),
            { kind: 'qr' as const, text: QR_TEXT, moduleDots: 4, correction: 'M' as const },
          ]),
      { kind: 'rule' },
      text(sayAtConsole(locale, 'paper.noVote')),
    ],
  };
};
