/**
 * A machine's answers as a table: one state of each kind that it can come to, every event of an alphabet
 * in each of them, and what it does. Kinds are found by walking from the first state; a kind is a state's
 * name and the step it is at.
 */
import type { Machine } from '#firmware/machine.ts';

export type Alphabet<Event> = readonly { readonly words: string; readonly event: Event }[];

export type Answer = {
  readonly state: string;
  readonly event: string;
  /** Null: refused. */
  readonly next: string | null;
  /** Effects in words; or the reason of the refusal. */
  readonly does: readonly string[];
};

export type Subject<State, Event, Effect> = {
  readonly machine: Machine<State, Event, Effect>;
  readonly alphabet: Alphabet<Event>;
  /** States that a row of events leads to, beside the first one. */
  readonly seeds: readonly State[];
  /** Heading in the table. */
  readonly nameOf: (state: State) => string;
  /** What makes two states of one name different enough to look at both. */
  readonly kindOf: (state: State) => string;
  readonly wordsOf: (effect: Effect) => string | null;
};

/** States of each kind that are looked at: more of them show answers that depend on the rest. */
const EACH_KIND = 3;

type Refusal = { readonly kind: 'refuse'; readonly reason: string };
const reasonOf = (effects: readonly { readonly kind: string }[]): string | null => {
  const refusal = effects.find(({ kind }) => kind === 'refuse');
  return refusal === undefined ? null : (refusal as Refusal).reason;
};

/** A few states of each kind, in the order in which events lead to them. Throws when a step does. */
export const statesOf = <State, Event, Effect extends { readonly kind: string }>({
  machine,
  alphabet,
  seeds,
  kindOf,
}: Pick<
  Subject<State, Event, Effect>,
  'machine' | 'alphabet' | 'seeds' | 'kindOf'
>): readonly State[] => {
  const counts = new Map<string, number>();
  const states: State[] = [machine.initial, ...seeds];
  for (const state of states)
    for (const { event } of alphabet) {
      const [next, effects] = machine.step(state, event);
      if (machine.invariant(next) !== null || reasonOf(effects) !== null) continue;
      const kind = kindOf(next);
      const count = counts.get(kind) ?? 0;
      if (count >= EACH_KIND) continue;
      counts.set(kind, count + 1);
      states.push(next);
    }
  return states;
};

/** Every answer once. Throws when a step does, so that a table is also a proof that none does. */
export const answersOf = <
  State,
  Event extends { readonly kind: string },
  Effect extends { readonly kind: string },
>(
  subject: Subject<State, Event, Effect>,
): readonly Answer[] => {
  const { machine, alphabet, nameOf, wordsOf } = subject;
  const found = new Map<string, Answer>();
  for (const state of statesOf(subject))
    for (const { words, event } of alphabet) {
      const [next, effects] = machine.step(state, event);
      // A vault that contradicts itself breaks an invariant: the runner parks, and there is no answer.
      if (machine.invariant(next) !== null) continue;
      const refusal = reasonOf(effects);
      const does =
        refusal === null
          ? effects.map((effect) => wordsOf(effect as Effect)).filter((each) => each !== null)
          : [refusal];
      const answer: Answer = {
        state: nameOf(state),
        event: words,
        next: refusal === null ? nameOf(next) : null,
        does,
      };
      found.set(JSON.stringify(answer), answer);
    }
  return [...found.values()];
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** One state: what it does on which event, and what it refuses. */
const section = (state: string, answers: readonly Answer[], events: readonly string[]): string => {
  const mine = answers.filter((answer) => answer.state === state);
  const rows = events.flatMap((event) =>
    mine
      .filter((answer) => answer.event === event && answer.next !== null)
      .filter(({ next, does }) => next !== state || does.length > 0)
      .map(({ next, does }) => `| ${cell(event)} | ${next} | ${cell(does.join(', '))} |`),
  );
  const quiet = events.filter((event) =>
    mine.some(
      (answer) => answer.event === event && answer.next === state && answer.does.length === 0,
    ),
  );
  const refused = new Map<string, string[]>();
  for (const event of events)
    for (const { does } of mine.filter((each) => each.event === event && each.next === null)) {
      const reason = does[0] ?? '';
      const known = refused.get(reason) ?? [];
      if (!known.includes(event)) refused.set(reason, [...known, event]);
    }
  return [
    `## ${state}`,
    '',
    ...(rows.length === 0 ? [] : ['| event | next | asks for |', '|---|---|---|', ...rows, '']),
    ...(quiet.length === 0 ? [] : [`Noted, nothing asked for: ${quiet.join('; ')}.`, '']),
    ...[...refused].flatMap(([reason, list]) => [`Refused (${reason}): ${list.join('; ')}.`, '']),
  ].join('\n');
};

/** The moves between states; events that lead the same way share an arrow's place. */
const picture = (answers: readonly Answer[]): string => {
  const arrows = new Set<string>();
  for (const { state, next } of answers)
    if (next !== null && next !== state) arrows.add(`  ${state} --> ${next}`);
  return ['```mermaid', 'stateDiagram-v2', '  direction LR', ...[...arrows].sort(), '```'].join(
    '\n',
  );
};

export const tableOf = (
  title: string,
  intro: string,
  answers: readonly Answer[],
  events: readonly string[],
): string => {
  const states = [...new Set(answers.map(({ state }) => state))];
  return [
    `# ${title}`,
    '',
    `${intro} Made by \`scripts/urna explore --tables\`; a test fails when it is stale.`,
    '',
    `${states.length} states, ${events.length} events: every event is answered in every state.`,
    '',
    picture(answers),
    '',
    ...states.map((state) => section(state, answers, events)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
};

/** Pairs of state and event for which there is no answer. */
export const unanswered = (
  answers: readonly Answer[],
  events: readonly string[],
): readonly string[] => {
  const known = new Set(answers.map(({ state, event }) => `${state} × ${event}`));
  return [...new Set(answers.map(({ state }) => state))].flatMap((state) =>
    events.map((event) => `${state} × ${event}`).filter((pair) => !known.has(pair)),
  );
};
