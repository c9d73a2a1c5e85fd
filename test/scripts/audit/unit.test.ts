/** A unit against what was audited: a byte, a part, a code that is another is named; so is a record that was changed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { makeManifest, RELEASE_PURPOSE } from '#boot/release/manifest.ts';
import { releaseDigestOf, verifyRelease } from '#boot/release/verify.ts';
import { DELIVERY_FILES, openDelivery } from '#boot/supervisor/delivery.ts';
import { makeSysfsInventory } from '#drivers/inventory/driver.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { REGISTER_FORMAT, type Register } from '#firmware/nation/register.ts';
import { PARTS_LIST_FORMAT, PARTS_LIST_PURPOSE } from '#firmware/parts/parts-list.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { makeEd25519KeyPair, publicKeyPem } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { auditUnit, partName, type UnitInput } from '#scripts/audit/unit/check-unit.ts';
import {
  nextEntry,
  type ReadRecord,
  readRecord,
  recordFindings,
} from '#scripts/audit/unit/record.ts';
import { unitReport } from '#scripts/audit/unit/unit-report.ts';
import { certifyRequest, deliver } from '#scripts/bench/unit-delivery.ts';
import { authorityPublicKey, provision } from '#scripts/day/provision.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { writeSysfsTree } from '../../drivers/inventory/sysfs-tree.ts';
import { urna } from '../nation/command.ts';
import { makeLanguageCheck } from './both-languages.ts';
import { keyOf, makeQuote, makeSigner, measured } from './quote-rig.ts';

const root = mkdtempSync(join(tmpdir(), 'urna-unit-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const DEFINITION = loadOwnDefinition(SMALL_PATH);
const PROVISION = provision(DEFINITION, 3, 1, 'R503');
const AUTHORITY = authorityPublicKey(PROVISION);
const SIGNING = PROVISION.authority.signing.privateKey;
const MACHINE = makeEd25519KeyPair(makeSeededEntropy(1, 'the unit'));
const OTHER = makeEd25519KeyPair(makeSeededEntropy(1, 'another'));
const TECHNICIAN = makeEd25519KeyPair(makeSeededEntropy(1, 'technician'));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const CONTENT = {
  'package.json': '{}',
  'boot/supervisor.ts': 'start()',
  'firmware/booth/step.ts': 'step()',
} as const;
const MANIFEST = makeManifest({
  version: '1.0.0',
  rollbackIndex: 1,
  arch: 'x64',
  files: Object.entries(CONTENT).map(([path, text]) => ({
    path,
    bytes: text.length,
    sha256: sha256Hex(bytesOf(text)),
  })),
});
const CODE = machineCode({
  releaseDigest: releaseDigestOf(MANIFEST),
  packageDigest: new Uint8Array(Buffer.from(sha256Hex(PROVISION.packageBytes), 'hex')),
  identityPublicKey: MACHINE.publicKey,
});
const REGISTER: Register = {
  format: REGISTER_FORMAT,
  election: DEFINITION.id,
  test: true,
  offer: '0'.repeat(64),
  precincts: [
    {
      id: precinctOf(DEFINITION),
      reportId: DEFINITION.precinct.reportId,
      districtIds: DEFINITION.precinct.districtIds,
      registered: 3,
      machines: [{ code: CODE, key: toHex(MACHINE.publicKey) }],
    },
  ],
};

/** A unit as it was delivered: files, delivery, parts. */
const makeUnit = async (at: string) => {
  const tree = join(at, 'tree');
  for (const [path, text] of Object.entries(CONTENT)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const delivery = join(at, 'delivery');
  deliver(delivery, {
    provision: PROVISION,
    releaseDigest: releaseDigestOf(MANIFEST),
    manifest: MANIFEST,
    locale: 'es',
  });
  writeFileSync(
    join(delivery, DELIVERY_FILES.request),
    JSON.stringify({ machineCode: CODE, machineKey: toHex(MACHINE.publicKey) }),
  );
  certifyRequest(delivery, PROVISION);
  const sysfs = join(at, 'sys');
  writeSysfsTree(sysfs);
  const inventory = makeSysfsInventory({ clock: makeVirtualClock(0), sysfs });
  const parts = await inventory.read();
  if (!parts.ok) throw new Error(parts.error.detail);
  const list = {
    format: PARTS_LIST_FORMAT,
    unit: 'board',
    parts: parts.value.map(({ kind, path }, index) => ({ label: `p${index}`, kind, path })),
  };
  writeFileSync(join(delivery, DELIVERY_FILES.parts), signFile(PARTS_LIST_PURPOSE, list, SIGNING));
  return { tree, delivery, sysfs, parts: parts.value };
};

let unit: Awaited<ReturnType<typeof makeUnit>>;
let count = 0;
beforeEach(async () => {
  count += 1;
  unit = await makeUnit(join(root, String(count)));
});

const audit = async (changes: Partial<UnitInput> = {}) => {
  const door = openDelivery(unit.delivery);
  const delivery = await door.read();
  if (!delivery.ok) throw new Error(delivery.error);
  return auditUnit({
    delivery: delivery.value,
    authorityKey: AUTHORITY,
    machineKey: MACHINE.publicKey,
    compareFiles: (manifest) => verifyRelease(unit.tree, manifest),
    codes: [CODE],
    register: REGISTER,
    certificateOf: async (code) => (await door.certificates(code))?.key ?? null,
    parts: unit.parts,
    ...changes,
  });
};
const LANGUAGES = makeLanguageCheck(['usb', 'serial', 'block', 'network', 'hid']);

const codes = async (changes: Partial<UnitInput> = {}): Promise<readonly string[]> => {
  const audited = await audit(changes);
  const input = {
    ...{ audit: audited, record: null, quote: null },
    ...{ shownCodes: 1, register: true, inventory: true },
  };
  const parts = [...unit.parts, ...(changes.parts ?? [])];
  LANGUAGES.hold(unitReport(input, 'scripts/urna audit unit x'), parts.map(partName));
  return [...new Set(audited.findings.map(({ code }) => code))];
};

describe('a unit', () => {
  test('as it was delivered has no finding, and its code is the listed one', async () => {
    const audited = await audit();
    expect(audited.findings).toEqual([]);
    expect(audited).toMatchObject({ machineCode: CODE, files: 3, parts: unit.parts.length });
  });

  test.each([
    [
      'with a byte changed',
      () => writeFileSync(join(unit.tree, 'boot/supervisor.ts'), 'Start()'),
      'unit.fileChanged',
    ],
    [
      'with a file gone',
      () => rmSync(join(unit.tree, 'firmware/booth/step.ts')),
      'unit.fileMissing',
    ],
    [
      'with a file more that might run',
      () => writeFileSync(join(unit.tree, 'boot/extra.ts'), ''),
      'unit.fileExtra',
    ],
    [
      'with the manifest of somebody else',
      () =>
        writeFileSync(
          join(unit.delivery, DELIVERY_FILES.release),
          signFile(RELEASE_PURPOSE, MANIFEST, OTHER.privateKey),
        ),
      'unit.manifest',
    ],
    [
      'without a manifest',
      () => rmSync(join(unit.delivery, DELIVERY_FILES.release)),
      'unit.manifest',
    ],
    [
      'with an older release signed',
      () =>
        writeFileSync(
          join(unit.delivery, DELIVERY_FILES.release),
          signFile(RELEASE_PURPOSE, { ...MANIFEST, version: '0.9.0' }, SIGNING),
        ),
      'unit.manifest',
    ],
    [
      'with a list of parts that nobody signed',
      () => writeFileSync(join(unit.delivery, DELIVERY_FILES.parts), '{}\n00\n'),
      'unit.partsList',
    ],
    [
      'without a list of parts',
      () => rmSync(join(unit.delivery, DELIVERY_FILES.parts)),
      'unit.partsList',
    ],
    [
      'that was never certified',
      () => rmSync(join(unit.delivery, DELIVERY_FILES.certificates)),
      'unit.certificate',
    ],
  ])('%s is named', async (_, tamper, code) => {
    tamper();
    expect(await codes()).toEqual([code]);
  });

  test('with another election package is named: signature, code, list and certificate', async () => {
    const path = join(unit.delivery, DELIVERY_FILES.package);
    writeFileSync(path, `${readFileSync(path, 'utf8')} `);
    expect(await codes()).toEqual(
      expect.arrayContaining(['unit.code', 'unit.listed', 'unit.certificate']),
    );
    writeFileSync(path, '{}');
    expect(await codes()).toContain('unit.package');
  });

  test('with another identity key is named', async () =>
    expect(await codes({ machineKey: OTHER.publicKey })).toEqual([
      'unit.code',
      'unit.listed',
      'unit.certificate',
    ]));

  test('with a certificate of another key is named', async () =>
    expect(await codes({ certificateOf: async () => new Uint8Array(64) })).toEqual([
      'unit.certificate',
    ]));

  test('delivered by another authority is named', async () =>
    expect(await codes({ authorityKey: OTHER.publicKey })).toEqual(
      expect.arrayContaining(['unit.authority', 'unit.package', 'unit.manifest', 'unit.partsList']),
    ));

  test('of a precinct that the register does not have is named', async () =>
    expect(await codes({ register: { ...REGISTER, precincts: [] } })).toEqual(['unit.listed']));

  test('that shows another code is named', async () => {
    const shown = machineCode({
      releaseDigest: new Uint8Array(32),
      packageDigest: new Uint8Array(32),
      identityPublicKey: new Uint8Array(32),
    });
    expect(await codes({ codes: [shown] })).toEqual(['unit.code']);
  });

  test('with a part too few or too many is named', async () => {
    expect(await codes({ parts: unit.parts.slice(1) })).toEqual(['unit.partMissing']);
    const stick = {
      kind: 'usb',
      path: '9-9',
      vendor: null,
      product: null,
      serial: null,
      name: 'stick',
    } as const;
    expect(await codes({ parts: [...unit.parts, stick] })).toEqual(['unit.partExtra']);
  });
});

describe('the record', () => {
  const KEY = toHex(MACHINE.publicKey);
  const entryFor = (bytes: Uint8Array, unitKey = KEY): Uint8Array =>
    nextEntry(
      readRecord(bytes),
      {
        at: '2026-11-28T12:00Z',
        unit: unitKey,
        machineCode: CODE,
        release: '0'.repeat(64),
        findings: [],
      },
      TECHNICIAN.privateKey,
    );
  const added = (bytes: Uint8Array, unitKey = KEY): Uint8Array =>
    Uint8Array.from(Buffer.concat([bytes, entryFor(bytes, unitKey)]));
  const three = added(added(added(new Uint8Array(0))));
  const lines = new TextDecoder().decode(three).split('\n');
  const AUDIT = {
    machineCode: CODE,
    precinct: precinctOf(DEFINITION),
    election: null,
    release: '0'.repeat(64),
    findings: [],
    files: 0,
    parts: 0,
  };
  /** Of the findings of a record, in a report that is held to both languages. */
  const codesOf = (record: ReadRecord, key: string, known: readonly string[] = []) => {
    const findings = recordFindings(record, key, known);
    const input = { record, quote: null, shownCodes: 0, register: false, inventory: false };
    LANGUAGES.hold(unitReport({ audit: { ...AUDIT, findings }, ...input }, 'scripts/urna x'));
    return findings.map(({ code }) => code);
  };

  test('of three audits is whole, and its heads are found in it', () => {
    const record = readRecord(three);
    expect(record.problem).toBeNull();
    expect(record.entries.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(codesOf(record, KEY, record.heads)).toEqual([]);
  });

  test.each([
    ['an entry taken out', [...lines.slice(0, 2), ...lines.slice(4)]],
    ['two entries swapped', [...lines.slice(2, 4), ...lines.slice(0, 2), ...lines.slice(4)]],
    ['an entry twice', [...lines.slice(0, 2), ...lines.slice(0, 2), ...lines.slice(2)]],
    [
      'a figure changed',
      lines.map((line, at) => (at === 2 ? line.replace('"findings":0', '"findings":1') : line)),
    ],
    ['half a line at the end', [...lines.slice(0, 5), lines[5]!.slice(0, 20)]],
  ])('with %s is named', (_, changed) => {
    expect(codesOf(readRecord(bytesOf(changed.join('\n'))), KEY)).toEqual(['unit.record']);
  });

  test('any bit changed is seen', () => {
    fc.assert(
      fc.property(fc.nat(three.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const changed = Uint8Array.from(three);
        changed[at]! ^= 1 << bit;
        expect(readRecord(changed).problem).not.toBeNull();
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test('whose end was cut off shows a head that was written down', () => {
    const cut = readRecord(bytesOf(`${lines.slice(0, 4).join('\n')}\n`));
    expect(cut.problem).toBeNull();
    expect(codesOf(cut, KEY, [readRecord(three).heads[2]!])).toEqual(['unit.recordHead']);
  });

  test('of another unit is named', () =>
    expect(codesOf(readRecord(three), toHex(OTHER.publicKey))).toEqual(['unit.recordUnit']));

  test('any bytes get an answer', () => {
    for (const bytes of [
      bytesOf('['.repeat(100_000)),
      Uint8Array.of(0xff, 0xfe),
      bytesOf('\n\n'),
      bytesOf('{}\n{}\n'),
    ])
      expect(codesOf(readRecord(bytes), KEY)).toEqual(['unit.record']);
  });

  test('every code was told in both languages, those of the unit too', () => {
    const input = {
      ...{ audit: AUDIT, record: null, quote: null },
      ...{ shownCodes: 0, register: false, inventory: false },
    };
    expect(LANGUAGES.untold(unitReport(input, ''))).toEqual([]);
  });
});

describe('the command', () => {
  const put = (name: string, content: string): string => {
    writeFileSync(join(root, name), content);
    return join(root, name);
  };
  const run = (...more: readonly string[]) =>
    urna(
      'audit',
      'unit',
      unit.delivery,
      '--key',
      put('key.pem', publicKeyPem(AUTHORITY)),
      '--root',
      unit.tree,
      '--sysfs',
      unit.sysfs,
      '--code',
      CODE,
      ...more,
    );
  const pkcs8 = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    TECHNICIAN.privateKey,
  ]);
  const SIGN = `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----\n`;

  test('audits, adds to the record, and shows it the next time; nothing is added to a record that was changed', () => {
    const record = join(root, `record-${count}`);
    const sign = put('technician.pem', SIGN);
    const first = run('--record', record, '--sign', sign, '--json');
    expect(JSON.parse(first.out)).toMatchObject({
      ok: true,
      machineCode: CODE,
      record: { entries: 1 },
    });
    expect(first.code).toBe(0);
    const { head } = JSON.parse(first.out).record;
    writeFileSync(join(unit.tree, 'boot/supervisor.ts'), 'Start()');
    const page = join(root, 'page.html');
    const second = run('--record', record, '--sign', sign, '--head', head, '--html', page);
    expect(second.code).toBe(1);
    expect(second.out).toContain('unit.fileChanged: boot/supervisor.ts');
    expect(readFileSync(page, 'utf8')).toContain('Hallazgos de las auditorías anteriores');
    const whole = readFileSync(record, 'utf8');
    expect(readRecord(bytesOf(whole)).entries.map(({ findings }) => findings)).toEqual([0, 1]);
    writeFileSync(record, whole.replace('"findings":1', '"findings":0'));
    const third = run('--record', record, '--sign', sign, '--json');
    expect(JSON.parse(third.out).findings.map((each: { code: string }) => each.code)).toContain(
      'unit.record',
    );
    expect(readFileSync(record, 'utf8')).toHaveLength(whole.length);
  });

  test('tells a quote with the rest, and what is wrong with it', () => {
    const signer = makeSigner();
    const nonce = new Uint8Array(16).fill(5);
    const registers = new Map([[11, measured('an image')]]);
    const told = { outcome: 'quoted', nonce: toHex(nonce), key: keyOf(signer) };
    const data = { ...told, ...makeQuote({ signer, nonce, registers }) };
    const quote = put('quote.json', JSON.stringify({ code: null, data }));
    const asked = ['--quote', quote, '--quote-key', keyOf(signer), '--json'];
    const good = run(...asked, '--nonce', toHex(nonce));
    expect(JSON.parse(good.out)).toMatchObject({
      ok: true,
      quote: { key: keyOf(signer), resets: 7, registers: data.registers },
    });
    const other = run(...asked, '--nonce', 'ab'.repeat(16));
    expect(other.code).toBe(1);
    expect(JSON.parse(other.out).findings).toMatchObject([
      { code: 'unit.quoteNonce', subject: keyOf(signer) },
    ]);
  });

  test('wants what it needs', () => {
    expect(run('--code', '1234').code).toBe(2);
    expect(run('--sign', 'x').code).toBe(2);
    expect(run('--sysfs', join(root, 'none')).code).toBe(2);
    expect(
      urna('audit', 'unit', join(root, 'none'), '--key', put('key.pem', publicKeyPem(AUTHORITY)))
        .code,
    ).toBe(3);
    rmSync(join(unit.delivery, DELIVERY_FILES.request));
    expect(run().code).toBe(3);
    writeFileSync(join(unit.delivery, DELIVERY_FILES.request), '['.repeat(1_000));
    expect(run().code).toBe(2);
  });
});
