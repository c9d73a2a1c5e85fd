/**
 * What the unit's own screen shows while it starts: a line for each stage that passed, and for the one that
 * failed a page that a poll worker can read out to support. It is text on the kernel's console of the frame
 * buffer, because nothing of firmware/ may draw before the release is verified; what is written before there
 * is a frame buffer the kernel keeps, and shows once there is one.
 */
import { STAGES, type StageName, type StageOutcome } from './stages.ts';

export type ScreenLocale = 'es' | 'en';

const WORDS = {
  es: {
    passed: 'bien',
    outOfService: 'FUERA DE SERVICIO',
    stage: 'Etapa',
    code: 'Código',
    remedy: 'Qué hacer',
    detail: 'Para el técnico',
  },
  en: {
    passed: 'well',
    outOfService: 'OUT OF SERVICE',
    stage: 'Stage',
    code: 'Code',
    remedy: 'What to do',
    detail: 'For the technician',
  },
} as const;

/** Control sequences of the console (console_codes(4)): erase, cursor to the top left; bright; plain. */
const CLEAR = '\x1b[2J\x1b[H';
const BRIGHT = '\x1b[1m';
const PLAIN = '\x1b[0m';

const failedLines = (
  order: readonly StageName[],
  { stage, code, detail }: StageOutcome,
  locale: ScreenLocale,
): readonly string[] => {
  const words = WORDS[locale];
  const { title, remedy } = STAGES[stage];
  return [
    `${BRIGHT}${words.outOfService}${PLAIN}`,
    '',
    `${words.stage}: ${order.indexOf(stage) + 1}/${order.length} ${title[locale]} (${stage})`,
    `${words.code}: ${BRIGHT}${code}${PLAIN}`,
    `${words.remedy}: ${remedy[locale]}`,
    '',
    `${words.detail}: ${detail}`,
    '',
  ];
};

/**
 * What is written on the screen when a stage has ended. `locale` null: the unit file was not read, and
 * nobody knows the language; a stage that passed is then told in Spanish, a failed one in both.
 */
export const startScreenText = (
  order: readonly StageName[],
  result: StageOutcome,
  locale: ScreenLocale | null,
): string => {
  const lines =
    result.code === null
      ? [passedLine(order, result.stage, locale ?? 'es')]
      : [
          CLEAR,
          ...(locale === null ? (['es', 'en'] as const) : [locale]).flatMap((each) =>
            failedLines(order, result, each),
          ),
        ];
  return lines.map((line) => `${line}\r\n`).join('');
};

const passedLine = (order: readonly StageName[], stage: StageName, locale: ScreenLocale): string =>
  `${order.indexOf(stage) + 1}/${order.length} ${STAGES[stage].title[locale]}: ${WORDS[locale].passed}`;
