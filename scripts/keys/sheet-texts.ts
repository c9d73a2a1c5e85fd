/** The words of the ceremony's sheet, in both languages. */
import type { Locale, OfficerRole } from '#firmware/election/definition.ts';

type SheetTexts = {
  readonly title: string;
  readonly precinct: string;
  readonly from: string;
  readonly people: string;
  readonly share: string;
  readonly noShare: string;
  readonly pollbookKey: string;
  readonly roles: Readonly<Record<OfficerRole, string>>;
  /** `{t}` of `{n}`, `{ways}` ways, `{spare}` may be missing. */
  readonly threshold: string;
  readonly bringTitle: string;
  readonly bring: readonly string[];
  readonly stepsTitle: string;
  /** `{start}`: the button's own words. */
  readonly steps: readonly string[];
  readonly pinTitle: string;
  readonly pin: readonly string[];
  readonly closingTitle: string;
  readonly closing: readonly string[];
  readonly signatures: string;
};

export const SHEET_TEXTS: Readonly<Record<Locale, SheetTexts>> = {
  es: {
    title: 'CEREMONIA DE CLAVES: HOJA DE LA MESA',
    precinct: 'Mesa',
    from: 'Desde',
    people: 'Quiénes vienen, cada uno con su llave en blanco:',
    share: 'guarda una parte de la clave',
    noShare: 'no guarda parte de la clave',
    pollbookKey: 'lleva la clave del cuaderno de votación',
    roles: {
      presidingOfficer: 'presidente de mesa',
      pollWorker: 'miembro de mesa',
      observer: 'testigo',
      authority: 'autoridad',
    },
    threshold:
      'La urna se abre al cierre con {t} de las {n} partes ({ways} maneras). Pueden faltar {spare}; con menos de {t} no la abre nadie.',
    bringTitle: 'Lo que hace falta',
    bring: [
      'La máquina con sus dos memorias puestas, papel, y corriente.',
      'Una llave en blanco por persona; scripts/urna keys check CARPETA dice si lo están.',
      'Un sobre por llave, y esta hoja para firmar.',
    ],
    stepsTitle: 'Lo que pide la pantalla',
    steps: [
      'Toque {start}. La máquina hace la clave y la reparte; nadie la ve.',
      'Cada persona, cuando la pantalla la nombra: ponga su llave, escriba un PIN, repítalo, retire la llave.',
      'Si una llave falla, comience de nuevo con otra: nada vale hasta el final.',
      'Se imprimen el acta de diagnóstico y el acta en cero. Compare las claves públicas y firme.',
      'Apague la máquina. Cada quien guarda su llave en su sobre, lejos de las otras.',
    ],
    pinTitle: 'El PIN',
    pin: [
      'De seis a ocho cifras; ni filas, ni repeticiones, ni fechas: la máquina las rechaza.',
      'No se anota junto a la llave. No hay manera de recuperarlo: quien lo olvida no abre su parte.',
      'Quien copie una llave puede probar PIN sin límite: scripts/urna keys cost dice cuánto tarda.',
    ],
    closingTitle: 'Al cierre',
    closing: [
      'Las llaves entran en cualquier orden. Un PIN errado o una llave repetida no dañan nada: se piden otra vez.',
      'Una llave de otra mesa o hecha en otra parte se rechaza por su nombre.',
    ],
    signatures: 'Firmas',
  },
  en: {
    title: 'KEY CEREMONY: SHEET OF THE PRECINCT',
    precinct: 'Precinct',
    from: 'From',
    people: 'Who comes, each with a blank token:',
    share: 'keeps a share of the key',
    noShare: 'keeps no share of the key',
    pollbookKey: 'carries the key of the pollbook',
    roles: {
      presidingOfficer: 'presiding officer',
      pollWorker: 'poll worker',
      observer: 'observer',
      authority: 'authority',
    },
    threshold:
      'At the close the urn opens with {t} of the {n} shares ({ways} ways). {spare} may be missing; with fewer than {t} nobody opens it.',
    bringTitle: 'What is needed',
    bring: [
      'The machine with both memories in, paper, and mains.',
      'A blank token for each person; scripts/urna keys check FOLDER says whether they are.',
      'An envelope for each token, and this sheet to sign.',
    ],
    stepsTitle: 'What the screen asks for',
    steps: [
      'Touch {start}. The machine makes the key and shares it out; nobody sees it.',
      'Each person, when the screen names them: put the token in, type a PIN, type it again, take the token out.',
      'If a token fails, begin again with another: nothing counts before the end.',
      'The readiness report and the zero report are printed. Compare the public keys and sign.',
      'Switch the machine off. Each keeps the token in its envelope, away from the others.',
    ],
    pinTitle: 'The PIN',
    pin: [
      'Six to eight digits; no rows, repetitions or dates: the machine refuses them.',
      'It is not written down beside the token. It can not be got back: who forgets it does not open that share.',
      'Who copies a token can try PINs without limit: scripts/urna keys cost says how long that takes.',
    ],
    closingTitle: 'At the close',
    closing: [
      'Tokens come in any order. A wrong PIN or a token given twice does no harm: it is asked for again.',
      'A token of another precinct, or made elsewhere, is refused by name.',
    ],
    signatures: 'Signatures',
  },
};
