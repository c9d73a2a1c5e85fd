import { describe, expect, test } from 'vitest';
import { toPrintable } from '#drivers/printer/code-page.ts';
import { renderPng, renderText } from '#drivers/printer/emulator/render.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { cellCount } from '#firmware/paper/layout.ts';
import {
  composeKeptPaperRecord,
  composePaperRecord,
  encodePaperData,
} from '#firmware/paper/paper-record.ts';
import { parseSignedQr, publicLine } from '#firmware/paper/qr-payloads.ts';
import { composeReadinessReport } from '#firmware/paper/readiness-report.ts';
import { composeReceipt } from '#firmware/paper/receipt.ts';
import { composeTallyReport, signedContentOf } from '#firmware/paper/tally-report.ts';
import { composeZeroReport } from '#firmware/paper/zero-report.ts';
import type { PaperDocument } from '#hal/receipt-printer.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { readQr } from '#test/drivers/printer/read-qr.ts';
import { makePrinterRig } from '#test/drivers/printer/rig.ts';
import {
  DEMO,
  sampleReadiness,
  sampleReceipt,
  sampleTally,
  sampleVotes,
  sampleZero,
} from './samples.ts';

const SMALL = loadOwnDefinition(SMALL_PATH);
const COLUMNS = 48;
const SIGNATURE = new Uint8Array(64).fill(9);
const COPY = { number: 2, total: 6, duplicate: false };

const textsOf = (document: PaperDocument): string =>
  document.elements.map((element) => ('text' in element ? element.text : '')).join('\n');

const printOn = async (document: PaperDocument) => {
  const rig = makePrinterRig();
  await rig.run(rig.printer.start());
  const printed = await rig.run(rig.printer.print(document));
  expect(printed.value).toEqual({ ok: true, value: undefined });
  await rig.run(rig.printer.cut());
  const [piece] = rig.emulator.takePapers();
  if (piece === undefined) throw new Error('no paper');
  return { piece, ms: printed.ms };
};

/** Names as an attacker or a careless clerk would write them. */
const NASTY = '\u001b@\u001d(kÑandú 😀\u202e\u0000\u0010\u0004\u0001 L\u0301ópez-Domínguez "A\nB" ';
const nastyOf = (definition: ElectionDefinition): ElectionDefinition => ({
  ...definition,
  authority: NASTY,
  title: { es: NASTY, en: NASTY },
  organisations: definition.organisations.map((one, index) => ({
    ...one,
    name: NASTY.repeat(4),
    shortName: index % 2 === 0 ? NASTY : `${one.shortName}${'W'.repeat(index % 40)}`,
  })),
  candidates: definition.candidates.map((one) => ({ ...one, name: `${one.name}${NASTY}` })),
  contests: definition.contests.map((one) => ({ ...one, name: { es: NASTY, en: NASTY } })),
  officers: definition.officers.map((one) => ({ ...one, name: NASTY })),
  precinct: { ...definition.precinct, pollingPlaceName: NASTY, address: NASTY.repeat(3) },
});

const allPapers = (
  definition: ElectionDefinition,
  locale: Locale,
  columns: number,
): readonly PaperDocument[] => [
  ...definition.ballotStyles.flatMap((style) => {
    const ballot = resolveBallot(definition, style.id);
    const full = ballot.contests.map(({ contest }) =>
      Array.from({ length: contest.kind === 'list' ? 1 : Math.min(1, contest.votes) }, (_, i) => i),
    );
    return [full, ballot.contests.map(() => [])].map((marks) =>
      composePaperRecord({ definition, ballot, marks, code: 'H7QK-M3XD' }, locale, columns),
    );
  }),
  composeZeroReport(sampleZero(definition), locale, columns),
  composeTallyReport(sampleTally(definition, 50), SIGNATURE, COPY, locale, columns),
  composeReadinessReport(sampleReadiness(definition), locale, columns),
  composeReceipt(sampleReceipt(definition), locale, columns),
];

describe('every paper', () => {
  test.each([
    ['demo', DEMO],
    ['small', SMALL],
    ['nasty names', nastyOf(DEMO)],
  ] as const)('keeps to its columns in both languages: %s', (_name, definition) => {
    for (const locale of ['es', 'en'] as const) {
      for (const columns of [32, 42, 48]) {
        for (const document of allPapers(definition, locale, columns)) {
          for (const element of document.elements) {
            if (element.kind !== 'text') continue;
            const room = Math.floor(columns / (element.size ?? 1));
            expect(cellCount(element.text), element.text).toBeLessThanOrEqual(room);
            expect(element.text.normalize('NFC')).toBe(element.text);
          }
        }
      }
    }
  });

  test('our own texts have no character that the printer lacks', () => {
    for (const locale of ['es', 'en'] as const) {
      for (const document of allPapers(DEMO, locale, COLUMNS)) {
        expect(toPrintable(textsOf(document)).replaceAll('■', '')).toBe(
          textsOf(document).replaceAll('\n', ''),
        );
      }
    }
  });

  test('says that it is a test election, at both ends; a real one does not', () => {
    for (const document of allPapers(DEMO, 'es', COLUMNS)) {
      expect(textsOf(document).match(/ELECCIÓN DE PRUEBA - SIN VALIDEZ/g)).toHaveLength(2);
    }
    for (const document of allPapers({ ...DEMO, test: false }, 'es', COLUMNS)) {
      expect(textsOf(document)).not.toContain('PRUEBA');
    }
  });

  test('prints as it was meant, line for line, nasty names too', async () => {
    for (const document of allPapers(nastyOf(SMALL), 'es', COLUMNS)) {
      const { piece } = await printOn(document);
      const meant = document.elements.flatMap((element) => {
        if (element.kind === 'text') return [toPrintable(element.text).trim()];
        return element.kind === 'qr' ? [`[QR ${element.text}]`] : [];
      });
      const printed = renderText(piece)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('─'));
      expect(printed).toEqual(meant.filter((line) => line !== ''));
    }
  });
});

describe('the paper record', () => {
  const ballot = resolveBallot(DEMO, 'completa');
  const nominal = ballot.contests[1]!;

  test('shows what was marked and what was not, and the code', () => {
    const text = textsOf(
      composePaperRecord(
        { definition: DEMO, ballot, marks: [[0], [1], []], code: 'H7QK' },
        'es',
        48,
      ),
    );
    const candidate = DEMO.candidates.find((one) => one.id === nominal.options[1]?.candidateId);
    expect(text).toContain('Gran Polo Patriótico');
    expect(text).toContain(candidate!.name.split(' ')[0]);
    expect(text).toContain('1 CARGO SIN SELECCIONAR: VOTO NULO');
    expect(text.match(/^VOTO NULO$/gm)).toHaveLength(1);
    expect(text).toContain('CÓDIGO H7QK');
    expect(text).toContain('Centro 201301006');
    expect(text).toContain('Mesa 01');
  });

  test('a null ballot is null in each contest', () => {
    const text = textsOf(
      composePaperRecord({ definition: DEMO, ballot, marks: [[], [], []], code: 'X' }, 'en', 48),
    );
    expect(text.match(/NULL VOTE/g)).toHaveLength(3);
    expect(text).toContain('2 POSITIONS NOT MARKED');
  });

  test('what the vault keeps has one length and gives the same paper', () => {
    const votes = sampleVotes(DEMO, 60, 'kept');
    const kept = votes.map((vote) => {
      const own = resolveBallot(DEMO, vote.styleId);
      const bytes = encodePaperData(DEMO, own, vote.marks);
      const again = composeKeptPaperRecord(DEMO, bytes, 'H7QK', 'es', COLUMNS);
      expect(again).toEqual({
        ok: true,
        value: composePaperRecord(
          { definition: DEMO, ballot: own, marks: vote.marks, code: 'H7QK' },
          'es',
          COLUMNS,
        ),
      });
      return bytes.length;
    });
    expect(new Set(kept).size).toBe(1);
    expect(composeKeptPaperRecord(DEMO, new Uint8Array(3), 'H7QK', 'es', COLUMNS).ok).toBe(false);
  });

  test('is 95 to 145 mm long, printed and cut in at most 1.4 s', async () => {
    for (const vote of sampleVotes(DEMO, 12, 'length')) {
      const own = resolveBallot(DEMO, vote.styleId);
      const document = composePaperRecord(
        { definition: DEMO, ballot: own, marks: vote.marks, code: 'H7QK-M3XD' },
        'es',
        COLUMNS,
      );
      const { piece, ms } = await printOn(document);
      expect(piece.lengthMm).toBeGreaterThan(95);
      expect(piece.lengthMm).toBeLessThan(145);
      expect(ms).toBeLessThan(1_050);
      expect((await renderPng(piece)).length).toBeLessThan(30_000);
    }
  });
});

describe('the zero report', () => {
  test('lists every card and candidate with 0', () => {
    const text = textsOf(composeZeroReport(sampleZero(DEMO), 'es', COLUMNS));
    for (const { shortName } of DEMO.organisations) expect(text).toContain(shortName);
    for (const { name } of DEMO.candidates) expect(text).toContain(name);
    expect(text).toContain('Votos 0 + nulos 0 = 0');
    expect(text).toContain('Apertura antes de la hora');
  });

  test('does not exist for an urn with votes in it', () => {
    const totals = tabulate(SMALL, sampleVotes(SMALL, 1, 'zero'));
    expect(() => composeZeroReport({ ...sampleZero(SMALL), totals }, 'es', 48)).toThrow(/empty/);
  });
});

describe('the tally report', () => {
  const data = sampleTally(DEMO, 700);
  const document = composeTallyReport(data, SIGNATURE, COPY, 'es', COLUMNS);
  const text = textsOf(document);

  test('shows every card, candidate, null and the accounting of each contest', () => {
    for (const totals of data.totals.contests) {
      const votes = totals.votes.reduce((sum, count) => sum + count, 0);
      expect(text).toContain(`Votos ${votes} + nulos ${totals.nulls} = ${votes + totals.nulls}`);
      expect(text).toContain(
        `Boletas ${totals.ballots} x cargos ${totals.positions} = ${totals.ballots * totals.positions}`,
      );
      expect(votes + totals.nulls).toBe(totals.ballots * totals.positions);
    }
    for (const { name } of DEMO.candidates) expect(text).toContain(name);
    const list = data.totals.contests[0]!;
    list.options.forEach((option, index) => {
      const card = DEMO.cards.find((one) => one.id === option.cardId)!;
      const own = DEMO.organisations.find((one) => one.id === card.organisationId)!;
      const row = new RegExp(`(^|\\s)${own.shortName} \\.+${list.votes[index]}(\\s|$)`, 'm');
      expect(text).toMatch(row);
    });
  });

  test('gives a candidate the sum over all cards', () => {
    const nominal = data.totals.contests[1]!;
    const candidate = DEMO.candidates[0]!;
    const sum = nominal.options.reduce(
      (total, option, index) =>
        option.candidateId === candidate.id ? total + (nominal.votes[index] ?? 0) : total,
      0,
    );
    expect(text).toMatch(new RegExp(`^${candidate.name} \\.+${sum}$`, 'm'));
  });

  test('has voters, authentication, counters, copy and a line for each officer', () => {
    expect(text).toMatch(/Electores que votaron \.+700/);
    expect(text).toMatch(/Huella no coincide \.+21/);
    expect(text).toMatch(/Comprobantes reimpresos \.+2/);
    expect(text).toMatch(/Comprobantes rechazados \.+1/);
    expect(text.match(/COPIA 2 DE 6/g)).toHaveLength(2);
    expect(text).not.toContain('REIMPRESIÓN');
    for (const officer of DEMO.officers) expect(text).toContain(officer.name);
    const again = composeTallyReport(data, SIGNATURE, { ...COPY, duplicate: true }, 'es', COLUMNS);
    expect(textsOf(again).match(/REIMPRESIÓN DEL ACTA/g)).toHaveLength(2);
  });

  test('its printed QR codes are read by another reader and say what was counted', async () => {
    const { piece } = await printOn(document);
    const png = await renderPng(piece);
    expect(png.length).toBeLessThan(200_000);
    const first = piece.items[0]!.topDots;
    const codes: (string | null)[] = [];
    for (const item of piece.items) {
      if (item.kind !== 'qr') continue;
      // No symbol is wider than 44.5 mm at 4 dots: 356 dots.
      expect(item.heightDots).toBeLessThanOrEqual(356);
      codes.push(await readQr(png, item.topDots - first + 24 - 20, item.heightDots + 40));
    }
    expect(codes[0]).toBe(publicLine(DEMO, data.totals));
    expect(text).toContain(codes[0]!.slice(0, 48));
    expect(parseSignedQr(codes.slice(1).map((code) => code ?? ''))).toEqual({
      ok: true,
      value: { tally: signedContentOf(data), signature: SIGNATURE },
    });
  });
});

describe('the readiness report', () => {
  test('names each part with its result, and says plainly whether the machine is ready', () => {
    const sample = sampleReadiness(DEMO);
    const text = textsOf(composeReadinessReport(sample, 'es', COLUMNS));
    expect(text).toMatch(/Captahuella \.+BIEN/);
    expect(text).toMatch(/Reguladores B \.+FALLA stabilizer\.broken/);
    expect(text).toContain('LA MÁQUINA NO ESTÁ LISTA');
    expect(text).toContain('se unen 3 de 6');
    expect(text).toMatch(/Celda del módulo \.+ARCHIVO SUSTITUTO/);
    const selfTest = sample.selfTest.map((one) => ({ ...one, faultCode: null }));
    expect(textsOf(composeReadinessReport({ ...sample, selfTest }, 'en', COLUMNS))).toContain(
      'THE MACHINE IS READY',
    );
  });
});
