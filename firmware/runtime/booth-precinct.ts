/** The precinct's name, as tokens, vault and certificates are bound to it. */
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { precinctId } from '#firmware/vault/result-package.ts';

export const precinctOf = ({ precinct }: ElectionDefinition): string =>
  precinctId({ pollingPlaceCode: precinct.pollingPlaceCode, precinctNumber: precinct.number });
