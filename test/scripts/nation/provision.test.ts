import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { DELIVERY_FILES, openDelivery } from '#boot/supervisor/delivery.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { decodePollbook } from '#firmware/desk/pollbook.ts';
import { precinctIdOf } from '#firmware/nation/offer.ts';
import type { Register } from '#firmware/nation/register.ts';
import { machineKeyCertificateBytes } from '#firmware/paper/qr-payloads.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { decryptPollbook, openElectionPackage } from '#firmware/vault/election-package.ts';
import { readFormerMachines } from '#firmware/vault/former-machines.ts';
import { verifyCertificate } from '#firmware/vault/identity.ts';
import {
  makeEd25519KeyPair,
  privateKeyFromPem,
  publicKeyFromPem,
  verify,
} from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import { certifyUnits } from '#scripts/nation/certify.ts';
import { erasableOf, erase } from '#scripts/nation/erase.ts';
import { lookUp } from '#scripts/nation/lookup.ts';
import { keysFor } from '#scripts/nation/provision-keys.ts';
import { rosterHtml } from '#scripts/nation/roster.ts';
import {
  contentsOf,
  ELECTION,
  edit,
  electionFolder,
  provisionTo,
  RELEASE,
  removeFolders,
  removePattern,
  temporary,
  VOTERS_OF,
} from './folders.ts';

afterEach(removeFolders);
afterAll(removePattern);

const IDS = ELECTION.precincts.map(precinctIdOf);
const [FIRST = ''] = IDS;

const provisioned = (): string => {
  const out = join(temporary(), 'out');
  expect(provisionTo(out, electionFolder()).errors).toEqual([]);
  return out;
};
const text = (root: string, file: string): string => readFileSync(join(root, file), 'utf8');
const bytes = (root: string, file: string): Uint8Array =>
  new Uint8Array(readFileSync(join(root, file)));
const authorityKeyOf = (root: string): Uint8Array =>
  publicKeyFromPem(text(root, 'public/authority-key.pem'))!;
const privateKeyOf = (root: string): Uint8Array =>
  privateKeyFromPem(text(root, 'secret/authority-private-key.pem'))!;
const registerOf = (root: string): Register => JSON.parse(text(root, 'public/precincts.json'));

const packageOf = (root: string, at: number) => {
  const { pollingPlaceCode, number } = ELECTION.precincts[at]!;
  const opened = openElectionPackage(
    bytes(root, `deliveries/${IDS[at]}/${DELIVERY_FILES.package}`),
    authorityKeyOf(root),
    { pollingPlaceCode, precinctNumber: number },
    null,
  );
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
};

describe('provisioning', () => {
  test("gives each unit a package that opens with the authority's key, its voters with the secret key", () => {
    const root = provisioned();
    IDS.forEach((id, at) => {
      const opened = packageOf(root, at);
      expect(opened.definition.precinct.reportId).toBe(ELECTION.precincts[at]!.reportId);
      expect(opened.registered).toBe(12);
      const key = new Uint8Array(Buffer.from(text(root, `secret/pollbook-keys/${id}`), 'hex'));
      const sealed = decryptPollbook(opened, key);
      const book = sealed.ok ? decodePollbook(sealed.value) : sealed;
      expect(book.ok && book.value.voters).toEqual(VOTERS_OF(at));
      expect(book.ok && book.value.officers.map(({ template }) => template?.length)).toEqual(
        Array(6).fill(64),
      );
    });
  });

  test("leaves a delivery that a unit's supervisor reads", async () => {
    const root = provisioned();
    const read = await openDelivery(join(root, 'deliveries', FIRST)).read();
    expect(read.ok && toHex(read.value.authorityKey)).toBe(toHex(authorityKeyOf(root)));
    expect(read.ok && read.value.releaseDigest).toEqual(RELEASE);
  });

  test('publishes the offer and the register with raw signatures over their bytes', () => {
    const root = provisioned();
    for (const file of ['election', 'precincts', 'paper-codes']) {
      const signature = bytes(root, `public/${file}.sig`);
      expect(signature.length).toBe(64);
      expect(verify(authorityKeyOf(root), bytes(root, `public/${file}.json`), signature)).toBe(
        true,
      );
    }
    const register = registerOf(root);
    expect(register.offer).toBe(
      createHash('sha256').update(bytes(root, 'public/election.json')).digest('hex'),
    );
    expect(register.precincts.map(({ id }) => id)).toEqual(IDS);
    expect(register.precincts.every(({ machines }) => machines.length === 0)).toBe(true);
    expect(register.precincts[0]?.districtIds).toEqual(ELECTION.places[0]?.districtIds);
  });

  test('commits to the codes that the papers may carry', () => {
    const root = provisioned();
    const { precincts } = JSON.parse(text(root, 'public/paper-codes.json'));
    IDS.forEach((id, at) => {
      const lines = packageOf(root, at)
        .paperCodes.map((code) => `${code}\n`)
        .join('');
      const sha256 = createHash('sha256').update(lines).digest('hex');
      expect(precincts[at]).toEqual({ id, count: 66, sha256 });
    });
  });

  test('prints every voter of the roster once, in order, and no print', () => {
    const root = provisioned();
    const html = text(root, `rosters/${FIRST}.html`);
    const listed = [...html.matchAll(/<td>([VE]-\d+)<\/td><td>([^<]+)<\/td>/g)];
    expect(listed.map(([, id, name]) => [id, name])).toEqual(
      VOTERS_OF(0).map(({ nationalId, name }) => [nationalId, name]),
    );
    expect(html).toContain('Terminales de cédula 00 a 11');
    expect(html).toContain('ELECCIÓN DE PRUEBA');
  });

  test('a name in a roster is text, whatever it holds', () => {
    const definition = packageOf(provisioned(), 0).definition;
    const html = rosterHtml(definition, [{ nationalId: 'V-12345', name: '<b>&"x' }], [45, 45]);
    expect(html).toContain('<td>&lt;b&gt;&amp;&quot;x</td>');
  });

  test('keeps secrets where only their owner reads, and out of what is public', () => {
    const root = provisioned();
    for (const folder of ['secret', 'secret/pollbook-keys', 'deliveries', 'rosters', 'lookup'])
      expect(statSync(join(root, folder)).mode & 0o077, folder).toBe(0);
    const secret = contentsOf(join(root, 'secret'));
    expect(Object.keys(secret)).toContain('READ-ME.txt');
    const published = Object.values(contentsOf(join(root, 'public'))).join('');
    for (const id of IDS) {
      const key = text(root, `secret/pollbook-keys/${id}`);
      expect(published).not.toContain(key);
      expect(published).not.toContain(Buffer.from(key).toString('hex'));
    }
    for (const { nationalId } of VOTERS_OF(0))
      expect(published).not.toContain(Buffer.from(nationalId).toString('hex'));
  });

  test('the same seed gives the same bytes, and none gives others', () => {
    const [one, two, three] = [1, 2, 3].map(() => join(temporary(), 'out'));
    const folder = electionFolder();
    const free = { keysFor: keysFor({ key: null, escrow: null, seed: null }) };
    provisionTo(one!, folder);
    provisionTo(two!, folder);
    provisionTo(three!, folder, free);
    expect(contentsOf(one!)).toEqual(contentsOf(two!));
    const key = `secret/pollbook-keys/${FIRST}`;
    expect(text(one!, key)).not.toBe(text(three!, key));
  });

  test('a real election is not provisioned without its keys, nor from a seed', () => {
    const folder = electionFolder();
    edit(folder, 'election.json', (offer) => offer.replace('"test": true', '"test": false'));
    const out = join(temporary(), 'out');
    expect(() => provisionTo(out, folder)).toThrow(/--seed is for test elections/);
    const noKey = { keysFor: keysFor({ key: null, escrow: null, seed: null }) };
    expect(() => provisionTo(out, folder, noKey)).toThrow(/needs the authority's key/);
    expect(existsSync(out) || existsSync(`${out}.unfinished`)).toBe(false);
  });

  test('overwrites what a broken run left beside, and never a folder with something in it', () => {
    const out = join(temporary(), 'out');
    mkdirSync(join(`${out}.unfinished`, 'rosters'), { recursive: true });
    writeFileSync(join(`${out}.unfinished`, 'rosters', 'old.html'), 'x');
    provisionTo(out, electionFolder());
    expect(existsSync(join(out, 'rosters', 'old.html'))).toBe(false);
    expect(() => provisionTo(out, electionFolder())).toThrow(/holds something already/);
  });

  test('a part of the country can be provisioned; the register still lists all', () => {
    const folder = electionFolder();
    rmSync(join(folder, `pollbooks/${FIRST}.csv`));
    const out = join(temporary(), 'out');
    const { precincts, errors } = provisionTo(out, folder, { partly: true });
    expect(errors).toEqual([]);
    expect(precincts).toEqual(IDS.slice(1));
    expect(registerOf(out).precincts.length).toBe(IDS.length);
  });
});

const units = (root: string, entries: Readonly<Record<string, unknown>>): string => {
  const folder = join(
    root,
    '..',
    `identities-${Object.keys(entries).length}-${readdirSync(join(root, '..')).length}`,
  );
  mkdirSync(folder);
  for (const [name, content] of Object.entries(entries))
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  return folder;
};

const identity = (name: string) => makeEd25519KeyPair(makeSeededEntropy(1, name));
const codeOf = (root: string, machineKey: Uint8Array): string =>
  machineCode({
    releaseDigest: RELEASE,
    packageDigest: new Uint8Array(
      createHash('sha256')
        .update(bytes(root, `deliveries/${FIRST}/election-package`))
        .digest(),
    ),
    identityPublicKey: machineKey,
  });

describe('certifying the units that send their keys back', () => {
  test('writes both certificates for each, a spare too, and the register with their codes', () => {
    const root = provisioned();
    const [unit, spare] = [identity('unit').publicKey, identity('spare').publicKey];
    const folder = units(root, {
      [`${FIRST}.json`]: { machineKey: toHex(unit), machineCode: codeOf(root, unit) },
      [`${FIRST}.spare-1.json`]: { machineKey: toHex(spare) },
    });
    const { errors, machineCodes } = certifyUnits(root, folder, privateKeyOf(root));
    expect(errors).toEqual([]);
    expect(machineCodes).toEqual([codeOf(root, unit), codeOf(root, spare)]);
    expect(registerOf(root).precincts[0]?.machines).toEqual([
      { code: codeOf(root, unit), key: toHex(unit) },
      { code: codeOf(root, spare), key: toHex(spare) },
    ]);
    expect(
      verify(
        authorityKeyOf(root),
        bytes(root, 'public/precincts.json'),
        bytes(root, 'public/precincts.sig'),
      ),
    ).toBe(true);
    for (const [delivery, machineKey] of [
      [FIRST, unit],
      [`${FIRST}.spare-1`, spare],
    ] as const) {
      const found = JSON.parse(text(root, `deliveries/${delivery}/certificates.json`));
      const subject = {
        electionId: ELECTION.offer.id,
        reportId: ELECTION.precincts[0]!.reportId,
        machineCode: found.machineCode,
        machineKey,
      };
      const hex = (value: string) => new Uint8Array(Buffer.from(value, 'hex'));
      const authority = authorityKeyOf(root);
      expect(verify(authority, machineKeyCertificateBytes(subject), hex(found.report))).toBe(true);
      const machine = { election: ELECTION.offer.id, precinct: FIRST, machineKey };
      expect(verifyCertificate(machine, hex(found.key), authority)).toBe(true);
      expect(existsSync(join(root, 'deliveries', delivery, 'election-package'))).toBe(true);
    }
    // Sent again, nothing is listed twice.
    certifyUnits(root, folder, privateKeyOf(root));
    expect(registerOf(root).precincts[0]?.machines.length).toBe(2);
  });

  test("a spare may continue the day of the precinct's other machines, whenever each was certified", async () => {
    const root = provisioned();
    const [unit, one, two] = ['unit', 'one', 'two'].map((name) => identity(name).publicKey);
    const authority = privateKeyOf(root);
    const send = (name: string, machineKey: Uint8Array) =>
      certifyUnits(root, units(root, { [name]: { machineKey: toHex(machineKey) } }), authority);
    send(`${FIRST}.spare-1.json`, one!);
    send(`${FIRST}.json`, unit!);
    send(`${FIRST}.spare-2.json`, two!);
    const listed = async (delivery: string) => {
      const read = await openDelivery(join(root, 'deliveries', delivery)).read();
      if (!read.ok) throw new Error(read.error);
      const place = { election: ELECTION.offer.id, precinct: FIRST };
      const { formerMachines } = read.value;
      return formerMachines && readFormerMachines(formerMachines, place, authorityKeyOf(root));
    };
    expect(await listed(FIRST)).toBeNull();
    expect(await listed(`${FIRST}.spare-1`)).toEqual([unit, two]);
    expect(await listed(`${FIRST}.spare-2`)).toEqual([one, unit]);
  });

  test('a precinct has no more machines than one of them can continue the day of', () => {
    const root = provisioned();
    const many = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [
        `${FIRST}.spare-${at + 1}.json`,
        { machineKey: toHex(identity(`spare ${at}`).publicKey) },
      ]),
    );
    expect(certifyUnits(root, units(root, many), privateKeyOf(root)).errors).toEqual([
      { path: FIRST, message: 'has 10 machines, at most 9' },
    ]);
  });

  test('units whose keys are there at once are certified in the same go', () => {
    const first = provisioned();
    const folder = units(first, {
      [`${FIRST}.json`]: { machineKey: toHex(identity('unit').publicKey) },
      [`${FIRST}.spare-1.json`]: { machineKey: toHex(identity('spare').publicKey) },
    });
    const root = join(temporary(), 'out');
    const { machineCodes } = provisionTo(root, electionFolder(), { identities: folder });
    expect(machineCodes.length).toBe(2);
    expect(registerOf(root).precincts[0]?.machines.map(({ code }) => code)).toEqual(machineCodes);
    expect(existsSync(join(root, 'deliveries', `${FIRST}.spare-1`, 'former-machines'))).toBe(true);
  });

  const key = toHex(identity('unit').publicKey);
  test.each([
    [
      'a code of something else',
      { [`${FIRST}.json`]: { machineKey: key, machineCode: '0000-0000-0000-0000-0000' } },
      /it runs another release or package/,
    ],
    [
      'a mistyped code',
      { [`${FIRST}.json`]: { machineKey: key, machineCode: 'x' } },
      /machineCode is not a machine code/,
    ],
    [
      'a short key',
      { [`${FIRST}.json`]: { machineKey: key.slice(2) } },
      /machineKey must be 32 bytes/,
    ],
    ['no JSON', { [`${FIRST}.json`]: '{' }, /machineKey must be/],
    ['a huge file', { [`${FIRST}.json`]: 'x'.repeat(5000) }, /has 5000 bytes, at most 4096/],
    ['another name', { 'unit.json': { machineKey: key } }, /must be named like/],
    [
      'an unknown precinct',
      { '999999999.01.json': { machineKey: key } },
      /is no precinct that has a package/,
    ],
    [
      'a key twice',
      { [`${FIRST}.json`]: { machineKey: key }, [`${IDS[1]}.json`]: { machineKey: key } },
      /has the same machine key as/,
    ],
  ])('%s is told, and nothing changes', (_, entries, error) => {
    const root = provisioned();
    const before = contentsOf(root);
    const { errors } = certifyUnits(root, units(root, entries), privateKeyOf(root));
    expect(errors.map(({ path, message }) => `${path}: ${message}`).join('\n')).toMatch(error);
    expect(contentsOf(root)).toEqual(before);
  });

  test("a key that another precinct's machine has already is refused later, too", () => {
    const root = provisioned();
    certifyUnits(root, units(root, { [`${FIRST}.json`]: { machineKey: key } }), privateKeyOf(root));
    const again = units(root, { [`${IDS[1]}.json`]: { machineKey: key } });
    expect(certifyUnits(root, again, privateKeyOf(root)).errors).toEqual([
      { path: `${IDS[1]}.json`, message: `its machine key is registered for ${FIRST} already` },
    ]);
  });

  test('only the authority that signed the register goes on with it', () => {
    const root = provisioned();
    const folder = units(root, {});
    expect(() => certifyUnits(root, folder, identity('other').privateKey)).toThrow(
      /not signed with --key/,
    );
  });
});

describe('looking up where a voter votes', () => {
  test('finds the polling place, the precinct and its last two digits of each voter, and of nobody else', () => {
    const root = provisioned();
    ELECTION.precincts.forEach((precinct, at) => {
      const place = ELECTION.places.find(({ code }) => code === precinct.pollingPlaceCode)!;
      for (const { nationalId } of VOTERS_OF(at)) {
        const found = lookUp(root, nationalId)!;
        expect(found).toMatchObject({
          precinct: IDS[at],
          name: place.name,
          address: place.address,
        });
        const digits = Number(nationalId.slice(-2));
        expect(digits).toBeGreaterThanOrEqual(found.terminals[0]);
        expect(digits).toBeLessThanOrEqual(found.terminals[1]);
      }
    });
    expect(lookUp(root, 'V-99999')).toBeNull();
    const [{ nationalId = '' } = {}] = VOTERS_OF(0);
    const other = nationalId.startsWith('V')
      ? `E${nationalId.slice(1)}`
      : `V${nationalId.slice(1)}`;
    expect(lookUp(root, other)).toBeNull();
  });
});

describe('erasing after the legal period', () => {
  test('removes keys, pollbooks, rosters and the index, and leaves what is public', () => {
    const root = provisioned();
    const before = contentsOf(join(root, 'public'));
    const erasable = erasableOf(root)!;
    expect(erasable.keepUntil).toBe(ELECTION.offer.calendar.validUntil);
    const order: string[] = [];
    const erased = erase(root, erasable, (what) => order.push(what));
    expect(order[0]).toBe("the pollbooks' keys");
    expect(erased[0]).toEqual({ what: "the pollbooks' keys", files: 4 });
    expect(contentsOf(join(root, 'public'))).toEqual(before);
    const left = Object.keys(contentsOf(root));
    expect(left.filter((path) => !path.startsWith('public/'))).toEqual([
      ...IDS.flatMap((id) => [
        `deliveries/${id}/authority.json`,
        `deliveries/${id}/unit.json`,
      ]).sort(),
      'provision.json',
    ]);
    // Begun and cut off, it can be done again.
    expect(erase(root, erasableOf(root)!).every(({ files }) => files === 0)).toBe(true);
  });

  test('an election folder loses its pollbooks and prints alone', () => {
    const folder = electionFolder();
    const erasable = erasableOf(folder)!;
    expect(erasable.keepUntil).toBe(ELECTION.offer.calendar.validUntil);
    erase(folder, erasable);
    expect(Object.keys(contentsOf(folder))).toEqual([
      'election.json',
      'officers.csv',
      'polling-places.csv',
      'precincts.csv',
    ]);
  });

  test('no other folder is touched', () => {
    expect(erasableOf(temporary())).toBeNull();
  });
});
