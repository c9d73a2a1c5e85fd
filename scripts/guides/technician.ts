/** How a unit is put together, looked into over its field console, and mended. */
import { readFileSync } from 'node:fs';
import { type BoardFile, readBoardFile } from '#drivers/board-file.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { FAULT_CODES } from '#firmware/faults/catalogue.ts';
import { COMMAND_NAMES, sayAtConsole } from '#firmware/locale/console.ts';
import { faultHelp } from '#firmware/locale/fault-help.ts';
import { partName } from '#firmware/locale/unit-parts.ts';
import type { Both, Guide, Section } from './guide.ts';
import { platformDrawing, platformTable } from './platform.ts';

const BOARDS = ['single-board-arm64', 'mini-pc-x64'] as const;

const W = {
  title: { es: 'Guía del técnico', en: "Technician's guide" },
  forWhom: {
    es: 'Para quien arma, prueba y repara una unidad, con un portátil y un cable serie.',
    en: 'For whoever assembles, tests and mends a unit, with a laptop and a serial cable.',
  },
  platform: { es: 'La plataforma', en: 'The platform' },
  platformText: {
    es: 'Cuatro procesos separados; cada uno abre solo sus partes. Lo que uno no tiene no lo puede contar.',
    en: 'Four separate processes; each opens its own parts alone. What one does not have it can not tell.',
  },
  ports: { es: 'Partes y puertos', en: 'Parts and ports' },
  portsText: {
    es: 'Como lo dice el archivo de placa boot/boards/{name}.json: cada parte se reconoce por fabricante, producto y lugar en el bus.',
    en: 'As the board file boot/boards/{name}.json says it: each part is known by vendor, product and place on the bus.',
  },
  part: { es: 'Parte', en: 'Part' },
  process: { es: 'Proceso', en: 'Process' },
  port: { es: 'Puerto', en: 'Port' },
  look: { es: 'Mirar una unidad', en: 'Looking into a unit' },
  command: { es: 'Orden', en: 'Command' },
  tells: { es: 'Qué dice o hace', en: 'What it tells or does' },
  codes: { es: 'Códigos de falla', en: 'Fault codes' },
  code: { es: 'Código', en: 'Code' },
  cause: { es: 'Causa probable', en: 'Likely cause' },
  check: { es: 'Qué revisar', en: 'What to check' },
  remedy: { es: 'Remedio', en: 'Remedy' },
  swap: { es: 'Parte que se cambia', en: 'Part to swap' },
} as const satisfies Readonly<Record<string, Both>>;

const LOOK_STEPS: readonly Both[] = [
  {
    es: 'Conecte el cable: 115200 8N1, sin control de flujo. «scripts/urna console PUERTO», o cualquier terminal (picocom, tio, screen).',
    en: 'Connect the cable: 115200 8N1, no flow control. "scripts/urna console PORT", or any terminal (picocom, tio, screen).',
  },
  {
    es: '«scripts/urna diagnose PUERTO» recorre todo y nombra la parte; la consola a mano: status, faults, explain CÓDIGO, selftest.',
    en: '"scripts/urna diagnose PORT" goes through everything and names the part; by hand: status, faults, explain CODE, selftest.',
  },
  {
    es: 'Cambie la parte con la máquina apagada en buen orden. Las memorias y celdas no se mezclan entre unidades: la unidad lo dice y no las usa.',
    en: 'Swap the part with the machine switched off in good order. Memories and cells are not mixed between units: the unit says so and does not use them.',
  },
  {
    es: 'Después: selftest en la consola, y el reporte de diagnóstico impreso al sobre. Con la mesa abierta, ni parar ni reanudar sin la llave y el PIN de la presidencia en la pantalla.',
    en: 'Afterwards: selftest at the console, and the printed readiness report into the envelope. While the polls are open nothing is parked or resumed without the presiding officer’s token and PIN on the screen.',
  },
  {
    es: 'Placa muerta: el módulo extraíble se lleva a una unidad de repuesto, que sigue el día si la autoridad puso la máquina en su lista firmada.',
    en: 'Dead board: the removable module goes into a spare unit, which carries the day on when the authority put the machine on its signed list.',
  },
];

/** A wire in a few words: kind, and what it is known by. */
const wireWords = (wire: unknown): string => {
  if (wire === null || typeof wire !== 'object') return '-';
  const flat = Object.entries(wire).flatMap(([name, value]): readonly string[] => {
    if (value === null) return [];
    if (typeof value === 'object')
      return Object.entries(value).map(([inner, word]) => `${inner} ${String(word)}`);
    return [name === 'kind' ? String(value) : `${name} ${String(value)}`];
  });
  return flat.join(', ');
};

const portRows = (board: BoardFile, locale: Locale): readonly (readonly string[])[] => {
  const { supervisor, desk, booth } = board;
  const row = (part: Parameters<typeof partName>[1], process: string, wire: unknown) => [
    partName(locale, part),
    process,
    wireWords(wire),
  ];
  return [
    row('panel', 'supervisor', supervisor.powerBoard),
    row('battery', 'supervisor', supervisor.ups ?? supervisor.powerBoard),
    row('fingerprint', 'desk', desk.reader.wire),
    row('station', 'desk', desk.keypad),
    row('station', 'desk', desk.display.wire),
    row('touchscreen', 'booth', booth.glass),
    row('touchscreen', 'booth', { path: booth.frameBuffer.path }),
    row('printer', 'booth', booth.printer.wire),
    row('keypad', 'booth', booth.voterKeypad),
    row('boardCell', 'booth', booth.cells.board),
    row('moduleCell', 'booth', booth.cells.module),
    row('fixedMemory', 'booth', { path: booth.media.fixed.folder }),
    row('removableMemory', 'booth', { path: booth.media.removable.folder }),
  ];
};

const boardSection = (name: (typeof BOARDS)[number], locale: Locale): Section => {
  const path = new URL(`../../boot/boards/${name}.json`, import.meta.url);
  const read = readBoardFile(readFileSync(path, 'utf8'));
  if (!read.ok) throw new Error(`boot/boards/${name}.json is not a board file`);
  return {
    title: `${W.ports[locale]}: ${name}`,
    text: [W.portsText[locale].replace('{name}', name)],
    table: {
      heads: [W.part[locale], W.process[locale], W.port[locale]],
      rows: portRows(read.value, locale),
    },
  };
};

export const technicianGuide = (locale: Locale): Guide => ({
  name: 'technician',
  title: W.title[locale],
  forWhom: W.forWhom[locale],
  sections: [
    {
      title: W.platform[locale],
      text: [W.platformText[locale]],
      drawing: platformDrawing(locale),
      table: platformTable(locale),
    },
    ...BOARDS.map((name) => boardSection(name, locale)),
    {
      title: W.look[locale],
      steps: LOOK_STEPS.map((step) => step[locale]),
      pictures: [
        {
          name: 'screen-self-test',
          words: locale === 'es' ? 'La prueba al instalar' : 'The test at installation',
        },
        {
          name: 'screen-safe-mode',
          words: locale === 'es' ? 'Modo seguro: solo la consola' : 'Safe mode: the console alone',
        },
      ],
      table: {
        heads: [W.command[locale], W.tells[locale]],
        rows: COMMAND_NAMES.map((name) => [name, sayAtConsole(locale, `help.${name}`)]),
      },
    },
    {
      title: W.codes[locale],
      table: {
        heads: [W.code, W.cause, W.check, W.remedy, W.swap].map((each) => each[locale]),
        rows: FAULT_CODES.map((code) => {
          const { cause, check, remedy, part } = faultHelp(locale, code);
          return [code, cause, check, remedy, partName(locale, part)];
        }),
      },
    },
  ],
});
