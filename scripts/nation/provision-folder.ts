/**
 * What provisioning leaves, by who may have it. `public/` is for everybody; each folder of `deliveries/`
 * goes into one unit; the others hold persons' data or secrets and are erased by `provision --erase`.
 */

import type { PollingPlace } from '#firmware/nation/offer.ts';
import { NATIONAL_FILES } from '#firmware/nation/open-nation.ts';
import { PAPER_CODE_FILES } from '#firmware/nation/paper-code-list.ts';

export const PUBLIC = 'public';
export const DELIVERIES = 'deliveries';
export const ROSTERS = 'rosters';
export const SECRET = 'secret';
export const LOOKUP = 'lookup';

/** Says that a folder is of this kind, of which election, and until when it must be kept. */
export const PROVISION_FILE = 'provision.json';
export const PROVISION_FORMAT = 'urna-provision-1';

export type ProvisionRecord = {
  readonly format: typeof PROVISION_FORMAT;
  readonly election: string;
  readonly precincts: number;
  readonly releaseDigest: string;
  /** ISO 8601: pollbooks and templates may not be erased before. */
  readonly keepUntil: string;
};

export const PUBLIC_FILES = {
  ...NATIONAL_FILES,
  ...PAPER_CODE_FILES,
  authorityKey: 'authority-key.pem',
} as const;

export const SECRET_FOLDERS = { pollbookKeys: 'pollbook-keys', envelopes: 'envelopes' } as const;

export const SECRET_NOTE = `SECRETO / SECRET

Aquí están las claves de los cuadernos, los códigos de un solo uso y, en una elección de prueba, las claves
privadas de la autoridad. No se copian, no se publican; pasado el plazo legal: scripts/urna provision --erase

Here are the pollbooks' keys, the single-use codes and, in a test election, the authority's private keys.
Never copied, never published; after the legal period: scripts/urna provision --erase
`;

export const PRIVATE_FOLDER = { mode: 0o700, recursive: true } as const;
export const PRIVATE_FILE = { mode: 0o600 } as const;

/** The last two digits of a precinct's voters: the lowest and the highest. */
export type Terminals = readonly [lowest: number, highest: number];

/** What a voter is told. */
export type PrecinctSign = Pick<PollingPlace, 'name' | 'address'> & {
  readonly precinct: string;
  readonly terminals: Terminals;
};
