/** Under the cover: both memories, the switches, the paper roll, and the clock. */
import { find, make, makeButton, makeSwitch } from './elements.ts';
import { onPart, part, send } from './reach.ts';
import { currentLanguage, say, type Word, withLanguage } from './words.ts';

const drawer = find('drawer-inside', HTMLElement);
const HOUR = 60;
const WEEK = 7 * 24 * HOUR;
const MINUTE_MS = 60_000;

/** When the polls close, as the poster says. */
let closesAt = '';
export const setHours = (next: string): void => {
  closesAt = next;
};

const OTHERS = ['fresh', 'older', 'foreign'] as const;

/** Another module in the place of the one that was pulled. */
const otherModule = (other: (typeof OTHERS)[number]): HTMLButtonElement =>
  makeButton(
    say(`module.${other}`),
    () => void send('module', { name: 'removable', in: true, other }),
    { 'data-module': other },
  );

const memory = (name: 'fixed' | 'removable', words: Word): HTMLElement => {
  const inside = part('modules')?.[name] ?? true;
  return make(
    'div',
    { class: `module${inside ? '' : ' out'}` },
    make('b', {}, say(words)),
    make('small', {}, say(inside ? 'moduleIn' : 'moduleOut')),
    makeButton(say(inside ? 'pull' : 'putBack'), () => void send('module', { name, in: !inside }), {
      'data-module': name,
      'aria-label': `${say(inside ? 'pull' : 'putBack')}: ${say(words)}`,
    }),
    ...(inside || name === 'fixed' ? [] : OTHERS.map((other) => otherModule(other))),
  );
};

/** Local time of the polling place on the machine's clock. */
export const localTime = (calendar: string): string =>
  new Intl.DateTimeFormat(currentLanguage() === 'es' ? 'es-VE' : 'en-GB', {
    timeZone: 'America/Caracas',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(new Date(calendar));

/** What can be seen of the receiving centre, and of the way there. */
const centreSection = (): HTMLElement => {
  const centre = part('centre');
  const row = (text: string, id: string): HTMLElement => make('p', { class: 'row', id }, text);
  return make(
    'section',
    {},
    make('h3', {}, say('centreTitle')),
    ...(centre === null
      ? []
      : [
          row(say(centre.up ? 'networkOn' : 'networkOff'), 'network-state'),
          row(say(centre.received ? 'centreHas' : 'centreWaits'), 'centre-state'),
          ...(centre.refused.length === 0
            ? []
            : [row(say('centreRefused', { codes: centre.refused.join(', ') }), 'centre-refused')]),
        ]),
  );
};

const show = (): void => {
  const switches = part('switches');
  const calendar = part('calendar');
  if (switches === null || calendar === null) return;
  if (drawer.contains(document.activeElement) && document.activeElement?.matches('input')) {
    if (drawer.dataset.drawn === JSON.stringify([switches, part('modules')])) return;
  }
  drawer.dataset.drawn = JSON.stringify([switches, part('modules')]);
  const focused = document.activeElement?.getAttribute('aria-label') ?? null;
  const time = (words: Word, body: unknown): HTMLButtonElement =>
    makeButton(say(words), () => void send('clock', body));
  drawer.replaceChildren(
    make(
      'div',
      { class: 'groups' },
      make(
        'div',
        { class: 'modules' },
        memory('fixed', 'moduleFixed'),
        memory('removable', 'moduleRemovable'),
      ),
      make(
        'section',
        {},
        make('h3', {}, say('switches')),
        make(
          'div',
          {},
          makeSwitch(
            say('keySwitch'),
            switches.key === 'on',
            (on) => void send('switch', { key: on ? 'on' : 'off' }),
          ),
        ),
        make(
          'div',
          {},
          makeSwitch(
            say('coverOpen'),
            switches.cover === 'open',
            (on) => void send('switch', { cover: on ? 'open' : 'closed' }),
            'fault',
          ),
        ),
        make(
          'div',
          {},
          makeSwitch(
            say('sealBroken'),
            switches.seal === 'broken',
            (on) => void send('switch', { seal: on ? 'broken' : 'whole' }),
            'fault',
          ),
        ),
      ),
      make(
        'section',
        {},
        make('h3', {}, say('paperRoll')),
        makeButton(say('newRoll'), () => void send('roll', {})),
      ),
      make(
        'section',
        {},
        make('h3', {}, say('clock')),
        make('p', { class: 'row' }, `${say('clockNow')} ${localTime(calendar)}`),
        make(
          'div',
          { class: 'row' },
          time('clockHour', { minutes: HOUR }),
          makeButton(say('clockClosing'), () => {
            const closing = new Date(Date.parse(closesAt) + MINUTE_MS).toISOString();
            void send('clock', { calendar: closing });
          }),
          time('clockBack', { minutes: -WEEK }),
        ),
        make('p', { class: 'note' }, say('clockNote')),
      ),
      centreSection(),
      make(
        'section',
        {},
        make('h3', {}, say('consoleTitle')),
        make(
          'p',
          { class: 'row' },
          make('code', { id: 'console-path' }, `scripts/urna console ${part('console') ?? ''}`),
        ),
        make(
          'p',
          { class: 'row' },
          make(
            'code',
            {},
            `scripts/urna diagnose ${part('console') ?? ''} --no-clock --key ${part('technicianKey') ?? ''}`,
          ),
        ),
        make('p', { class: 'note' }, say('consoleNote')),
      ),
    ),
  );
  if (focused !== null)
    [...drawer.querySelectorAll<HTMLElement>('button')]
      .find((each) => each.getAttribute('aria-label') === focused)
      ?.focus();
};

export const startInside = (): void => {
  onPart('modules', show);
  onPart('switches', show);
  onPart('console', show);
  onPart('centre', show);
  onPart('calendar', (calendar) => {
    find('clock', HTMLElement).textContent = localTime(calendar);
    show();
  });
  withLanguage(show);
};
