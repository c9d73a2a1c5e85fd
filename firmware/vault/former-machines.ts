/**
 * Whose day a spare unit may continue: when a board dies, its memory module is carried to a spare, which
 * takes up an urn, a log and a ceremony record that the dead board signed. The authority lists the keys
 * of that precinct's machines in a signed file; nobody at the precinct can add to it.
 */
import { bytesOfHex, toHex } from './bytes.ts';
import { KEY_BYTES } from './keys.ts';
import { openSignedFile, signFile } from './signed-file.ts';

export const FORMER_MACHINES_FORMAT = 'urna former machines 1';
/** Units that broke down in one precinct on one day. */
export const MOST_FORMER_MACHINES = 8;

export type FormerMachines = {
  readonly election: string;
  /** As certificates name it: nine digits, a point, two digits. */
  readonly precinct: string;
  /** Ed25519, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
};

/** The file, signed by the authority. */
export const encodeFormerMachines = (
  { election, precinct, keys }: FormerMachines,
  authorityKey: Uint8Array,
): Uint8Array => {
  if (keys.length > MOST_FORMER_MACHINES)
    throw new Error(`more than ${MOST_FORMER_MACHINES} former machines`);
  const content = { format: FORMER_MACHINES_FORMAT, election, precinct, keys: keys.map(toHex) };
  return signFile(FORMER_MACHINES_FORMAT, content, authorityKey);
};

/** The keys; null: not signed by this authority, of another election or precinct, or no such list. */
export const readFormerMachines = (
  bytes: Uint8Array,
  { election, precinct }: Pick<FormerMachines, 'election' | 'precinct'>,
  authorityPublicKey: Uint8Array,
): readonly Uint8Array[] | null => {
  const list = openSignedFile(FORMER_MACHINES_FORMAT, bytes, authorityPublicKey)?.json as
    | Readonly<Record<string, unknown>>
    | null
    | undefined;
  if (list?.format !== FORMER_MACHINES_FORMAT || !Array.isArray(list.keys)) return null;
  if (list.election !== election || list.precinct !== precinct) return null;
  if (list.keys.length > MOST_FORMER_MACHINES) return null;
  const keys = list.keys.map((hex: unknown) => bytesOfHex(hex, KEY_BYTES));
  const whole = keys.filter((key) => key !== null);
  return whole.length === keys.length ? whole : null;
};
