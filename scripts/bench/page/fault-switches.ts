/** Every fault of every device, as a switch. */
import { find, make, makeSwitch } from './elements.ts';
import { fetchFaults, onPart, part, send } from './reach.ts';
import { say, sayIfKnown, withLanguage } from './words.ts';

const drawer = find('drawer-faults', HTMLElement);
let names: Readonly<Record<string, readonly string[]>> = {};

const show = (): void => {
  const on = part('faults') ?? {};
  const focused = document.activeElement?.parentElement?.dataset.fault;
  const switchOf = (device: string, name: string): HTMLElement => {
    const made = makeSwitch(
      sayIfKnown(`fault.${name}`),
      on[device]?.includes(name) ?? false,
      (turned) => void send('fault', { device, name, on: turned }),
      'fault',
    );
    made.dataset.fault = `${device} ${name}`;
    return made;
  };
  drawer.replaceChildren(
    make('p', { class: 'note' }, say('faultsNote')),
    make(
      'div',
      { class: 'faults' },
      ...Object.entries(names).map(([device, each]) =>
        make(
          'section',
          {},
          make('h3', {}, sayIfKnown(`device.${device}`)),
          ...each.map((name) => switchOf(device, name)),
        ),
      ),
    ),
  );
  if (focused !== undefined)
    drawer.querySelector<HTMLElement>(`[data-fault="${focused}"] input`)?.focus();
};

export const loadFaults = async (): Promise<void> => {
  names = (await fetchFaults()) ?? names;
  show();
};

export const startFaults = (): void => {
  onPart('faults', show);
  withLanguage(show);
};
