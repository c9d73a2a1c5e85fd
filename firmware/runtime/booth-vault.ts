/**
 * The booth's calls of the vault: each effect becomes one call, its outcome one event that says what
 * the vault holds now. Nothing is decided here.
 */
import type { BoothEvent, VaultCall, VaultView } from '#firmware/booth/state.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { setUpVault, type VaultCeremony } from '#firmware/vault/set-up.ts';
import type { VaultBoard } from '#firmware/vault/units.ts';
import type { Journal, VaultFault, Vote } from '#firmware/vault/vault.ts';
import { done, type Result } from '#hal/result.ts';
import type { BoothOptions } from './booth-options.ts';
import { precinctOf } from './booth-precinct.ts';

type Called = Promise<Result<unknown, VaultFault>>;

export type BoothVault = ReturnType<typeof makeBoothVault>;

/** The vault's part of a booth's board. */
export const vaultBoardOf = (options: BoothOptions): VaultBoard => {
  const { board, electionPackage, identity, formerIdentities } = options;
  const { definition } = electionPackage;
  return {
    media: board.media,
    cells: board.cells,
    entropy: board.entropy,
    identity,
    ...(formerIdentities === undefined ? {} : { formerIdentities }),
    election: {
      id: definition.id,
      precinctId: precinctOf(definition),
      test: definition.test,
    },
  };
};

export const makeBoothVault = (options: BoothOptions) => {
  const vaultBoard = vaultBoardOf(options);
  const vault = openVault(vaultBoard);
  let recovered = false;

  const view = (journal: Journal): VaultView => ({
    phase: journal.phase,
    print: journal.print,
    epoch: journal.epoch,
    reprints: journal.reprints,
    spoils: journal.spoils,
    inStep: vault.inStep(),
    polls: vault.polls(),
  });

  const recover = async (): Called => {
    const found = await vault.recover();
    recovered = recovered || found.ok;
    return found;
  };

  const settled = async (call: VaultCall, called: Called): Promise<BoothEvent> => {
    const result = await called;
    return result.ok
      ? { kind: 'vaultDone', call, view: view(vault.journal()) }
      : {
          kind: 'vaultFailed',
          call,
          failure: result.error.kind,
          inStep: recovered ? vault.inStep() : [],
        };
  };

  const start = (call: Exclude<VaultCall, 'prepare' | 'setUp' | 'record'>): Called => {
    switch (call) {
      case 'recover':
        return recover();
      case 'clean':
        return vault.clean();
      case 'activate':
        return vault.activate();
      case 'markStarted':
        return vault.markPrint('STARTED');
      case 'markPartial':
        return vault.markPartial();
      case 'markDone':
        return vault.markPrint('DONE');
      case 'markConfirmed':
        return vault.markPrint('CONFIRMED');
      case 'spoil':
        return vault.spoil();
      case 'finishSpoil':
        return vault.finishSpoil();
      case 'discard':
        return vault.discard();
      case 'commit':
        return vault.commit();
      case 'settle':
        return vault.settle();
      case 'synchronise':
        return vault.synchronise();
      case 'openPolls':
        return vault.setPolls('open');
      case 'closePolls':
        return vault.setPolls('closed');
      case 'countPolls':
        return vault.setPolls('counted');
    }
  };

  return {
    vault,
    call: (call: Exclude<VaultCall, 'prepare' | 'setUp' | 'record'>): Promise<BoothEvent> =>
      settled(call, start(call)),
    prepare: (vote: Vote): Promise<BoothEvent> => settled('prepare', vault.prepare(vote)),
    /** The setup ceremony's part; then the new vault is taken up. */
    setUp: async (ceremony: VaultCeremony): Promise<BoothEvent> => {
      const made = await setUpVault(vaultBoard, ceremony);
      return settled('setUp', made.ok ? recover() : Promise.resolve(made));
    },
    /** The paper of the vote under way, and the code it is to carry. */
    record: async (): Promise<
      Result<{ readonly paper: Uint8Array; readonly code: string }, BoothEvent>
    > => {
      const failed = (fault: VaultFault): Result<never, BoothEvent> => ({
        ok: false,
        error: {
          kind: 'vaultFailed',
          call: 'record',
          failure: fault.kind,
          inStep: vault.inStep(),
        },
      });
      const paper = await vault.pendingPaper();
      if (!paper.ok) return failed(paper.error);
      const code = await vault.paperCode();
      if (!code.ok) return failed(code.error);
      return { ...done, value: { paper: paper.value, code: code.value } };
    },
    /** Media that went away under the vault. */
    onLoss: vault.onLoss,
    close: vault.close,
  };
};
