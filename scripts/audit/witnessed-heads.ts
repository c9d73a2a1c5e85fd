/**
 * The heads of the event log that paper witnesses: zero report and tally report carry the log's chain value
 * as it stood when they were printed, and officers signed the paper. Read from a report as text (its
 * printed lines, or its signed QR codes) and from a result package.
 */
import { PAPER_TEXTS } from '#firmware/locale/paper.ts';
import { parseSignedQr } from '#firmware/paper/qr-payloads.ts';
import { jsonObject } from '#firmware/vault/bytes.ts';

export type Witness = 'zeroReport' | 'tallyReport' | 'resultPackage' | 'paper';

/** A chain value, 64 hexadecimal digits, and where it was read. */
export type WitnessedHead = { readonly head: string; readonly on: Witness };

const HEAD = /^[0-9a-f]{64}$/;
const QR_PART = /URNA1 [1-9][0-9]?\/[1-9][0-9]? [!-\\^-~]+/g;
/** A head in groups of four, over as many lines as the paper is narrow. */
const PRINTED_LINES_MOST = 8;

export const readHead = (typed: string): string | null => {
  const digits = typed.replace(/[\s:.-]/g, '').toLowerCase();
  return HEAD.test(digits) ? digits : null;
};

const printedHeads = (text: string): readonly string[] => {
  const lines = text.split('\n').map((line) => line.trim());
  const titles = new Set(Object.values(PAPER_TEXTS).map(({ logHead }) => `${logHead}:`));
  return lines.flatMap((line, at) => {
    if (!titles.has(line)) return [];
    let digits = '';
    for (const next of lines.slice(at + 1, at + 1 + PRINTED_LINES_MOST)) {
      if (!/^[0-9a-f ]+$/.test(next)) break;
      digits += next.replaceAll(' ', '');
      if (digits.length >= 64) break;
    }
    const head = readHead(digits);
    return head === null ? [] : [head];
  });
};

/** Heads of a report as text, each once; empty when it shows none. */
export const headsOfReport = (text: string): readonly string[] => {
  const signed = parseSignedQr(text.match(QR_PART) ?? []);
  const fromCodes = signed.ok ? [readHead(signed.value.tally.logHead)] : [];
  const all = [...printedHeads(text), ...fromCodes];
  return [...new Set(all.filter((head) => head !== null))];
};

export const headOfResult = (text: string): string | null => {
  const head = jsonObject(text)?.logHead;
  return typeof head === 'string' ? readHead(head) : null;
};
