/**
 * A walk through the machine, step by step, in a note at the edge of the page: what to do next, and whether
 * it is done. A step is over by what can be seen in the room (the operator's display, the paper, the token
 * slot), never by what the machine thinks.
 */
import { find, makeButton } from './elements.ts';
import { onPart, part } from './reach.ts';
import { currentLanguage, withLanguage } from './words.ts';

export type Both = readonly [es: string, en: string];

export type Offer = {
  readonly words: Both;
  readonly does: () => void;
  readonly main?: boolean;
  /** Offered only while this can be seen. */
  readonly when?: () => boolean;
};

export type Step = {
  readonly title: Both;
  readonly text: () => Both;
  /** Whose edge is lit. */
  readonly point: string | null;
  readonly begins?: () => void;
  /** The step is over when this can be seen. */
  readonly over?: () => boolean;
  readonly offers?: readonly Offer[];
};

export type Walk = {
  /** Goes to a step, from 0. */
  readonly go: (step: number) => void;
  readonly next: () => void;
  readonly close: () => void;
};

/** The note itself stands at the lower edge. */
const NOTE_ROOM_PX = 40;

const note = find('tour', HTMLElement);
let showing: {
  readonly walk: Walk;
  readonly show: () => void;
  readonly follow: () => void;
} | null = null;

/** Papers that lie in a place. */
export const papersIn = (...places: readonly string[]): number =>
  (part('papers') ?? []).filter(({ place }) => places.includes(place)).length;

/** The operator's display shows one of these. */
export const displayShows = (...keys: readonly string[]): boolean =>
  (part('display')?.keys ?? []).some((key) => key !== null && keys.includes(key));

const point = (id: string | null): void => {
  for (const element of document.querySelectorAll('.pointed')) element.classList.remove('pointed');
  const target = id === null ? null : document.querySelector(`#${id}`);
  target?.classList.add('pointed');
  const box = target?.getBoundingClientRect();
  const hidden = box !== undefined && (box.top < 0 || box.bottom > innerHeight - NOTE_ROOM_PX);
  if (hidden) target?.scrollIntoView({ block: 'center' });
};

/** Writes the step down, when it is not what stands there: a button in use keeps its focus. */
const fill = (step: Step, at: number, count: number): void => {
  const index = currentLanguage() === 'es' ? 0 : 1;
  const offers = (step.offers ?? []).map(({ words, when, ...offer }) => ({
    ...offer,
    words: words[index],
    disabled: when?.() === false,
  }));
  const text = step.text()[index];
  const written = JSON.stringify([at, index, text, offers.map(({ disabled }) => disabled)]);
  if (note.dataset.written === written) return;
  note.dataset.written = written;
  find('tour-title', HTMLElement).textContent = step.title[index];
  find('tour-text', HTMLElement).textContent = text;
  find('tour-count', HTMLElement).textContent =
    at === 0 ? '' : `${Math.min(at, count - 2)} / ${count - 2}`;
  find('tour-buttons', HTMLElement).replaceChildren(
    ...offers.map(({ words, does, main, disabled }) => {
      const made = makeButton(words, does, main === true ? { class: 'main' } : {});
      made.disabled = disabled;
      return made;
    }),
  );
};

/** A walk of these steps, the first an invitation and the last a farewell; not shown before `go`. */
export const makeWalk = (steps: () => readonly Step[], onClose: () => void): Walk => {
  let at = -1;
  const current = (): Step | undefined => steps()[at];
  const show = (): void => {
    const step = current();
    note.hidden = step === undefined;
    point(step?.point ?? null);
    if (step !== undefined) fill(step, at, steps().length);
  };
  /** Goes on as soon as the room shows that the step is done. */
  const follow = (): void => {
    const step = current();
    if (step?.over?.() === true) {
      walk.next();
      return;
    }
    // What it says and offers may depend on what can be seen.
    if (step?.over !== undefined) fill(step, at, steps().length);
  };
  const walk: Walk = {
    go: (step) => {
      if (showing !== null && showing.walk !== walk) showing.walk.close();
      showing = { walk, show, follow };
      at = step;
      current()?.begins?.();
      show();
      // What has already been done, perhaps before the page was loaded anew, is passed over.
      follow();
    },
    next: () => walk.go(at + 1),
    close: () => {
      at = -1;
      show();
      if (showing?.walk === walk) showing = null;
      onClose();
    },
  };
  return walk;
};

/** The note follows what happens in the room, in the language that is chosen. */
export const startWalks = (): void => {
  find('tour-close', HTMLElement).addEventListener('click', () => showing?.walk.close());
  const follow = (): void => showing?.follow();
  for (const name of [
    'crew',
    'display',
    'tape',
    'papers',
    'machine',
    'power',
    'modules',
    'faults',
  ] as const)
    onPart(name, follow);
  withLanguage(() => showing?.show());
};
