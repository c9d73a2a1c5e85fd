/**
 * The roster of a precinct on paper: a line a voter, in the pollbook's order, with room for a signature
 * and a finger. One page of HTML without anything from elsewhere; any browser prints it on A4.
 */
import type { PollbookEntry } from '#firmware/desk/pollbook.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { makeTexts } from '#firmware/locale/text.ts';
import type { Terminals } from './provision-folder.ts';

const say = makeTexts({
  es: {
    roster: 'Cuaderno de votación',
    place: 'Centro {code}: {name}',
    precinct: 'Mesa {number}',
    terminals: 'Terminales de cédula {from} a {to}',
    count: '{count} electores',
    test: 'ELECCIÓN DE PRUEBA, SIN VALIDEZ',
    number: 'N.º',
    nationalId: 'Cédula',
    name: 'Apellidos y nombres',
    signature: 'Firma',
    finger: 'Huella',
    end: 'Firmas: ______ Marcas en el cuaderno: ______ Boletas: ______ Comprobantes en la caja: ______',
  },
  en: {
    roster: 'Voting roster',
    place: 'Polling place {code}: {name}',
    precinct: 'Precinct {number}',
    terminals: 'Last two digits of the national ID {from} to {to}',
    count: '{count} voters',
    test: 'TEST ELECTION, NOT VALID',
    number: 'No.',
    nationalId: 'National ID',
    name: 'Name',
    signature: 'Signature',
    finger: 'Finger',
    end: 'Signatures: ______ Pollbook marks: ______ Ballots: ______ Papers in the box: ______',
  },
});

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const STYLE = `@page{size:A4;margin:14mm 12mm}body{font:10pt sans-serif;margin:0}h1{font-size:14pt;margin:0}
p{margin:1mm 0}table{border-collapse:collapse;width:100%;margin-top:3mm}thead{display:table-header-group}
tr{break-inside:avoid}th,td{border:.3mm solid #000;padding:1mm 2mm;text-align:left}
td:nth-child(1){width:9mm;text-align:right}td:nth-child(2){width:26mm;white-space:nowrap}
td:nth-child(4){width:52mm}td:nth-child(5){width:18mm;height:15mm}.end{margin-top:8mm}.test{font-weight:bold}`;

export const twoDigits = (value: number): string => String(value).padStart(2, '0');

export const rosterHtml = (
  definition: Pick<ElectionDefinition, 'locale' | 'precinct' | 'test' | 'title'>,
  voters: readonly Pick<PollbookEntry, 'name' | 'nationalId'>[],
  [from, to]: Terminals,
): string => {
  const { locale, precinct, test, title } = definition;
  const place = say(locale, 'place', {
    code: precinct.pollingPlaceCode,
    name: precinct.pollingPlaceName,
  });
  const head = [
    title[locale],
    `${place}, ${precinct.address}`,
    `${say(locale, 'precinct', { number: precinct.number })} · ${say(locale, 'terminals', {
      from: twoDigits(from),
      to: twoDigits(to),
    })} · ${say(locale, 'count', { count: voters.length })}`,
  ];
  const columns = (['number', 'nationalId', 'name', 'signature', 'finger'] as const)
    .map((column) => `<th>${escaped(say(locale, column))}</th>`)
    .join('');
  const rows = voters.map(
    ({ nationalId, name }, at) =>
      `<tr><td>${at + 1}</td><td>${escaped(nationalId)}</td><td>${escaped(name)}</td><td></td><td></td></tr>`,
  );
  const heading = `${say(locale, 'roster')} ${precinct.pollingPlaceCode}.${precinct.number}`;
  return `<!doctype html>
<html lang="${locale}"><meta charset="utf-8"><title>${escaped(heading)}</title><style>${STYLE}</style>
<h1>${escaped(heading)}</h1>
${test ? `<p class="test">${escaped(say(locale, 'test'))}</p>\n` : ''}${head.map((line) => `<p>${escaped(line)}</p>`).join('\n')}
<table><thead><tr>${columns}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<p class="end">${escaped(say(locale, 'end'))}</p>
</html>
`;
};
