/**
 * The controls of the enumeration: the protocol with one of its parts taken out. Each has to be found
 * out by at least one state; one that is not says that the enumeration is blind there, or that the
 * part is not needed.
 */
import { enumerateCrashes, type Finding, SESSION } from './enumerate.ts';
import {
  both,
  inWrongOrder,
  type Tampering,
  withBadCell,
  withBadWrites,
  withEarlyErasure,
  withErasureBeforeSpoiled,
  withLateKeys,
  withoutCellReadBack,
  withoutErasure,
  withoutFolderSync,
  withoutReadBack,
  withoutRemoval,
  withoutRename,
  withoutSync,
} from './tampering.ts';

export type Control = {
  readonly name: string;
  readonly tampering: () => Tampering;
  /** What a whole protocol makes of the same trouble, to show that the trouble alone breaks nothing. */
  readonly trouble?: () => Tampering;
  readonly tears?: readonly number[];
};

export const CONTROLS: readonly Control[] = [
  { name: 'journal not synced', tampering: () => withoutSync(['journal']) },
  { name: 'pending record not synced', tampering: () => withoutSync(['pending']) },
  { name: 'urn not synced', tampering: () => withoutSync(['urn']) },
  { name: 'desk file not synced', tampering: () => withoutSync(['desk file']) },
  { name: 'polls record not synced', tampering: () => withoutSync(['polls']) },
  { name: 'setup record not synced', tampering: () => withoutSync(['setup']) },
  { name: 'names of the vault not synced', tampering: () => withoutFolderSync('vault') },
  { name: 'names of the desk file not synced', tampering: () => withoutFolderSync('desk') },
  {
    name: 'records written in place, not renamed',
    tampering: () => withoutRename,
    // A record is shorter than a sector: only a torn one shows.
    tears: [100],
  },
  { name: 'pending record not removed', tampering: () => withoutRemoval('pending') },
  { name: 'old urn not removed', tampering: () => withoutRemoval('urn') },
  { name: 'one-time key not erased', tampering: () => withoutErasure(['oneTime']) },
  { name: 'outer key not erased', tampering: () => withoutErasure([0, 1]) },
  // The writing that is damaged: J = PREPARED, the first pending record, urn 1, the first mark.
  ...(
    [
      ['journal', 3],
      ['pending', 1],
      ['urn', 2],
      ['desk file', 3],
      ['polls', 2],
    ] as const
  ).map(
    ([what, nth]): Control => ({
      name: `${what} not read back`,
      tampering: () => both(withoutReadBack([what]), withBadWrites('removable', what, nth)),
      trouble: () => withBadWrites('removable', what, nth),
    }),
  ),
  ...(
    [
      ['one-time key', 2],
      ['outer key', 3],
    ] as const
  ).map(
    ([what, nth]): Control => ({
      name: `${what} not read back`,
      tampering: () => both(withoutCellReadBack(), withBadCell('module', nth)),
      trouble: () => withBadCell('module', nth),
    }),
  ),
  {
    name: 'PREPARED before the pending record',
    tampering: () => inWrongOrder('pending', 'journal'),
  },
  { name: 'OUTCOME before the urn', tampering: () => inWrongOrder('urn', 'journal') },
  { name: 'the mark before the urn', tampering: () => inWrongOrder('journal', 'desk file') },
  { name: 'the old key erased before OUTCOME', tampering: () => withEarlyErasure('old outer key') },
  {
    name: 'the one-time key erased before OUTCOME',
    tampering: () => withEarlyErasure('one-time key'),
  },
  {
    name: 'the one-time key after PREPARED',
    tampering: () => withLateKeys(['oneTime'], 'journal'),
  },
  { name: 'the one-time key erased before SPOILED', tampering: withErasureBeforeSpoiled },
  { name: 'the token before the admission', tampering: () => inWrongOrder('desk file', 'journal') },
];

export type ControlOutcome = {
  readonly name: string;
  readonly detected: boolean;
  /** The rule that was broken first. */
  readonly by: string | null;
  readonly finding: Finding | null;
  readonly states: number;
};

/** Damage strikes in the first vote: one voter is enough. */
const ONE_VOTER = SESSION.slice(0, 1);

export const runControl = async (control: Control): Promise<ControlOutcome> => {
  const { name, tampering, trouble, tears = [] } = control;
  const weak = await enumerateCrashes({
    depth: 1,
    stopAtFirst: true,
    tampering: tampering(),
    tears,
    ...(trouble === undefined ? {} : { damaging: true, session: ONE_VOTER }),
  });
  const finding = weak.findings[0] ?? null;
  const by = finding?.rule ?? null;
  return { name, detected: finding !== null, by, finding, states: weak.states };
};

/** The trouble of a control alone, with the protocol whole: must break nothing. */
export const runTrouble = async ({ trouble }: Control): Promise<readonly Finding[]> => {
  if (trouble === undefined) return [];
  const options = { depth: 1, stopAtFirst: true, damaging: true, session: ONE_VOTER } as const;
  return (await enumerateCrashes({ ...options, tampering: trouble() })).findings;
};
