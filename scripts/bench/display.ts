/** Reading the operator's two-line display as a person does: what stands there, and what it means. */
import { type DeskText, deskText, PLAIN_DESK_TEXTS } from '#firmware/locale/desk.ts';
import type { TextParams } from '#firmware/locale/text.ts';
import type { BenchDevices } from './machine.ts';

/** The display has few accented letters; people read over that. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').trim();

const LOCALES = ['es', 'en'] as const;

/** Texts with figures in them that people read as texts, and the figures at the end of such a line. */
const FILLED = [
  { key: 'again', names: ['n', 'of'], figures: /(\d+)\/(\d+)$/ },
  { key: 'batteryLeft', names: ['hours', 'minutes'], figures: /(\d+):(\d\d) H$/ },
  { key: 'powerLowLeft', names: ['hours', 'minutes'], figures: /(\d+):(\d\d) H$/ },
] as const;

const TEXTS = new Map<string, DeskText>(
  LOCALES.flatMap((locale) =>
    PLAIN_DESK_TEXTS.map((key) => [plain(deskText(locale, key)), key] as const),
  ),
);

type Line = {
  readonly key: DeskText | null;
  readonly meaning: Readonly<Record<'es' | 'en', string>>;
};

const meaningOf = (key: DeskText, params: TextParams = {}): Line => ({
  key,
  meaning: { es: deskText('es', key, params), en: deskText('en', key, params) },
});

const readLine = (line: string): Line => {
  const key = TEXTS.get(plain(line));
  if (key !== undefined) return meaningOf(key);
  for (const filled of FILLED) {
    const [whole, first = '', second = ''] = filled.figures.exec(line) ?? [];
    const read = meaningOf(filled.key, { [filled.names[0]]: first, [filled.names[1]]: second });
    const says = LOCALES.some((locale) => plain(read.meaning[locale]) === plain(line));
    if (whole !== undefined && says) return read;
  }
  return { key: null, meaning: { es: line, en: line } };
};

/** What stands on the operator's display, and what it means in either language. */
export const readDisplay = (lcd: Pick<BenchDevices['lcd'], 'screen' | 'lit'>) => {
  const lines = lcd.screen();
  const read = lines.map(readLine);
  return {
    lines,
    lit: lcd.lit(),
    keys: read.map(({ key }) => key),
    meaning: {
      es: read.map(({ meaning }) => meaning.es),
      en: read.map(({ meaning }) => meaning.en),
    },
  };
};
