/** For voters who hear: the tactile keypad, and what the headphones say, as captions. */
import { find, make, makeButton } from './elements.ts';
import { onPart, send } from './reach.ts';
import { say, sayIfKnown, withLanguage } from './words.ts';

const drawer = find('drawer-voter-keys', HTMLElement);

/** The keypad as it lies under the hand; null: no key there. */
const CROSS = [
  [null, 'up', null],
  ['left', 'select', 'right'],
  [null, 'down', null],
] as const;
const FACES = { up: '▲', down: '▼', left: '◀', right: '▶', select: '●' } as const;
const VOICE_KEYS = ['louder', 'softer', 'faster', 'slower', 'screen'] as const;

const captions = make('div', { class: 'captions', tabindex: '0', role: 'log' });

const press = (key: string): void => void send('voter-key', { key });

const build = (): void => {
  const cross = make('div', { class: 'tactile', role: 'group', 'aria-label': say('voterKeys') });
  for (const key of CROSS.flat())
    cross.append(
      key === null
        ? make('span')
        : makeButton(FACES[key], () => press(key), {
            class: key,
            'aria-label': sayIfKnown(`key.${key}`),
            title: sayIfKnown(`key.${key}`),
          }),
    );
  const voice = make('div', { class: 'voice' });
  for (const key of VOICE_KEYS)
    voice.append(makeButton(sayIfKnown(`key.${key}`), () => press(key)));
  captions.setAttribute('aria-label', say('captions'));
  drawer.replaceChildren(
    make(
      'div',
      { class: 'groups' },
      make(
        'section',
        {},
        make('h3', {}, say('voterKeys')),
        make('div', { class: 'keys-row' }, cross, voice),
      ),
      make('section', { class: 'hearing' }, make('h3', {}, say('captions')), captions),
    ),
  );
};

export const startHeadphones = (): void => {
  onPart('headphones', ({ captions: heard, speaking }) => {
    captions.classList.toggle('speaking', speaking);
    captions.replaceChildren(
      ...(heard.length === 0
        ? [make('p', {}, say('captionsNone'))]
        : heard.map(({ text, locale }) => make('p', { lang: locale }, text))),
    );
    captions.scrollTop = captions.scrollHeight;
  });
  // The keypad's arrows work from a real keyboard too, while one of its keys has the focus.
  drawer.addEventListener('keydown', (event) => {
    const arrows: Readonly<Record<string, string>> = {
      ArrowUp: 'up',
      ArrowDown: 'down',
      ArrowLeft: 'left',
      ArrowRight: 'right',
    };
    const key = arrows[event.key];
    if (key === undefined || !(event.target instanceof HTMLElement)) return;
    if (event.target.closest('.tactile') === null) return;
    event.preventDefault();
    press(key);
  });
  withLanguage(build);
};
