/** What the page hears from the bench and what it sends there. */
import type { People } from '../people.ts';
import type { View } from '../view.ts';

export type Parts = View & { readonly session: number; readonly settingUp: boolean };

type PartName = keyof Parts;

const heard = new Map<PartName, unknown>();
const listeners = new Map<string, Set<(value: unknown) => void>>();

const on = (name: string, listener: (value: unknown) => void): void => {
  const set = listeners.get(name) ?? new Set();
  set.add(listener);
  listeners.set(name, set);
};

/** Calls `listener` with a part of the view whenever it changes, and now when it is known. */
export const onPart = <K extends PartName>(name: K, listener: (value: Parts[K]) => void): void => {
  // The bench sends each part under its own name.
  const typed = (value: unknown): void => listener(value as Parts[K]);
  on(name, typed);
  if (heard.has(name)) typed(heard.get(name));
};

/** A part as it was last heard; null: not yet. */
export const part = <K extends PartName>(name: K): Parts[K] | null =>
  (heard.get(name) as Parts[K] | undefined) ?? null;

export const onScreen = (listener: () => void): void => on('screen', listener);
/** The line to the bench is there or gone. */
export const onLine = (listener: (there: boolean) => void): void =>
  on('line', (there) => listener(there === true));

const tell = (name: string, value: unknown): void => {
  for (const listener of listeners.get(name) ?? []) listener(value);
};

export const startReach = (): void => {
  const source = new EventSource('/events');
  source.addEventListener('view', (event) => {
    const changed = Object.entries(JSON.parse(event.data) as Partial<Parts>);
    // Who hears of one part may look at another: what was seen together is known together.
    for (const [name, value] of changed) heard.set(name as PartName, value);
    for (const [name, value] of changed) tell(name, value);
  });
  source.addEventListener('screen', () => tell('screen', null));
  source.addEventListener('open', () => tell('line', true));
  source.addEventListener('error', () => tell('line', false));
};

const toast = document.querySelector<HTMLElement>('#toast');
let toastTimer = 0;
export const showToast = (text: string): void => {
  if (toast === null) return;
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => {
    toast.hidden = true;
  }, 4000);
};

/** Does something on the bench; a refusal is shown and gives false. */
export const send = async (command: string, body: unknown): Promise<boolean> => {
  const answer = await fetch(`/${command}`, { method: 'POST', body: JSON.stringify(body) }).catch(
    () => null,
  );
  if (answer?.ok === true) return true;
  const said: unknown = await answer?.json().catch(() => null);
  const isError = typeof said === 'object' && said !== null && 'error' in said && 'path' in said;
  if (isError) showToast(`${String(said.path)}: ${String(said.error)}`);
  return false;
};

export const fetchPeople = async (): Promise<People | null> => {
  const answer = await fetch('/people').catch(() => null);
  return answer?.ok === true ? ((await answer.json()) as People) : null;
};

export const fetchFaults = async (): Promise<Readonly<
  Record<string, readonly string[]>
> | null> => {
  const answer = await fetch('/faults').catch(() => null);
  return answer?.ok === true
    ? ((await answer.json()) as Readonly<Record<string, readonly string[]>>)
    : null;
};
