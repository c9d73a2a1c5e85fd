/** Another machine for the bench: an open polling station, or one that was never switched on. */
import { openDrawer } from './drawers.ts';
import { find, make, makeButton } from './elements.ts';
import { send } from './reach.ts';
import { say, type Word, withLanguage } from './words.ts';

const drawer = find('drawer-begin', HTMLElement);

const choice = (at: 'open' | 'friday', title: Word, note: Word): HTMLElement =>
  make(
    'section',
    {},
    make('h3', {}, say(title)),
    make('p', { class: 'note row' }, say(note)),
    makeButton(
      say('begin'),
      () => {
        void send('begin', { at });
        openDrawer('officers');
      },
      { class: 'main', id: `begin-${at}`, 'aria-label': `${say('begin')}: ${say(title)}` },
    ),
  );

export const startBegin = (): void => {
  withLanguage(() => {
    drawer.replaceChildren(
      make('p', { class: 'note row' }, say('beginNote')),
      make(
        'div',
        { class: 'groups' },
        choice('open', 'beginOpen', 'beginOpenNote'),
        choice('friday', 'beginFriday', 'beginFridayNote'),
      ),
    );
  });
};
