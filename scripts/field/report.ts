/** A diagnosis as one HTML file that needs nothing else: findings first, then charts and what they rest on. */

import { lineText } from '#firmware/console/answers-log.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { faultHelp } from '#firmware/locale/fault-help.ts';
import { partName } from '#firmware/locale/unit-parts.ts';
import type { PowerSample } from '#firmware/messages/diagnostics.ts';
import type { Examination } from './examine.ts';
import type { FieldFinding } from './findings.ts';

const WORDS = {
  es: {
    title: 'Diagnóstico de la unidad',
    none: 'No se encontró ninguna falla.',
    goesOn: 'La votación sigue.',
    stops: 'La votación no sigue hasta que se arregle.',
    charge: 'Carga de la batería, %',
    faults: 'Fallas por parte desde el arranque',
    parts: 'Partes',
    log: 'Bitácora (sin lo de la visita de ningún elector)',
    refused: 'No se hizo',
  },
  en: {
    title: 'Diagnosis of the unit',
    none: 'No fault was found.',
    goesOn: 'Voting goes on.',
    stops: 'Voting does not go on until it is put right.',
    charge: 'Charge of the battery, %',
    faults: 'Faults of each part since the start',
    parts: 'Parts',
    log: 'Log (without anything of a voter’s visit)',
    refused: 'Not done',
  },
} as const;

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);

const CHART = { width: 720, height: 160, bar: 14 } as const;

const chargeChart = (history: readonly PowerSample[]): string => {
  const step = CHART.width / Math.max(1, history.length - 1);
  const points = history
    .map(
      ({ percent }, at) => `${(at * step).toFixed(1)},${(1.6 * (100 - (percent ?? 0))).toFixed(1)}`,
    )
    .join(' ');
  const onBattery = history
    .map(({ level }, at) =>
      /mains|degraded/.test(level)
        ? ''
        : `<rect x="${(at * step).toFixed(1)}" y="0" width="${step.toFixed(1)}" height="160" class="b"/>`,
    )
    .join('');
  return `<svg viewBox="0 0 ${CHART.width} ${CHART.height}" role="img">${onBattery}<line x1="0" y1="80" x2="720" y2="80" class="g"/><polyline points="${points}" class="l"/></svg>`;
};

const faultChart = ({ diagnostics }: Examination): string => {
  const { parts } = diagnostics;
  const most = Math.max(1, ...parts.map(({ faults }) => faults));
  const rows = parts
    .map(({ part, faults, fault }, at) => {
      const y = at * CHART.bar;
      const width = (500 * faults) / most;
      return `<text x="0" y="${y + 11}">${part}</text><rect x="150" y="${y + 2}" width="${width.toFixed(0)}" height="10" class="${fault === null ? 'f' : 'n'}"/><text x="${(155 + width).toFixed(0)}" y="${y + 11}">${faults}</text>`;
    })
    .join('');
  return `<svg viewBox="0 0 720 ${parts.length * CHART.bar + 4}" role="img">${rows}</svg>`;
};

const STYLE = `body{font:16px/1.4 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#111}
article{border-left:6px solid #b00;padding:.2rem 1rem;margin:1rem 0;background:#fff4f2}article.on{border-color:#c80;background:#fff9ec}
code{font-family:ui-monospace,monospace}table{border-collapse:collapse}td,th{text-align:left;padding:.1rem .8rem .1rem 0}
svg{width:100%;height:auto;background:#f6f6f6;font:11px sans-serif}.l{fill:none;stroke:#05a;stroke-width:2}.g{stroke:#bbb}.b{fill:#fde2c0}.f{fill:#8ac}.n{fill:#b00}
pre{overflow-x:auto;background:#f6f6f6;padding:.5rem;font-size:12px}.ok{color:#060;font-weight:bold}`;

const findingText = ({ part, code, explanation, remedy }: FieldFinding, locale: Locale): string => {
  const { votingGoesOn, cause, check } = faultHelp(locale, code);
  const words = WORDS[locale];
  const title = `${escaped(partName(locale, part))} <code>${escaped(code)}</code>`;
  return `<article class="${votingGoesOn ? 'on' : 'off'}"><h3>${title}</h3><p>${escaped(explanation)}</p><p>${escaped(cause)} ${escaped(check)}</p><p><b>${escaped(remedy)}</b></p><p>${votingGoesOn ? words.goesOn : words.stops}</p></article>`;
};

export const reportOf = (
  examination: Examination,
  findings: readonly FieldFinding[],
  locale: Locale,
): string => {
  const words = WORDS[locale];
  const { diagnostics, unit, log, refused } = examination;
  const rows = diagnostics.parts
    .map(
      ({ part, fault, readings }) =>
        `<tr><td>${part}</td><td><code>${escaped(fault?.code ?? '')}</code></td><td>${escaped(
          readings.map(({ name, value }) => `${name} ${value}`).join(', '),
        )}</td></tr>`,
    )
    .join('');
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><title>${words.title} ${escaped(unit)}</title><style>${STYLE}</style>
<h1>${words.title} ${escaped(unit)}</h1>
<p><code>${diagnostics.machineCode ?? ''}</code> · ${new Date(diagnostics.atMs).toISOString().slice(0, 16)}Z · ${escaped(diagnostics.parked ?? diagnostics.phase ?? diagnostics.stage)}</p>
${findings.length === 0 ? `<p class="ok">${words.none}</p>` : findings.map((finding) => findingText(finding, locale)).join('\n')}
${refused.length === 0 ? '' : `<p>${words.refused}: ${escaped(refused.join('; '))}</p>`}
<h2>${words.charge}</h2>${chargeChart(diagnostics.history)}
<h2>${words.faults}</h2>${faultChart(examination)}
<h2>${words.parts}</h2><table>${rows}</table>
<h2>${words.log}</h2><pre>${escaped(log.map(lineText).join('\n'))}</pre></html>
`;
};
