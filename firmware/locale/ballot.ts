/** Words of the ballot, the same on screen and paper. */
import { makeTexts } from './text.ts';

export const ballotText = makeTexts({
  es: {
    list: 'LISTA',
    nominal: 'NOMINAL',
    indigenous: 'INDÍGENA',
    selectAll: 'SELECCIONAR TODO',
    card: 'Tarjeta',
    alliance: 'Alianza: {name}',
    ofPositions: '{marked} de {positions}',
    nothingChosen: 'Sin seleccionar',
    unmarkedOne: '1 cargo sin seleccionar',
    unmarkedMany: '{count} cargos sin seleccionar',
    nullVote: 'VOTO NULO',
    testElection: 'ELECCIÓN DE PRUEBA',
  },
  en: {
    list: 'LIST',
    nominal: 'NOMINAL',
    indigenous: 'INDIGENOUS',
    selectAll: 'SELECT ALL',
    card: 'Card',
    alliance: 'Alliance: {name}',
    ofPositions: '{marked} of {positions}',
    nothingChosen: 'Nothing selected',
    unmarkedOne: '1 position not selected',
    unmarkedMany: '{count} positions not selected',
    nullVote: 'NULL VOTE',
    testElection: 'TEST ELECTION',
  },
});
