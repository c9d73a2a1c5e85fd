/** A mock election voted by robots: eyes on the screen, one finger on the glass, the script in their heads. */
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { PinCost } from '#firmware/vault/officer-token.ts';
import { resultFile } from '../../day/artefacts.ts';
import { authorityPublicKey, provision } from '../../day/provision.ts';
import { type DayOptions, runDay } from '../../day/run-day.ts';
import type { VoterPlan } from '../../day/scenario.ts';
import type { MockEvidence } from './compare.ts';
import { drawScript, type MockScript, type ScriptedVoter } from './script.ts';

export type MockPrecinct = {
  readonly definition: ElectionDefinition;
  readonly voters: number;
  readonly seed: string;
};

/** Who is in the pollbook of a mock precinct, as `bench --seed` makes it too. */
const POLLBOOK_SEED = 1;

const precinctOf = ({ definition, voters }: Omit<MockPrecinct, 'seed'>) =>
  provision(definition, voters, POLLBOOK_SEED, 'R503');

export const scriptFor = (precinct: MockPrecinct): MockScript =>
  drawScript(precinct.definition, precinctOf(precinct).pollbook.voters, precinct.seed);

/** The made-up authority of robots and bench. */
export const authorityKeyOf = (precinct: MockPrecinct): Uint8Array =>
  authorityPublicKey(precinctOf(precinct));

const BEHAVIOUR = {
  full: 'full',
  undervote: 'full',
  selectAll: 'selectAll',
  null: 'blank',
} as const satisfies Readonly<Record<ScriptedVoter['way'], VoterPlan['behaviour']>>;

/** Plain visits: what is tried here is the count, not the troubles of a day. */
const planFor = (plan: VoterPlan, { way, wants }: ScriptedVoter): VoterPlan => ({
  ...plan,
  behaviour: BEHAVIOUR[way],
  wants,
  finger: 'good',
  companionId: null,
  rejects: false,
  triesTwice: false,
  paperJams: false,
  mistyped: false,
});

export type MockRun = {
  readonly evidence: MockEvidence;
  readonly files: ReadonlyMap<string, Uint8Array | string>;
};

/** The whole day on the emulated unit. Rejects when a robot is lost or the machine stops. */
export const runMock = async (
  precinct: MockPrecinct,
  script: MockScript,
  more: {
    readonly pinCost?: PinCost;
    readonly onProgress?: NonNullable<DayOptions['onProgress']>;
  } = {},
): Promise<MockRun> => {
  const { definition, voters } = precinct;
  const given = precinctOf(precinct);
  const scripted = new Map(script.voters.map((each) => [each.nationalId, each]));
  const outcome = await runDay({
    given,
    definition,
    voters,
    seed: POLLBOOK_SEED,
    locale: definition.locale,
    adjust: (drawn) =>
      drawn.flatMap((plan) => {
        const voter = scripted.get(plan.voter.nationalId);
        return voter === undefined ? [] : [planFor(plan, voter)];
      }),
    ...more,
  });
  const [tally] = outcome.reports.tally;
  if (tally === undefined) throw new Error('no tally report was printed');
  const report = `${renderText(tally)}\n`;
  const texts = outcome.box.map(renderText);
  const bytes = resultFile(outcome, 'package');
  const signature = resultFile(outcome, 'signature');
  const machineKey = resultFile(outcome, 'machineKey');
  return {
    evidence: {
      bytes,
      signature,
      machineKey: new TextDecoder().decode(machineKey),
      authorityKey: authorityPublicKey(given),
      report: new TextEncoder().encode(report),
      papers: { kind: 'texts', texts },
      envelope: outcome.envelope.length,
    },
    files: new Map<string, Uint8Array | string>([
      ['result-package.json', bytes],
      ['result-package.sig', signature],
      ['machine-key.pem', machineKey],
      ['tally-report.txt', report],
      ['papers.txt', `${texts.join('\n\f\n')}\n`],
    ]),
  };
};
