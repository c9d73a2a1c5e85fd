/**
 * The presiding officer at the desk: proofs given one after another, and what they open when the last
 * one is there (a voter authorised, a lock cleared).
 */
import { clearLock } from './desk-content.ts';
import {
  askProof,
  type DeskStep,
  enter,
  logged,
  notify,
  type OpenDesk,
  record,
  refuse,
  refusedDialog,
} from './moves.ts';
import { CODE_TRIES_MAX, type DeskEvent, type DeskMode, type Dialog } from './state.ts';

type CodeMode = Extract<DeskMode, { readonly kind: 'officerCode' }>;

/** All proofs were given. */
const grant = (state: OpenDesk, dialog: Dialog, codes: readonly number[]): DeskStep => {
  const { purpose } = dialog;
  switch (purpose.kind) {
    case 'authorise':
      return enter(
        state,
        {
          kind: 'held',
          proved: { candidate: purpose.candidate, outcome: purpose.outcome, authorisedWith: codes },
        },
        [logged({ id: 'overrideAuthorised', fields: { outcome: purpose.outcome } })],
      );
    case 'clearLock': {
      const by = state.content.locksCleared > 0 ? 'supportCode' : 'presidingOfficer';
      return record(
        state,
        clearLock(state.content, codes),
        { kind: 'notice', notice: { text: 'unlocked' } },
        [{ id: 'authenticationUnlocked', fields: { by } }],
      );
    }
  }
};

/** The first proof of the dialog is given: on to the next one, or to what it was for. */
export const proofGiven = (state: OpenDesk, dialog: Dialog, code: number | null): DeskStep => {
  const proofs = dialog.proofs.slice(1);
  const codes = code === null ? dialog.codes : [...dialog.codes, code];
  return proofs.length === 0
    ? grant(state, dialog, codes)
    : askProof(state, { ...dialog, proofs, codes });
};

/** The answer to `checkCode`. */
export const codeChecked = (
  state: OpenDesk,
  mode: CodeMode,
  event: Extract<DeskEvent, { readonly kind: 'codeChecked' }>,
): DeskStep => {
  if (mode.operation !== event.operation) return refuse(state, event.kind, 'stale');
  const { index } = event;
  const used =
    index !== null &&
    (state.content.usedCodes.includes(index) || mode.dialog.codes.includes(index));
  if (index !== null && !used) return proofGiven(state, mode.dialog, index);
  const refusal = used ? 'used' : 'unknown';
  const wrong = mode.wrong + 1;
  const entry = refusedDialog(mode.dialog, used ? 'codeUsed' : 'codeUnknown');
  if (wrong >= CODE_TRIES_MAX) return notify(state, { text: 'codeRefused' }, [entry]);
  return enter(state, { ...mode, digits: '', wrong, operation: null, refusal }, [entry]);
};
