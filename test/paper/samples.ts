/** Papers of the demo election with seeded marks, for tests of this folder and of the printer. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { Marks } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import type { ReadinessReportData } from '#firmware/paper/readiness-report.ts';
import type { ReceiptData } from '#firmware/paper/receipt.ts';
import type { TallyReportData } from '#firmware/paper/tally-report.ts';
import type { ZeroReportData } from '#firmware/paper/zero-report.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';

export const DEMO: ElectionDefinition = loadOwnDefinition(DEMO_PATH);

const HEX_64 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const CODE = 'K7QM-3XPD-9WTR-5HJC';

/** Ballots of which most positions are marked, the same for the same seed. */
export const sampleVotes = (
  definition: ElectionDefinition,
  count: number,
  seed: string,
): readonly { readonly styleId: string; readonly marks: Marks }[] => {
  const entropy = makeSeededEntropy(seed, 'paper samples');
  const below = (limit: number): number => {
    const bytes = entropy.bytes(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) % limit;
  };
  return Array.from({ length: count }, () => {
    const style = definition.ballotStyles[below(definition.ballotStyles.length)]!;
    const ballot = resolveBallot(definition, style.id);
    const marks = ballot.contests.map(({ contest, options }) => {
      const marked = new Map<string, number>();
      for (let position = 0; position < contest.votes; position++) {
        // Squared, so that some options have many votes and most have few; one in eight is null.
        const option =
          below(8) === 0 ? null : Math.floor((below(1000) / 1000) ** 3 * options.length);
        if (option === null) continue;
        marked.set(options[option]?.candidateId ?? 'list', option);
      }
      return [...marked.values()].sort((a, b) => a - b);
    });
    return { styleId: style.id, marks };
  });
};

export const sampleTally = (definition: ElectionDefinition, ballots: number): TallyReportData => ({
  definition,
  totals: tabulate(definition, sampleVotes(definition, ballots, 'tally')),
  authentication: {
    match: Math.max(0, ballots - 32),
    noMatch: 21,
    noStoredPrint: 8,
    noUpperLimbs: 3,
    overrides: 32,
    votersMarked: ballots,
    registered: Math.ceil(ballots * 1.4),
  },
  counters: { epoch: ballots, reprints: 2, spoils: 1 },
  machineCode: CODE,
  machineKey: Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1),
  certificate: Uint8Array.from({ length: 64 }, (_, index) => index * 3 + 2),
  keyCertificate: Uint8Array.from({ length: 64 }, (_, index) => index * 5 + 3),
  packageSignature: Uint8Array.from({ length: 64 }, (_, index) => 251 - index * 2),
  logHead: HEX_64,
  dateText: '2020-12-06 18:24 -04:00',
  overrides: [],
});

export const sampleZero = (definition: ElectionDefinition): ZeroReportData => ({
  definition,
  totals: tabulate(definition, []),
  machineCode: CODE,
  sealingKeyFingerprint: HEX_64,
  identityKeyFingerprint: [...HEX_64].reverse().join(''),
  logHead: HEX_64,
  dateText: '2020-12-06 05:41 -04:00',
  overrides: ['Apertura antes de la hora, autorizada por Sabina Márquez Cedeño'],
});

export const sampleReadiness = (definition: ElectionDefinition): ReadinessReportData => ({
  definition,
  dateText: '2020-12-04 09:12 -04:00',
  selfTest: [
    { device: 'fingerprint', faultCode: null, detail: 'R503, plantillas de 1.536 bytes' },
    { device: 'printer', faultCode: null },
    { device: 'touchscreen', faultCode: null },
    { device: 'station', faultCode: null },
    { device: 'stabilizer', which: 'A', faultCode: null },
    { device: 'stabilizer', which: 'B', faultCode: 'stabilizer.broken', detail: '0 V a la salida' },
    { device: 'battery', faultCode: null },
  ],
  versions: [
    { name: 'urna', value: '0.1.0' },
    { name: 'Node', value: '24.21.0' },
  ],
  machineCode: CODE,
  sealingKeyFingerprint: HEX_64,
  identityKeyFingerprint: [...HEX_64].reverse().join(''),
  shares: { threshold: 3, total: 6 },
  cells: [
    { name: 'board', present: true, overwritesInPlace: true },
    { name: 'module', present: true, overwritesInPlace: false },
  ],
  media: [
    { name: 'fixed', present: true, freeBytes: 7_812_000_000, budgetBytes: 8_000_000_000 },
    { name: 'removable', present: true, freeBytes: 7_990_000_000, budgetBytes: 8_000_000_000 },
  ],
  power: { level: 'mains', batteryPercent: 98, minutesLeft: null },
  batteryVolts: 13.31,
  stabilizers: [
    { name: 'A', inputVolts: 117, outputVolts: 120, feeding: true },
    { name: 'B', inputVolts: 116, outputVolts: 0, feeding: false },
  ],
  warnings: [
    'La celda del módulo es un archivo: el orden de los votos no se oculta a un laboratorio.',
  ],
});

export const sampleReceipt = (definition: ElectionDefinition): ReceiptData => ({
  definition,
  number: '3F2A-91BC',
  digest: HEX_64,
  receiver: { url: 'https://totalizacion.example:8443', key: HEX_64 },
  qrText: `{"format":"urna-receipt-1","digest":"${HEX_64}"} ${HEX_64}${HEX_64}`,
});
