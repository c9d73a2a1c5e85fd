/** The event log as it grows on the fixed memory; read only while its drawer is open. */
import { isOpen } from './drawers.ts';
import { find, make } from './elements.ts';
import { say, withLanguage } from './words.ts';

const LOOK_MS = 1_500;
const LINES_MAX = 2_000;
const drawer = find('drawer-log', HTMLElement);
const lines = make('div', { class: 'log', tabindex: '0', role: 'log' });
const note = make('p', { class: 'note row' });

let shown = 0;
let timer = 0;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** One entry: minute, event, its fields; the chain's values stay in the file. */
const entry = (text: string): HTMLElement | null => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value.id !== 'string') return null;
  const fields = isRecord(value.f) ? Object.entries(value.f) : [];
  const words = fields.map(([name, field]) => `${name}: ${String(field)}`).join(', ');
  return make(
    'div',
    {},
    make('span', { class: 't' }, `${String(value.n).padStart(4)}  ${String(value.t ?? '')}  `),
    make('span', { class: 'id' }, value.id),
    words === '' ? '' : `  ${words}`,
  );
};

const look = async (): Promise<void> => {
  if (!isOpen('log')) return;
  const answer = await fetch('/log').catch(() => null);
  if (answer?.ok !== true) return;
  const all = (await answer.text()).split('\n').filter((line) => line !== '');
  if (all.length < shown) {
    lines.replaceChildren();
    shown = 0;
  }
  const atEnd = lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 8;
  const fresh = all.slice(Math.max(shown, all.length - LINES_MAX));
  lines.append(...fresh.flatMap((line) => entry(line) ?? []));
  shown = all.length;
  if (atEnd) lines.scrollTop = lines.scrollHeight;
};

export const startLog = (): void => {
  drawer.append(note, lines);
  addEventListener('drawer', () => {
    clearInterval(timer);
    if (!isOpen('log')) return;
    void look();
    timer = window.setInterval(() => void look(), LOOK_MS);
  });
  withLanguage(() => {
    note.textContent = say('logNote');
    lines.setAttribute('aria-label', say('log'));
  });
};
