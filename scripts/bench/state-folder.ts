/**
 * A machine that is laid aside and taken up again: beside the machine's own folder one file for what is
 * no part of it (officers' tokens, papers, how far its clock is from ours), and whose machine it is.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { provision } from '../day/provision.ts';
import type { KeptPaper } from './papers.ts';
import { FAMILY, type Prepared, type PrepareOptions } from './prepare.ts';
import type { Session } from './session.ts';

const FILE = 'bench-state';
const FORMAT = 'urna-bench-1';
/** The machine's own folder. */
const MACHINE = 'machine';

type Laid = {
  readonly format: typeof FORMAT;
  /** Of election, voters, seed and locale: another bench's machine is not taken up. */
  readonly whose: string;
  readonly beginning: Prepared['beginning'];
  readonly keyTaken: boolean;
  readonly clockShiftMs: number;
  readonly tokens: readonly (readonly [string, Uint8Array | null])[];
  readonly papers: readonly KeptPaper[];
};

export type StateFolder = {
  readonly machineFolder: string;
  /** The machine that was laid aside; null: there is none. Throws when it is another bench's. */
  readonly takeUp: () => Prepared | null;
  readonly lay: (session: Session) => void;
  /** Makes room for another machine. */
  readonly clear: () => void;
};

/** The folder holds something else, or the machine of a bench with other options. */
export class ForeignStateError extends Error {}

const whoseOf = ({ definition, voters, seed, locale }: PrepareOptions): string =>
  createHash('sha256')
    .update(JSON.stringify([definition, voters, seed, locale]))
    .digest('hex');

export const openStateFolder = (folder: string, options: PrepareOptions): StateFolder => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, FILE);
  const machineFolder = join(folder, MACHINE);
  const whose = whoseOf(options);
  return {
    machineFolder,
    takeUp: () => {
      if (!existsSync(file)) return null;
      // Written by `lay` alone; the format is checked first.
      const laid = deserialize(readFileSync(file)) as Laid;
      if (laid.format !== FORMAT || laid.whose !== whose)
        throw new ForeignStateError('it holds a machine of other options');
      const given = provision(options.definition, options.voters, options.seed, FAMILY);
      const records = new Map(laid.tokens);
      for (const { officerId, token } of given.officers)
        token.record = records.get(officerId) ?? null;
      return {
        beginning: laid.beginning,
        given,
        locale: options.locale,
        image: null,
        keyTaken: laid.keyTaken,
        calendarMs: Date.now() + laid.clockShiftMs,
        papers: laid.papers,
      };
    },
    lay: ({ prepared, machine, papers }) => {
      const laid: Laid = {
        format: FORMAT,
        whose,
        beginning: prepared.beginning,
        keyTaken: prepared.keyTaken,
        clockShiftMs: machine.calendarMs() - Date.now(),
        tokens: prepared.given.officers.map(({ officerId, token }) => [officerId, token.record]),
        papers: papers.all(),
      };
      writeFileSync(`${file}.new`, serialize(laid));
      renameSync(`${file}.new`, file);
    },
    clear: () => {
      rmSync(file, { force: true });
      rmSync(machineFolder, { recursive: true, force: true });
    },
  };
};
