/** A quote against nonce, key and registers: whatever of it is another is named, in both languages. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { u16, u32 } from '#drivers/tpm/codec.ts';
import type { QuoteText } from '#firmware/messages/console-catalogue.ts';
import { auditQuote, type QuoteInput, readQuote } from '#scripts/audit/unit/check-quote.ts';
import { keysInLog } from '#scripts/audit/unit/quote-keys.ts';
import { type QuoteReportInput, unitReport } from '#scripts/audit/unit/unit-report.ts';
import { quoteAsked } from '#scripts/commands/audit-unit-quote.ts';
import { registersOf } from '#scripts/image/measured.ts';
import { attachSignature } from '#scripts/image/uefi/pe.ts';
import { type LogBench, makeLogBench } from '../../vault/event-log-bench.ts';
import { testSigner, tinyImage, writeTinyImage } from '../image/tiny-image.ts';
import { makeLanguageCheck } from './both-languages.ts';
import { hexOf, keyOf, makeQuote, makeSigner, measured, type Signer } from './quote-rig.ts';

const SIGNER = makeSigner();
const OTHER = makeSigner();
const NONCE = measured('a nonce');
const REGISTERS = new Map([0, 4, 7, 11].map((pcr) => [pcr, measured(`register ${pcr}`)]));
const EXPECTED = new Map([...REGISTERS].map(([pcr, value]) => [pcr, hexOf(value)]));
const TOLD = { signer: SIGNER, nonce: NONCE, registers: REGISTERS };
const QUOTE = makeQuote(TOLD);
const LANGUAGES = makeLanguageCheck(['PCR', 'scripts/urna audit log']);
const AUDIT = {
  ...{ machineCode: '', precinct: '', election: null, release: '0'.repeat(64) },
  ...{ findings: [], files: 0, parts: 0 },
};
const report = (quote: QuoteReportInput) =>
  unitReport(
    {
      audit: { ...AUDIT, findings: quote.audit.findings },
      ...{ record: null, shownCodes: 0, register: false, inventory: false, quote },
    },
    'scripts/urna x',
  );

const audit = (quote: QuoteText, change: Partial<QuoteInput> = {}) =>
  auditQuote({ quote, nonce: NONCE, keys: [keyOf(SIGNER)], registers: EXPECTED, ...change });
const codes = (...given: Parameters<typeof audit>): readonly string[] => {
  const found = audit(...given);
  LANGUAGES.hold(report({ audit: found, keys: 1, log: false, expected: EXPECTED }));
  return found.findings.map(({ code }) => code);
};
/** One byte of it, from the end, is another. */
const flipped = (hex: string, fromEnd = 1): string => {
  const bytes = Buffer.from(hex, 'hex');
  bytes[bytes.length - fromEnd]! ^= 1;
  return bytes.toString('hex');
};

describe('a quote', () => {
  test('by the known key, over the nonce, of the registers expected, has no finding', () => {
    expect(audit(QUOTE)).toMatchObject({
      findings: [],
      key: keyOf(SIGNER),
      resets: 7,
      restarts: 1,
    });
    expect(codes(QUOTE)).toEqual([]);
  });

  test.each<[string, QuoteText, readonly string[]]>([
    [
      'begins as nothing of a TPM does',
      makeQuote({ ...TOLD, begins: [...u32(0xff544348), ...u16(0x8018)] }),
      ['unit.quoteForm'],
    ],
    [
      'is another word of a TPM',
      makeQuote({ ...TOLD, begins: [...u32(0xff544347), ...u16(0x8017)] }),
      ['unit.quoteForm'],
    ],
    ['is over another nonce', makeQuote({ ...TOLD, nonce: measured('x') }), ['unit.quoteNonce']],
    ['is by another key', makeQuote({ ...TOLD, signer: OTHER }), ['unit.quoteKey']],
    [
      'names another key than signed it',
      makeQuote({ ...TOLD, name: new Uint8Array(34) }),
      ['unit.quoteKey'],
    ],
    [
      'stands beside another key than signed it',
      { ...makeQuote({ ...TOLD, signer: OTHER }), publicArea: QUOTE.publicArea },
      ['unit.quoteSignature', 'unit.quoteKey'],
    ],
    [
      'is signed, and changed then',
      { ...QUOTE, attest: flipped(QUOTE.attest) },
      ['unit.quoteSignature', 'unit.quoteDigest'],
    ],
    [
      'has a register that is another',
      makeQuote({ ...TOLD, registers: new Map([...REGISTERS, [11, measured('x')]]) }),
      ['unit.quoteRegister'],
    ],
    [
      'leaves a register out',
      makeQuote({ ...TOLD, registers: new Map([...REGISTERS].filter(([pcr]) => pcr !== 11)) }),
      ['unit.quoteRegister'],
    ],
    [
      'stands beside values that it does not sign',
      {
        ...QUOTE,
        registers: QUOTE.registers.map((each) =>
          each.pcr === 4 ? { ...each, sha256: 'a1'.repeat(32) } : each,
        ),
      },
      ['unit.quoteDigest', 'unit.quoteRegister'],
    ],
    [
      'stands beside fewer values',
      { ...QUOTE, registers: QUOTE.registers.slice(1) },
      ['unit.quoteDigest', 'unit.quoteRegister'],
    ],
    [
      'was cut off',
      { ...QUOTE, attest: QUOTE.attest.slice(0, -2) },
      ['unit.quoteForm', 'unit.quoteSignature'],
    ],
  ])('that %s is named', (_, quote, expected) => {
    expect(codes(quote)).toEqual(expected);
  });

  test('by a key that would sign anything is named, whatever its fingerprint', () => {
    // Without "restricted": bit 16 of the attributes, behind type and name algorithm.
    const publicArea = Buffer.from(QUOTE.publicArea, 'hex');
    publicArea[5]! ^= 1;
    const quote = { ...QUOTE, publicArea: publicArea.toString('hex') };
    expect(codes(quote, { keys: [] })).toContain('unit.quoteKey');
  });

  test('by a point that is on no curve is named', () => {
    const publicArea = flipped(QUOTE.publicArea);
    expect(codes({ ...QUOTE, publicArea })).toContain('unit.quoteKey');
  });

  test('of which any bit is another has a finding', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('attest', 'signature', 'publicArea'),
        fc.nat(200),
        fc.integer({ min: 0, max: 7 }),
        (part, at, bit) => {
          const bytes = Buffer.from(QUOTE[part], 'hex');
          bytes[at % bytes.length]! ^= 1 << bit;
          expect(audit({ ...QUOTE, [part]: bytes.toString('hex') }).findings).not.toEqual([]);
        },
      ),
    );
  });

  test('with nothing known from before says so, and that it proves little', () => {
    const found = auditQuote({ quote: QUOTE, nonce: NONCE, keys: [], registers: new Map() });
    expect(found.findings).toEqual([]);
    const { limits, checks } = report({ audit: found, keys: 0, log: false, expected: new Map() });
    expect(limits.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['unit.limitQuote', 'unit.limitNoQuoteKey', 'unit.limitNoPcr']),
    );
    expect(checks.find(({ what }) => what.key === 'unit.checkQuoteKey')?.done).toBe(0);
  });
});

describe('the key in the event log', () => {
  let bench: LogBench;
  const logOf = async (keys: readonly Signer[], after: readonly Signer[] = []) => {
    bench = makeLogBench(3);
    const log = await bench.opened();
    const name = (signer: Signer) =>
      log.record({ id: 'attestationKeyFound', fields: { key: keyOf(signer) } });
    for (const signer of keys) await name(signer);
    await log.checkpoint();
    for (const signer of after) await name(signer);
    return bench.bytes(bench.removable);
  };
  const found = (bytes: Uint8Array, machineKey = bench.identity.publicKey) => {
    const { keys, findings } = keysInLog(bytes, machineKey);
    const logged = { ...audit(QUOTE), findings };
    LANGUAGES.hold(report({ audit: logged, keys: 1, log: true, expected: EXPECTED }));
    return { keys, told: findings.map(({ code, message }) => [code, message.key]) };
  };

  test('is the one that the unit signed for, at each of its starts', async () => {
    const bytes = await logOf([SIGNER, SIGNER], [OTHER]);
    expect(found(bytes)).toEqual({ keys: [keyOf(SIGNER)], told: [] });
  });

  test.each<[string, readonly Signer[], string]>([
    ['none', [], 'unit.quoteLog.none'],
    ['of two TPMs', [SIGNER, OTHER], 'unit.quoteLog.several'],
  ])('%s: that is named', async (_, keys, key) => {
    const { told } = found(await logOf(keys));
    expect(told).toEqual([['unit.quoteLog', key]]);
  });

  test('is not taken from a log that another machine signed, or that was changed', async () => {
    const bytes = await logOf([SIGNER]);
    const unsound = [['unit.quoteLog', 'unit.quoteLog.unsound']];
    expect(found(bytes, new Uint8Array(32).fill(7))).toEqual({ keys: [], told: unsound });
    const text = new TextDecoder().decode(bytes).replace(keyOf(SIGNER), keyOf(OTHER));
    expect(found(new TextEncoder().encode(text))).toEqual({ keys: [], told: unsound });
  });

  test('every code was told in both languages', () => {
    const codesTold = LANGUAGES.untold(
      report({ audit: audit(QUOTE), keys: 1, log: true, expected: EXPECTED }),
    );
    expect(codesTold.filter((code) => code.startsWith('unit.quote'))).toEqual([]);
  });
});

describe('what is asked of the command', () => {
  let folder: string;
  let file: string;
  const MACHINE = new Uint8Array(32).fill(1);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'urna-quote-'));
    file = join(folder, 'quote.json');
    const data = { outcome: 'quoted', nonce: hexOf(NONCE), key: keyOf(SIGNER), ...QUOTE };
    writeFileSync(file, JSON.stringify({ code: null, data }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('a console’s answer is read, bare or in what the console command prints', () => {
    const data = { outcome: 'quoted', nonce: hexOf(NONCE), key: keyOf(SIGNER), ...QUOTE };
    for (const given of [data, { code: null, data }])
      expect(readQuote(JSON.stringify(given))).toMatchObject(QUOTE);
    for (const given of ['', '[]', '{}', JSON.stringify({ code: 'noTpm', data: null })])
      expect(readQuote(given)).toBeNull();
    expect(readQuote(JSON.stringify({ ...data, attest: 'xyz' }))).toBeNull();
  });

  test('all of it together is audited', async () => {
    const asked = {
      ...{ quote: file, nonce: hexOf(NONCE).toUpperCase(), 'quote-key': keyOf(SIGNER) },
      pcr: [...EXPECTED].map(([pcr, hex]) => `${pcr}=${hex}`),
    };
    expect(quoteAsked(asked, MACHINE)).toMatchObject({ audit: { findings: [] }, keys: 1 });
    const wrong = { ...asked, 'quote-key': keyOf(OTHER), pcr: [`11=${'0'.repeat(64)}`] };
    expect(quoteAsked(wrong, MACHINE)?.audit.findings.map(({ code }) => code)).toEqual([
      'unit.quoteKey',
      'unit.quoteRegister',
    ]);
    expect(quoteAsked({}, MACHINE)).toBeNull();
  });

  test('what registers must hold is reckoned from an image', () => {
    const image = tinyImage({ version: '1.2.3', rollbackIndex: 4, signer: testSigner() });
    writeTinyImage(join(folder, 'image'), image);
    const held = registersOf({
      boot: attachSignature(image.boot, image.bootSignature),
      uki: attachSignature(image.uki, image.ukiSignature),
    });
    const registers = new Map(
      [...held].map(([pcr, hex]) => [pcr, new Uint8Array(Buffer.from(hex, 'hex'))]),
    );
    const quoted = (other: ReadonlyMap<number, Uint8Array>) => {
      const data = { outcome: 'quoted', nonce: hexOf(NONCE), key: keyOf(SIGNER) };
      const quote = makeQuote({ ...TOLD, registers: other });
      writeFileSync(join(folder, 'of-image.json'), JSON.stringify({ ...data, ...quote }));
      return { quote: join(folder, 'of-image.json'), nonce: hexOf(NONCE) };
    };
    const asked = { ...quoted(registers), image: join(folder, 'image') };
    const same = quoteAsked(asked, MACHINE);
    expect(same?.audit.findings).toEqual([]);
    expect(same?.expected).toEqual(held);
    const started = new Map([...registers, [11, measured('another image')]]);
    const other = quoteAsked({ ...asked, ...quoted(started) }, MACHINE);
    expect(other?.audit.findings.map(({ code }) => code)).toEqual(['unit.quoteRegister']);
    const typed = { ...asked, pcr: [`11=${'0'.repeat(64)}`] };
    expect(() => quoteAsked(typed, MACHINE)).toThrow('is not what --image');
    expect(() => quoteAsked({ ...asked, image: '/nowhere' }, MACHINE)).toThrow('--image /nowhere');
  });

  test.each([
    ['no nonce', {}],
    ['a nonce that is too short', { nonce: 'abcd' }],
    ['a key that is none', { nonce: hexOf(NONCE), 'quote-key': 'ab' }],
    ['a register that is none', { nonce: hexOf(NONCE), pcr: [`24=${'0'.repeat(64)}`] }],
    ['no log', { nonce: hexOf(NONCE), 'event-log': '/nowhere' }],
    ['no quote', { nonce: hexOf(NONCE), quote: '/nowhere' }],
    ['a nonce without a quote', { nonce: hexOf(NONCE), quote: undefined }],
  ])('%s is refused by name', (_, asked) => {
    expect(() => quoteAsked({ quote: file, ...asked }, MACHINE)).toThrow(
      /--(quote|nonce|pcr|event-log)/,
    );
  });
});
