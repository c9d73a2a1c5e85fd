/**
 * The printer does one thing at a time and says `busy` to everybody else. Those who print in the booth do
 * not know of each other: the start, the self-test, a report, the officer's try after a fault. So each
 * waits here until it is its turn; every operation of a printer ends within its own limits.
 */
import type { ReceiptPrinter } from '#hal/receipt-printer.ts';

export const printerInTurn = (printer: ReceiptPrinter): ReceiptPrinter => {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    // Whoever asked hears of a bug; the next one in line is not held up by it.
    last = next.catch(() => undefined);
    return next;
  };
  return {
    ...printer,
    start: () => inTurn(printer.start),
    status: () => inTurn(printer.status),
    print: (document) => inTurn(() => printer.print(document)),
    cut: () => inTurn(printer.cut),
    recover: () => inTurn(printer.recover),
  };
};
