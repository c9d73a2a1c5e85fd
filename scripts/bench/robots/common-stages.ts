/** Stages that a lost robot looks for, so that it can say where the machine stands. */
import type { OfficerPurpose, Stage } from '#firmware/booth/state.ts';
import type { PrinterFaultKind } from '#hal/receipt-printer.ts';

const PRINTER_FAULTS = [
  ...(['paperEnd', 'coverOpen', 'jam', 'cutter', 'absent', 'timeout'] as const),
  ...(['overheated', 'unrecoverable', 'garbled', 'busy'] as const),
] as const satisfies readonly PrinterFaultKind[];

const check = (purpose: OfficerPurpose, step: 'insertToken' | 'enterPin') =>
  ({ purpose, step, pin: '', refusal: null }) as const;

/** What is seen most often where officers and voters did not go on. */
export const commonStages = (): readonly Stage[] => [
  { name: 'waiting' },
  { name: 'starting', stuck: false },
  { name: 'starting', stuck: true },
  { name: 'readyForCeremony', problem: null },
  { name: 'readyToOpen', problem: null },
  { name: 'officerMenu' },
  { name: 'closingQueue' },
  { name: 'takePaper', left: false },
  { name: 'foldPartial', attempt: null, left: false },
  ...(['insertToken', 'enterPin'] as const).flatMap((step): readonly Stage[] => [
    { name: 'resuming', check: check('resume', step) },
    { name: 'officer', check: check('menu', step) },
    { name: 'confirmVoter', attempt: null, check: check('confirmVoter', step) },
    { name: 'closingOverride', check: check('closeOverride', step) },
    { name: 'suspended', check: check('synchronise', step), synchronising: false, failed: null },
  ]),
  { name: 'suspended', check: null, synchronising: false, failed: null },
  ...PRINTER_FAULTS.flatMap((fault): readonly Stage[] => [
    { name: 'printFault', attempt: null, left: false, fault },
    { name: 'askPrinted', attempt: null, left: false, fault },
  ]),
  { name: 'askPrinted', attempt: null, left: false, fault: null },
];

/** A stage's name, with what its check or its printer waits for. */
export const nameOf = (stage: Stage): string => {
  if ('fault' in stage && stage.fault !== null) return `${stage.name} (${stage.fault})`;
  if ('check' in stage && typeof stage.check === 'object' && stage.check !== null)
    return `${stage.name} (${stage.check.step})`;
  return stage.name;
};
