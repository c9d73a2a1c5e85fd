/**
 * The vault's figures on real files of this machine: committing a vote (S3 to S7) beside a bare loop
 * of the same writes, syncs, reads and passes of the cipher; getting up; what a vote and a day write;
 * a slow card; the same ballots in SQLite; sealing and counting.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeEmulatedCell } from '#drivers/storage/emulator-cell.ts';
import { makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { ballotBytes } from '#firmware/election/cast-vote-record.ts';
import { openBytes, sealBytes } from '#firmware/vault/aead.ts';
import { makeEd25519KeyPair, makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { setUpVault } from '#firmware/vault/set-up.ts';
import type { VaultBoard } from '#firmware/vault/units.ts';
import type { CountableVault } from '#firmware/vault/vault.ts';
import type { Result } from '#hal/result.ts';
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';
import type { Measured } from './areas.ts';
import { againstFloor, type Figure, figureOf } from './figure.ts';
import { measureCrypto } from './vault-crypto.ts';
import { makeStorage, type Operation, performBare, performBareAtOnce } from './vault-storage.ts';

const SLOTS = 1_000;
/** Enough for a 99th percentile. */
const VOTES = 120;
const STARTS = 9;
const SLOW_VOTES = 5;
const COMMIT_RATIO = 1.5;
const RECOVERY_LIMIT_MS = 500;
/** A worn memory card: 10 ms a sync, 10 MB/s. */
const SLOW_CARD = {
  operationMs: 0,
  syncMs: 10,
  readBytesPerMs: 10_000,
  writeBytesPerMs: 10_000,
} as const;
const EMPTY = new Uint8Array(0);

const must = <T>(result: Result<T, { readonly kind: string }>): T => {
  if (result.ok) return result.value;
  throw new Error(`the vault said ${result.error.kind}`);
};

type Sizes = { readonly ballot: number; readonly slots: number };

const ceremony = ({ ballot, slots }: Sizes) => ({
  publicKey: makeX25519KeyPair(systemEntropy).publicKey,
  slots,
  ballotBytes: ballot,
  paperBytes: ballot,
  codes: Array.from({ length: 2 * slots }, (_, at) => `C${String(at).padStart(7, '0')}`),
  commitments: Uint8Array.of(1),
});

const boardOf = (parts: Pick<VaultBoard, 'media' | 'cells'>): VaultBoard => ({
  ...parts,
  entropy: systemEntropy,
  identity: makeEd25519KeyPair(systemEntropy),
  election: { id: 'measured', precinctId: '123456789-01', test: true },
});

/** S1 to S8 with nobody waiting; `around` holds S3 to S7. */
const castVote = async (
  vault: CountableVault,
  ballot: number,
  around: (work: () => Promise<void>) => Promise<void>,
): Promise<void> => {
  must(await vault.activate());
  await around(async () => {
    const bytes = systemEntropy.bytes(ballot);
    must(await vault.prepare({ ballot: bytes, paper: bytes }));
    must(await vault.markPrint('STARTED'));
    must(await vault.markPrint('DONE'));
    must(await vault.markPrint('CONFIRMED'));
    must(await vault.commit());
  });
  must(await vault.settle());
  must(await vault.clean());
};

/** The passes of the cipher that a commit needs at least: the pending record and the urn, sealed and opened. */
const bareCipher = (operations: readonly Operation[]): void => {
  const key = systemEntropy.bytes(32);
  const files = new Map<string, Uint8Array>();
  for (const operation of operations)
    if (operation.kind === 'write') {
      const name = operation.path.slice(operation.path.lastIndexOf('/') + 1);
      if (/^(urn-|pending)/.test(name)) files.set(name, operation.bytes);
    }
  for (const bytes of files.values())
    openBytes(key, sealBytes(key, bytes, EMPTY, systemEntropy), EMPTY);
};

const timedMs = async (work: () => Promise<void>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

const measureCommit = async (
  folder: string,
  sizes: Sizes,
  tell: (done: number) => void,
): Promise<readonly Figure[]> => {
  const storage = makeStorage(join(folder, 'vault'));
  const board = boardOf(storage);
  must(await setUpVault(board, ceremony(sizes)));
  const vault = openVault(board);
  must(await vault.recover());
  must(await vault.setPolls('open'));
  storage.taken();
  const bare = join(folder, 'bare');
  for (const name of ['fixed', 'removable'])
    mkdirSync(join(bare, name, 'vault'), { recursive: true });
  for (const name of ['board', 'module']) writeFileSync(join(bare, name), new Uint8Array(192));

  const commits: number[] = [];
  const floors: number[] = [];
  const floorsAtOnce: number[] = [];
  const bytes: number[] = [];
  const syncs: number[] = [];
  for (let vote = 0; vote < VOTES; vote++) {
    let during: readonly Operation[] = [];
    let before: readonly Operation[] = [];
    await castVote(vault, sizes.ballot, async (work) => {
      before = storage.taken();
      commits.push(await timedMs(work));
      during = storage.taken();
    });
    const all = [...before, ...during, ...storage.taken()];
    bytes.push(
      all.reduce((sum, each) => sum + ('bytes' in each ? each.bytes.length : 0), 0) / 1000,
    );
    syncs.push(all.filter(({ kind }) => ['sync', 'syncFolder', 'cell'].includes(kind)).length);
    await performBare(bare, before);
    floors.push(
      await timedMs(async () => {
        await performBare(bare, during);
        bareCipher(during);
      }),
    );
    floorsAtOnce.push(
      await timedMs(async () => {
        await performBareAtOnce(bare, during);
        bareCipher(during);
      }),
    );
    tell(vote + 1);
  }
  vault.close();

  const starts: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const again = openVault(board);
    starts.push(
      await timedMs(async () => {
        must(await again.recover());
      }),
    );
    again.close();
  }
  const perVote = figureOf('written a vote', 'kB', bytes);
  return [
    againstFloor(
      figureOf(`commit of a vote, S3 to S7, urn of ${sizes.slots} slots`, 'ms', commits),
      floors,
      COMMIT_RATIO,
    ),
    againstFloor(
      figureOf('the same, beside a bare loop on both units at once', 'ms', commits),
      floorsAtOnce,
    ),
    perVote,
    figureOf('syncs a vote, cells included', '', syncs),
    figureOf(`written a day of ${sizes.slots} votes`, 'MB', [
      (perVote.median * sizes.slots) / 1000,
    ]),
    figureOf('recovery at start', 'ms', starts, RECOVERY_LIMIT_MS),
  ];
};

/** The same on a slow card, under virtual time: what the media take, without this machine's. */
const measureSlowCard = async (sizes: Sizes): Promise<Figure> => {
  const clock = makeVirtualClock(0);
  const commits: number[] = [];
  await clock.run(
    (async () => {
      const medium = (name: 'fixed' | 'removable') =>
        makeEmulatedMedium({ name, clock, pace: SLOW_CARD }).connect();
      const cell = (name: 'board' | 'module') => makeEmulatedCell({ name, clock }).connect();
      const board = boardOf({
        media: { fixed: medium('fixed'), removable: medium('removable') },
        cells: { board: cell('board'), module: cell('module') },
      });
      must(await setUpVault(board, ceremony(sizes)));
      const vault = openVault(board);
      must(await vault.recover());
      must(await vault.setPolls('open'));
      for (let vote = 0; vote < SLOW_VOTES; vote++)
        await castVote(vault, sizes.ballot, async (work) => {
          const began = clock.nowMs();
          await work();
          commits.push(clock.nowMs() - began);
        });
    })(),
  );
  return figureOf('the same on a card of 10 ms a sync and 10 MB/s', 'ms', commits);
};

/** The same ballots into SQLite, synchronous FULL, on two files one after the other. */
const measureSqlite = (folder: string, { ballot }: Sizes): Figure => {
  const inserts = ['one', 'two'].map((name) => {
    const database = new DatabaseSync(join(folder, `${name}.sqlite`));
    database.exec(
      'PRAGMA synchronous = FULL; CREATE TABLE ballots (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL)',
    );
    return { database, insert: database.prepare('INSERT INTO ballots (sealed) VALUES (?)') };
  });
  const samples: number[] = [];
  for (let vote = 0; vote < VOTES; vote++) {
    const sealed = systemEntropy.bytes(ballot + 48);
    const began = performance.now();
    for (const { insert } of inserts) insert.run(sealed);
    samples.push(performance.now() - began);
  }
  for (const { database } of inserts) database.close();
  return figureOf('the sealed ballot into SQLite FULL, two files', 'ms', samples);
};

const WHAT_IT_BUYS = `SQLite keeps the rows in the order of the votes, and their old pages on the disk. The vault's commit
is longer by what that takes away: the whole urn in a new random order under a new key, the old key
erased, the record that paper and recovery stand on, and both media read back.`;

export const measureVault = async (
  onProgress: (words: string, done: number, of: number) => void,
): Promise<Measured> => {
  const sizes = { ballot: ballotBytes(loadOwnDefinition(DEMO_PATH)), slots: SLOTS };
  const folder = mkdtempSync(join(tmpdir(), 'urna-measure-'));
  try {
    const commit = await measureCommit(folder, sizes, (done) => onProgress('votes', done, VOTES));
    const slow = await measureSlowCard(sizes);
    const sqlite = measureSqlite(folder, sizes);
    onProgress('sealing and counting', 0, 0);
    const crypto = await measureCrypto();
    return { figures: [...commit, slow, sqlite, ...crypto], findings: [], text: WHAT_IT_BUYS };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
