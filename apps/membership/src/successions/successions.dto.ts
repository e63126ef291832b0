import { type Plain, plain, type SuccessionPlan, type Successor } from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import { parseSiren } from '#libs/identifiers';
import { fromOrganisationMessage } from '../organisations/organisations.module.js';
import { SuccessionInvalid } from './domain/succession-problems.js';
import type { PlanGiven } from './prepare-plan.js';
import type { SuccessionPreview } from './preview-succession.js';

const documentKinds = ['DECISION', 'DELIBERATION', 'STATUTES', 'OTHER'];

/** The contract's bounds hold by now. Throws SuccessionInvalid without a document that decides it, and what an organisation's own form throws. */
export function fromPlan(message: SuccessionPlan | undefined): PlanGiven {
  const { successor, document, documentId, ...terms } = plain(message!);
  return {
    ...(terms as unknown as Omit<PlanGiven, 'successor' | 'document'>),
    annexe2Lines: [...new Set(terms.annexe2Lines)],
    successor: successorOf(successor!),
    document: documentId === '' ? documentOf(document) : { documentId },
  };
}

/** By its SIREN alone where it is known here; in full otherwise. */
function successorOf(successor: Plain<Successor>): PlanGiven['successor'] {
  if (successor.name === '' && successor.kind === '') {
    return { organisationId: `org-${parseSiren(successor.siren)}` };
  }
  return fromOrganisationMessage(successor);
}

function documentOf(document: Plain<SuccessionPlan>['document']): PlanGiven['document'] {
  const kind = document?.kind || 'DECISION';
  if (document && documentKinds.includes(kind) && document.datedOn !== '') {
    return { ...document, kind, datedOn: document.datedOn as LocalDate };
  }
  const fields = ['document'];
  throw new SuccessionInvalid(
    'Indiquez le document qui décide la succession et sa date : décision, délibération, statuts ou autre.',
    { fields },
  );
}

export const toPreviewMessage = ({ refusal, ...preview }: SuccessionPreview) => ({
  ...preview,
  refusalCode: refusal?.code ?? '',
  refusal: refusal?.message ?? '',
});
