/**
 * The software bill of materials beside a release: CycloneDX 1.6 (ECMA-424), JSON. No time and no chance
 * in it: its serial number is drawn from the manifest's digest (RFC 9562, version 8).
 */
import type { LockedPackage } from './lock-file.ts';

const hexOfBase64 = (text: string): string =>
  Array.from(atob(text), (each) => each.charCodeAt(0).toString(16).padStart(2, '0')).join('');

/** `pkg:npm/%40scope/name@1.2.3` (package URL specification, type npm). */
export const packageUrl = ({ name, version }: Pick<LockedPackage, 'name' | 'version'>): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

const hashesOf = (integrity: string | null) => {
  const sha512 = integrity?.slice('sha512-'.length);
  return sha512 === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: hexOfBase64(sha512) }] };
};

const componentOf = (locked: LockedPackage) => {
  const { path, name, version, licence, integrity } = locked;
  return {
    type: name.startsWith('node-linux-') ? 'platform' : 'library',
    // The same version may lie in two places.
    'bom-ref': path,
    name,
    version,
    ...hashesOf(integrity),
    ...(licence === null ? {} : { licenses: [{ expression: licence }] }),
    purl: packageUrl(locked),
  };
};

const uuidOf = (digest: string): string => {
  const [a, b, c, d, e] = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ];
  return `urn:uuid:${a}-${b}-${c}-${d}-${e}`;
};

/** `digest`: SHA-256 of the manifest, hex. */
export const billOfMaterials = (
  version: string,
  digest: string,
  packages: readonly LockedPackage[],
): unknown => ({
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: uuidOf(digest),
  version: 1,
  metadata: {
    component: {
      type: 'firmware',
      'bom-ref': 'urna',
      name: 'urna',
      version,
      hashes: [{ alg: 'SHA-256', content: digest }],
      licenses: [{ license: { id: 'Apache-2.0' } }],
    },
  },
  components: packages.map(componentOf),
});
