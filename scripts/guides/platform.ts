/** The drawing of the platform: which process has which parts, what it keeps where, and what passes between. */
import type { Locale } from '#firmware/election/definition.ts';
import { escaped } from '../nation/charts.ts';
import type { Both } from './guide.ts';

type Row = {
  readonly process: Both;
  readonly does: Both;
  readonly parts: Both;
  readonly keeps: Both;
};

/** As firmware/, boot/ and vault.md have it. */
const ROWS: readonly Row[] = [
  {
    process: { es: 'SUPERVISOR', en: 'SUPERVISOR' },
    does: {
      es: 'Arranca y vigila a los otros; corriente, alarma, consola de campo',
      en: 'Starts and watches the others; power, alarm, field console',
    },
    parts: {
      es: 'Placa de corriente: reguladores A y B, interruptores, precinto, lámpara, zumbador · batería · reloj · puerto serie',
      en: 'Power board: stabilizers A and B, switches, seal, lamp, buzzer · battery · clock · serial port',
    },
    keeps: {
      es: 'Registro de eventos, encadenado y firmado, en las dos memorias',
      en: 'Event log, chained and signed, on both memories',
    },
  },
  {
    process: { es: 'MESA', en: 'DESK' },
    does: {
      es: 'Cuaderno de votación, cédula y huella; no sabe qué se vota',
      en: 'Pollbook, ID and print; does not know what is voted',
    },
    parts: {
      es: 'Lector de huellas · teclado y visor del operador',
      en: 'Fingerprint reader · keypad and display of the operator',
    },
    keeps: {
      es: 'Cuaderno cifrado y sus marcas, en las dos memorias',
      en: 'Encrypted pollbook and its marks, on both memories',
    },
  },
  {
    process: { es: 'CABINA', en: 'BOOTH' },
    does: {
      es: 'Boleta, comprobante y urna; no sabe quién vota',
      en: 'Ballot, paper record and urn; does not know who votes',
    },
    parts: {
      es: 'Pantalla táctil · impresora · ranura de llaves · teclas y audífonos · celdas seguras',
      en: 'Touchscreen · printer · token slot · keys and headphones · secure cells',
    },
    keeps: {
      es: 'Urna de casillas iguales y barajadas, diario del voto en curso, en las dos memorias; claves en las celdas',
      en: 'Urn of equal, shuffled slots, journal of the vote under way, on both memories; keys in the cells',
    },
  },
  {
    process: { es: 'ESCRUTINIO', en: 'COUNTING' },
    does: {
      es: 'Nace al cerrar, une las llaves, cuenta y termina',
      en: 'Born at the close, joins the tokens, counts and ends',
    },
    parts: { es: 'Ninguna', en: 'None' },
    keeps: {
      es: 'Nada: la cabina firma el resultado y lo guarda en las dos memorias',
      en: 'Nothing: the booth signs the result and keeps it on both memories',
    },
  },
  {
    process: { es: 'TRANSMISIÓN', en: 'SENDER' },
    does: {
      es: 'Nace con el acta impresa, envía el paquete firmado al centro y termina',
      en: 'Born once the report is on paper, sends the signed package to the centre and ends',
    },
    parts: {
      es: 'La red, que el supervisor enciende solo para esto',
      en: 'The network, which the supervisor switches on for this alone',
    },
    keeps: {
      es: 'Nada: la cabina guarda el acuse de recibo y lo imprime',
      en: 'Nothing: the booth keeps the receipt and prints it',
    },
  },
];

/** What passes from one row to the next. */
const PASSES: readonly Both[] = [
  {
    es: 'corriente, avisos, órdenes de la consola; nunca un voto ni una cédula',
    en: 'power, notices, requests of the console; never a vote nor an ID',
  },
  {
    es: '«puede pasar, boleta X» hacia abajo, «terminó» hacia arriba: sin nombre, sin selección',
    en: '"one may pass, ballot X" down, "done" up: no name, no selection',
  },
  {
    es: 'tres partes de la clave y la urna cerrada hacia abajo; el acta hacia arriba',
    en: 'three shares of the key and the closed urn down; the tally up',
  },
  {
    es: 'por el supervisor: el paquete firmado hacia abajo, el acuse de recibo hacia arriba',
    en: 'by way of the supervisor: the signed package down, the receipt up',
  },
];

const HEADS: Readonly<Record<Locale, readonly [string, string, string]>> = {
  es: ['Partes', 'Procesos', 'Lo que guarda'],
  en: ['Parts', 'Processes', 'What it keeps'],
};

const WIDTH = 1_000;
const COLUMNS = [
  { x: 10, width: 290 },
  { x: 345, width: 310 },
  { x: 700, width: 290 },
] as const;
const HEAD_PX = 40;
const BOX_PX = 112;
const GAP_PX = 56;
const LINE_PX = 19;
/** Letters of a line at 15 px in the boxes of each column, and at 13 px between them. */
const LETTERS = [33, 36, 33] as const;
const LETTERS_BETWEEN = 62;

const lines = (text: string, letters: number): readonly string[] => {
  const found: string[] = [];
  for (const word of text.split(' ')) {
    const last = found.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters)
      found[found.length - 1] = `${last} ${word}`;
    else found.push(word);
  }
  return found;
};

const words = (x: number, y: number, text: string, letters: number, look = ''): string =>
  lines(text, letters)
    .map((line, at) => `<text x="${x}" y="${y + at * LINE_PX}"${look}>${escaped(line)}</text>`)
    .join('');

const box = (column: 0 | 1 | 2, y: number, fill: string): string => {
  const { x, width } = COLUMNS[column];
  return `<rect x="${x}" y="${y}" width="${width}" height="${BOX_PX}" rx="8" fill="${fill}" stroke="#16191d"/>`;
};

const across = (from: 0 | 1, y: number): string => {
  const a = COLUMNS[from].x + COLUMNS[from].width;
  const b = COLUMNS[from === 0 ? 1 : 2].x;
  return `<path d="M${a} ${y}H${b}" stroke="#16191d" stroke-width="2" marker-start="url(#tip)" marker-end="url(#tip)"/>`;
};

/** One SVG, drawn from the rows above. */
export const platformDrawing = (locale: Locale): string => {
  const height = HEAD_PX + ROWS.length * BOX_PX + (ROWS.length - 1) * GAP_PX + 10;
  const heads = HEADS[locale]
    .map((head, at) => words(COLUMNS[at]?.x ?? 0, 24, head, LETTERS[1], ' font-weight="700"'))
    .join('');
  const rows = ROWS.map(({ process, does, parts, keeps }, at) => {
    const y = HEAD_PX + at * (BOX_PX + GAP_PX);
    const middle = COLUMNS[1].x + COLUMNS[1].width / 2;
    const passes = PASSES[at];
    const down =
      passes === undefined
        ? ''
        : `<path d="M${middle - 130} ${y + BOX_PX}v${GAP_PX}" stroke="#16191d" stroke-width="2" marker-start="url(#tip)" marker-end="url(#tip)"/>${words(middle - 118, y + BOX_PX + 18, passes[locale], LETTERS_BETWEEN, ' font-size="13"')}`;
    return [
      box(0, y, '#edf0f2'),
      box(1, y, '#dbe8f5'),
      box(2, y, '#f5efdc'),
      words(COLUMNS[0].x + 10, y + 24, parts[locale], LETTERS[0]),
      words(COLUMNS[1].x + 10, y + 24, process[locale], LETTERS[1], ' font-weight="700"'),
      words(COLUMNS[1].x + 10, y + 24 + LINE_PX, does[locale], LETTERS[1]),
      words(COLUMNS[2].x + 10, y + 24, keeps[locale], LETTERS[2]),
      across(0, y + BOX_PX / 2),
      across(1, y + BOX_PX / 2),
      down,
    ].join('');
  }).join('\n');
  const name = locale === 'es' ? 'Dibujo de la plataforma' : 'Drawing of the platform';
  return `<svg class="platform" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${name}" font-size="15" font-family="system-ui,Liberation Sans,sans-serif">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>
${heads}
${rows}
</svg>`;
};

/** Every process, part and store of the drawing as a table: for whoever can not see it. */
export const platformTable = (locale: Locale) => ({
  heads: [HEADS[locale][1], HEADS[locale][0], HEADS[locale][2]],
  rows: ROWS.map(({ process, does, parts, keeps }) => [
    `${process[locale]}: ${does[locale]}`,
    parts[locale],
    keeps[locale],
  ]),
});
