/** The committed paper codes from `provision` to what anyone can check. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { publicKeyPem, sign } from '#firmware/vault/keys.ts';
import { verifySite } from '#scripts/evidence/verify-site.ts';
import { writeCountry } from '#scripts/nation/write-country.ts';
import { COUNTRY } from '#test/nation/country.ts';
import { urna } from '../nation/command.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-published-codes-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
const { authority } = COUNTRY;
const KEY = join(ROOT, 'key.pem');
writeFileSync(KEY, publicKeyPem(authority.publicKey));
const SOURCE = join(ROOT, 'source');
writeCountry(SOURCE, COUNTRY);
const SITE = join(ROOT, 'site');
expect(urna('publish', SOURCE, '--key', KEY, '--out', SITE).code).toBe(0);

const copyOf = (folder: string, name: string): string => {
  const copy = join(ROOT, name);
  cpSync(folder, copy, { recursive: true });
  return copy;
};
const failuresOf = (site: string): readonly string[] =>
  verifySite(site, authority.publicKey).failures.map(({ code, file }) => `${code} ${file}`);

describe('committed paper codes', () => {
  test('are published as they were signed, and verify', () => {
    for (const name of ['paper-codes.json', 'paper-codes.sig'])
      expect(readFileSync(join(SITE, name))).toEqual(readFileSync(join(SOURCE, name)));
    expect(failuresOf(SITE)).toEqual([]);
  });

  test('that are not there, or that the authority did not sign, are a failure of the site', () => {
    const without = copyOf(SITE, 'without');
    rmSync(join(without, 'paper-codes.json'));
    expect(failuresOf(without)).toContain('missing paper-codes.json');
    const forged = copyOf(SITE, 'forged');
    const text = readFileSync(join(forged, 'paper-codes.json'), 'utf8').replace('[\n\n]', '[\n]');
    writeFileSync(join(forged, 'paper-codes.json'), text);
    expect(failuresOf(forged)).toContain('wrongSignature paper-codes.json');
    // Signed by the authority, and yet in no spelling of the list.
    writeFileSync(
      join(forged, 'paper-codes.sig'),
      sign(authority.privateKey, new TextEncoder().encode(text)),
    );
    expect(failuresOf(forged)).toContain('malformed paper-codes.json');
  });

  test('are needed to publish: nothing is written without them', () => {
    const source = copyOf(SOURCE, 'unpublished');
    const out = join(ROOT, 'nothing');
    writeFileSync(join(source, 'paper-codes.sig'), new Uint8Array(64));
    const unsigned = urna('publish', source, '--key', KEY, '--out', out);
    expect([unsigned.code, unsigned.err]).toEqual([1, expect.stringContaining('wrongSignature')]);
    rmSync(join(source, 'paper-codes.json'));
    const without = urna('publish', source, '--key', KEY, '--out', out);
    expect([without.code, without.err]).toEqual([
      3,
      expect.stringContaining('no paper-codes.json'),
    ]);
  });
});
