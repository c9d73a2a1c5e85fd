/**
 * What a start has shown of the release that runs, read from what the unit says of itself. It decides
 * whether an update is kept: the boot loader tries a release three times (scripts/image/esp.ts), and goes
 * back to the one before unless it was marked good by then (boot/slot/mark-good.ts).
 *
 * Good can not mean that desk and booth run. An update is put on before setup alone, and a unit may stand
 * without a delivery for weeks, and be switched on more than three times. So a unit that waits for the
 * authority is well: by then every file of the release was verified, the whole device was read, kernel,
 * modules and USB are as they must be, the data partition was opened with the TPM's key; and supervisor, desk
 * and booth were loaded in their sandboxes, opened their boards, and stand under the code of what they wait
 * for. A release that fails before that falls back by itself. What is left, the work itself, needs the
 * election; until it was seen older releases are not refused (boot/unit/keep-release.ts).
 *
 * Devices count for nothing in either: one that is broken is so under the release before, too.
 */
import type { FaultCode } from '#firmware/faults/catalogue.ts';
import { PROCESSES, type ProcessName, type UnitLine } from '#firmware/supervisor/unit-line.ts';

/** `waits`: for the authority, for nothing else. `serves`: desk and booth run. */
export const RELEASE_PROOFS = ['waits', 'serves'] as const;
export type ReleaseProof = (typeof RELEASE_PROOFS)[number];

/** What only the authority can bring: its delivery, then its certificate of the machine. */
const AWAITED: readonly string[] = [
  'machine.notDelivered',
  'machine.notCertified',
] satisfies readonly FaultCode[];

/** Takes what the unit says, line by line; `tell` is called once for each proof. */
export const watchForProof = (tell: (proof: ReleaseProof) => void): ((line: UnitLine) => void) => {
  const shown: Readonly<Record<ReleaseProof, Set<ProcessName>>> = {
    waits: new Set(),
    serves: new Set(),
  };
  const told = new Set<ReleaseProof>();
  const note = (proof: ReleaseProof, process: ProcessName): void => {
    shown[proof].add(process);
    if (shown[proof].size < PROCESSES.length || told.has(proof)) return;
    told.add(proof);
    tell(proof);
  };
  return (line) => {
    if (line.kind === 'process' && line.state === 'running') note('serves', line.process);
    if (line.kind === 'parked' && AWAITED.includes(line.code)) note('waits', line.process);
    if (line.kind === 'failed')
      for (const proof of RELEASE_PROOFS) shown[proof].delete(line.process);
  };
};
