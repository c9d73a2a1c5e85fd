/**
 * A poll worker's training: the whole election, from the keys on Friday to the module on Sunday night, as
 * tasks that are checked by what can be seen in the room. What must not happen is told when it does, and
 * counted.
 */
import type { People } from '../people.ts';
import { openDrawer } from './drawers.ts';
import { button } from './elements.ts';
import { onPart, part, send, showToast } from './reach.ts';
import { nextVoter } from './station.ts';
import { type Both, displayShows, makeWalk, type Offer, papersIn, type Step } from './walk.ts';
import { currentLanguage } from './words.ts';

const MINUTE_MS = 60_000;

/** What was seen when the step began, and since. */
let begun = { boxed: 0, printed: 0 };
const seen = new Set<string>();
let hours: People['hours'] = { opensAt: '', closesAt: '' };
let beganMs = 0;
/** How often each mistake was made. */
const mistakes = new Map<number, number>();
/** What this step allows that is a mistake at others: the machine off, a spoilt paper kept. */
type Allowed = 'off' | 'keep';
let allowed: readonly Allowed[] = ['off'];

const printed = (): number => papersIn('tray', 'kept', 'envelope', 'box');
const begin = (): void => {
  begun = { boxed: papersIn('box'), printed: printed() };
  seen.clear();
};
const isOff = (): boolean => part('machine')?.power === 'off';
const isOn = (): boolean => part('machine')?.power === 'on';
const jammed = (): boolean => (part('faults')?.printer ?? []).includes('jam');
const hasMains = (): boolean => (part('power')?.a.lineVolts ?? 0) > 0;
const hasVoted = (): boolean => papersIn('box') > begun.boxed && displayShows('askId');
const afterMinute = (at: string): string => new Date(Date.parse(at) + MINUTE_MS).toISOString();
const isPast = (at: string): boolean => Date.parse(part('calendar') ?? '') >= Date.parse(at);

const byRobots = (task: 'setUp' | 'open' | 'vote' | 'close'): Offer => ({
  words: ['Que lo hagan los robots', 'Let robots do it'],
  does: () => void send('robots', { task }),
  when: () => part('crew')?.task === null,
});

/** What must not happen, as edges of what is seen. */
const RULES: readonly { readonly words: Both; readonly broken: () => boolean }[] = [
  {
    words: [
      'Un comprobante de voto no se guarda: va doblado a la caja de resguardo.',
      "A voter's paper record is never kept: it goes folded into the ballot box.",
    ],
    broken: () =>
      !allowed.includes('keep') && seen.has('atBooth1') && papersIn('kept') > keptAtBegin,
  },
  {
    words: [
      'La máquina se apagó sin que tocara: con un elector adentro se pierde tiempo, y hace falta la llave.',
      'The machine went dark when it should not: voters wait, and the token is needed again.',
    ],
    broken: () => !allowed.includes('off') && isOff(),
  },
  {
    words: [
      'El módulo de memoria no se saca mientras se vota.',
      'The memory module is not pulled while people vote.',
    ],
    broken: () => !allowed.includes('off') && part('modules')?.removable === false,
  },
  {
    words: ['El precinto no se rompe.', 'The seal is not broken.'],
    broken: () => part('switches')?.seal === 'broken',
  },
];
let keptAtBegin = 0;
const broken = RULES.map(() => false);

const watchRules = (): void => {
  for (const [index, rule] of RULES.entries()) {
    const now = rule.broken();
    if (now && broken[index] === false) {
      mistakes.set(index, (mistakes.get(index) ?? 0) + 1);
      showToast(rule.words[currentLanguage() === 'es' ? 0 : 1]);
    }
    broken[index] = now;
  }
};

/** What went wrong, in words; how long it took. */
const outcome = (index: 0 | 1): string => {
  const minutes = Math.max(1, Math.round((Date.now() - beganMs) / MINUTE_MS));
  const told = [...mistakes].map(
    ([rule, times]) => `· ${RULES[rule]?.words[index] ?? ''} (${times}×)`,
  );
  const head = `${minutes} min. `;
  const none = ['Sin errores.', 'No mistakes.'][index];
  return told.length === 0
    ? `${head}${none}`
    : [`${head}${['Para repasar:', 'To go over again:'][index]}`, ...told].join('\n');
};

const task = (
  title: Both,
  text: Both,
  step: Omit<Step, 'title' | 'text' | 'over'> & {
    readonly over: () => boolean;
    readonly allows?: readonly Allowed[];
  },
): Step => ({
  ...step,
  title,
  text: () => text,
  begins: () => {
    begin();
    keptAtBegin = papersIn('kept');
    allowed = step.allows ?? [];
    step.begins?.();
  },
});

const STEPS: readonly Step[] = [
  {
    title: ['Su día de elección', 'Your election day'],
    text: () => [
      'Usted es miembro de mesa. Hará todo lo de un día entero, del viernes al cierre, con un atasco de papel y un corte de luz. Cada tarea se da por hecha cuando se ve hecha.',
      'You are a poll worker. You do all that a whole election asks, from Friday to the close, with a paper jam and a power cut. Each task is done when it can be seen to be done.',
    ],
    point: null,
    begins: () => {
      beganMs = Date.now();
      mistakes.clear();
      allowed = ['off'];
    },
    offers: [{ words: ['Empezar', 'Start'], does: () => training.next(), main: true }],
  },
  task(
    ['Viernes: las llaves', 'Friday: the keys'],
    [
      'Toque en la pantalla que empiece la ceremonia. Cada funcionario mete su llave (abajo, «Miembros y llaves») cuando la pantalla lo nombra, elige un PIN y lo repite. El PIN está en su papelito.',
      'Touch the screen so that the ceremony begins. Each officer inserts the token (below, "Officers and tokens") when the screen names them, chooses a PIN and repeats it. It stands on the officer\'s slip.',
    ],
    {
      point: 'glass',
      begins: () => openDrawer('officers'),
      // The readiness report and the zero report.
      over: () => printed() >= begun.printed + 2 && part('tape') === null,
      offers: [byRobots('setUp')],
    },
  ),
  task(
    ['Guarde los reportes', 'Keep the reports'],
    [
      'Salieron el reporte de diagnóstico y el de inicialización. Léalos, compare la huella de la clave en los dos y guárdelos: van en el sobre del acta.',
      'The readiness report and the zero report came out. Read them, compare the fingerprint of the key on both, and keep them: they go into the envelope.',
    ],
    { point: 'paper-hands', over: () => papersIn('tray') === 0 && papersIn('kept') >= 2 },
  ),
  task(
    ['Apague hasta el domingo', 'Switch off until Sunday'],
    [
      'Apague en buen orden («Electricidad»). Nunca por la corriente: así queda todo escrito.',
      'Switch off in good order ("Power"). Never at the plug: so everything is written down.',
    ],
    { point: 'drawer-power', begins: () => openDrawer('power'), over: isOff, allows: ['off'] },
  ),
  task(
    ['Domingo, seis de la mañana', 'Sunday, six in the morning'],
    [
      'Es la hora de abrir. Encienda la máquina y espere a que la pantalla pida abrir la mesa.',
      'It is time to open. Switch the machine on and wait until the screen asks to open the polls.',
    ],
    {
      point: 'drawer-power',
      begins: () => openDrawer('power'),
      over: () => isOn() && isPast(hours.opensAt) && displayShows('askKey1', 'notOpen1'),
      allows: ['off'],
      offers: [
        {
          words: ['Que sea domingo', 'Let it be Sunday'],
          does: () => void send('clock', { calendar: afterMinute(hours.opensAt) }),
          main: true,
          when: () => isOff() && !isPast(hours.opensAt),
        },
      ],
    },
  ),
  task(
    ['Abra la mesa', 'Open the polls'],
    [
      'Toque ABRIR LA MESA; la presidencia mete su llave y marca su PIN. Sale el acta cero: todos los contadores están en cero. Guárdela y saque la llave.',
      'Touch OPEN THE POLLS; the presiding officer inserts the token and types the PIN. The zero report comes out: every counter is zero. Keep it and take the token out.',
    ],
    {
      point: 'glass',
      begins: () => openDrawer('officers'),
      over: () =>
        displayShows('askId') && papersIn('tray') === 0 && part('token')?.officer === null,
      offers: [byRobots('open')],
    },
  ),
  task(
    ['El primer elector', 'The first voter'],
    [
      'Teclee la cédula y Entrar; el elector pone el dedo. Cuando el visor dice VOTANDO, la máquina es suya. Vote por él en la pantalla, y eche su comprobante en la caja.',
      'Type the national ID and Enter; the voter places a finger. When the display says VOTING the machine is theirs. Vote for them on the screen and drop their record into the box.',
    ],
    { point: 'type-id', begins: () => nextVoter(), over: hasVoted, offers: [byRobots('vote')] },
  ),
  task(
    ['Una huella que no coincide', 'A print that does not match'],
    [
      'El elector siguiente pone otro dedo (elija «Otro dedo»). Lea el visor: dice qué hacer. Ponga después el dedo limpio. Pocas veces basta una vez: nadie pierde su voto por eso.',
      'The next voter places another finger (choose "Another finger"). Read the display: it says what to do. Then place the clean finger. Once is often not enough: nobody loses a vote by it.',
    ],
    {
      point: 'ring',
      begins: () => nextVoter(),
      over: () =>
        displayShows('atBooth1') && ['liftFinger', 'again', 'noMatch'].some((key) => seen.has(key)),
    },
  ),
  task(
    ['El papel se atasca', 'The paper jams'],
    [
      'Ese elector vota ahora, y el papel se atasca. Lea la pantalla: se abre la tapa y se saca el papel sin leerlo (aquí: «Fallas», impresora, jam). Luego conteste lo que la pantalla pregunte: sale otro comprobante, y solo uno va a la caja.',
      'That voter votes now, and the paper jams. Read the screen: open the cover, take the paper out unread (here: "Faults", printer, jam). Then answer what the screen asks: another record comes out, and one alone goes into the box.',
    ],
    {
      point: 'glass',
      begins: () => {
        openDrawer('faults');
        void send('fault', { device: 'printer', name: 'jam', on: true });
      },
      over: () => hasVoted() && !jammed(),
      allows: ['keep'],
    },
  ),
  task(
    ['Se va la luz', 'The power goes out'],
    [
      'No hay corriente: la batería sigue. El visor dice cuánto dura. Se sigue votando; con BATERÍA BAJA no se admite a nadie más. Cuando vuelva la luz, el aviso se va solo.',
      'There is no mains: the battery carries on, and the display says for how long. Voting goes on; with BATTERY LOW nobody else is admitted. When the power is back the notice goes by itself.',
    ],
    {
      point: 'lcd',
      begins: () => {
        openDrawer('power');
        void send('power', { mains: false });
      },
      over: () =>
        hasMains() && ['batteryLeft', 'onBattery', 'powerLowLeft'].some((key) => seen.has(key)),
      offers: [
        {
          words: ['Vuelve la luz', 'The power is back'],
          does: () => void send('power', { mains: true }),
          when: () =>
            !hasMains() &&
            ['batteryLeft', 'onBattery', 'powerLowLeft'].some((key) => seen.has(key)),
          main: true,
        },
      ],
    },
  ),
  task(
    ['Cierre la mesa', 'Close the polls'],
    [
      'Son las seis de la tarde y no hay nadie en la cola. Adelante el reloj, cierre con la llave de la presidencia, y que tres funcionarios abran la urna con las suyas.',
      'It is six in the evening and nobody waits in line. Put the clock forward, close with the token of the presiding officer, and let three officers open the urn with theirs.',
    ],
    {
      point: 'glass',
      begins: () => openDrawer('officers'),
      over: () =>
        displayShows('closed1') &&
        printed() > begun.printed &&
        part('tape') === null &&
        part('crew')?.task === null,
      offers: [
        {
          words: ['Que sean las seis', 'Let it be six'],
          does: () => void send('clock', { calendar: afterMinute(hours.closesAt) }),
          main: true,
          when: () => !isPast(hours.closesAt),
        },
        byRobots('close'),
      ],
    },
  ),
  task(
    ['Las actas', 'The tally reports'],
    [
      'Espere a que la pantalla diga que el escrutinio terminó. Guarde cada ejemplar: uno va en el sobre, los demás a los testigos. El recibo del centro, si ya salió, va con ellos. Cuente los papeles de la caja cuando le toque a su mesa la auditoría.',
      'Wait until the screen says that the count is finished. Keep every copy: one goes into the envelope, the others to the observers. The receipt of the centre, if it is out, goes with them. Count the papers of the box when your precinct is drawn for the audit.',
    ],
    { point: 'paper-hands', over: () => papersIn('tray') === 0 && part('crew')?.task === null },
  ),
  task(
    ['Apague y entregue el módulo', 'Switch off and hand over the module'],
    [
      'Apague en buen orden y saque el módulo de memoria («Memorias, tapa y reloj»): lleva el resultado firmado.',
      'Switch off in good order and pull the memory module ("Memories, cover, clock"): it carries the signed result.',
    ],
    {
      point: 'drawers-title',
      begins: () => openDrawer('power'),
      over: () => isOff() && part('modules')?.removable === false,
      allows: ['off'],
    },
  ),
  {
    title: ['El día terminó', 'The day is over'],
    text: () => [outcome(0), outcome(1)],
    point: null,
    offers: [
      {
        words: ['Empezar de nuevo', 'Begin anew'],
        does: () => {
          void send('begin', { at: 'friday' });
          training.go(0);
        },
        main: true,
      },
    ],
  },
];

const training = makeWalk(
  () => STEPS,
  () => undefined,
);

export const setTrainingHours = (next: People['hours']): void => {
  hours = next;
};

/** Begins as soon as a machine is on the bench. */
export const startTraining = (): void => {
  let isBegun = false;
  button('open-tour').addEventListener('click', () => training.go(0));
  onPart('display', ({ keys }) => {
    for (const key of keys) if (key !== null) seen.add(key);
  });
  for (const name of ['papers', 'machine', 'modules', 'switches'] as const)
    onPart(name, watchRules);
  onPart('crew', ({ failure }) => {
    if (failure !== null) showToast(failure);
  });
  onPart('session', () => {
    if (isBegun) return;
    isBegun = true;
    training.go(0);
  });
};
