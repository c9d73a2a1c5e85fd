/**
 * The whole road by the commands that people run: a precinct's day on the real machine, its media sent to a
 * receiver that the authority appointed, the receipt, and the sums from the receiver's store.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { templateOf } from '#drivers/fingerprint/emulator.ts';
import { precinctIdOf } from '#firmware/nation/offer.ts';
import { privateKeyFromPem } from '#firmware/vault/keys.ts';
import { ROOT } from '#scripts/commands/run-tool.ts';
import { resultFile } from '#scripts/day/artefacts.ts';
import { runDay } from '#scripts/day/run-day.ts';
import { certifyUnits } from '#scripts/nation/certify.ts';
import { givenPrecinct } from '#scripts/nation/given-precinct.ts';
import { makeNationalElection } from '#scripts/nation/made-up.ts';
import { makeVotersOf } from '#scripts/nation/made-up-voters.ts';
import { PUBLIC, SECRET } from '#scripts/nation/provision-folder.ts';
import { AUTHORITY_SECRET } from '#scripts/nation/provision-keys.ts';
import { writeElection } from '#scripts/nation/write-election.ts';
import type { ReceiverState } from '#scripts/receive/receiver-state.ts';
import { ownRelease } from '#scripts/release/build-release.ts';
import { urna } from '../../scripts/nation/command.ts';
import { provisionTo, removeFolders, temporary } from '../../scripts/nation/folders.ts';

const SEED = 5;
const VOTERS = 5;
const MADE_UP = makeNationalElection(SEED, 2);
const ELECTION = {
  ...MADE_UP,
  precincts: MADE_UP.precincts.map((precinct) => ({ ...precinct, registered: VOTERS })),
};
const PRECINCT = precinctIdOf(ELECTION.precincts[0]!);
const LIMIT_MS = 120_000;
const LOG = 'log/event-log/log.jsonl';

let root: string;
let day: string;
let national: string;
let centre: string;
let appointment: string;
let authorityKey: string;
let receiver: ChildProcess;
let ready: { readonly url: string; readonly state: string };

/** What a day leaves on its media. */
const runPrecinct = async (provisioned: string): Promise<void> => {
  const given = givenPrecinct(provisioned, PRECINCT, 1);
  const { definition, pollbook } = given;
  const outcome = await runDay({
    given,
    definition,
    voters: pollbook.voters.length,
    seed: 1,
    locale: definition.locale,
    pinCost: { N: 2, r: 1, p: 1 },
  });
  for (const medium of ['fixed', 'removable'] as const)
    for (const [path, bytes] of outcome.media[medium]) {
      const file = join(day, 'media', medium, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  const result = JSON.parse(Buffer.from(resultFile(outcome, 'package')).toString()) as {
    readonly machineKey: string;
    readonly machineCode: string;
  };
  const identities = join(root, 'identities');
  mkdirSync(identities);
  const { machineKey, machineCode } = result;
  writeFileSync(join(identities, `${PRECINCT}.json`), JSON.stringify({ machineKey, machineCode }));
};

const start = async (): Promise<void> => {
  const args = ['scripts/main.ts', 'receive', national, '--centre', centre, '--key', authorityKey];
  receiver = spawn(process.execPath, [...args, '--json', '--port', '0', '--page-port', '0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  ready = await new Promise((resolve) =>
    createInterface({ input: receiver.stdout! }).once('line', (line) => resolve(JSON.parse(line))),
  );
};
const stop = (): Promise<number | null> => {
  const code = new Promise<number | null>((resolve) => receiver.once('exit', resolve));
  receiver.kill('SIGTERM');
  return code;
};
const transmit = (folder: string, ...more: readonly string[]) => {
  const args = [folder, '--to', appointment, '--url', ready.url, '--key', authorityKey];
  const { code, out, err } = urna('transmit', ...args, '--json', ...more);
  return { code, err, found: out === '' ? null : (JSON.parse(out) as Record<string, unknown>) };
};
const state = async (): Promise<ReceiverState> =>
  (await (await fetch(ready.state)).json()) as ReceiverState;

beforeAll(async () => {
  root = temporary();
  const provisioned = join(root, 'provisioned');
  [day, national, centre] = ['day', 'national', 'centre'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const election = join(root, 'election');
  mkdirSync(election);
  const templates = (finger: string): Uint8Array => templateOf(finger, 'R503');
  writeElection(election, ELECTION, {
    votersOf: makeVotersOf(ELECTION, SEED, templates),
    pollbooks: 2,
    templateOf: templates,
  });
  const { errors } = provisionTo(provisioned, election, {
    releaseDigest: ownRelease().digest,
  });
  expect(errors).toEqual([]);
  await runPrecinct(provisioned);
  const secret = join(provisioned, SECRET, AUTHORITY_SECRET);
  const signing = privateKeyFromPem(readFileSync(secret, 'utf8'))!;
  expect(certifyUnits(provisioned, join(root, 'identities'), signing).errors).toEqual([]);
  cpSync(join(provisioned, PUBLIC), national, { recursive: true });
  authorityKey = join(national, 'authority-key.pem');
  // Once without an appointment: the centre makes its key, which the authority then signs.
  await start();
  expect(await stop()).toBe(0);
  appointment = join(centre, 'receiver.signed');
  const appoint = ['--appoint', join(centre, 'receiver-key.pem'), '--at', 'https://127.0.0.1:1'];
  const signed = urna('receive', national, ...appoint, '--authority', secret, '--out', appointment);
  expect(signed.code).toBe(0);
  await start();
}, LIMIT_MS);
afterAll(async () => {
  await stop();
  removeFolders();
});

describe('a closed precinct and a receiver', { timeout: LIMIT_MS }, () => {
  test('nothing is sent of a precinct whose tally report is not printed', async () => {
    const held = join(root, 'held');
    cpSync(day, held, { recursive: true });
    for (const medium of ['fixed', 'removable']) {
      const path = join(held, 'media', medium, LOG);
      const lines = readFileSync(path, 'utf8').split('\n');
      const printed = lines.findIndex((line) => line.includes('"tallyReportPrinted"'));
      writeFileSync(path, `${lines.slice(0, printed).join('\n')}\n`);
    }
    const { code, found } = transmit(held);
    expect(code).toBe(1);
    expect(found).toMatchObject({
      ok: false,
      state: 'held',
      code: 'reportNotPrinted',
      attempts: 0,
    });
    expect(await state()).toMatchObject({ received: 0, refused: {} });
  });

  test('nobody answers in time: it says so', () => {
    const dead = transmit(day, '--url', 'https://127.0.0.1:9', '--for', '0');
    expect(dead.code).toBe(1);
    expect(dead.found).toMatchObject({ ok: false });
  });

  test('the result is sent, acknowledged, and sent no second time', async () => {
    const first = transmit(day);
    expect(first.err).toBe('urna: sending, attempt 1\n');
    expect(first).toMatchObject({
      code: 0,
      found: { ok: true, state: 'acknowledged', precinct: PRECINCT, attempts: 1, code: null },
    });
    expect(readFileSync(join(day, 'receipt.signed'), 'utf8')).toContain(PRECINCT);
    expect(transmit(day)).toMatchObject({ code: 0, err: '', found: { attempts: 0 } });
    expect(await state()).toMatchObject({ received: 1, conflicts: 0, repeated: 0 });
    const args = ['--to', appointment, '--key', authorityKey, '--locale', 'en'];
    expect(urna('transmit', day, ...args).out).toContain(`Precinct: ${PRECINCT}`);
  });

  test('its receipt lost, the unit gets the same again', async () => {
    const before = readFileSync(join(day, 'receipt.signed'));
    rmSync(join(day, 'receipt.signed'));
    expect(transmit(day).code).toBe(0);
    expect(readFileSync(join(day, 'receipt.signed'))).toEqual(before);
    expect(await state()).toMatchObject({ received: 1, repeated: 1 });
  });

  test('from removable memory it is the same package, and the sums are those of the folder', async () => {
    const receipts = join(root, 'receipts');
    const memory = join(day, 'media/removable');
    const args = ['--centre', centre, '--key', authorityKey, '--import', memory];
    const imported = urna('receive', national, ...args, '--receipts', receipts, '--json');
    expect(imported.code).toBe(0);
    expect(JSON.parse(imported.out)).toEqual({ accepted: 0, repeated: 1, rejected: [] });
    const receipt = readFileSync(join(receipts, `${PRECINCT}.receipt`));
    expect(receipt).toEqual(readFileSync(join(day, 'receipt.signed')));
    const store = ['--store', join(centre, 'results.sqlite')];
    const fromStore = urna('aggregate', national, '--key', authorityKey, ...store, '--json');
    cpSync(memory, join(national, 'packages', PRECINCT), { recursive: true });
    const fromFolder = urna('aggregate', national, '--key', authorityKey, '--json');
    expect(JSON.parse(fromStore.out)).toMatchObject({ accepted: 1, rejected: [] });
    expect(fromStore.out).toBe(fromFolder.out);
  });

  test('ends in order when it is asked to', async () => {
    expect(await stop()).toBe(0);
    await start();
    expect(await state()).toMatchObject({ received: 1 });
  });
});

test.each<[string, number, readonly string[]]>([
  ['no folder', 2, ['receive']],
  ['a folder without an election', 3, ['receive', 'test', '--centre', 'x']],
  ['no appointment named', 2, ['transmit', 'test', '--key', 'KEY']],
  ['an appointment that is not there', 3, ['transmit', 'test', '--to', 'nothing', '--key', 'KEY']],
  [
    'an address with a path',
    2,
    ['transmit', 'test', '--to', 'KEY', '--key', 'KEY', '--url', 'https://x/y'],
  ],
  ['an appointment that is none', 2, ['transmit', 'test', '--to', 'KEY', '--key', 'KEY']],
])('%s is a mistake with a code', (_, code, args) => {
  const ended = urna(...args.map((each) => (each === 'KEY' ? authorityKey : each)));
  expect([ended.code, ended.out]).toEqual([code, '']);
  expect(ended.err).toContain('urna: ');
});
