/**
 * The paper in an emulated printer: what stands on it, in dots, and the pieces that are cut off. The
 * blade is a little beyond the print head, so a cut without feeding leaves the last
 * centimetres on the roll, as a real one does.
 */

export type TextRun = {
  readonly text: string;
  readonly bold: boolean;
  readonly underline: boolean;
  readonly reverse: boolean;
  readonly font: 'A' | 'B';
  readonly scaleX: number;
  readonly scaleY: number;
};

type Placed = { readonly topDots: number; readonly leftDots: number; readonly heightDots: number };

export type PaperItem =
  | (Placed & { readonly kind: 'line'; readonly runs: readonly TextRun[] })
  | (Placed & {
      readonly kind: 'qr';
      readonly text: string;
      readonly moduleDots: number;
      readonly correction: 'L' | 'M' | 'Q' | 'H';
    })
  | (Placed & {
      readonly kind: 'raster';
      readonly widthBytes: number;
      readonly scaleX: number;
      readonly scaleY: number;
      readonly data: Uint8Array;
    });

/** One paper. `topDots` of its items count from its upper edge. */
export type PaperPiece = {
  /** 1, 2, … in the order in which they left the printer. */
  readonly number: number;
  readonly items: readonly PaperItem[];
  readonly lengthMm: number;
  /** Printable dots across. */
  readonly widthDots: number;
  /** False: torn off by hand, or still hanging. */
  readonly cut: boolean;
};

export type PaperTape = {
  /** Puts something at the head, then moves the paper by its height. */
  print(item: PaperItem): void;
  /** Moves the paper. */
  feed(dots: number): void;
  /** Where the head is, dots from the start of the roll. */
  headDots(): number;
  /** Cuts at the blade. Null when there is nothing beyond the blade. */
  cut(): PaperPiece | null;
  /** What hangs out, without taking it; null when nothing was printed since the last cut. */
  hanging(): PaperPiece | null;
  /** Tears off everything up to the head. */
  tear(): PaperPiece | null;
};

export type PaperSize = {
  readonly widthDots: number;
  readonly dotsPerMm: number;
  readonly headToCutterDots: number;
};

export const makePaperTape = (size: PaperSize): PaperTape => {
  const { headToCutterDots } = size;
  let head = 0;
  /** Where the piece in the printer begins: at first the paper reaches just to the blade. */
  let start = -headToCutterDots;
  let items: PaperItem[] = [];
  let count = 0;

  const pieceUpTo = (end: number, cut: boolean, number: number): PaperPiece => ({
    number,
    items: items
      .filter((item) => item.topDots < end)
      .map((item) => ({ ...item, topDots: item.topDots - start })),
    lengthMm: (end - start) / size.dotsPerMm,
    widthDots: size.widthDots,
    cut,
  });
  const separate = (end: number, cut: boolean): PaperPiece | null => {
    if (end <= start) return null;
    const piece = pieceUpTo(end, cut, count + 1);
    items = items.filter((item) => item.topDots >= end);
    start = end;
    if (piece.items.length > 0) count++;
    return piece;
  };
  return {
    print: (item) => {
      items.push({ ...item, topDots: head });
      head += item.heightDots;
    },
    feed: (dots) => {
      head += dots;
    },
    headDots: () => head,
    cut: () => separate(head - headToCutterDots, true),
    hanging: () => (items.length === 0 ? null : pieceUpTo(head, false, count + 1)),
    tear: () => separate(head, false),
  };
};
