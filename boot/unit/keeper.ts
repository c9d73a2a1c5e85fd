/**
 * The unit's first program after its stages: it starts the supervisor, opens the doors at which the
 * others are started, and stays as their parent to the end. It reads nothing that any of them says but
 * whom to end and what to ask the TPM (process/control-line.ts), and opens no other device.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoardFile } from '#drivers/board-file.ts';
import { makeSysfsNetworkSwitch } from '#drivers/network/network-switch.ts';
import { type FilterArch, systemCallFilter } from '../process/filter.ts';
import { programFile } from '../process/launch.ts';
import type { ReleaseProof } from '../supervisor/release-proof.ts';
import { type AfterExit, afterExit, type SupervisorLife } from './after-exit.ts';
import { doorsOf, type House, type Launchable, MAY_START, openHouse } from './doors.ts';
import { makeFolder, ownedFolders } from './places.ts';
import type { Quoter } from './quoting.ts';
import { pathInRelease, runFolders, sandboxOf } from './sandboxes.ts';
import { STAGES, type StageResult } from './stages.ts';
import { PROGRAMS, type ProgramName, type UnitFile } from './unit-file.ts';
import { RELEASE_FILES } from './verify-release.ts';

export type KeeperOptions = {
  readonly unit: UnitFile;
  readonly board: BoardFile;
  /** Where the unit file, the signed manifest and its key lie. */
  readonly folder: string;
  readonly results: readonly StageResult[];
  readonly say: (text: string) => void;
  /** Null: a unit without a TPM. */
  readonly quoter: Quoter | null;
  /** What the start has shown of the release. */
  readonly onProof: (proof: ReleaseProof) => void;
  readonly onEnd: (how: Exclude<AfterExit, { readonly kind: 'startAgain' }>['kind']) => void;
};

export type Keeper = {
  /** In good order. */
  readonly switchOff: () => void;
  /** In good order, and the supervisor starts anew: something that it needs at its start has come. */
  readonly renew: () => void;
};

/** Under this code everything stands still when the supervisor failed too often. */
export const SUPERVISOR_FAILED = STAGES.supervisor.code;

const argumentsOf = (program: ProgramName, { unit, folder }: KeeperOptions): readonly string[] => {
  const { own, link, doors } = runFolders(unit);
  if (program === 'counting' || program === 'sender') return [];
  return [
    ...['--board', pathInRelease(unit.board), '--locale', unit.locale],
    ...['--run', link, '--delivery', unit.delivery],
    ...(MAY_START[program] === undefined ? [] : ['--doors', doorsOf(doors, program)]),
    ...(program === 'supervisor' ? ['--own', own, '--release', folder] : []),
  ];
};

/** Whoever asks at the console waits for voters, not they for him. */
const NICE: Readonly<Partial<Record<ProgramName, number>>> = { console: 10 };

const launchable = (program: ProgramName, options: KeeperOptions): Launchable => {
  const { unit, board, folder } = options;
  const run = { file: programFile(program), args: argumentsOf(program, options) };
  if (unit.users === null) return { ...run, confinement: null };
  const release = Object.values(RELEASE_FILES).map((name) => join(folder, name));
  const { sandbox, rules } = sandboxOf(program, { unit, board, release });
  const filter = join(runFolders(unit).filters, program);
  const arch: FilterArch = process.arch === 'arm64' ? 'arm64' : 'x64';
  writeFileSync(filter, systemCallFilter(rules, arch));
  const nice = NICE[program] ?? 0;
  return { ...run, confinement: { sandbox, user: unit.users[program], filter, nice } };
};

/** Every folder of a unit but those on what comes and goes. Before anything is put into one. */
export const makeFolders = ({ unit, board }: Pick<KeeperOptions, 'unit' | 'board'>): void => {
  const { filters, doors } = runFolders(unit);
  for (const folder of [filters, doors]) mkdirSync(folder, { recursive: true, mode: 0o711 });
  // What comes and goes is given when it comes (media.ts).
  for (const folder of ownedFolders(unit, board))
    if (!unit.media.some(({ place }) => folder.path.startsWith(`${place}/`)))
      makeFolder(folder, unit.users);
};

export const startKeeper = async (options: KeeperOptions): Promise<Keeper> => {
  const { unit, board, results, say, quoter, onEnd } = options;
  const programs = Object.fromEntries(
    PROGRAMS.map((program) => [program, launchable(program, options)]),
  ) as Readonly<Record<ProgramName, Launchable>>;
  const house: House = await openHouse({
    folder: runFolders(unit).doors,
    programs,
    quote: quoter?.quote ?? null,
    onProof: options.onProof,
    network:
      board.supervisor.network == null ? null : makeSysfsNetworkSwitch(board.supervisor.network),
  });
  /** Once in a supervisor's life, so that its log says whose quotes are this unit's. */
  const tellKey = async (): Promise<void> => {
    if (quoter === null) return;
    const key = await quoter.key();
    say(key.ok ? `quotes are signed by the key ${key.value}` : `no quotes: ${key.error}`);
    if (key.ok) supervisor?.say({ kind: 'attestationKey', sha256: key.value });
  };
  let stopping = false;
  let renewing = false;
  let supervisor: ReturnType<House['startSupervisor']> | null = null;
  const start = (life: SupervisorLife, crashed: string | null): void => {
    const args = life === 'safeMode' ? ['--out-of-service', SUPERVISOR_FAILED] : [];
    supervisor = house.startSupervisor(args, { kind: 'before', results, crashed }, (reason) => {
      supervisor = null;
      if (renewing) {
        renewing = false;
        return start('first', null);
      }
      const next = afterExit(life, reason, stopping);
      say(`the supervisor ended: ${reason}; ${next.kind}`);
      if (next.kind === 'startAgain') return start(next.life, reason);
      house.close();
      onEnd(next.kind);
    });
    void tellKey();
  };
  start('first', null);
  return {
    renew: () => {
      if (supervisor === null) return;
      renewing = true;
      supervisor.say({ kind: 'stop' });
    },
    switchOff: () => {
      stopping = true;
      supervisor?.say({ kind: 'stop' });
    },
  };
};
