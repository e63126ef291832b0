import { type Plain, plain, type SuccessionPlan, type Successor } from '#libs/contracts';
import { parseSiren } from '#libs/identifiers';
import { fromOrganisationMessage } from '../organisations/organisations.module.js';
import type { PlanGiven } from './prepare-plan.js';
import type { SuccessionPreview } from './preview-succession.js';

/** The contract's bounds hold by now. Throws what an organisation's own form throws. */
export function fromPlan(message: SuccessionPlan | undefined): PlanGiven {
  const { successor, ...terms } = plain(message!);
  return {
    ...(terms as unknown as Omit<PlanGiven, 'successor'>),
    annexe2Lines: [...new Set(terms.annexe2Lines)],
    successor: successorOf(successor!),
  };
}

/** By its SIREN alone where it is known here; in full otherwise. */
function successorOf(successor: Plain<Successor>): PlanGiven['successor'] {
  if (successor.name === '' && successor.kind === '') {
    return { organisationId: `org-${parseSiren(successor.siren)}` };
  }
  return fromOrganisationMessage(successor);
}

export const toPreviewMessage = ({ refusal, ...preview }: SuccessionPreview) => ({
  ...preview,
  refusalCode: refusal?.code ?? '',
  refusal: refusal?.message ?? '',
});
