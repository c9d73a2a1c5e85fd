/**
 * What goes wrong with the printer: at once, or after so much more paper has come out, also in the
 * middle of a line.
 */
import { PRINTER_FAULTS } from '#drivers/printer/emulator.ts';
import type { FaultKind } from '../plan.ts';

/** Half of the faults strike within this much paper: more than a record, less than two. */
const STRIKES_WITHIN_MM = 160;

export const PRINTER_FAULT_KINDS: readonly FaultKind[] = PRINTER_FAULTS.map((fault) => ({
  name: `printer.${fault}`,
  device: 'printer',
  parts: ['ceremony', 'opening', 'voter', 'closing'],
  weight: 1,
  lastsMs: [2_000, 60_000],
  begin: ({ board }, plan, bite) => {
    const { devices, wires } = board;
    const { printer } = devices;
    const end = (): void => printer.setFault(fault, false);
    if (plan.draw < 0.5) {
      const callOff = printer.failAfterMm(fault, plan.draw * 2 * STRIKES_WITHIN_MM);
      return {
        end: () => {
          callOff();
          end();
        },
        hasBitten: () => printer.faults().includes(fault),
      };
    }
    const before = wires.printer.carried().toDevice;
    printer.setFault(fault, true);
    if (fault === 'unplugged' || fault === 'powerCut') bite();
    return { end, hasBitten: () => wires.printer.carried().toDevice !== before };
  },
}));
