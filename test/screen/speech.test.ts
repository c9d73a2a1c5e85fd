/** What is said: to whom it was turned on for, what is new, and never a PIN. */
import { describe, expect, test } from 'vitest';
import { makeBooth } from '#firmware/booth/booth.ts';
import { type BoothEvent, type BoothState, PIN_MAX_DIGITS } from '#firmware/booth/state.ts';
import { contentSceneOf } from '#firmware/screen/scene-of.ts';
import { type Audible, type Utterance, utterance } from '#firmware/screen/speech.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';
import { allStages, ballotStage, stateWith } from './booth-states.ts';

const demo = loadOwnDefinition(DEMO_PATH);
const PANEL = { widthMm: 217, heightMm: 136 };
const booth = makeBooth(demo);

const audible = (state: BoothState): Audible => ({
  scene: contentSceneOf(state, demo, PANEL),
  settings: state.aids.settings,
  locale: state.locale,
});

/** Somebody at the booth, and what is said at each step. */
const listener = (begin: BoothState) => {
  let state = begin;
  let before: Audible | null = audible(state);
  return {
    does: (event: BoothEvent): Utterance => {
      state = booth.step(state, event)[0];
      const now = audible(state);
      const said = utterance(before, now);
      before = now;
      return said;
    },
    state: () => state,
  };
};

const touched = (action: string): BoothEvent => ({ kind: 'touched', action });
const pressed = (focus: string | null): BoothEvent => ({ kind: 'keyPressed', focus });
const quiet = stateWith(ballotStage(demo), 'es');

describe('the voice', () => {
  test('says nothing to anybody who did not turn it on', () => {
    for (const stage of allStages(demo)) {
      const now = audible(stateWith(stage, 'es'));
      expect(utterance(null, now)).toBeNull();
      expect(utterance(audible(quiet), now)).toBeNull();
    }
  });

  test('begins with the first key: how the keys work, what is here, what is chosen, what is in focus', () => {
    const said = listener(quiet).does(pressed(null));
    expect(said).toEqual([
      'Voz encendida.',
      expect.stringMatching(/^Arriba y abajo/),
      'Toque la tarjeta de su preferencia',
      'Diputados por lista: puede seleccionar 1.',
      'Diputados nominales, circuito 2: puede seleccionar 2.',
      'Representación indígena: puede seleccionar 1.',
      'Página 1 de 6',
      expect.stringContaining('elija VOTAR'),
      'Diputados por lista, 0 de 1: Sin seleccionar',
      'Diputados nominales, circuito 2, 0 de 2: Sin seleccionar',
      'Representación indígena, 0 de 1: Sin seleccionar',
      'Gran Polo Patriótico, GPP, tarjeta 1 de 107',
    ]);
  });

  test('then says what is new alone: the focus, the choice, the sum', () => {
    const { does } = listener(quiet);
    does(pressed(null));
    expect(does(pressed('card:t-002'))).toEqual(['Voluntad de los Ríos, VR, tarjeta 2 de 107']);
    expect(does(pressed('card:t-002'))).toBeNull();
    expect(does(touched('card:t-001'))).toEqual(
      expect.arrayContaining(['Tarjeta Gran Polo Patriótico, GPP', 'Opciones de esta tarjeta: 3.']),
    );
    does(pressed('option:0:0'));
    expect(does(touched('option:0:0'))).toEqual([
      'LISTA, Diputados por lista, opción 1 de 3, seleccionada',
      'Diputados por lista, 1 de 1: LISTA · GPP · Gran Polo Patriótico',
    ]);
    expect(does({ kind: 'timerExpired', timer: 'votingWarning' })).toEqual([
      'Le queda poco tiempo para votar.',
    ]);
  });

  test('reads the whole review before the vote', () => {
    const { does } = listener(quiet);
    does(pressed(null));
    does(touched('option:0:0'));
    expect(does(touched('vote'))).toEqual([
      'REVISE SU SELECCIÓN',
      'Diputados por lista, 1 de 1: LISTA · GPP · Gran Polo Patriótico',
      'Diputados nominales, circuito 2, 0 de 2: Sin seleccionar',
      'Representación indígena, 0 de 1: Sin seleccionar',
      expect.stringContaining('elija VOTAR'),
      'CAMBIAR SELECCIÓN',
    ]);
  });

  test('confirms its own settings, speaks the other language, and goes on in the dark', () => {
    const { does } = listener(quiet);
    does(pressed(null));
    expect(does(touched('voice:louder'))).toEqual(['Volumen 70']);
    expect(does(touched('voice:faster'))).toEqual(['Velocidad 125 por ciento']);
    expect(does(touched('screen:off'))).toEqual(['Pantalla apagada para su privacidad.']);
    expect(does(pressed('card:t-003'))).toEqual([expect.stringContaining('tarjeta 3 de 107')]);
    expect(does(touched('screen:on'))).toEqual(['Pantalla encendida.']);
    expect(does(touched('language:en'))).toContain('Touch the card you prefer');
    expect(does(touched('voice:off'))).toBe('silence');
  });

  test('says that a digit was typed, never which', () => {
    const check = { purpose: 'menu', step: 'enterPin', pin: '', refusal: null } as const;
    const { does } = listener(stateWith({ name: 'officer', check }, 'es'));
    does(pressed('pin:7'));
    for (let count = 1; count <= PIN_MAX_DIGITS; count += 1)
      expect(does(touched('pin:7'))).toEqual([`${count} cifras escritas`]);
    expect(does(touched('pin:7'))).toBeNull();
    expect(does(touched('pin:erase'))).toEqual(['7 cifras escritas']);
  });
});

describe('every scene', () => {
  test('says a title and, where something can be done, what is in focus', () => {
    for (const stage of allStages(demo)) {
      const state = stateWith(stage, 'en');
      const sounding = {
        ...state,
        aids: { ...state.aids, keys: true, settings: { ...state.aids.settings, sound: true } },
      };
      const said = utterance(
        audible({ ...sounding, stage: { name: 'waiting' } }),
        audible(sounding),
      );
      if (stage.name === 'waiting') continue;
      expect(Array.isArray(said) ? said.length : 0).toBeGreaterThan(0);
      expect(said).not.toContain('');
    }
  });
});
