/** The table: the operator's display and keypad, the fingerprint reader, and who stands there. */
import type { StationKey } from '#hal/operator-station.ts';
import type { People, VoterCard } from '../people.ts';
import { button, find, make } from './elements.ts';
import { onPart, part, send } from './reach.ts';
import { currentLanguage, say, sayIfKnown, type Word, withLanguage } from './words.ts';

const KEYS: readonly { readonly key: StationKey; readonly face: string; readonly look?: string }[] =
  [
    { key: '7', face: '7' },
    { key: '8', face: '8' },
    { key: '9', face: '9' },
    { key: 'clear', face: 'C', look: 'clear' },
    { key: '4', face: '4' },
    { key: '5', face: '5' },
    { key: '6', face: '6' },
    { key: 'erase', face: '⌫' },
    { key: '1', face: '1' },
    { key: '2', face: '2' },
    { key: '3', face: '3' },
    { key: 'enter', face: '↵', look: 'enter' },
    { key: '0', face: '0', look: 'wide' },
    { key: 'plus', face: 'V/E' },
  ];

const KEY_NAMES: Readonly<Partial<Record<StationKey, readonly [string, string]>>> = {
  enter: ['Entrar', 'Enter'],
  clear: ['C: borrar todo', 'C: clear'],
  erase: ['Borrar una cifra', 'Erase a digit'],
  plus: ['V/E: venezolano o extranjero', 'V/E: citizen or foreign resident'],
};

const QUALITIES = ['clean', 'dry', 'wet', 'dirty', 'other', 'stranger'] as const;

/** Colours and movements of the ring light ([R503] "AuraLedConfig"). */
const COLOURS = ['off', 'red', 'blue', 'purple', 'green', 'yellow', 'cyan', 'white'] as const;
const BREATHING = 1;
const FLASHING = 2;
const DARK = [4, 6];

let people: People | null = null;
const voter = find('voter', HTMLSelectElement);
const quality = find('quality', HTMLSelectElement);

export const chosenVoter = (): VoterCard | null =>
  people?.voters.find(({ id }) => id === voter.value) ?? null;

/** Puts the first voter with a stored print who did not stand there yet at the table. */
const used = new Set<string>();
export const nextVoter = (): void => {
  const next = people?.voters.find(({ id, print }) => print === 'stored' && !used.has(id));
  if (next === undefined) return;
  voter.value = next.id;
  showCard();
};

const showCard = (): void => {
  const card = find('id-card', HTMLElement);
  const officer = people?.officers.find(({ id }) => id === voter.value);
  const found = chosenVoter();
  button('type-id').disabled = found === null;
  if (officer !== undefined)
    card.replaceChildren(
      make('b', {}, officer.name),
      make('small', {}, sayIfKnown(`role.${officer.role}`)),
    );
  else if (found !== null) {
    const notes = [say(`print.${found.print}`), used.has(found.id) ? say('votedMark') : ''];
    card.replaceChildren(
      make('b', {}, found.id),
      `${found.name} `,
      make('small', {}, notes.filter((note) => note !== '').join(', ')),
    );
  }
};

const fillVoters = (): void => {
  if (people === null) return;
  const before = voter.value;
  const group = (label: Word, options: readonly HTMLOptionElement[]): HTMLOptGroupElement =>
    make('optgroup', { label: say(label) }, ...options);
  voter.replaceChildren(
    group(
      'votersGroup',
      people.voters.map(({ id, name, print }) => {
        const note = print === 'stored' ? '' : ` (${say(`print.${print}`)})`;
        return make('option', { value: id }, `${name}, ${id}${note}`);
      }),
    ),
    group(
      'officersGroup',
      people.officers.map(({ id, name, role }) =>
        make('option', { value: id }, `${name}, ${sayIfKnown(`role.${role}`)}`),
      ),
    ),
  );
  if (before === '') nextVoter();
  else voter.value = before;
  showCard();
};

const fillQualities = (): void => {
  const before = quality.value;
  quality.replaceChildren(
    ...QUALITIES.map((each) => make('option', { value: each }, say(`quality.${each}`))),
  );
  if (before !== '') quality.value = before;
};

let typing = false;

/** Types the chosen voter's number and Enter, as the operator does; one number at a time. */
export const typeId = async (): Promise<void> => {
  const found = chosenVoter();
  if (found === null || typing) return;
  const digits = found.id.replace(/\D/g, '');
  const foreign = found.id.startsWith('E') ? ['plus'] : [];
  typing = true;
  try {
    await send('key', { keys: [...foreign, ...digits, 'enter'] });
  } finally {
    typing = false;
  }
};

export const placeFinger = async (): Promise<void> => {
  if (voter.value === '') return;
  await send('finger', { voter: voter.value, quality: quality.value });
};

const showDisplay = (): void => {
  const display = part('display');
  if (display === null) return;
  find('lcd', HTMLElement).classList.toggle('dark', !display.lit);
  for (const index of [0, 1] as const)
    find(`lcd-${index}`, HTMLElement).textContent = display.lines[index];
  const words = display.meaning[currentLanguage()].filter((each) => each !== '').join(' · ');
  const shown = display.lines.join(' · ');
  find('meaning', HTMLElement).textContent = words === shown || !display.lit ? '' : words;
};

const showRing = (): void => {
  const reader = part('reader');
  if (reader === null) return;
  const { ring, finger } = reader;
  const off = ring === null || DARK.includes(ring.control);
  const colour = off ? 'off' : (COLOURS[ring.colour] ?? 'off');
  const move =
    ring?.control === BREATHING ? 'breathing' : ring?.control === FLASHING ? 'flashing' : '';
  find('ring', HTMLElement).className = `reader-ring ${colour} ${off ? '' : move}`;
  button('place-finger').classList.toggle('down', finger);
  find('ring-words', HTMLElement).textContent = sayIfKnown(`ring.${colour}`);
};

const makeKeypad = (): void => {
  const pad = find('keypad', HTMLElement);
  for (const { key, face, look } of KEYS) {
    const made = make('button', { type: 'button', class: look ?? '', 'data-key': key }, face);
    made.addEventListener('click', () => void send('key', { keys: [key] }));
    pad.append(made);
  }
};

const nameKeys = (): void => {
  for (const made of document.querySelectorAll<HTMLElement>('#keypad [data-key]')) {
    const name = Object.entries(KEY_NAMES).find(([key]) => key === made.dataset.key)?.[1];
    if (name !== undefined)
      made.setAttribute('aria-label', name[currentLanguage() === 'es' ? 0 : 1]);
  }
};

export const startStation = (): void => {
  makeKeypad();
  voter.addEventListener('change', showCard);
  button('type-id').addEventListener('click', () => void typeId());
  button('place-finger').addEventListener('click', () => void placeFinger());
  onPart('display', (display) => {
    showDisplay();
    // Who stood there and is at the booth now has been; a robot at the booth is somebody else.
    const known = chosenVoter() !== null && part('crew')?.task !== 'vote';
    if (display.keys[0] === 'atBooth1' && known) used.add(voter.value);
    if (display.keys[0] === 'askId' && used.has(voter.value)) nextVoter();
  });
  onPart('reader', showRing);
  withLanguage(() => {
    fillVoters();
    fillQualities();
    nameKeys();
    showDisplay();
    showRing();
  });
};

export const setPeople = (next: People): void => {
  people = next;
  used.clear();
  voter.value = '';
  fillVoters();
};
