/** What must hold whenever the unit rests, and what the count must say in the end. */
import { hasVoted } from '#firmware/desk/desk-content.ts';
import { CELLS, MEDIA, type Premises } from './bench.ts';
import { type Precinct, readBallot, VOTERS } from './precinct.ts';
import { must, start, type Unit, Violation, type World } from './session.ts';

const hold = (rule: string, holds: boolean, detail: string): void => {
  if (!holds) throw new Violation(rule, detail);
};

const listed = (values: Iterable<unknown>): string => [...values].join(',');

/** Nothing on media or in cells that only a vote under way needs. */
const checkClean = (premises: Premises): void => {
  const { names, held } = premises.resting();
  for (const name of MEDIA) {
    const urns = names[name].filter((path) => path.includes('/urn-'));
    hold('one urn rests on each medium', urns.length === 1, `${name}: ${listed(urns)}`);
    const left = names[name].filter((path) => /pending|\.new$/.test(path));
    hold('no pending record outlives its vote', left.length === 0, `${name}: ${listed(left)}`);
  }
  for (const name of CELLS) {
    const slots = held[name];
    const sound = slots.length === 1 && slots[0] !== 'oneTime';
    hold('each cell rests with one key', sound, `${name}: slots ${listed(slots)}`);
  }
};

/** At rest, both media in step: counters, papers, marks and storage say the same. */
export const checkAtRest = (premises: Premises, { vault, desk }: Unit, world: World): void => {
  const { phase, epoch, reprints, spoils } = vault.journal();
  hold('the unit comes to rest', phase === 'IDLE', phase);
  hold('both media are in step', vault.inStep().length === 2, listed(vault.inStep()));
  hold('both media are in step', desk.inStep().length === 2, `desk: ${listed(desk.inStep())}`);
  const content = desk.content();
  const marks = Array.from({ length: VOTERS }, (_, at) => at).filter((at) => hasVoted(content, at));
  hold('votes = marks', epoch === marks.length, `${epoch} votes, ${marks.length} marks`);
  const done = world.done.map(({ voter }) => voter).sort((a, b) => a - b);
  hold('marked are those who voted', listed(done) === listed(marks), `${done} and ${marks}`);
  hold('nobody stays admitted', content.admission === null, 'an admission is left');
  hold('papers in the box = votes', world.box.length === epoch, `${world.box.length} and ${epoch}`);
  hold('no paper is left hanging', world.paper === 'none', world.paper);
  hold(
    'papers in the envelope = reprints + spoils',
    world.envelope.length === reprints + spoils,
    `${world.envelope.length}, ${reprints} + ${spoils}`,
  );
  const codes = [...world.box, ...world.envelope];
  hold('no code is on two papers', new Set(codes).size === codes.length, listed(codes));
  checkClean(premises);
};

/** A new start counts: every vote that was confirmed, once, with what was chosen last, and no other. */
export const checkCount = async (
  premises: Premises,
  precinct: Precinct,
  world: World,
): Promise<void> => {
  const { unit } = await start(premises, precinct, world);
  const { vault } = unit;
  if (vault.polls() !== 'closed') must(await vault.setPolls('closed'), 'closing');
  const sealed = must(await vault.sealedBallots(), 'the urn');
  const ballots = sealed.map((each) => readBallot(precinct, each));
  const say = (all: readonly ({ voter: number; attempt: number } | null)[]): string =>
    all
      .map((each) => (each === null ? 'unreadable' : `${each.voter}/${each.attempt}`))
      .sort()
      .join(',');
  hold(
    'the urn holds what voters confirmed',
    say(ballots) === say(world.done),
    `${say(ballots)} and ${say(world.done)}`,
  );
  const unused = must(await vault.unusedCodes(), 'unused codes');
  const all = [...unused, ...world.box, ...world.envelope].sort();
  hold('every code is unused or on a paper', listed(all) === listed(precinct.codes), listed(all));
  vault.close();
  unit.desk.stop();
};
