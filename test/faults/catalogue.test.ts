import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { describeFault, FAULT_CODES, isFaultCode } from '#firmware/faults/catalogue.ts';
import { partOfFault, UNIT_PARTS } from '#firmware/faults/parts.ts';
import { consoleEn } from '#firmware/locale/console-en.ts';
import { faultCheck } from '#firmware/locale/fault-checks.ts';
import { faultHelp } from '#firmware/locale/fault-help.ts';
import { faultText } from '#firmware/locale/faults.ts';
import type { ProcessName } from '#firmware/supervisor/unit-line.ts';
import type { PackageFault } from '#firmware/vault/election-package.ts';
import { helpSheet } from '#scripts/field/help-sheet.ts';
import { escaped } from '#scripts/field/report.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HAL = `${ROOT}hal/`;
const read = (name: string): string => readFileSync(`${HAL}${name}`, 'utf8');
const quoted = (text: string): readonly string[] =>
  [...text.matchAll(/'([a-zA-Z]+)'/g)].map((match) => match[1]!);

/** What the contracts' own text says: every `XFault = Fault<…>` of hal/. */
const DEVICE_OF: Readonly<Record<string, string>> = {
  ReaderFault: 'fingerprint',
  PrinterFaultKind: 'printer',
  TouchscreenFault: 'touchscreen',
  TactileKeypadFault: 'keypad',
  AudioFault: 'audio',
  StationFault: 'station',
  TokenFault: 'token',
  PanelFault: 'panel',
  StabilizerFault: 'stabilizer',
  BatteryFault: 'battery',
  RealTimeClockFault: 'clock',
  InventoryFault: 'inventory',
  NetworkFault: 'network',
  WatchdogFault: 'watchdog',
  MediumFault: 'medium',
  CellFault: 'cell',
};
const COMMON = quoted(/type CommonKind =([\s\S]*?);/.exec(read('fault.ts'))?.[1] ?? '');
const DECLARED = readdirSync(HAL).flatMap((file) =>
  [...read(file).matchAll(/export type (\w*Fault(?:Kind)?) =\s*([^;]*);/g)]
    .map((match) => ({ name: match[1]!, kinds: quoted(match[2]!) }))
    .filter(({ name }) => name !== 'Fault' && name !== 'PrinterFault'),
);

describe('fault codes', () => {
  test('every kind of every device contract has an entry', () => {
    expect(DECLARED.map(({ name }) => name).sort()).toEqual(Object.keys(DEVICE_OF).sort());
    const codes = DECLARED.flatMap(({ name, kinds }) =>
      (kinds.length > 0 ? kinds : COMMON).map((kind) => `${DEVICE_OF[name]}.${kind}`),
    );
    codes.push(...COMMON.map((kind) => `link.${kind}`));
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !isFaultCode(code))).toEqual([]);
  });

  test('every code that stands in the sources of drivers, boot and firmware has an entry', () => {
    const groups = new Set(FAULT_CODES.map((code) => code.split('.')[0]));
    const told = ['boot', 'drivers', 'firmware'].flatMap((folder) =>
      readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.startsWith('locale/'))
        .flatMap((name) =>
          [...readFileSync(`${ROOT}${folder}/${name}`, 'utf8').matchAll(/'([a-z]+)\.([a-zA-Z]+)'/g)]
            .filter(([, group = '', kind]) => groups.has(group) && kind !== 'json')
            .map(([, group, kind]) => `${group}.${kind}`),
        ),
    );
    // What lights the lamp is told by the medium's name.
    const notCodes = [...Object.keys(consoleEn), 'medium.fixed', 'medium.removable'];
    const found = new Set(told.filter((word) => !notCodes.includes(word)));
    expect(found.size).toBeGreaterThan(50);
    expect([...found].filter((code) => !isFaultCode(code))).toEqual([]);
  });

  test('every reason to refuse an election package, and every process that fails, has one', () => {
    const kinds = {
      malformed: true,
      unsigned: true,
      foreignKey: true,
      badSignature: true,
      wrongPrecinct: true,
      expired: true,
      badDefinition: true,
    } as const satisfies Readonly<Record<PackageFault['kind'], true>>;
    const codes = [
      ...Object.keys(kinds).map((kind) => `package.${kind}`),
      ...(['desk', 'booth'] satisfies ProcessName[]).map((name) => `process.${name}Failed`),
    ];
    expect(codes.filter((code) => !isFaultCode(code))).toEqual([]);
  });

  test.each(['es', 'en'] as const)('each is explained, with a remedy, in %s', (locale) => {
    for (const code of FAULT_CODES) {
      const { explanation, remedy } = faultText(locale, code);
      for (const text of [explanation, remedy]) {
        expect(text, code).toMatch(/^[A-ZÁÉÍÓÚÑ].{8,120}\.$/s);
        expect(text, code).not.toMatch(/[{}`]/);
      }
    }
  });

  test.each(['es', 'en'] as const)(
    'each has a cause, a first thing to check and a part, in %s',
    (locale) => {
      for (const code of FAULT_CODES) {
        const { cause, check } = faultCheck(locale, code);
        for (const text of [cause, check]) {
          expect(text, code).toMatch(/^\S.{6,90}[.?]$/s);
          expect(text, code).not.toMatch(/[{}`]/);
        }
        expect(UNIT_PARTS, code).toContain(partOfFault(code));
        // Only what is wrong inside the program is put down to it.
        if (partOfFault(code) === 'software')
          expect(code).toMatch(/^(vault|desk|booth|counting|machine|process|unit)\./);
      }
    },
  );

  test.each(['es', 'en'] as const)(
    'each stands once on the sheet for the case, in %s',
    (locale) => {
      const sheet = helpSheet(locale);
      for (const code of FAULT_CODES) {
        expect(sheet.split(`<code>${code}</code>`), code).toHaveLength(2);
        const { cause, check, remedy } = faultHelp(locale, code);
        for (const text of [cause, check, remedy]) expect(sheet, code).toContain(escaped(text));
      }
      expect(sheet).not.toMatch(/(src|href)=|https?:|@import|url\(/);
    },
  );

  test('articles are drawn together as Spanish does', () => {
    expect(faultText('es', 'link.absent').remedy).toContain('la posición del enlace');
  });

  test('no two codes are told by the same words', () => {
    const told = FAULT_CODES.map((code) => faultText('es', code).explanation);
    expect(new Set(told).size).toBe(told.length);
  });

  test('a code nobody knows is shown as a fault of the machine itself', () => {
    expect(describeFault('printer.onFire').code).toBe('machine.bug');
    expect(faultText('en', 'toString')).toEqual(faultText('en', 'machine.bug'));
  });

  test('what stops the machine is for support, what passes is for nobody', () => {
    for (const code of FAULT_CODES) {
      const { severity, actor } = describeFault(code);
      if (severity === 'stops') expect(actor).toBe('support');
      expect(actor === 'nobody').toBe(severity === 'passing');
    }
  });
});
