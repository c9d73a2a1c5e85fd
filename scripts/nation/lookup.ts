/**
 * Where a voter votes: polling place, precinct, and the last two digits by which its table is found. Never
 * anything of another voter, nor of this one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readable } from '#firmware/election/decoder.ts';
import { name } from '#firmware/election/definition-shape.ts';
import { MAX_ADDRESS_LENGTH } from '#firmware/election/limits.ts';
import { MAX_PRECINCTS } from '#firmware/nation/limits.ts';
import { makeTable, PRECINCT_ID, wholeNumber } from '#firmware/nation/tables.ts';
import { LOOKUP, PRIVATE_FILE, type PrecinctSign } from './provision-folder.ts';
import { findVoter } from './voter-index.ts';

const SIGNS_FILE = 'precincts.csv';

const unchanged = (value: string): string => value;
const SIGNS_TABLE = makeTable<
  Omit<PrecinctSign, 'terminals'> & { readonly lowest: number; readonly highest: number }
>({
  precinct: { read: PRECINCT_ID, write: unchanged },
  name: { read: name, write: unchanged },
  address: { read: readable(MAX_ADDRESS_LENGTH), write: unchanged },
  lowest: wholeNumber(0, 99),
  highest: wholeNumber(0, 99),
});

/** In the order of the indexes that the voters' file holds. */
export const writeSigns = (folder: string, signs: readonly PrecinctSign[]): void => {
  const rows = signs.map(({ precinct, name: called, address, terminals: [lowest, highest] }) => ({
    precinct,
    name: called,
    address,
    lowest,
    highest,
  }));
  writeFileSync(join(folder, SIGNS_FILE), SIGNS_TABLE.text(rows), PRIVATE_FILE);
};

/** Null: nobody of this ID votes here. Throws where the folder holds no index. */
export const lookUp = (root: string, nationalId: string): PrecinctSign | null => {
  const folder = join(root, LOOKUP);
  const index = findVoter(folder, nationalId);
  if (index === null) return null;
  const text = readFileSync(join(folder, SIGNS_FILE), 'utf8');
  const found = SIGNS_TABLE.read(text, SIGNS_FILE, MAX_PRECINCTS, (path, message) => {
    throw new Error(`${path} ${message}`);
  })[index];
  if (found === undefined) throw new Error(`${SIGNS_FILE} is cut short`);
  const { precinct, name: called, address, lowest, highest } = found;
  return { precinct, name: called, address, terminals: [lowest, highest] };
};
