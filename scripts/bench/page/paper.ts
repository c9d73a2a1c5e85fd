/** Paper: the tape as it comes out, the cut paper in the mouth, the ballot box, and what is kept. */
import type { Paper } from '../papers.ts';
import { button, find, make, makeButton } from './elements.ts';
import { onPart, part, send } from './reach.ts';
import { say, sayIfKnown, withLanguage } from './words.ts';

/** Dots of a picture of paper: across, blank above and below what is printed, to a millimetre. */
const PAGE_DOTS = 608;
const MARGIN_DOTS = 24;
const DOTS_PER_MM = 8;
/** The blade is so far beyond the print head. */
const HEAD_TO_CUTTER_MM = 18;
const FALL_MS = 500;
/** Of a long paper this much is kept in sight, dots, and it moves up by so much at a time. */
const TAPE_DOTS = 6_000;
const STEP_DOTS = 1_000;

const view = find('paper-window', HTMLElement);
const tape = find('tape', HTMLCanvasElement);
const cut = find('cut-paper', HTMLImageElement);
const context = tape.getContext('2d');
const viewer = find('viewer', HTMLDialogElement);
const kept = find('drawer-papers', HTMLElement);

let drawn = 0;
/** Where on the paper the canvas begins, dots. */
let base = 0;
let drawing = false;
let session = 0;

/** Where the paper's upper edge is when so many dots of it are out, in per cent of the window. */
const setOut = (element: HTMLElement, dots: number): void => {
  const scale = (element.clientWidth || view.clientWidth - 10) / PAGE_DOTS;
  element.style.top = `${view.clientHeight - dots * scale}px`;
};

const blank = (from: number): void => {
  if (context === null) return;
  context.fillStyle = '#fff';
  context.fillRect(0, from, PAGE_DOTS, tape.height - from);
};

/** Makes room down to so many dots of the paper: a long one moves up, its beginning out of sight. */
const makeRoom = (dots: number): void => {
  const over = dots - base - tape.height;
  if (over <= 0 || context === null) return;
  const shift = Math.min(over + STEP_DOTS, tape.height);
  context.drawImage(tape, 0, -shift);
  blank(tape.height - shift);
  base += over + STEP_DOTS;
};

const clearTape = (): void => {
  drawn = 0;
  base = 0;
  blank(0);
  tape.hidden = true;
};

/** Draws what was printed since the last look. */
const drawNew = async (): Promise<void> => {
  if (drawing) return;
  drawing = true;
  const answer = await fetch(`/tape.png?from=${drawn}`).catch(() => null);
  if (answer?.status === 200 && context !== null && part('tape') !== null) {
    const picture = await createImageBitmap(await answer.blob());
    const top = Number(answer.headers.get('x-top-dots') ?? 0);
    const high = picture.height - 2 * MARGIN_DOTS;
    makeRoom(top + high);
    context.drawImage(picture, 0, MARGIN_DOTS, PAGE_DOTS, high, 0, top - base, PAGE_DOTS, high);
    drawn = Number(answer.headers.get('x-items') ?? drawn);
  }
  drawing = false;
};

const showTape = (): void => {
  const hanging = part('tape');
  button('tear').disabled = hanging === null;
  if (hanging === null) {
    clearTape();
    showCut();
    return;
  }
  if (hanging.items < drawn) clearTape();
  cut.hidden = true;
  tape.hidden = false;
  makeRoom(hanging.lengthMm * DOTS_PER_MM);
  setOut(tape, Math.max(0, hanging.lengthMm - HEAD_TO_CUTTER_MM) * DOTS_PER_MM - base);
  void drawNew();
};

const inTray = (): Paper | null =>
  (part('papers') ?? []).findLast(({ place }) => place === 'tray') ?? null;

let shownCut = 0;
let falling = false;
const showCut = (): void => {
  const paper = inTray();
  for (const id of ['to-box', 'to-kept', 'read-paper']) button(id).disabled = paper === null;
  if (falling) return;
  cut.hidden = paper === null || part('tape') !== null;
  if (paper === null || paper.id === shownCut) return;
  shownCut = paper.id;
  cut.alt = say('paperNumber', { n: paper.id });
  cut.src = `/papers/${paper.id}.png?${session}`;
};

const fall = (): Promise<void> =>
  new Promise((resolve) => {
    falling = true;
    cut.style.top = '100%';
    setTimeout(() => {
      falling = false;
      shownCut = 0;
      resolve();
    }, FALL_MS);
  });

const move = async (to: 'box' | 'kept'): Promise<void> => {
  const paper = inTray();
  if (paper === null || falling) return;
  if (!cut.hidden) await fall();
  await send('paper', { id: paper.id, to });
  if (to !== 'box') return;
  const box = find('box', HTMLElement);
  box.classList.add('takes');
  setTimeout(() => box.classList.remove('takes'), FALL_MS);
};

const read = (paper: Paper): void => {
  find('viewer-title', HTMLElement).textContent = say('paperNumber', { n: paper.id });
  const image = find('viewer-image', HTMLImageElement);
  image.src = `/papers/${paper.id}.png?${session}`;
  void fetch(`/papers/${paper.id}.txt`)
    .then((answer) => (answer.ok ? answer.text() : ''))
    .then((text) => {
      image.alt = text;
    });
  viewer.showModal();
};

const card = (paper: Paper): HTMLElement => {
  const words = say('paperNumber', { n: paper.id });
  const picture = make('img', {
    src: `/papers/${paper.id}.png?${session}`,
    alt: '',
    loading: 'lazy',
  });
  const open = makeButton('', () => read(paper), {
    class: 'thumb',
    'aria-label': `${say('readPaper')}: ${words}`,
  });
  open.append(picture);
  const length = say('paperLength', { cm: Math.round(paper.lengthMm / 10) });
  const caption = make(
    'figcaption',
    {},
    `${words}, ${length}, ${sayIfKnown(`place.${paper.place}`)}`,
  );
  if (paper.place === 'kept')
    caption.append(
      make('br'),
      makeButton(say('recordToBox'), () => void send('paper', { id: paper.id, to: 'box' })),
    );
  return make('figure', {}, open, caption);
};

const showPapers = (): void => {
  const papers = part('papers') ?? [];
  find('box-count', HTMLElement).textContent = String(
    papers.filter(({ place }) => place === 'box').length,
  );
  showCut();
  if (kept.hidden) return;
  const seen = papers.filter(({ place }) => place !== 'box').toReversed();
  kept.replaceChildren(
    seen.length === 0
      ? make('p', { class: 'note' }, say('papersNone'))
      : make('div', { class: 'papers' }, ...seen.map(card)),
  );
};

export const startPaper = (): void => {
  tape.height = TAPE_DOTS;
  cut.addEventListener('load', () => setOut(cut, cut.naturalHeight));
  cut.addEventListener('click', () => {
    const paper = inTray();
    if (paper !== null) read(paper);
  });
  button('to-box').addEventListener('click', () => void move('box'));
  button('to-kept').addEventListener('click', () => void move('kept'));
  button('read-paper').addEventListener('click', () => {
    const paper = inTray();
    if (paper !== null) read(paper);
  });
  button('tear').addEventListener('click', () => void send('paper', { tear: true }));
  button('viewer-close').addEventListener('click', () => viewer.close());
  onPart('session', (next) => {
    session = next;
    shownCut = 0;
    clearTape();
  });
  onPart('tape', showTape);
  onPart('papers', showPapers);
  onPart('paperLeftMm', (mm) => {
    find('roll', HTMLElement).textContent = say('rollLeft', { m: (mm / 1000).toFixed(0) });
  });
  addEventListener('drawer', showPapers);
  addEventListener('resize', () => {
    showTape();
    if (!cut.hidden) setOut(cut, cut.naturalHeight);
  });
  withLanguage(showPapers);
};
