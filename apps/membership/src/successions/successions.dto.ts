import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type Plain,
  plain,
  type PreviewSuccessionResponseSchema,
  type SuccessionPlan,
  type SuccessionSchema,
  type Successor,
} from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import { parseSiren } from '#libs/identifiers';
import { fromOrganisationMessage } from '../organisations/organisations.module.js';
import { SuccessionInvalid } from './domain/succession-problems.js';
import type { PlanGiven } from './prepare-plan.js';
import type { SuccessionPreview } from './preview-succession.js';
import type { SuccessionView } from './successions.pg.js';

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

export function toSuccessionMessage(
  view: SuccessionView,
): MessageInitShape<typeof SuccessionSchema> {
  const { document: paper, ...rest } = view;
  const { kind, title, sha256, datedOn } = paper;
  return {
    ...rest,
    document: { kind, title, sha256, datedOn },
    schools: [...view.schools],
    successorOrderIds: [...view.successorOrderIds],
    movedLines: [...view.movedLines],
    moved: [...view.moved],
  };
}

export function toPreviewMessage(
  preview: SuccessionPreview,
): MessageInitShape<typeof PreviewSuccessionResponseSchema> {
  return {
    refusalCode: preview.refusal?.code ?? '',
    refusal: preview.refusal?.message ?? '',
    schools: [...preview.schools],
    createsMembership: preview.createsMembership,
    seatsKnown: preview.seatsKnown,
    items: [...preview.items],
  };
}
