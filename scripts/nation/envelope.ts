/** The presiding officer's sealed envelope: the single-use codes of a precinct, as text to print. */
import type { CodeKind } from '#firmware/desk/pollbook.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { makeTexts } from '#firmware/locale/text.ts';

const say = makeTexts({
  es: {
    title: 'SOBRE SELLADO DEL PRESIDENTE, MESA {precinct}',
    authorisation:
      'Códigos de autorización: cada uno sirve una vez. Tache el que use y anote la cédula.',
    support: 'Códigos de soporte: los dicta la línea de soporte, no van en el sobre.',
  },
  en: {
    title: 'SEALED ENVELOPE OF THE PRESIDING OFFICER, PRECINCT {precinct}',
    authorisation:
      'Authorisation codes: each is good once. Cross out the one you use and note the national ID.',
    support: 'Support codes: told by the support line, not put into the envelope.',
  },
});

const CODES_A_LINE = 5;

const lines = (codes: readonly string[]): readonly string[] =>
  Array.from({ length: Math.ceil(codes.length / CODES_A_LINE) }, (_, at) =>
    codes.slice(at * CODES_A_LINE, (at + 1) * CODES_A_LINE).join('   '),
  );

const page = (title: string, note: string, codes: readonly string[]): string =>
  `${title}\n\n${note}\n\n${lines(codes).join('\n')}\n`;

export const envelopeText = (
  { locale }: Pick<ElectionDefinition, 'locale'>,
  precinct: string,
  codes: Readonly<Record<CodeKind, readonly string[]>>,
): Readonly<Record<CodeKind, string>> => {
  const title = say(locale, 'title', { precinct });
  return {
    authorisation: page(title, say(locale, 'authorisation'), codes.authorisation),
    support: page(title, say(locale, 'support'), codes.support),
  };
};
