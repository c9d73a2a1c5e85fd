/**
 * A report on its way to paper: readiness, zero and tally. Printed whole or printed again; a fault
 * stays on the screen until the printer can go on, and then it goes on by itself.
 */
import { asWord } from '#firmware/events/catalogue.ts';
import { rest } from './rest.ts';
import type { BoothEffect, BoothState, ReportStage } from './state.ts';
import {
  askPrinterLater,
  type BoothFacts,
  go,
  type Handlers,
  log,
  type Step,
  whenPrinterIsBack,
} from './step.ts';

/** Starts printing. `of`: how many originals there are. */
export const printReport = (
  state: BoothState,
  stage: Omit<ReportStage, 'name' | 'fault'>,
  ...effects: readonly BoothEffect[]
): Step =>
  go(state, { ...stage, name: 'report', fault: null }, ...effects, {
    kind: 'printReport',
    report: stage.report,
    copy: stage.copy,
    of: stage.of,
    override: state.override,
  });

/** What officers sign at installation: the readiness report, then the zero report. */
export const printSetupReports = (state: BoothState, ...effects: readonly BoothEffect[]): Step =>
  printReport(state, { report: 'readiness', copy: 1, of: 1, next: 'zero' }, ...effects);

const printed = ({ report, copy }: ReportStage): BoothEffect => {
  switch (report) {
    case 'readiness':
      return log('readinessReportPrinted', {});
    case 'zero':
      return log('zeroReportPrinted', { copy });
    case 'tally':
      return log('tallyReportPrinted', { copy });
  }
};

const afterReport = (facts: BoothFacts, state: BoothState, stage: ReportStage): Step => {
  const done = printed(stage);
  switch (stage.next) {
    case 'nextCopy':
      return stage.copy < stage.of
        ? printReport(state, { ...stage, copy: stage.copy + 1 }, done)
        : go(state, { name: 'writingResult' }, done, { kind: 'writeResult' });
    case 'zero':
      return printReport(state, { report: 'zero', copy: 1, of: 1, next: 'rest' }, done);
    case 'rest': {
      const [next, effects] = rest(facts, state);
      return [next, [done, ...effects]];
    }
    case 'open':
      return go(state, { name: 'openingStored' }, done, { kind: 'vault', call: 'openPolls' });
    case 'finished':
      return go(state, { name: 'finished', copies: stage.copy }, done);
  }
};

export const reportHandlers: Handlers<'report'> = {
  report: (facts, state, stage, event) => {
    if (stage.fault !== null)
      return whenPrinterIsBack(state, event, () => printReport(state, stage));
    if (event.kind === 'reportPrinted') return afterReport(facts, state, stage);
    if (event.kind === 'reportNotPrinted')
      return go(
        state,
        { ...stage, fault: event.fault },
        log('printFault', { code: asWord(`printer.${event.fault}`) }),
        askPrinterLater,
      );
    return null;
  },
};
