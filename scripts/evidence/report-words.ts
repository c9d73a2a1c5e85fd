/** Why a text is not the tally report that it shall be, in words. */
import { makeTexts, type TextParams } from '#firmware/locale/text.ts';
import type { ReportProblem } from './report-text.ts';

export const REPORT_PROBLEMS = {
  es: {
    notText: 'no es UTF-8',
    strangePart: 'una parte no es de un acta firmada',
    otherReport: 'hay partes de actas distintas',
    noPart: 'ninguna parte firmada',
    field: 'un campo no es como debe ser',
    spelling: 'no está en su única escritura',
    twoParts: 'hay dos partes {part} distintas',
    missingPart: 'falta la parte {part} de {of}',
    fields: '{found} campos en vez de {expected}',
    certificate: 'la autoridad no certificó esta máquina para esta mesa',
    signature: 'la máquina no firmó estos totales',
    accounting: 'votos y nulos no son boletas por cargos',
    publicLine: '{line} no es lo que la máquina firmó',
    otherFigures: 'sus cifras firmadas no son las del paquete de resultados',
    otherPackage: 'la firma de paquete que lleva no es la de este paquete de resultados',
  },
  en: {
    notText: 'not UTF-8',
    strangePart: 'a part that is not of a signed report',
    otherReport: 'parts of different reports',
    noPart: 'no part',
    field: 'a field that is not as it should be',
    spelling: 'not in its one written form',
    twoParts: 'two different parts {part}',
    missingPart: 'part {part} of {of} is missing',
    fields: '{found} fields instead of {expected}',
    certificate: 'the authority did not certify this machine for this precinct',
    signature: 'the machine did not sign these totals',
    accounting: 'votes and nulls are not ballots times positions',
    publicLine: '{line} is not what the machine signed',
    otherFigures: 'its signed figures are not those of the result package',
    otherPackage: 'the package signature that it carries is not of this result package',
  },
} as const;

type Told = { readonly key: keyof (typeof REPORT_PROBLEMS)['en']; readonly params: TextParams };

/** Which text it is, and what stands in it. */
export const reportProblemWords = (problem: ReportProblem): Told => {
  switch (problem.code) {
    case 'unreadable': {
      const { kind, ...params } = problem.fault;
      return { key: kind, params };
    }
    case 'publicLine':
      return { key: 'publicLine', params: { line: problem.line } };
    case 'certificate':
    case 'signature':
    case 'accounting':
    case 'notText':
    case 'otherFigures':
    case 'otherPackage':
      return { key: problem.code, params: {} };
  }
};

const say = makeTexts<Told['key']>(REPORT_PROBLEMS);

/** In English, as `verify` and `verify-report` tell it. */
export const reportProblemText = (problem: ReportProblem): string => {
  const { key, params } = reportProblemWords(problem);
  return say('en', key, params);
};
