/** The machine's screen on the page: its picture, band by band, and the finger on it. */
import { find } from './elements.ts';
import { onLine, onPart, onScreen, part, send } from './reach.ts';
import { say, withLanguage } from './words.ts';

const HEADER_WORDS = 5;
/** A finger that moves is told this often at most, ms. */
const MOVE_MS = 25;

const canvas = find('screen', HTMLCanvasElement);
const glass = find('glass', HTMLElement);
const veil = find('veil', HTMLElement);
const context = canvas.getContext('2d', { alpha: false });

let version = 0;
let fetching = false;
let again = false;

const paint = (data: ArrayBuffer): void => {
  const words = new DataView(data);
  const word = (index: number): number => words.getUint32(4 * index, true);
  const [width, height, rows, count] = [word(1), word(2), word(3), word(4)];
  version = word(0);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  let at = 4 * (HEADER_WORDS + count);
  for (let index = 0; index < count; index++) {
    const top = word(HEADER_WORDS + index) * rows;
    const high = Math.min(rows, height - top);
    const pixels = new Uint8ClampedArray(data, at, 4 * width * high);
    at += 4 * width * high;
    context?.putImageData(new ImageData(pixels, width, high), 0, top);
  }
};

/** Fetches what changed; asked while it fetches, it does so once more. */
const refresh = async (): Promise<void> => {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  do {
    again = false;
    const answer = await fetch(`/screen.bands?since=${version}`).catch(() => null);
    if (answer?.ok === true) paint(await answer.arrayBuffer());
  } while (again);
  fetching = false;
};

const place = (event: PointerEvent): { readonly x: number; readonly y: number } => {
  const box = canvas.getBoundingClientRect();
  const share = (value: number): number => Math.min(0.9999, Math.max(0, value));
  return {
    x: Math.floor(share((event.clientX - box.left) / box.width) * canvas.width),
    y: Math.floor(share((event.clientY - box.top) / box.height) * canvas.height),
  };
};

/** Fingers on the glass, by pointer. */
const fingers = new Map<number, { readonly finger: number; movedMs: number }>();
let line: Promise<unknown> = Promise.resolve();
/** One report after the other, as a digitizer sends them. */
const report = (body: unknown): void => {
  line = line.then(() => send('touch', body));
};

const showDot = (event: PointerEvent): void => {
  const box = glass.getBoundingClientRect();
  const dot = document.createElement('span');
  dot.className = 'touch-dot';
  dot.style.left = `${event.clientX - box.left}px`;
  dot.style.top = `${event.clientY - box.top}px`;
  dot.addEventListener('animationend', () => dot.remove());
  glass.append(dot);
  setTimeout(() => dot.remove(), 1000);
};

const startTouches = (): void => {
  canvas.addEventListener('pointerdown', (event) => {
    const free = [0, 1, 2, 3, 4].find(
      (each) => ![...fingers.values()].some(({ finger }) => finger === each),
    );
    if (free === undefined) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { finger: free, movedMs: 0 });
    report({ ...place(event), phase: 'down', finger: free });
    showDot(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    const held = fingers.get(event.pointerId);
    if (held === undefined || event.timeStamp - held.movedMs < MOVE_MS) return;
    held.movedMs = event.timeStamp;
    report({ ...place(event), phase: 'move', finger: held.finger });
  });
  const lift = (event: PointerEvent): void => {
    const held = fingers.get(event.pointerId);
    if (held === undefined) return;
    fingers.delete(event.pointerId);
    report({ ...place(event), phase: 'up', finger: held.finger });
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
};

/** Words over a screen that shows nothing. */
const showVeil = (): void => {
  const machine = part('machine');
  const words =
    part('settingUp') === true
      ? say('settingUpLong')
      : machine?.power === 'off'
        ? say('offVeil')
        : machine?.power === 'starting'
          ? say('startingVeil')
          : machine?.power === 'failed'
            ? `${say('failedVeil')}\n${machine.failure ?? ''}`
            : null;
  veil.hidden = words === null;
  veil.textContent = words ?? '';
  glass.classList.toggle('asleep', words !== null);
};

export const startScreen = (): void => {
  startTouches();
  onScreen(() => void refresh());
  onPart('session', () => {
    version = 0;
    void refresh();
  });
  onPart('machine', showVeil);
  onPart('settingUp', showVeil);
  onLine((there) => {
    if (there) void refresh();
  });
  withLanguage(showVeil);
};
