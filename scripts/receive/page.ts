/**
 * The receiver's live page: whole as it is served, without a script, made anew by the browser every few
 * seconds. What came from outside stands in it as text alone.
 */
import { bar, escaped } from '../nation/charts.ts';
import type { ReceiverState } from './receiver-state.ts';

const REFRESH_S = 3;
const GREEN = '#009e73';
const RED = '#b00020';
const MB = 1_000_000;

const WORDS = {
  es: {
    received: 'Actas recibidas',
    conflicts: 'Mesas con paquetes distintos',
    conflictsNote: 'Ninguno se sobrescribe; ambos quedan apartados al totalizar.',
    repeated: 'Repetidas',
    byReport: 'Por códigos QR de actas, sin paquete aún',
    storage: 'Almacenamiento',
    connections: 'Conexiones',
    state: 'Estado',
    none: 'Sin estado',
    anomalies: 'Anomalías',
    noAnomalies: 'Ninguna.',
    full: 'El archivo de anomalías está lleno: las últimas están sólo aquí.',
    columns: ['Hora (UTC)', 'Código', 'Mesa', 'Detalle', 'Origen'],
    of: 'de',
  },
  en: {
    received: 'Results received',
    conflicts: 'Precincts with packages that differ',
    conflictsNote: 'None is overwritten; adding up sets both aside.',
    repeated: 'Sent again',
    byReport: 'By QR codes of reports, no package yet',
    storage: 'Storage',
    connections: 'Connections',
    state: 'State',
    none: 'In no state',
    anomalies: 'Anomalies',
    noAnomalies: 'None.',
    full: 'The file of anomalies is full: the latest are here alone.',
    columns: ['Time (UTC)', 'Code', 'Precinct', 'Detail', 'Origin'],
    of: 'of',
  },
} as const;

export type PageLocale = keyof typeof WORDS;

const STYLE = `
:root{color-scheme:light dark}body{font:16px/1.4 system-ui,sans-serif;max-width:64rem;margin:1.5rem auto;padding:0 1rem}
h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin-top:2rem}dl{display:flex;flex-wrap:wrap;gap:1rem 2.5rem}
dt{font-size:.85rem}dd{margin:0;font-size:1.5rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886;vertical-align:top}
.long td{white-space:nowrap}.long td:nth-child(n+4){white-space:normal;overflow-wrap:anywhere;min-width:6rem}.bar{width:10rem;height:.8rem}.ground{fill:#8884}
.alarm{border:3px solid ${RED};padding:.6rem 1rem;font-weight:bold}
`;

const row = (cells: readonly string[], tag = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
const figure = (value: number): string => value.toLocaleString('es-VE');
const fact = (name: string, value: string): string =>
  `<div><dt>${name}</dt><dd>${value}</dd></div>`;

export const receiverPage = (state: ReceiverState, locale: PageLocale): string => {
  const words = WORDS[locale];
  const { storage, sockets, anomalies } = state;
  const of = (part: number, whole: number): string =>
    `${figure(part)} ${words.of} ${figure(whole)}`;
  const megabytes = (bytes: number): number => Math.ceil(bytes / MB);
  const facts = [
    fact(words.received, of(state.received, state.precincts)),
    fact(words.repeated, figure(state.repeated)),
    ...(state.byReport.waiting + state.byReport.confirmed === 0
      ? []
      : [
          fact(
            words.byReport,
            of(state.byReport.waiting, state.byReport.waiting + state.byReport.confirmed),
          ),
        ]),
    fact(words.storage, `${of(megabytes(storage.bytes), megabytes(storage.budget))} MB`),
    fact(words.connections, of(sockets.open, sockets.most)),
  ];
  const alarm =
    state.conflicts === 0
      ? ''
      : `<p class="alarm" role="alert">${words.conflicts}: ${figure(state.conflicts)}. ${words.conflictsNote}<br>${state.conflicting.map(escaped).join(', ')}</p>`;
  const states = state.states.map(({ name, precincts, received, conflicts }) =>
    row([
      escaped(name === '' ? words.none : name),
      bar(precincts === 0 ? 0 : received / precincts, GREEN),
      of(received, precincts),
      conflicts === 0 ? '' : `${words.conflicts}: ${figure(conflicts)}`,
    ]),
  );
  const listed = anomalies.map(({ at, code, precinct, detail, origin }) =>
    row([at, code, precinct ?? '', detail, origin].map(escaped)),
  );
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${REFRESH_S}"><title>${figure(state.received)}/${figure(state.precincts)} · ${escaped(state.title)}</title>
<style>${STYLE}</style></head><body>
<h1>${escaped(state.title)}</h1>
${alarm}
<dl>${facts.join('')}</dl>
<h2>${words.state}</h2>
<table>${states.join('')}</table>
<h2>${words.anomalies}</h2>
${state.anomalyFileFull ? `<p class="alarm">${words.full}</p>` : ''}
${listed.length === 0 ? `<p>${words.noAnomalies}</p>` : `<table class="long">${row(words.columns, 'th')}${listed.join('')}</table>`}
</body></html>
`;
};
