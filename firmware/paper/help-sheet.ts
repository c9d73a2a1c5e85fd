/** What faults mean and what to do, on the machine's own paper: for who has no laptop at hand. */
import type { Locale } from '#firmware/election/definition.ts';
import { sayAtConsole } from '#firmware/locale/console.ts';
import { faultHelp, mendingLines, votingLine } from '#firmware/locale/fault-help.ts';
import type { PaperDocument, PaperElement, PrinterProfile } from '#hal/receipt-printer.ts';
import { paragraph, RULE } from './layout.ts';

const explained = (code: string, locale: Locale, columns: number): readonly PaperElement[] => {
  const help = faultHelp(locale, code);
  const text = (words: string, bold = false) => paragraph(words, columns, { bold });
  return [
    ...text(help.code, true),
    ...text(help.explanation),
    ...mendingLines(locale, code).flatMap((line) => text(line)),
    ...text(help.remedy, true),
    ...text(votingLine(locale, help)),
    RULE,
  ];
};

export const printHelpSheet = (
  codes: readonly string[],
  locale: Locale,
  { columns }: PrinterProfile,
): PaperDocument => ({
  name: 'console',
  elements: [
    { kind: 'text', text: sayAtConsole(locale, 'paper.help'), align: 'centre', bold: true },
    RULE,
    ...codes.flatMap((code) => explained(code, locale, columns)),
    ...paragraph(sayAtConsole(locale, 'paper.noVote'), columns),
  ],
});
