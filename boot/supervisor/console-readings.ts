/**
 * The supervisor looks at its own devices for the field console: what they show, and what a technician
 * would call a fault of them though their contracts call it a reading.
 */
import type { Finding } from '#firmware/console/fault-book.ts';
import type { UnitPart } from '#firmware/faults/parts.ts';
import type { Reading } from '#firmware/messages/diagnostics.ts';
import { LOW, OUTPUT_VOLTS } from '#firmware/power/power-policy.ts';
import { readSurroundings } from '#firmware/runtime/booth-surroundings.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import { type Fault, faultCode } from '#hal/fault.ts';
import type { InventoryFault, NetworkInterface } from '#hal/inventory.ts';
import type { PowerStabilizer } from '#hal/power-stabilizer.ts';
import type { Result } from '#hal/result.ts';
import type { Medium } from '#hal/storage.ts';

export type LookedAt = Finding & { readonly readings: readonly Reading[] };

/** A medium with less is as good as full: a day's log and urn need more. */
const LOW_BYTES = 64 * 1024 * 1024;
/** Free bytes are told in steps of this: a visit's entries of the log are a few hundred bytes. */
const FREE_STEP_BYTES = 1024 * 1024;

const look = <T>(
  part: UnitPart,
  result: Result<T, Fault<string>>,
  tell: (value: T) => { readonly code: string | null; readonly readings: readonly Reading[] },
): LookedAt =>
  result.ok
    ? { part, ...tell(result.value) }
    : { part, code: faultCode(result.error), readings: [] };

type StabilizerResult = Awaited<ReturnType<PowerStabilizer['read']>>;
const stabilizer = (part: 'stabilizerA' | 'stabilizerB', result: StabilizerResult): LookedAt =>
  look(part, result, ({ inputVolts, outputVolts, feeding }) => ({
    code:
      // Without mains a stabilizer that delivers nothing is well.
      inputVolts >= OUTPUT_VOLTS.lowAgain &&
      (outputVolts < OUTPUT_VOLTS.lowAgain || outputVolts > OUTPUT_VOLTS.highAgain)
        ? 'stabilizer.broken'
        : null,
    readings: [
      { name: 'inputVolts', value: Math.round(inputVolts) },
      { name: 'outputVolts', value: Math.round(outputVolts) },
      { name: 'feeding', value: feeding },
    ],
  }));

const medium = async (
  part: 'fixedMemory' | 'removableMemory',
  found: Medium,
): Promise<LookedAt> => {
  if (!found.present())
    return { part, code: 'vault.mediumLost', readings: [{ name: 'present', value: false }] };
  const free = await found.freeBytes();
  return look(part, free, (bytes) => ({
    code: bytes < LOW_BYTES ? 'medium.full' : null,
    readings: [
      { name: 'present', value: true },
      { name: 'freeBytes', value: bytes - (bytes % FREE_STEP_BYTES) },
    ],
  }));
};

/** `mayTransmit`: the polls have closed, and an interface that is up is no fault any more. */
const networkOf = (
  found: Result<readonly NetworkInterface[], InventoryFault>,
  mayTransmit: boolean,
): LookedAt => {
  const { code, readings } = look('network', found, (networks) => {
    const up = networks.filter((each) => each.up).length;
    return {
      code: up > 0 && !mayTransmit ? 'unit.networkUp' : null,
      readings: [
        { name: 'interfaces', value: networks.length },
        { name: 'interfacesUp', value: up },
      ],
    };
  });
  return { part: 'network', code, readings };
};

export type BoardLook = {
  readonly parts: readonly LookedAt[];
  /** Null: the system does not tell. */
  readonly networks: readonly NetworkInterface[] | null;
};

/**
 * The supervisor's devices, but for the clock, whose one reader is the calendar's watch; each answers within
 * the limits of its contract.
 */
export const lookAtBoard = async (
  board: SupervisorBoard,
  mayTransmit: boolean,
): Promise<BoardLook> => {
  const [around, fixed, removable, networks] = await Promise.all([
    readSurroundings(board),
    medium('fixedMemory', board.media.fixed),
    medium('removableMemory', board.media.removable),
    board.inventory.networks(),
  ]);
  const parts = [
    stabilizer('stabilizerA', around.stabilizers.a),
    stabilizer('stabilizerB', around.stabilizers.b),
    look('battery', around.battery, ({ present, percent, volts, flow }) => ({
      code: !present
        ? 'battery.absent'
        : percent <= LOW.percent && flow !== 'charging'
          ? 'power.low'
          : null,
      readings: [
        { name: 'percent', value: percent },
        { name: 'volts', value: volts },
        { name: 'charging', value: flow === 'charging' },
      ],
    })),
    look('panel', around.panel, ({ key, tamper, coverOpen }) => ({
      code: tamper ? 'unit.sealBroken' : coverOpen ? 'unit.coverOpen' : null,
      readings: [
        { name: 'keyOn', value: key === 'on' },
        { name: 'tamper', value: tamper },
        { name: 'coverOpen', value: coverOpen },
      ],
    })),
    fixed,
    removable,
    networkOf(networks, mayTransmit),
  ];
  return { parts, networks: networks.ok ? networks.value : null };
};
