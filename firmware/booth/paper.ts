/**
 * The paper record and its troubles: nothing came out, a part came out, the cutter fails, the voter
 * rejects it. The officer fixes the printer and asks, but never looks; a paper that is not the record
 * goes folded into the envelope and is counted there.
 */
import { asWord } from '#firmware/events/catalogue.ts';
import type { PrinterFaultKind } from '#hal/receipt-printer.ts';
import { recover } from './recovery.ts';
import type { BoothEvent, BoothState, StageOf } from './state.ts';
import {
  askPrinterLater,
  type BoothFacts,
  canPrint,
  dropPrinterTimer,
  go,
  type Handlers,
  log,
  type Step,
  whenPrinterIsBack,
} from './step.ts';
import { afterCut, afterSpoil, cutPaper, printRecord, startPrint } from './storing.ts';

const faultLog = (fault: PrinterFaultKind) =>
  log('printFault', { code: asWord(`printer.${fault}`) });

const stepPrinting = (
  _facts: BoothFacts,
  state: BoothState,
  { attempt, left }: StageOf<'printing'>,
  event: BoothEvent,
): Step | null => {
  if (event.kind === 'recordPrinted')
    return go(state, { name: 'markingDone', attempt, left }, log('recordPrinted', {}), {
      kind: 'vault',
      call: 'markDone',
    });
  if (event.kind === 'vaultFailed' && event.call === 'record')
    return recover(state, { attempt, left, printed: false });
  if (event.kind !== 'recordNotPrinted') return null;
  const { fault } = event;
  return event.progress === 'nothing'
    ? go(state, { name: 'printFault', attempt, left, fault }, faultLog(fault), askPrinterLater)
    : go(state, { name: 'askPrinted', attempt, left, fault }, faultLog(fault));
};

/** The officer asked the voter whether something came out. */
const stepAskPrinted = (
  _facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'askPrinted'>,
  event: BoothEvent,
): Step | null => {
  if (event.kind !== 'touched') return null;
  const { attempt, left } = stage;
  if (event.action === 'paper:something')
    return go(
      state,
      { name: 'markingPartial', attempt, left },
      { kind: 'vault', call: 'markPartial' },
    );
  if (event.action !== 'paper:nothing') return null;
  if (state.printer !== null && !canPrint(state.printer) && stage.fault !== null)
    return go(state, { name: 'printFault', attempt, left, fault: stage.fault }, askPrinterLater);
  return printRecord(state, stage);
};

const stepCutting = (
  facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'cutting'>,
  event: BoothEvent,
): Step | null => {
  if (stage.fault === null) {
    if (event.kind === 'paperCut') return afterCut(facts, state, stage);
    if (event.kind !== 'paperNotCut') return null;
    const { fault } = event;
    return go(state, { ...stage, fault }, faultLog(fault), askPrinterLater);
  }
  // A cutter that does not come back: the paper is torn off by hand.
  if (event.kind === 'touched' && event.action === 'paper:taken') {
    const [next, effects] = afterCut(facts, state, stage);
    return [next, [dropPrinterTimer, ...effects]];
  }
  return whenPrinterIsBack(state, event, () => cutPaper(state, stage));
};

/** S4': accepted, once rejected, or put into the box for a voter who is gone. */
const stepVerifying = (
  _facts: BoothFacts,
  state: BoothState,
  { attempt, left, canReject }: StageOf<'verifying'>,
  event: BoothEvent,
): Step | null => {
  if (event.kind !== 'touched') return null;
  if (event.action === 'paper:accept' || event.action === 'paper:inBox')
    return go(
      state,
      { name: 'confirming', attempt, left },
      { kind: 'vault', call: 'markConfirmed' },
    );
  return event.action === 'paper:reject' && canReject
    ? go(state, { name: 'spoiling', attempt }, log('recordSpoiled', {}), {
        kind: 'vault',
        call: 'spoil',
      })
    : null;
};

const failed = (event: BoothEvent, call: 'markPartial' | 'spoil' | 'finishSpoil'): boolean =>
  event.kind === 'vaultFailed' && event.call === call;

const touchedFolded = (event: BoothEvent): boolean =>
  event.kind === 'touched' && event.action === 'paper:folded';

export const paperHandlers: Handlers<
  | 'printing'
  | 'printFault'
  | 'askPrinted'
  | 'markingPartial'
  | 'foldPartial'
  | 'cutting'
  | 'verifying'
  | 'spoiling'
  | 'foldSpoiled'
  | 'finishingSpoil'
> = {
  printing: stepPrinting,
  printFault: (_facts, state, stage, event) =>
    whenPrinterIsBack(state, event, () => printRecord(state, stage)),
  askPrinted: stepAskPrinted,
  markingPartial: (_facts, state, { attempt, left }, event) => {
    if (failed(event, 'markPartial')) return recover(state, { attempt, left, printed: null });
    return event.kind === 'vaultDone' && event.call === 'markPartial'
      ? go(state, { name: 'foldPartial', attempt, left })
      : null;
  },
  foldPartial: (_facts, state, { attempt, left }, event) => {
    if (!touchedFolded(event)) return null;
    const [next, effects] = startPrint(state, attempt, left);
    return [next, [log('recordReprinted', {}), ...effects]];
  },
  cutting: stepCutting,
  verifying: stepVerifying,
  spoiling: (_facts, state, { attempt }, event) => {
    if (failed(event, 'spoil')) return recover(state, { attempt, left: false, printed: true });
    return event.kind === 'vaultDone' && event.call === 'spoil'
      ? go(state, { name: 'foldSpoiled', attempt })
      : null;
  },
  foldSpoiled: (_facts, state, { attempt }, event) =>
    touchedFolded(event)
      ? go(state, { name: 'finishingSpoil', attempt }, { kind: 'vault', call: 'finishSpoil' })
      : null,
  finishingSpoil: (facts, state, { attempt }, event) => {
    if (failed(event, 'finishSpoil'))
      return recover(state, { attempt, left: false, printed: true });
    return event.kind === 'vaultDone' && event.call === 'finishSpoil'
      ? afterSpoil(facts, state, attempt)
      : null;
  },
};
