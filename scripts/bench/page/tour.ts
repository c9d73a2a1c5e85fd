/**
 * The guided tour: what to do next, by what can be seen in the room (the operator's display, the paper,
 * the token slot), never by what the machine thinks.
 */
import { openDrawer } from './drawers.ts';
import { button, find, makeButton } from './elements.ts';
import { onPart, part } from './reach.ts';
import { chosenVoter, nextVoter, placeFinger, typeId } from './station.ts';
import { currentLanguage, withLanguage } from './words.ts';

type Both = readonly [string, string];
type Step = {
  readonly title: Both;
  readonly text: () => Both;
  /** Whose edge is lit. */
  readonly point: string | null;
  readonly begins?: () => void;
  /** The step is over when this can be seen. */
  readonly over?: () => boolean;
  readonly offers?: readonly {
    readonly words: Both;
    readonly does: () => void;
    readonly main?: boolean;
    /** Offered only while this can be seen. */
    readonly when?: () => boolean;
  }[];
};

/** The tour itself stands at the lower edge. */
const TOUR_ROOM_PX = 40;
const SEEN = 'urna-tour-seen';
const tour = find('tour', HTMLElement);
let at = -1;
let boxAtStart = 0;

const boxed = (): number => (part('papers') ?? []).filter(({ place }) => place === 'box').length;
const shows = (...keys: readonly string[]): boolean =>
  (part('display')?.keys ?? []).some((key) => key !== null && keys.includes(key));
const go = (next: number): void => {
  at = next;
  STEPS[at]?.begins?.();
  show();
  // What has already been done, perhaps before the page was loaded anew, is passed over.
  follow();
};

const STEPS: readonly Step[] = [
  {
    title: ['Vote en dos minutos', 'Vote in two minutes'],
    text: () => [
      'Esta es una máquina de votación entera: su propio firmware, con cada aparato emulado hasta los bytes del cable. Los robots ya abrieron la mesa. Le toca votar.',
      'This is a whole voting machine: its own firmware, with every device emulated down to the bytes on the wire. Robots have opened the polls. Your turn to vote.',
    ],
    point: null,
    offers: [
      { words: ['Solo mirar', 'Just look around'], does: () => close() },
      { words: ['Empezar', 'Start'], does: () => go(1), main: true },
    ],
  },
  {
    title: ['1. En la mesa', '1. At the table'],
    text: () =>
      shows('askId')
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
    over: () => shows('placeFinger', 'placeAgain', 'cleanFinger', 'atBooth1'),
    offers: [
      {
        words: ['Teclear la cédula', 'Type the ID'],
        does: () => void typeId(),
        main: true,
        when: () => shows('askId'),
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
    over: () => shows('atBooth1'),
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
    over: () => boxed() > boxAtStart && !shows('atBooth1', 'saving'),
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
      { words: ['Votar otra vez', 'Vote again'], does: () => go(1), main: true },
    ],
  },
];

const leaveTo = (drawer: string): void => {
  close();
  openDrawer(drawer);
  find('tabs', HTMLElement).scrollIntoView({ block: 'nearest' });
};

const point = (id: string | null): void => {
  for (const element of document.querySelectorAll('.pointed')) element.classList.remove('pointed');
  const target = id === null ? null : document.querySelector(`#${id}`);
  target?.classList.add('pointed');
  const box = target?.getBoundingClientRect();
  const hidden = box !== undefined && (box.top < 0 || box.bottom > innerHeight - TOUR_ROOM_PX);
  if (hidden) target?.scrollIntoView({ block: 'center' });
};

const fill = (step: Step): void => {
  const index = currentLanguage() === 'es' ? 0 : 1;
  find('tour-title', HTMLElement).textContent = step.title[index];
  find('tour-text', HTMLElement).textContent = step.text()[index];
  find('tour-count', HTMLElement).textContent =
    at === 0 ? '' : `${Math.min(at, STEPS.length - 2)} / ${STEPS.length - 2}`;
  find('tour-buttons', HTMLElement).replaceChildren(
    ...(step.offers ?? []).map(({ words, does, main, when }) => {
      const made = makeButton(words[index], does, main === true ? { class: 'main' } : {});
      made.disabled = when?.() === false;
      return made;
    }),
  );
};

const show = (): void => {
  const step = STEPS[at];
  tour.hidden = step === undefined;
  point(step?.point ?? null);
  if (step !== undefined) fill(step);
};

const close = (): void => {
  at = -1;
  localStorage.setItem(SEEN, '1');
  show();
};

/** Goes on as soon as the room shows that the step is done. */
const follow = (): void => {
  const step = STEPS[at];
  if (step?.over?.() !== true) {
    if (step?.offers?.some(({ when }) => when !== undefined) === true) fill(step);
    return;
  }
  if (at === 3) boxAtStart = boxed();
  go(at + 1);
};

export const startTour = (): void => {
  button('tour-close').addEventListener('click', close);
  button('open-tour').addEventListener('click', () => go(0));
  onPart('display', follow);
  onPart('tape', follow);
  onPart('papers', follow);
  onPart('session', () => {
    if (localStorage.getItem(SEEN) === null && at < 0) go(0);
  });
  withLanguage(show);
};
