/** The tables of the machines, each beside its code. */
import { type Answer, answersOf, type Subject, tableOf, unanswered } from './answers.ts';
import { boothSubject } from './table-booth.ts';
import { deskSubject } from './table-desk.ts';
import { dispatchSubject } from './table-dispatch.ts';
import { powerSubject } from './table-power.ts';
import { supervisorSubject } from './table-supervisor.ts';

export type TableFile = {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
  readonly answers: readonly Answer[];
  readonly unanswered: readonly string[];
};

const fileOf = <
  State,
  Event extends { readonly kind: string },
  Effect extends { readonly kind: string },
>(
  path: string,
  title: string,
  intro: string,
  subject: Subject<State, Event, Effect>,
): TableFile => {
  const events = [...new Set(subject.alphabet.map(({ words }) => words))];
  const answers = answersOf(subject);
  const text = tableOf(title, intro, answers, events);
  return { path, text, answers, unanswered: unanswered(answers, events) };
};

export const makeTables = (): readonly TableFile[] => [
  fileOf(
    'firmware/booth/TABLE.md',
    'The booth, state by state',
    'What the booth does with each event in each of its stages.',
    boothSubject(),
  ),
  fileOf(
    'firmware/desk/TABLE.md',
    'The desk, state by state',
    'What the desk does with each event in each of its modes.',
    deskSubject(),
  ),
  fileOf(
    'firmware/power/TABLE.md',
    'The power policy, state by state',
    'What the policy does with each event at each of its levels.',
    powerSubject(),
  ),
  fileOf(
    'firmware/supervisor/TABLE.md',
    'The supervisor, state by state',
    'What the supervisor does with each event, by how far the unit is.',
    supervisorSubject(),
  ),
  fileOf(
    'firmware/dispatch/TABLE.md',
    'Sending the result, state by state',
    'What is done with each event once the polls are counted; until then nothing is.',
    dispatchSubject(),
  ),
];
