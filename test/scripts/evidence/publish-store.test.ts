/** `urna publish` of what a receiving centre keeps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { verifySite } from '#scripts/evidence/verify-site.ts';
import { PACKAGES_FOLDER, writeCountry } from '#scripts/nation/write-country.ts';
import { openEmbeddedStore } from '#scripts/store/embedded-store.ts';
import { COUNTRY } from '#test/nation/country.ts';
import { urna } from '../nation/command.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-publish-store-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
const idAt = (at: number): string => COUNTRY.register.precincts[at]!.id;

test('packages come from folder and store alike; precincts with two that differ are in neither', async () => {
  const [folder, site, key] = [join(ROOT, 'in'), join(ROOT, 'site'), join(ROOT, 'key.pem')];
  writeCountry(folder, COUNTRY);
  writeFileSync(key, publicKeyPem(COUNTRY.authority.publicKey));
  const file = join(ROOT, 'results.sqlite');
  const store = openEmbeddedStore(file);
  for (const at of [0, 1, 2]) await store.put({ precinct: idAt(at), ...COUNTRY.packageOf(at) });
  const other = COUNTRY.signAs(1, { ...COUNTRY.resultOf(1), copies: 7 });
  await store.put({ precinct: idAt(1), ...other });
  await store.close();
  for (const at of [0, 1]) rmSync(join(folder, PACKAGES_FOLDER, idAt(at)), { recursive: true });

  const args = ['publish', folder, '--key', key, '--store'];
  const { code, out } = urna(...args, file, '--out', site, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ packages: 11, missing: [idAt(1)] });
  expect(verifySite(site, COUNTRY.authority.publicKey)).toEqual({
    failures: [],
    accepted: 11,
    missing: [idAt(1)],
  });

  const none = urna(...args, `${file}x`, '--out', join(ROOT, 'none'));
  expect([none.code, none.err]).toEqual([3, expect.stringContaining('no store')]);
});
