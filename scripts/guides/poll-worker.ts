/** What a poll worker does from Friday to Sunday night, and what to do when something fails. */
import type { Locale } from '#firmware/election/definition.ts';
import { FAULT_CODES, FAULTS } from '#firmware/faults/catalogue.ts';
import { faultHelp } from '#firmware/locale/fault-help.ts';
import type { Both, Guide } from './guide.ts';

const TITLE: Both = { es: 'Guía del miembro de mesa', en: "Poll worker's guide" };
const FOR_WHOM: Both = {
  es: 'Para quienes atienden la mesa, del viernes al cierre. Se practica con «scripts/urna bench --training».',
  en: 'For those who run the precinct, from Friday to the close. Practise it with "scripts/urna bench --training".',
};

type Part = {
  readonly title: Both;
  readonly steps: readonly Both[];
  readonly pictures: readonly (readonly [name: string, words: Both])[];
};

const DAY: readonly Part[] = [
  {
    title: { es: 'Viernes: instalación', en: 'Friday: installation' },
    steps: [
      {
        es: 'Encienda la máquina. Se prueba sola: cada componente debe decir «bien». Lo que no, dice qué hacer; después toque REPETIR LA PRUEBA.',
        en: 'Switch the machine on. It tests itself: every component must say "fine". What does not says what to do; then touch REPEAT THE TEST.',
      },
      {
        es: 'Toque que empiece la ceremonia. Cada funcionario mete su llave cuando la pantalla lo nombra, elige un PIN que nadie adivine y lo repite. El PIN no se anota ni se presta.',
        en: 'Touch that the ceremony begin. Each officer inserts the token when the screen names them, chooses a PIN that nobody guesses and repeats it. A PIN is neither written down nor lent.',
      },
      {
        es: 'Salen dos reportes. La huella de la clave debe ser la misma en los dos. Guárdelos en el sobre.',
        en: 'Two reports come out. The fingerprint of the key must be the same on both. Keep them in the envelope.',
      },
      {
        es: 'Apague en buen orden, nunca por el enchufe.',
        en: 'Switch off in good order, never at the plug.',
      },
    ],
    pictures: [
      [
        'screen-self-test',
        { es: 'La prueba de los componentes', en: 'The test of the components' },
      ],
      ['screen-ceremony', { es: 'La ceremonia de las llaves', en: 'The ceremony of the tokens' }],
    ],
  },
  {
    title: { es: 'Domingo: abrir la mesa', en: 'Sunday: opening the polls' },
    steps: [
      {
        es: 'Encienda y toque ABRIR LA MESA. La presidencia mete su llave y marca su PIN.',
        en: 'Switch on and touch OPEN THE POLLS. The presiding officer inserts the token and types the PIN.',
      },
      {
        es: 'Sale el acta cero: todos los contadores están en cero. Léala ante los testigos y guárdela. Retire la llave.',
        en: 'The zero report comes out: every counter is zero. Read it before the observers and keep it. Take the token out.',
      },
      {
        es: 'La hora la lleva la máquina. Si dice que no es hora, no la abra: mire primero el reloj de la pantalla.',
        en: 'The machine keeps the time. If it says that it is not time, look at the clock on the screen first.',
      },
    ],
    pictures: [
      ['screen-pin', { es: 'El PIN de la presidencia', en: "The presiding officer's PIN" }],
      ['zero-report', { es: 'Comienzo del acta cero', en: 'Beginning of the zero report' }],
    ],
  },
  {
    title: { es: 'Cada elector', en: 'Each voter' },
    steps: [
      {
        es: 'Teclee la cédula y Entrar (V/E para extranjeros). El elector pone el dedo cuando el lector se enciende.',
        en: 'Type the national ID and Enter (V/E for foreign residents). The voter places a finger when the reader lights up.',
      },
      {
        es: 'Si no coincide, el visor dice LEVANTE EL DEDO y luego OTRA VEZ: limpie, seque o use otro dedo. Tras los intentos, Entrar llama a la presidencia, que autoriza con su huella y un código. Nadie pierde su voto por una huella.',
        en: 'If it does not match, the display says LIFT FINGER and then AGAIN: clean, dry or use another finger. After the attempts, Enter calls the presiding officer, who authorises with a print and a code. Nobody loses a vote by a print.',
      },
      {
        es: 'Cuando el visor dice VOTANDO, la máquina es del elector. Nadie se acerca a la pantalla.',
        en: 'When the display says VOTING the machine is the voter’s. Nobody comes near the screen.',
      },
      {
        es: 'Quien vea poco toca «Ajustes»: letra más grande, más contraste, voz. Las cinco teclas y los audífonos hacen todo sin mirar.',
        en: 'Whoever sees little touches "Settings": larger letters, more contrast, voice. The five keys and the headphones do everything without looking.',
      },
      {
        es: 'El comprobante se lee, se dobla y va a la caja. Si dice otra cosa, el elector lo rechaza en la pantalla, va al sobre, y vota otra vez.',
        en: 'The paper record is read, folded and dropped into the box. If it says something else, the voter refuses it on the screen, it goes into the envelope, and they vote again.',
      },
      {
        es: 'Si alguien se va sin votar, la presidencia mete su llave en la máquina, marca su PIN y toca que el elector se fue: su voto queda nulo. Si el visor pregunta 1 o 2, conteste lo que pasó.',
        en: 'When somebody leaves without voting, the presiding officer inserts the token, types the PIN and touches that the voter has left: the vote is null. If the display asks 1 or 2, answer what happened.',
      },
    ],
    pictures: [
      ['screen-cards', { es: 'La boleta', en: 'The ballot' }],
      [
        'screen-settings',
        { es: 'Ajustes para quien ve poco', en: 'Settings for those who see little' },
      ],
      ['screen-verify', { es: 'Se compara el comprobante', en: 'The paper record is compared' }],
      ['record', { es: 'Un comprobante', en: 'A paper record' }],
    ],
  },
  {
    title: { es: 'Si se va la luz', en: 'When the power goes out' },
    steps: [
      {
        es: 'La batería sigue sola. El visor dice cuántas horas quedan. Se vota como siempre.',
        en: 'The battery carries on by itself. The display says how many hours are left. Voting goes on as always.',
      },
      {
        es: 'BATERÍA BAJA: nadie más entra; quien vota termina.',
        en: 'BATTERY LOW: nobody else is admitted; who votes finishes.',
      },
      {
        es: 'Si se apaga del todo, nada se pierde: al encender, la máquina retoma el voto donde estaba y pregunta lo que no puede saber (¿salió papel?, ¿sigue el elector?).',
        en: 'If it goes dark altogether nothing is lost: switched on again, the machine takes the vote up where it was and asks what it can not know (did paper come out, is the voter still there?).',
      },
    ],
    pictures: [
      ['screen-low-power', { es: 'Queda poca batería', en: 'Little battery is left' }],
      ['screen-paper-fault', { es: 'El papel se atascó', en: 'The paper has jammed' }],
    ],
  },
  {
    title: { es: 'El cierre', en: 'The close' },
    steps: [
      {
        es: 'A la hora de cierre, y solo sin cola, toque CERRAR LA MESA con la llave de la presidencia.',
        en: 'At closing time, and only when nobody waits in line, touch CLOSE THE POLLS with the token of the presiding officer.',
      },
      {
        es: 'Tres funcionarios abren la urna con sus llaves y sus PIN. La máquina cuenta y firma.',
        en: 'Three officers open the urn with their tokens and PINs. The machine counts and signs.',
      },
      {
        es: 'Salen los ejemplares del acta. Compare el total con las firmas del cuaderno. Cada testigo recibe uno; su código se lee con cualquier teléfono.',
        en: 'The copies of the tally report come out. Compare the total with the signatures on the roster. Every observer gets one; its code can be read with any telephone.',
      },
      {
        es: 'Si su mesa sale sorteada, se cuentan los papeles de la caja a mano, ante todos.',
        en: 'If your precinct is drawn, the papers of the box are counted by hand, before everybody.',
      },
      {
        es: 'La máquina transmite el resultado sola e imprime el acuse de recibo del centro: guárdelo con el acta. Sin red lo dice; toque INTENTAR DE NUEVO cuando vuelva, o lleve la memoria.',
        en: 'The machine sends the result by itself and prints the receipt of the centre: keep it with the report. Without network it says so; touch TRY AGAIN when it is back, or carry the memory.',
      },
      {
        es: 'Apague y entregue el módulo de memoria con el sobre.',
        en: 'Switch off and hand over the memory module with the envelope.',
      },
    ],
    pictures: [
      ['screen-shares', { es: 'Tres llaves abren la urna', en: 'Three tokens open the urn' }],
      ['screen-finished', { es: 'El escrutinio terminó', en: 'The count is finished' }],
      ['screen-no-network', { es: 'Todavía no hay red', en: 'There is no network yet' }],
      ['screen-sent', { es: 'El centro tiene el resultado', en: 'The centre has the result' }],
      ['tally-report', { es: 'Comienzo del acta', en: 'Beginning of the tally report' }],
    ],
  },
];

const FAULTS_TITLE: Both = {
  es: 'Cuando la pantalla muestra un código',
  en: 'When the screen shows a code',
};
const FAULTS_TEXT: Both = {
  es: 'Estas fallas las remedia la mesa. Las demás dicen «llame a soporte»: dicte el código y no apague.',
  en: 'The precinct mends these itself. The others say "call support": read the code out and do not switch off.',
};
const FAULT_HEADS: Readonly<Record<Locale, readonly string[]>> = {
  es: ['Código', 'Qué pasa', 'Qué hacer'],
  en: ['Code', 'What it is', 'What to do'],
};

export const pollWorkerGuide = (locale: Locale): Guide => ({
  name: 'poll-worker',
  title: TITLE[locale],
  forWhom: FOR_WHOM[locale],
  sections: [
    ...DAY.map(({ title, steps, pictures }) => ({
      title: title[locale],
      steps: steps.map((step) => step[locale]),
      pictures: pictures.map(([name, words]) => ({ name, words: words[locale] })),
    })),
    {
      title: FAULTS_TITLE[locale],
      text: [FAULTS_TEXT[locale]],
      table: {
        heads: FAULT_HEADS[locale],
        rows: FAULT_CODES.filter((code) =>
          ['pollWorker', 'presidingOfficer'].includes(FAULTS[code].actor),
        ).map((code) => {
          const { explanation, remedy } = faultHelp(locale, code);
          return [code, explanation, remedy];
        }),
      },
    },
  ],
});
