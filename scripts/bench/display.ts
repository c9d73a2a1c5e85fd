/** Reading the operator's two-line display as a person does: what stands there, and what it means. */
import { DESK_TEXTS, type DeskText, deskText } from '#firmware/locale/desk.ts';
import type { BenchDevices } from './machine.ts';

/** The display has few accented letters; people read over that. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').trim();

/** Texts that hold digits or names: known by what stands before the first of them. */
const FILLED = ['typed', 'code', 'again'] as const satisfies readonly DeskText[];
const LOCALES = ['es', 'en'] as const;

const TEXTS = new Map<string, DeskText>(
  LOCALES.flatMap((locale) =>
    DESK_TEXTS.filter((key) => !FILLED.some((each) => each === key)).map(
      (key) => [plain(deskText(locale, key)), key] as const,
    ),
  ),
);

type Line = {
  readonly key: DeskText | null;
  readonly meaning: Readonly<Record<'es' | 'en', string>>;
};

const readLine = (line: string): Line => {
  const key = TEXTS.get(plain(line));
  if (key !== undefined)
    return { key, meaning: { es: deskText('es', key), en: deskText('en', key) } };
  const [, n = '', of = ''] = /(\d+)\/(\d+)$/.exec(line) ?? [];
  const again = (locale: 'es' | 'en'): string => deskText(locale, 'again', { n, of });
  if (n !== '' && LOCALES.some((locale) => plain(again(locale)) === plain(line)))
    return { key: 'again', meaning: { es: again('es'), en: again('en') } };
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
