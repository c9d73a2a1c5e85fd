/**
 * Has the signed result sent, from the booth's side: reads it and the receipt on the media, starts a
 * sending, keeps the receipt on both media and prints it. It runs a machine of its own (firmware/dispatch)
 * beside the booth's; of the vault it touches nothing but the result's folder.
 */
import { makeDispatch } from '#firmware/dispatch/dispatch.ts';
import type { DispatchEffect, DispatchEvent, DispatchState } from '#firmware/dispatch/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { asWord } from '#firmware/events/catalogue.ts';
import { composeReceipt } from '#firmware/paper/receipt.ts';
import { receiptNumber, receiptQrText } from '#firmware/transmission/receipt.ts';
import { acknowledges, type ClosedPrecinct } from '#firmware/transmission/run-sender.ts';
import { receiverOf, type Sending, type SendingWord } from '#firmware/transmission/sending.ts';
import { equalBytes, textOf, utf8 } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { openResultPackage, precinctId, RESULT_FILES } from '#firmware/vault/result-package.ts';
import { replaceWholeFile } from '#firmware/vault/whole-file.ts';
import type { BoothBoard } from '#hal/board.ts';
import { faultCode } from '#hal/fault.ts';
import { RESULT_FOLDER } from './booth-counting.ts';
import type { BoothOptions } from './booth-options.ts';
import { runMachine } from './runner.ts';

/** Beside the package: the receiver's signed receipt, and the number of the one that was printed. */
export const RECEIPT_FILE = 'receipt.signed';
export const PRINTED_FILE = 'receipt-printed';

const MEDIA = ['fixed', 'removable'] as const;
type MediumName = (typeof MEDIA)[number];
const at = (file: string): string => `${RESULT_FOLDER}/${file}`;

export type BoothDispatch = {
  /** The booth stands at its end, with every original on paper. Once. */
  readonly pollsCounted: () => void;
  /** An officer's touch; false: it is not of this. */
  readonly touched: (action: string) => boolean;
  readonly state: () => DispatchState;
  readonly stop: () => void;
};

/** What it needs of the booth. */
export type DispatchGiven = Pick<
  BoothOptions,
  'identity' | 'formerIdentities' | 'transmission' | 'locale' | 'log'
> & {
  readonly board: Pick<BoothBoard, 'clock' | 'media' | 'printer'>;
  readonly electionPackage: { readonly definition: ElectionDefinition };
};

export type BoothDispatchOptions = {
  readonly options: DispatchGiven;
  /** Something else is to be seen on the screen. */
  readonly onState: () => void;
};

/** The files of the result on the media, and what is written beside them. */
const makeFolder = ({ board, identity, formerIdentities = [], transmission }: DispatchGiven) => {
  const keys = [identity.publicKey, ...formerIdentities];
  const read = async (name: MediumName, file: string): Promise<Uint8Array | null> => {
    const found = await board.media[name].read(at(file));
    return found.ok ? found.value : null;
  };
  /** Null: no package there that a machine of this precinct's day signed. */
  const closedOn = async (name: MediumName): Promise<ClosedPrecinct | null> => {
    const bytes = await read(name, RESULT_FILES.package);
    const signature = await read(name, RESULT_FILES.signature);
    if (bytes === null || signature === null) return null;
    for (const key of keys) {
      const opened = openResultPackage(bytes, signature, key, null);
      if (!opened.ok) continue;
      return {
        election: opened.value.election,
        precinct: precinctId(opened.value),
        bytes,
        signature,
      };
    }
    return null;
  };
  const put = async (name: MediumName, file: string, bytes: Uint8Array): Promise<boolean> =>
    board.media[name].present() && (await replaceWholeFile(board.media[name], at(file), bytes)).ok;
  /** One medium is enough. */
  const putOnBoth = async (file: string, bytes: Uint8Array): Promise<boolean> => {
    const kept = [];
    for (const name of MEDIA) {
      const there = await read(name, file);
      kept.push(there !== null && equalBytes(there, bytes) ? true : await put(name, file, bytes));
    }
    return kept.includes(true);
  };
  return {
    closed: async (): Promise<ClosedPrecinct | null> =>
      (await closedOn('fixed')) ?? (await closedOn('removable')),
    /** A receipt of exactly this package by an appointed receiver, whichever medium has it. */
    receipt: async (closed: ClosedPrecinct): Promise<Uint8Array | null> => {
      for (const name of MEDIA) {
        const bytes = await read(name, RECEIPT_FILE);
        if (bytes !== null && acknowledges(bytes, closed, transmission?.receivers ?? []))
          return bytes;
      }
      return null;
    },
    keepReceipt: (receipt: Uint8Array): Promise<boolean> => putOnBoth(RECEIPT_FILE, receipt),
    wasPrinted: async (number: string): Promise<boolean> => {
      for (const name of MEDIA) {
        const bytes = await read(name, PRINTED_FILE);
        if (bytes !== null && textOf(bytes) === number) return true;
      }
      return false;
    },
    /** Where no medium takes it, a restart prints the receipt once more. */
    notePrinted: (number: string): Promise<boolean> => putOnBoth(PRINTED_FILE, utf8(number)),
  };
};

export const makeBoothDispatch = ({ options, onState }: BoothDispatchOptions): BoothDispatch => {
  const { board, electionPackage, transmission, log } = options;
  const { definition } = electionPackage;
  const locale = options.locale ?? definition.locale;
  const folder = makeFolder(options);
  let closed: ClosedPrecinct | null = null;
  let receipt: Uint8Array | null = null;
  let sending: Sending | null = null;
  let cancelWait = (): void => undefined;
  /** After a bug: what the screen says, since the machine itself stands still. */
  let stopped: DispatchState | null = null;
  let left = false;

  const look = async (): Promise<DispatchEvent> => {
    closed = await folder.closed();
    if (closed === null) return { kind: 'resultNotFound' };
    receipt = await folder.receipt(closed);
    if (receipt === null) return { kind: 'resultFound', receipt: null, printed: false };
    // One medium may have come back without it.
    await folder.keepReceipt(receipt);
    const number = receiptNumber(receipt);
    return { kind: 'resultFound', receipt: number, printed: await folder.wasPrinted(number) };
  };

  const endSending = (): void => {
    sending?.stop();
    sending = null;
  };
  const took = (base64: string): DispatchEvent => {
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
    if (closed === null || !acknowledges(bytes, closed, transmission?.receivers ?? [])) {
      endSending();
      return { kind: 'senderEnded', why: 'wrongReceipt' };
    }
    receipt = bytes;
    return { kind: 'receiptVerified', receipt: receiptNumber(bytes) };
  };
  const eventOf = (word: SendingWord): DispatchEvent => {
    switch (word.kind) {
      case 'attemptBegan':
      case 'notSent':
        return word;
      case 'receiptCame':
        return took(word.receipt);
      case 'packageRefused':
        endSending();
        return { kind: 'packageRefused', code: word.code };
      case 'gaveUp':
      case 'senderEnded':
        endSending();
        return word;
    }
  };
  const start = (): void => {
    if (closed === null || transmission === undefined) throw new Error('nothing to send');
    endSending();
    const mine: Sending = transmission.start(closed, (word) => {
      // Of a sending that is over nothing is heard any more.
      if (sending === mine) runner.post(eventOf(word));
    });
    sending = mine;
  };
  const keep = async (): Promise<DispatchEvent> => {
    if (receipt === null) throw new Error('no receipt to keep');
    const kept = await folder.keepReceipt(receipt);
    sending?.receiptKept(kept);
    // Its job is done, or it gives up by itself: neither is news.
    sending = null;
    return { kind: kept ? 'receiptKept' : 'receiptNotKept' };
  };

  const print = async (): Promise<DispatchEvent> => {
    if (receipt === null || closed === null) throw new Error('no receipt to print');
    const bytes = receipt;
    const by = (transmission?.receivers ?? []).find((each) =>
      closed === null ? false : acknowledges(bytes, closed, [each]),
    );
    if (by === undefined) throw new Error('a receipt of nobody');
    const number = receiptNumber(bytes);
    const { printer } = board;
    const printed = await printer.print(
      composeReceipt(
        {
          definition,
          number,
          digest: sha256Hex(closed.bytes),
          receiver: receiverOf(by),
          qrText: receiptQrText(bytes),
        },
        locale,
        printer.profile().columns,
      ),
    );
    if (!printed.ok) return { kind: 'receiptNotPrinted', fault: printed.error.fault.kind };
    const cut = await printer.cut();
    if (!cut.ok) log({ id: 'printFault', fields: { code: asWord(faultCode(cut.error)) } });
    await folder.notePrinted(number);
    return { kind: 'receiptPrinted' };
  };

  const perform = (effect: DispatchEffect): void => {
    const later = (work: Promise<DispatchEvent>): void => runner.guard(work.then(runner.post));
    switch (effect.kind) {
      case 'look':
        later(look());
        return;
      case 'startSender':
        start();
        return;
      case 'hurrySender':
        sending?.hurry();
        return;
      case 'keepReceipt':
        later(keep());
        return;
      case 'printReceipt':
        later(print());
        return;
      case 'wait':
        cancelWait = board.clock.after(effect.delayMs, () => runner.post({ kind: 'waited' }));
        return;
      case 'stopWaiting':
        cancelWait();
        return;
      case 'log':
        log(effect.event);
        return;
      case 'logResult':
        if (closed === null) throw new Error('nothing was sent');
        log({ id: effect.id, fields: { digest: sha256Hex(closed.bytes) } });
        return;
    }
  };

  const runner = runMachine<DispatchState, DispatchEvent, DispatchEffect>({
    machine: makeDispatch(transmission !== undefined && transmission.receivers.length > 0),
    perform,
    onState,
    // The booth goes on: all that is lost is the sending, until the unit starts anew.
    onPark: (code) => {
      endSending();
      stopped = { name: 'failed', starts: 1, why: code, again: false };
      log({ id: 'transmissionFailed', fields: { reason: asWord(code) } });
      onState();
    },
  });
  return {
    pollsCounted: () => {
      if (!left && runner.state().name === 'held') runner.post({ kind: 'pollsCounted' });
    },
    touched: (action) => {
      if (action !== 'result:send' && action !== 'result:receipt') return false;
      runner.post({ kind: action === 'result:send' ? 'tryAgain' : 'printAgain' });
      return true;
    },
    state: () => stopped ?? runner.state(),
    stop: () => {
      left = true;
      cancelWait();
      endSending();
      runner.stop();
    },
  };
};
