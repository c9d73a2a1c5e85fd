/** What a party's technician, an observer or a journalist may hold the machine to, and how. */
import type { Locale } from '#firmware/election/definition.ts';
import { describeEvent, EVENT_IDS } from '#firmware/events/catalogue.ts';
import { EVENT_MEANINGS } from '#firmware/locale/events.ts';
import type { Both, Guide } from './guide.ts';
import { platformDrawing, platformTable } from './platform.ts';

const W = {
  title: { es: 'Guía del auditor', en: "Auditor's guide" },
  forWhom: {
    es: 'Para técnicos de partidos, testigos y quien quiera comprobar por su cuenta. Todo se hace en un portátil propio, con la clave pública de la autoridad y lo publicado.',
    en: "For parties' technicians, observers and whoever wants to see for themselves. All of it is done on a laptop of one's own, with the authority's public key and what is published.",
  },
  platform: {
    es: 'La plataforma, sus procesos y sus datos',
    en: 'The platform, its processes and its data',
  },
  platformText: {
    es: 'Quien conoce al elector no conoce el voto, y quien conoce el voto no conoce al elector. Entre los dos pasan solo los mensajes del dibujo.',
    en: 'Who knows the voter does not know the vote, and who knows the vote does not know the voter. Between the two pass the messages of the drawing alone.',
  },
  vote: { es: 'La vida de un voto', en: 'The life of a vote' },
  audits: { es: 'Las auditorías', en: 'The audits' },
  when: { es: 'Cuándo', en: 'When' },
  command: { es: 'Orden', en: 'Command' },
  shows: { es: 'Qué muestra', en: 'What it shows' },
  not: { es: 'Qué no puede mostrar', en: 'What it can not show' },
  records: { es: 'Lo que se publica y lo que nunca', en: 'What is published, and what never is' },
  log: { es: 'Lo que el registro puede decir', en: 'What the event log can say' },
  event: { es: 'Suceso', en: 'Event' },
  meaning: { es: 'Significado', en: 'Meaning' },
  fields: { es: 'Datos', en: 'Fields' },
} as const satisfies Readonly<Record<string, Both>>;

const LIFE: readonly Both[] = [
  {
    es: 'La mesa comprueba cédula y huella, y dice a la cabina: puede pasar uno, con la boleta X. Nada más.',
    en: 'The desk checks ID and print and tells the booth: one may pass, with ballot X. Nothing else.',
  },
  {
    es: 'El elector marca, revisa y confirma. El voto se cifra para la clave de la urna, cuya mitad privada no está en la máquina: se borró en la ceremonia y solo tres llaves la reconstruyen.',
    en: 'The voter marks, reviews and confirms. The vote is encrypted for the key of the urn, whose private half is not in the machine: it was erased at the ceremony and three tokens alone rebuild it.',
  },
  {
    es: 'Antes del papel, el voto queda escrito en las dos memorias como preparado; después del papel, entra en una casilla de la urna. Con cada voto la urna entera se vuelve a cifrar y se baraja: ni quien tenga la memoria y las llaves sabe el orden.',
    en: 'Before the paper the vote is written to both memories as prepared; after the paper it goes into a slot of the urn. With every vote the whole urn is encrypted anew and shuffled: not even who holds memory and tokens knows the order.',
  },
  {
    es: 'Al cerrar, un proceso que no existía antes une las llaves, cuenta, compara con el cuaderno y termina. El acta se firma con la clave de la máquina, certificada por la autoridad.',
    en: 'At the close a process that did not exist before joins the tokens, counts, compares with the pollbook and ends. The report is signed with the key of the machine, certified by the authority.',
  },
];

type Audit = {
  readonly when: Both;
  readonly command: string;
  readonly shows: Both;
  readonly not: Both;
};

const AUDITS: readonly Audit[] = [
  {
    when: { es: 'Antes: el programa', en: 'Before: the program' },
    command: 'scripts/urna release --check · scripts/urna audit unit',
    shows: {
      es: 'Cada archivo que corre es el firmado; código de máquina, certificado y partes son los de la lista.',
      en: 'Every file that runs is the signed one; machine code, certificate and parts are those of the list.',
    },
    not: {
      es: 'Un programa ajeno puede imprimir cualquier código: la prueba es el medio leído en otro equipo.',
      en: 'A foreign program can print any code: the proof is the medium, read in another computer.',
    },
  },
  {
    when: { es: 'Antes: elección simulada', en: 'Before: mock election' },
    command: 'scripts/urna audit mock',
    shows: {
      es: 'Con un guion de respuesta conocida, pantalla, papel y acta dicen lo mismo, por el mismo camino que el domingo.',
      en: 'With a script of known answer, screen, paper and tally report say the same, by the same path as on Sunday.',
    },
    not: {
      es: 'Lo que la máquina haría otro día: por eso está el papel.',
      en: 'What the machine would do on another day: that is what the paper is for.',
    },
  },
  {
    when: { es: 'Sorteo público', en: 'Public draw' },
    command: 'scripts/urna audit sample',
    shows: {
      es: 'Qué mesas salen, de dados echados ante todos; cualquiera repite el sorteo.',
      en: 'Which precincts are drawn, from dice thrown before everybody; anyone repeats the draw.',
    },
    not: {
      es: 'Si los dados se echaron bien: hay que verlos.',
      en: 'Whether the dice were thrown fairly: be there.',
    },
  },
  {
    when: { es: 'Después: las cajas', en: 'Afterwards: the boxes' },
    command: 'scripts/urna audit boxes',
    shows: {
      es: 'Firmas, marcas, votos, papeles y sobre concuerdan; con qué riesgo un resultado falso habría pasado.',
      en: 'Signatures, marks, ballots, papers and envelope agree; with what risk a wrong outcome would have passed.',
    },
    not: {
      es: 'Cajas que alguien escogió no miden riesgo; una caja cambiada antes de contarla tampoco se ve aquí.',
      en: 'Boxes that somebody chose measure no risk; a box exchanged before it is counted is not seen here either.',
    },
  },
  {
    when: { es: 'Después: el registro', en: 'Afterwards: the log' },
    command: 'scripts/urna audit log · scripts/urna audit package',
    shows: {
      es: 'Que nada se quitó, cambió ni añadió desde la cabeza impresa en el papel; la primera entrada mala, por su nombre.',
      en: 'That nothing was removed, changed or added since the head printed on paper; the first bad entry, by name.',
    },
    not: {
      es: 'Lo que nunca se escribió: para eso están los testigos en la sala.',
      en: 'What was never written down: that is what the observers in the room are for.',
    },
  },
  {
    when: { es: 'Después: el total', en: 'Afterwards: the total' },
    command: 'scripts/urna verify · scripts/urna verify-report · python3 scripts/nation/tally.py',
    shows: {
      es: 'Cada paquete publicado está firmado y cuadra; el total y los escaños salen de ellos; el acta fotografiada es la publicada.',
      en: 'Every published package is signed and balances; total and seats follow from them; the photographed report is the published one.',
    },
    not: {
      es: 'Una mesa que no se recogió de una que se calló: se nombran todas las que faltan.',
      en: 'A precinct never collected from one left out: all that are missing are named.',
    },
  },
];

const PUBLISHED: readonly Both[] = [
  {
    es: 'Se publica: paquete firmado de cada mesa, actas como imágenes, cabezas de registro, lista de claves, códigos de papel comprometidos.',
    en: 'Published: the signed package of each precinct, reports as pictures, heads of the logs, the list of keys, the committed paper codes.',
  },
  {
    es: 'Nunca: votos uno por uno de una elección real, cuadernos, huellas, claves, el orden de nada.',
    en: 'Never: single votes of a real election, pollbooks, prints, keys, the order of anything.',
  },
];

const fieldsOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, type]) => `${name}: ${Array.isArray(type) ? type.join(' | ') : String(type)}`)
    .join('; ');

export const auditorGuide = (locale: Locale): Guide => ({
  name: 'auditor',
  title: W.title[locale],
  forWhom: W.forWhom[locale],
  sections: [
    {
      title: W.platform[locale],
      text: [W.platformText[locale]],
      drawing: platformDrawing(locale),
      table: platformTable(locale),
    },
    {
      title: W.vote[locale],
      steps: LIFE.map((step) => step[locale]),
      pictures: [
        { name: 'screen-review', words: locale === 'es' ? 'La revisión' : 'The review' },
        { name: 'record', words: locale === 'es' ? 'El comprobante' : 'The paper record' },
      ],
    },
    {
      title: W.audits[locale],
      table: {
        heads: [W.when, W.command, W.shows, W.not].map((each) => each[locale]),
        rows: AUDITS.map(({ when, command, shows, not }) => [
          when[locale],
          command,
          shows[locale],
          not[locale],
        ]),
      },
      pictures: [
        {
          name: 'tally-report-end',
          words:
            locale === 'es'
              ? 'Final del acta: cabeza del registro, código de máquina, firma y código QR'
              : 'End of the tally report: head of the log, machine code, signature and QR code',
        },
      ],
    },
    { title: W.records[locale], text: PUBLISHED.map((each) => each[locale]) },
    {
      title: W.log[locale],
      table: {
        heads: [W.event, W.meaning, W.fields].map((each) => each[locale]),
        rows: EVENT_IDS.map((id) => {
          const { fields } = describeEvent(id);
          return [id, EVENT_MEANINGS[locale][id], fieldsOf(fields)];
        }),
      },
    },
  ],
});
