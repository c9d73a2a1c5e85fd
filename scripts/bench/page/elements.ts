/** Finding and making elements. */

/** An element that the page is known to have. */
export const find = <T extends HTMLElement>(id: string, type: new () => T): T => {
  const found = document.querySelector(`#${id}`);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
};

export const button = (id: string): HTMLButtonElement => find(id, HTMLButtonElement);

type Attributes = Readonly<Record<string, string>>;

/** Makes an element with attributes and children. */
export const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

export const makeButton = (
  words: string,
  onPress: () => void,
  attributes: Attributes = {},
): HTMLButtonElement => {
  const made = make('button', { type: 'button', ...attributes }, words);
  made.addEventListener('click', onPress);
  return made;
};

/** A switch with a label; `onTurn` hears where it was put. */
export const makeSwitch = (
  words: string,
  isOn: boolean,
  onTurn: (on: boolean) => void,
  look = '',
): HTMLLabelElement => {
  const input = make('input', { type: 'checkbox', role: 'switch' });
  input.checked = isOn;
  input.addEventListener('change', () => onTurn(input.checked));
  return make('label', { class: `switch ${look}` }, input, words);
};
