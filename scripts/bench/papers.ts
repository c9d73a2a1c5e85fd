/**
 * Every paper that comes out of the printer, as people have it in hand: it hangs, it lies in the tray, it
 * is kept, in the envelope or in the ballot box. What is in the box is not seen again.
 */
import { renderPng, renderText } from '#drivers/printer/emulator/render.ts';
import type { PaperPiece, PrinterEmulator } from '#drivers/printer/emulator.ts';

export const PAPER_PLACES = ['tray', 'kept', 'envelope', 'box'] as const;
export type PaperPlace = (typeof PAPER_PLACES)[number];

export type Paper = {
  readonly id: number;
  readonly place: PaperPlace;
  readonly lengthMm: number;
  readonly cut: boolean;
};

/** Papers in sight; the oldest kept ones are thrown away beyond this. */
const PAPERS_MAX = 2_000;

export type Papers = {
  /** All papers, oldest first. */
  readonly list: () => readonly Paper[];
  /** Puts a paper somewhere else; false: there is no such paper, or it is in the box. */
  readonly move: (id: number, place: PaperPlace) => boolean;
  /** Tears off what hangs; false: nothing hangs. */
  readonly tear: () => boolean;
  readonly png: (id: number) => Promise<Uint8Array | null>;
  readonly text: (id: number) => string | null;
  /** What hangs in the mouth, from its `from`-th item on: where it begins, dots, and its picture. */
  readonly hanging: (from: number) => Promise<HangingPart>;
  readonly newest: () => Promise<Uint8Array | null>;
  readonly add: (piece: PaperPiece, place: PaperPlace) => void;
  /** All of them, the box too, to be laid aside with the machine. */
  readonly all: () => readonly KeptPaper[];
};

export type HangingPart = {
  readonly items: number;
  readonly topDots: number;
  readonly png: Uint8Array | null;
};

export type KeptPaper = { readonly piece: PaperPiece; readonly place: PaperPlace };

type Kept = { readonly paper: Paper; readonly piece: PaperPiece };

export const makePapers = (printer: PrinterEmulator): Papers => {
  const papers = new Map<number, Kept>();
  let count = 0;
  const add = (piece: PaperPiece, place: PaperPlace): void => {
    count += 1;
    const { lengthMm, cut } = piece;
    papers.set(count, { paper: { id: count, place, lengthMm, cut }, piece });
    const oldest = papers.keys().next().value;
    if (papers.size > PAPERS_MAX && oldest !== undefined) papers.delete(oldest);
  };
  printer.onPaper((piece) => add(piece, 'tray'));
  const inSight = (id: number): PaperPiece | null => {
    const found = papers.get(id);
    return found === undefined || found.paper.place === 'box' ? null : found.piece;
  };
  const png = async (id: number): Promise<Uint8Array | null> => {
    const piece = inSight(id);
    return piece === null ? null : renderPng(piece);
  };
  return {
    add,
    all: () => [...papers.values()].map(({ paper, piece }) => ({ piece, place: paper.place })),
    list: () => [...papers.values()].map(({ paper }) => paper),
    move: (id, place) => {
      const found = papers.get(id);
      if (found === undefined || found.paper.place === 'box') return false;
      papers.set(id, { ...found, paper: { ...found.paper, place } });
      return true;
    },
    tear: () => printer.hanging() !== null && printer.tearOff() !== null,
    png,
    text: (id) => {
      const piece = inSight(id);
      return piece === null ? null : renderText(piece);
    },
    hanging: async (from) => {
      const piece = printer.hanging();
      const items = piece?.items.slice(from) ?? [];
      const first = items[0];
      if (piece === null || first === undefined)
        return { items: piece?.items.length ?? 0, topDots: 0, png: null };
      return {
        items: piece.items.length,
        topDots: first.topDots,
        png: await renderPng({ ...piece, items }),
      };
    },
    newest: async () => {
      const hanging = printer.hanging();
      if (hanging !== null) return renderPng(hanging);
      const last = [...papers.values()].findLast(({ paper }) => paper.place !== 'box');
      return last === undefined ? null : renderPng(last.piece);
    },
  };
};
