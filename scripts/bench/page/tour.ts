/** The guided tour: a stranger's first vote, and what else can be tried. */
import { openDrawer } from './drawers.ts';
import { button, find } from './elements.ts';
import { onPart, part } from './reach.ts';
import { chosenVoter, nextVoter, placeFinger, typeId } from './station.ts';
import { displayShows, makeWalk, papersIn, type Step } from './walk.ts';

const SEEN = 'urna-tour-seen';
let boxAtStart = 0;

const STEPS: readonly Step[] = [
  {
    title: ['Vote en dos minutos', 'Vote in two minutes'],
    text: () => [
      'Esta es una máquina de votación entera: su propio firmware, con cada aparato emulado hasta los bytes del cable. Los robots ya abrieron la mesa. Le toca votar.',
      'This is a whole voting machine: its own firmware, with every device emulated down to the bytes on the wire. Robots have opened the polls. Your turn to vote.',
    ],
    point: null,
    offers: [
      { words: ['Solo mirar', 'Just look around'], does: () => tour.close() },
      { words: ['Empezar', 'Start'], does: () => tour.next(), main: true },
    ],
  },
  {
    title: ['1. En la mesa', '1. At the table'],
    text: () =>
      displayShows('askId')
        ? [
            `${chosenVoter()?.name ?? ''} llega a la mesa. El operador teclea la cédula y Entrar.`,
            `${chosenVoter()?.name ?? ''} comes to the table. The operator types the national ID and Enter.`,
          ]
        : part('crew')?.task === 'resume'
          ? [
              'El visor de la mesa todavía no pide una cédula. Mire la pantalla: un robot reanuda la votación con la llave de la presidencia.',
              "The display at the table does not ask for an ID yet. Watch the screen: a robot lets voting go on with the presiding officer's token.",
            ]
          : [
              'El visor de la mesa todavía no pide una cédula. Termine primero lo que piden el visor y la pantalla.',
              'The display at the table does not ask for an ID yet. First finish what the display and the screen ask for.',
            ],
    point: 'type-id',
    begins: () => nextVoter(),
    over: () => displayShows('placeFinger', 'placeAgain', 'cleanFinger', 'atBooth1'),
    offers: [
      {
        words: ['Teclear la cédula', 'Type the ID'],
        does: () => void typeId(),
        main: true,
        when: () => displayShows('askId'),
      },
    ],
  },
  {
    title: ['2. La huella', '2. The fingerprint'],
    text: () => [
      'El lector se enciende y espera. Ponga el dedo.',
      'The reader lights up and waits. Place the finger.',
    ],
    point: 'ring',
    over: () => displayShows('atBooth1'),
    offers: [
      { words: ['Poner el dedo', 'Place the finger'], does: () => void placeFinger(), main: true },
    ],
  },
  {
    title: ['3. Vote en la pantalla', '3. Vote on the screen'],
    text: () => [
      'Toque una tarjeta y, en ella, SELECCIONAR TODO o a quien prefiera. Luego VOTAR; revise y confirme. Si deja cargos sin marcar, la máquina se lo dice.',
      'Touch a card and, on it, SELECCIONAR TODO (select all) or whom you prefer. Then VOTAR (vote); review and confirm. What you leave unmarked, the machine tells you. The button at the top of the screen changes its language.',
    ],
    point: 'glass',
    over: () =>
      part('tape') !== null || (part('papers') ?? []).some(({ place }) => place === 'tray'),
  },
  {
    title: ['4. Su comprobante', '4. Your paper record'],
    text: () => [
      'Léalo, diga en la pantalla si está bien, y échelo en la urna.',
      'Read it, tell the screen whether it is right, and drop it into the box.',
    ],
    point: 'paper-hands',
    begins: () => {
      boxAtStart = papersIn('box');
    },
    over: () => papersIn('box') > boxAtStart && !displayShows('atBooth1', 'saving'),
  },
  {
    title: ['Ha votado', 'You have voted'],
    text: () => [
      'La elección queda cifrada, nadie sabe el orden, y el papel prueba la cuenta. ¿Y ahora? Corte la corriente en media impresión. Saque el módulo de memoria. Ponga el dedo de otra persona. Atasque el papel.',
      "Your choice is sealed, nobody knows the order, and the paper proves the count. What next? Cut the power in the middle of a print. Pull the memory module. Try somebody else's finger. Jam the paper.",
    ],
    point: null,
    offers: [
      { words: ['Electricidad', 'Power'], does: () => leaveTo('power') },
      { words: ['Fallas', 'Faults'], does: () => leaveTo('faults') },
      { words: ['Votar otra vez', 'Vote again'], does: () => tour.go(1), main: true },
    ],
  },
];

const tour = makeWalk(
  () => STEPS,
  () => localStorage.setItem(SEEN, '1'),
);

const leaveTo = (drawer: string): void => {
  tour.close();
  openDrawer(drawer);
  find('tabs', HTMLElement).scrollIntoView({ block: 'nearest' });
};

/** Opens by itself for whoever has not closed it yet. */
export const startTour = (): void => {
  let begun = false;
  button('open-tour').addEventListener('click', () => tour.go(0));
  onPart('session', () => {
    if (begun || localStorage.getItem(SEEN) !== null) return;
    begun = true;
    tour.go(0);
  });
};
