/** The drawers under the machine: tabs that work with mouse and arrow keys. */
import { find } from './elements.ts';

const tabs = [...document.querySelectorAll<HTMLButtonElement>('#tabs [role="tab"]')];

const panelOf = (tab: HTMLElement): HTMLElement =>
  find(tab.getAttribute('aria-controls') ?? '', HTMLElement);

/** Opens a drawer by its tab's name. */
export const openDrawer = (name: string): void => {
  for (const tab of tabs) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute('aria-selected', String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    panelOf(tab).hidden = !chosen;
  }
  dispatchEvent(new Event('drawer'));
};

export const isOpen = (name: string): boolean => !find(`drawer-${name}`, HTMLElement).hidden;

const step = (from: HTMLButtonElement, by: number): void => {
  const shown = tabs.filter((tab) => !tab.hidden);
  const at = shown.indexOf(from);
  const next = shown[(at + by + shown.length) % shown.length];
  if (next === undefined) return;
  openDrawer(next.id.slice(4));
  next.focus();
};

export const startDrawers = (): void => {
  for (const tab of tabs) {
    tab.addEventListener('click', () => openDrawer(tab.id.slice(4)));
    tab.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowRight') step(tab, 1);
      if (event.key === 'ArrowLeft') step(tab, -1);
    });
  }
  openDrawer('officers');
};
