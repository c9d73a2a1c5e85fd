/**
 * How wide each letter of the screen's typeface is (Atkinson Hyperlegible, horizontal advances of the
 * font files, rounded up): thousandths of an em. Pairs are set closer than that, never wider, so that a
 * line of the sum of its letters has room on the glass.
 */

/** ASCII from the space on, then Latin-1 from the no-break space on. */
const ASCII = 0x20;
const ASCII_END = 0x7f;
const LATIN = 0xa0;
const LATIN_END = 0x100;

/** Rows of sixteen letters. */
const widths = (...rows: readonly string[]): readonly number[] =>
  rows.flatMap((row) => row.split(' ').map(Number));

const REGULAR = {
  ascii: widths(
    '280 281 301 655 594 927 705 160 300 300 433 602 205 368 205 377',
    '648 402 549 574 614 583 598 510 615 598 205 205 553 602 553 520',
    '780 626 619 656 673 567 548 710 690 414 510 627 539 820 689 727',
    '601 753 618 596 558 690 589 840 623 595 607 315 377 315 552 396',
    '268 526 566 500 564 539 311 560 546 278 254 490 239 841 546 552',
    '566 576 340 471 324 536 441 654 461 429 460 319 233 319 555',
  ),
  latin: widths(
    '280 281 500 586 580 595 233 530 425 798 371 562 602 0 798 382',
    '352 579 382 383 268 555 508 235 291 256 381 562 826 812 868 520',
    '626 626 626 626 626 626 998 656 567 567 567 567 414 414 414 414',
    '712 689 727 727 727 727 727 528 727 690 690 690 690 595 576 597',
    '526 526 526 526 526 526 874 500 539 539 539 539 278 278 278 278',
    '567 546 552 552 552 552 552 602 552 536 536 536 536 429 566 429',
  ),
} as const;

const BOLD = {
  ascii: widths(
    '320 283 410 783 619 977 702 222 366 366 434 618 243 374 243 442',
    '652 448 586 605 626 612 632 543 625 561 243 243 573 618 573 614',
    '754 690 639 673 686 580 544 719 679 458 560 659 537 842 700 764',
    '626 781 654 619 617 663 656 883 699 687 621 333 442 333 589 430',
    '314 553 596 520 596 566 367 597 572 315 259 567 314 886 572 573',
    '596 601 372 534 379 570 526 723 533 518 516 370 234 370 533',
  ),
  latin: widths(
    '320 283 520 617 596 687 216 578 452 798 395 669 618 0 798 405',
    '404 618 407 413 314 591 515 301 321 291 409 669 853 856 959 614',
    '690 690 690 690 690 690 1016 673 580 580 580 580 458 458 458 458',
    '773 700 764 764 764 764 764 539 763 663 663 663 663 687 615 621',
    '553 553 553 553 553 553 883 520 566 566 566 566 301 301 301 301',
    '589 572 573 573 573 573 573 594 573 570 570 570 570 518 596 518',
  ),
} as const;

/** Signs elsewhere that the scenes use: regular and bold. */
const SIGNS: Readonly<Record<string, readonly [number, number]>> = {
  '•': [438, 438],
  '…': [696, 803],
  '–': [480, 508],
  '—': [800, 842],
  '‘': [235, 277],
  '’': [235, 277],
  '“': [398, 498],
  '”': [398, 498],
  '−': [602, 594],
  '‹': [353, 404],
  '›': [353, 404],
};

/** Of a letter that the table does not have: as wide as most of the widest. */
const UNKNOWN = 900;

const inTable = (code: number, bold: boolean): number | undefined => {
  const table = bold ? BOLD : REGULAR;
  if (code >= ASCII && code < ASCII_END) return table.ascii[code - ASCII];
  return code >= LATIN && code < LATIN_END ? table.latin[code - LATIN] : undefined;
};

const widthOf = (character: string, bold: boolean): number => {
  const known = inTable(character.codePointAt(0) ?? 0, bold) ?? SIGNS[character]?.[bold ? 1 : 0];
  if (known !== undefined) return known;
  // A letter with a mark is as wide as the letter.
  const base = character.normalize('NFD').codePointAt(0) ?? 0;
  return inTable(base, bold) ?? UNKNOWN;
};

/** Worked out once for the letters that names are written in: a page of cards measures thousands. */
const COMMON_END = 0x250;
const COMMON = [false, true].map((bold) =>
  Array.from({ length: COMMON_END }, (_, code) => widthOf(String.fromCodePoint(code), bold) / 1000),
);

/** Width of a character in em. */
export const letterWidth = (character: string, bold: boolean): number =>
  COMMON[bold ? 1 : 0]?.[character.codePointAt(0) ?? COMMON_END] ?? widthOf(character, bold) / 1000;
