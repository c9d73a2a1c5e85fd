/** Mains, stabilizers, battery, and the machine's own plug. */
import { find, make, makeButton, makeSwitch } from './elements.ts';
import { onPart, part, send } from './reach.ts';
import { say, withLanguage } from './words.ts';

const LOW_PERCENT = 20;
const MAINS_VOLTS = 120;
const VOLTS_MOST = 200;

const drawer = find('drawer-power', HTMLElement);
/** While a slider is held, it is not drawn anew under the finger. */
let held = false;

const slider = (
  name: string,
  value: number,
  most: number,
  unit: string,
  onSet: (value: number) => void,
): HTMLElement => {
  const shown = make('output', {}, `${value} ${unit}`);
  const input = make('input', { type: 'range', min: '0', max: String(most), 'aria-label': name });
  input.value = String(value);
  input.addEventListener('input', () => {
    held = true;
    shown.textContent = `${input.value} ${unit}`;
  });
  input.addEventListener('change', () => {
    held = false;
    onSet(Number(input.value));
  });
  return make('div', {}, make('div', {}, name), make('div', { class: 'row' }, input, shown));
};

const wholeMachine = (): HTMLElement => {
  const on = part('machine')?.power === 'on';
  const buttons = on
    ? [
        makeButton(say('cutPower'), () => void send('power', { cut: true }), {
          class: 'danger',
          id: 'cut-power',
        }),
        makeButton(say('switchOff'), () => void send('power', { off: true }), {
          id: 'switch-off',
        }),
      ]
    : [
        makeButton(say('switchOn'), () => void send('power', { on: true }), {
          class: 'main',
          id: 'switch-on',
        }),
      ];
  return make(
    'section',
    {},
    make('h3', {}, say('wholeMachine')),
    make('div', { class: 'row' }, ...buttons),
    make('p', { class: 'note' }, say('cutNote')),
  );
};

const show = (): void => {
  const power = part('power');
  if (power === null || held) return;
  const { a, b, battery } = power;
  const focused = document.activeElement;
  const focusedLabel = drawer.contains(focused)
    ? (focused?.getAttribute('aria-label') ?? focused?.id ?? focused?.parentElement?.textContent)
    : null;
  const mains = a.lineVolts;
  const side = (name: 'a' | 'b') => {
    const { lineVolts, outputVolts, closed } = power[name];
    return [
      make('dt', {}, `${name.toUpperCase()}: ${say('lineIn')} → ${say('lineOut')}`),
      make('dd', {}, `${lineVolts} V → ${outputVolts} V ${closed ? '' : '⨯'}`),
    ];
  };
  const gauge = make('i', { class: battery.percent < LOW_PERCENT ? 'low' : '' });
  gauge.style.width = `${battery.percent}%`;
  const flow = battery.flow > 0 ? '↑' : battery.flow < 0 ? '↓' : '';
  drawer.replaceChildren(
    make(
      'div',
      { class: 'groups' },
      wholeMachine(),
      make(
        'section',
        {},
        make('h3', {}, say('mains')),
        makeSwitch(say('mainsOn'), mains > 0, (on) => void send('power', { mains: on })),
        slider(
          say('volts'),
          mains,
          VOLTS_MOST,
          'V',
          (value) => void send('power', { mains: value }),
        ),
      ),
      make(
        'section',
        {},
        make('h3', {}, 'A, B'),
        make(
          'div',
          {},
          makeSwitch(
            say('stabilizerA'),
            a.outputVolts > 0 || mains < MAINS_VOLTS / 2,
            (on) => void send('power', { stabilizers: { a: on } }),
          ),
        ),
        make(
          'div',
          {},
          makeSwitch(
            say('stabilizerB'),
            b.outputVolts > 0 || mains < MAINS_VOLTS / 2,
            (on) => void send('power', { stabilizers: { b: on } }),
          ),
        ),
        make('dl', { class: 'meter' }, ...side('a'), ...side('b')),
      ),
      make(
        'section',
        {},
        make('h3', {}, `${say('battery')}: ${battery.percent.toFixed(0)} % ${flow}`),
        make('div', { class: 'gauge', 'aria-hidden': 'true' }, gauge),
        slider(
          say('drainTo'),
          Math.round(battery.percent),
          100,
          '%',
          (value) => void send('power', { drain: value }),
        ),
        make(
          'dl',
          { class: 'meter' },
          make('dt', {}, say('lamp')),
          make('dd', {}, power.lamp ? say('yes') : say('no')),
          make('dt', {}, say('buzzer')),
          make('dd', {}, power.buzzer ? say('yes') : say('no')),
        ),
      ),
    ),
  );
  if (focusedLabel === null || focusedLabel === undefined) return;
  const again = [...drawer.querySelectorAll<HTMLElement>('button, input')].find(
    (each) =>
      each.getAttribute('aria-label') === focusedLabel ||
      each.id === focusedLabel ||
      each.parentElement?.textContent === focusedLabel,
  );
  again?.focus();
};

/** The lamp on the machine's chin. */
const showLamp = (): void => {
  const lamp = find('lamp-power', HTMLElement);
  const power = part('power');
  const on = part('machine')?.power === 'on';
  const onMains =
    power !== null &&
    (['a', 'b'] as const).some((side) => power[side].closed && power[side].outputVolts > 0);
  lamp.className = `lamp ${on ? (onMains ? 'on' : 'battery') : ''}`;
  const words = on
    ? onMains
      ? say('lampMains')
      : `${say('lampBattery')} ${power?.battery.percent.toFixed(0)} %`
    : say('lampOff');
  find('lamp-words', HTMLElement).textContent = words;
};

export const startSupply = (): void => {
  const both = (): void => {
    show();
    showLamp();
  };
  onPart('power', both);
  onPart('machine', both);
  withLanguage(both);
};
