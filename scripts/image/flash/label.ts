/** The label of a flashed unit: what is on it, for people and for a reader of QR codes. */
import { encodeQR } from 'qr';
import type { UkiFacts } from '../uki.ts';

export type LabelFacts = Pick<UkiFacts, 'version' | 'rollbackIndex' | 'arch' | 'rootHash'> & {
  /** SHA-256 of the certificate that the unit's firmware has to hold, hex. */
  readonly signer: string;
};

/** `urna:unit` and fields, as a query: any reader shows it, any program takes it apart. */
export const labelPayload = ({
  version,
  rollbackIndex,
  arch,
  rootHash,
  signer,
}: LabelFacts): string =>
  `urna:unit?v=${version}&i=${rollbackIndex}&a=${arch}&r=${rootHash}&s=${signer}`;

/** Sixty-four digits in groups that can be read aloud. */
const grouped = (hex: string): readonly string[] =>
  (hex.match(/.{32}/g) ?? []).map((line) => (line.match(/.{8}/g) ?? []).join(' '));

/** Two modules above each other are one letter; dark on light paper, as a printer prints it. */
const symbol = (payload: string): string => {
  const rows = encodeQR(payload, 'raw', { ecc: 'medium', border: 2 });
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += 2) {
    const [upper = [], lower = []] = [rows[at], rows[at + 1]];
    lines.push(
      upper
        .map((dark, x) => (dark ? (lower[x] ? '█' : '▀') : lower[x] ? '▄' : ' '))
        .join('')
        .trimEnd(),
    );
  }
  return lines.join('\n');
};

/** At most 64 columns. */
export const labelText = (facts: LabelFacts): string => {
  const { version, rollbackIndex, arch, rootHash, signer } = facts;
  const [first = '', second = ''] = grouped(rootHash);
  const [signerFirst = '', signerSecond = ''] = grouped(signer);
  return `URNA ${version}   rollback index ${rollbackIndex}   ${arch}
root    ${first}
        ${second}
signer  ${signerFirst}
        ${signerSecond}

${symbol(labelPayload(facts))}
`;
};
