/**
 * Every reader of bytes in the project, by name. A new one is added to the file of its kind under
 * targets/, or by a line here.
 */
import type { FuzzTarget } from './target.ts';
import { AUDIT_TARGETS } from './targets/audits.ts';
import { DEVICE_TARGETS } from './targets/devices.ts';
import { DIALOGUE_TARGETS } from './targets/dialogues.ts';
import { ELECTION_TARGETS } from './targets/election.ts';
import { LINK_TARGETS } from './targets/links.ts';
import { LOG_TARGETS } from './targets/log.ts';
import { MESSAGE_TARGETS } from './targets/messages.ts';
import { NATION_TARGETS } from './targets/nation.ts';
import { OFFICER_TARGETS } from './targets/officers.ts';
import { POWER_TARGETS } from './targets/power.ts';
import { RELEASE_TARGETS } from './targets/release.ts';
import { RESULT_TARGETS } from './targets/results.ts';
import { TRANSMISSION_TARGETS } from './targets/transmission.ts';
import { VAULT_TARGETS } from './targets/vault.ts';
import { VAULT_RECOVERY_TARGET } from './targets/vault-recovery.ts';
import { VIRTUAL_HARDWARE_TARGETS } from './targets/virtual-hardware.ts';
import { VOTER_DEVICE_TARGETS } from './targets/voter-devices.ts';

export const TARGETS: readonly FuzzTarget[] = [
  ...MESSAGE_TARGETS,
  ...DEVICE_TARGETS,
  ...VOTER_DEVICE_TARGETS,
  ...LINK_TARGETS,
  ...VIRTUAL_HARDWARE_TARGETS,
  ...POWER_TARGETS,
  ...DIALOGUE_TARGETS,
  ...ELECTION_TARGETS,
  ...RELEASE_TARGETS,
  ...NATION_TARGETS,
  ...RESULT_TARGETS,
  ...TRANSMISSION_TARGETS,
  ...OFFICER_TARGETS,
  ...VAULT_TARGETS,
  VAULT_RECOVERY_TARGET,
  ...LOG_TARGETS,
  ...AUDIT_TARGETS,
];
