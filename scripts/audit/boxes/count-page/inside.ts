/**
 * The page of a hand count, inside the browser: a box at a time, a figure for each option, and the two tables
 * that `audit boxes` reads. What was typed stays in this browser until it is typed over.
 */
import type { CountData, CountedPart } from './shape.ts';

const LARGEST = 9_999_999;
const element = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const byId = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no ${id}`);
  return found;
};

const data: CountData = JSON.parse(byId('data').textContent ?? '');
const { words, boxColumns, voteColumns, nullCard, boxes, forms } = data;
const [, ...accounts] = boxColumns;

/** What was typed, by box and field. */
type Typed = Record<string, Record<string, string>>;

/** A browser may keep nothing for a page from a disk: then the page works as long as it is open. */
const kept = (): Typed => {
  try {
    return JSON.parse(localStorage.getItem(data.key) ?? '{}') as Typed;
  } catch {
    return {};
  }
};
const typed: Typed = kept();
const keep = (): void => {
  try {
    localStorage.setItem(data.key, JSON.stringify(typed));
  } catch {
    // As above.
  }
};

const fieldsOf = (box: string): Record<string, string> => {
  typed[box] ??= {};
  return typed[box];
};
const read = (box: string, field: string): string => typed[box]?.[field] ?? '';
const figure = (box: string, field: string): number => Number(read(box, field) || '0');
const optionField = (part: CountedPart, at: number): string => `${part.id} ${at}`;
const nullField = (part: CountedPart): string => `${part.id} ${nullCard}`;
const fieldsIn = (part: CountedPart): readonly string[] => [
  ...part.options.map((_, at) => optionField(part, at)),
  nullField(part),
];

/** A contest nobody has typed anything of is not counted yet. */
const isCounted = (box: string, part: CountedPart): boolean =>
  fieldsIn(part).some((field) => read(box, field) !== '');

const sumOf = (box: string, part: CountedPart): number =>
  fieldsIn(part).reduce((sum, field) => sum + figure(box, field), 0);

const addsUp = (box: string, part: CountedPart): boolean => {
  const sum = sumOf(box, part);
  const most = figure(box, 'papers') * part.votes;
  return sum === most || (!part.onEveryBallot && sum < most && sum % part.votes === 0);
};

const formOf = (box: string): readonly CountedPart[] =>
  forms[boxes.find(({ id }) => id === box)?.form ?? -1] ?? [];

const isDone = (box: string): boolean =>
  accounts.every((field) => field === 'note' || read(box, field) !== '') &&
  formOf(box).every((part) => isCounted(box, part) && addsUp(box, part));

const choose = byId('box') as HTMLSelectElement;
const form = byId('form');
const status = byId('status');

const numberInput = (box: string, field: string, label: string): HTMLInputElement => {
  const input = element('input', {
    type: 'text',
    inputMode: 'numeric',
    value: read(box, field),
    ariaLabel: label,
    maxLength: 7,
  });
  input.dataset.field = field;
  input.addEventListener('input', () => {
    input.value = input.value.replace(/[^0-9]/g, '').replace(/^0+(?=[0-9])/, '');
    fieldsOf(box)[field] = input.value;
    keep();
    tell(box);
  });
  return input;
};

/** One paper more: people call out, somebody touches. */
const oneMore = (box: string, field: string, label: string, input: HTMLInputElement) => {
  const button = element('button', { type: 'button', ariaLabel: `+1 ${label}` }, '+1');
  button.addEventListener('click', () => {
    input.value = String(Math.min(LARGEST, figure(box, field) + 1));
    input.dispatchEvent(new Event('input'));
  });
  return button;
};

const countRow = (box: string, field: string, label: string): HTMLElement => {
  const input = numberInput(box, field, label);
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, label),
    element('td', { className: 'figure' }, input, oneMore(box, field, label, input)),
  );
};

const contestSection = (box: string, part: CountedPart): HTMLElement => {
  const verdict = element('span', { className: 'verdict' });
  verdict.dataset.contest = part.id;
  return element(
    'details',
    { open: false },
    element('summary', {}, `${part.title} `, verdict),
    element(
      'table',
      {},
      element(
        'tbody',
        {},
        ...part.options.map(({ label }, at) => countRow(box, optionField(part, at), label)),
        countRow(box, nullField(part), words.nulls),
      ),
    ),
  );
};

const accountRow = (box: string, field: string): HTMLElement => {
  const label = words[field as keyof typeof words];
  if (field !== 'note') return countRow(box, field, label);
  const input = element('input', { type: 'text', value: read(box, 'note'), ariaLabel: label });
  input.dataset.field = 'note';
  input.maxLength = 1000;
  input.addEventListener('input', () => {
    fieldsOf(box).note = input.value;
    keep();
  });
  return element('tr', {}, element('th', { scope: 'row' }, label), element('td', {}, input));
};

/** What is open and what does not add up, in words beside each contest. */
const tell = (box: string): void => {
  for (const part of formOf(box)) {
    const place = form.querySelector(`[data-contest="${CSS.escape(part.id)}"]`);
    if (!(place instanceof HTMLElement)) continue;
    const state = !isCounted(box, part) ? 'open' : addsUp(box, part) ? 'sums' : 'differs';
    const sum = `${sumOf(box, part)} ${words.of} ${figure(box, 'papers') * part.votes}`;
    place.className = `verdict ${state}`;
    place.textContent = state === 'open' ? words.open : `${sum}: ${words[state]}`;
  }
  const done = boxes.filter(({ id }) => isDone(id)).length;
  status.textContent = `${done} ${words.of} ${boxes.length} ${words.done}`;
};

const show = (box: string): void => {
  form.replaceChildren(
    element('table', {}, element('tbody', {}, ...accounts.map((field) => accountRow(box, field)))),
    ...formOf(box).map((part) => contestSection(box, part)),
  );
  tell(box);
};

/** RFC 4180, as firmware/nation/csv.ts reads it. */
const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
const csv = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [columns, ...rows].map((row) => `${row.map(csvField).join(',')}\n`).join('');

/** Boxes of which anything was typed; what is left empty stays empty, and `audit boxes` names it. */
const begun = (): readonly string[] =>
  boxes.flatMap(({ id }) =>
    Object.values(typed[id] ?? {}).some((value) => value !== '') ? [id] : [],
  );
const boxTable = (): string =>
  csv(
    boxColumns,
    begun().map((box) => [box, ...accounts.map((field) => read(box, field))]),
  );
const voteTable = (): string =>
  csv(
    voteColumns,
    begun().flatMap((box) =>
      formOf(box)
        .filter((part) => isCounted(box, part))
        .flatMap((part) => [
          ...part.options.flatMap(({ card, candidate }, at) => {
            const votes = read(box, optionField(part, at));
            return votes === '' ? [] : [[box, part.id, card, candidate, votes]];
          }),
          [box, part.id, nullCard, '', read(box, nullField(part)) || '0'],
        ]),
    ),
  );

const offer = (button: string, name: string, table: () => string): void =>
  byId(button).addEventListener('click', () => {
    const url = URL.createObjectURL(new Blob([table()], { type: 'text/csv' }));
    element('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });

choose.append(...boxes.map(({ id }) => element('option', { value: id }, id)));
choose.addEventListener('change', () => show(choose.value));
offer('save-boxes', 'boxes.csv', boxTable);
offer('save-votes', 'votes.csv', voteTable);
const [first] = boxes;
if (first !== undefined) show(first.id);
