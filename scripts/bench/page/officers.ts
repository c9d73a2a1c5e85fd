/** The officers at hand: their tokens, the slips with their PINs, the envelope with codes. */
import type { OfficerCard, People } from '../people.ts';
import { find, make, makeButton } from './elements.ts';
import { onPart, part, send } from './reach.ts';
import { say, sayIfKnown, withLanguage } from './words.ts';

/** So many codes are shown at a time. */
const CODES_SHOWN = 4;

let people: People | null = null;
const drawer = find('drawer-officers', HTMLElement);

const card = ({ id, name, role, pin }: OfficerCard): HTMLElement => {
  const inside = part('token')?.officer === id;
  return make(
    'div',
    { class: `officer${inside ? ' in' : ''}`, 'data-officer': id },
    make('div', {}, make('b', {}, name), make('br'), make('small', {}, sayIfKnown(`role.${role}`))),
    make('span', { class: 'slip' }, make('small', {}, `${say('pinNote')} `), pin),
    inside
      ? makeButton(say('removeToken'), () => void send('token', { officer: null }), {
          class: 'main',
        })
      : makeButton(say('insertToken'), () => void send('token', { officer: id })),
  );
};

const codesLine = (words: string, codes: readonly string[]): HTMLElement =>
  make(
    'p',
    { class: 'codes' },
    `${words}: `,
    ...codes.slice(0, CODES_SHOWN).map((each) => make('code', {}, each)),
  );

const TASKS = ['resume', 'setUp', 'open', 'vote', 'close'] as const;

/** Robots that do the officers' part, on the glass and with these tokens, for whoever looks on. */
const crewLine = (): HTMLElement => {
  const crew = part('crew');
  const task = crew?.task ?? null;
  const line = make('div', { class: 'row crew' });
  if (task !== null)
    line.append(
      make('b', {}, say('robotsAtWork', { task: say(`task.${task}`) })),
      makeButton(say('robotsStop'), () => void send('robots', { stop: true })),
    );
  else
    line.append(
      `${say('letOfficers')}: `,
      ...TASKS.map((each) =>
        makeButton(say(`task.${each}`), () => void send('robots', { task: each }), {
          id: `task-${each}`,
        }),
      ),
    );
  if (crew?.failure !== null && crew?.failure !== undefined)
    line.append(make('small', {}, say('robotsFailed', { why: crew.failure })));
  return line;
};

const show = (): void => {
  const officer = part('token')?.officer ?? null;
  const slot = find('slot', HTMLElement);
  slot.classList.toggle('full', officer !== null);
  if (people === null) return;
  const focused = document.activeElement?.closest('[data-officer]')?.getAttribute('data-officer');
  drawer.replaceChildren(
    crewLine(),
    make('div', { class: 'officers' }, ...people.officers.map(card)),
    make('p', { class: 'note codes' }, say('officersNote')),
    codesLine(say('codes'), people.codes.authorisation),
    codesLine(say('supportCodes'), people.codes.support),
  );
  if (focused !== undefined && focused !== null)
    drawer.querySelector<HTMLElement>(`[data-officer="${focused}"] button`)?.focus();
};

export const setOfficers = (next: People): void => {
  people = next;
  show();
};

export const startOfficers = (): void => {
  onPart('token', show);
  onPart('crew', show);
  withLanguage(show);
};
