import { create } from '@bufbuild/protobuf';
import {
  AcknowledgeOrderResponseSchema,
  CancelDraftResponseSchema,
  ChangeDraftResponseSchema,
  GetDraftResponseSchema,
  GetOrderPdfResponseSchema,
  ListDraftsResponseSchema,
  ListOrdersToAcknowledgeResponseSchema,
  PrepareDraftResponseSchema,
  SignDraftResponseSchema,
} from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';

const draft = {
  draftId: 'd-ancenis',
  membershipId: 'm-ancenis',
  lines: [{ itemCode: 'ELEVE', effectiveFrom: '2022-11-01', delta: 38 }],
  cause: 'MEMBER',
  preparedOn: '2022-10-03',
  status: 'DRAFT',
  version: 3,
};
const order = {
  orderId: 'o-ancenis',
  number: 'BC-0002',
  kind: 'ORDINARY',
  status: 'NOTIFIED',
  signedOn: '2022-10-03',
  notifiedOn: '2022-10-03',
};

function checkVersion(expectedVersion = 0): void {
  if (expectedVersion === draft.version) return;
  throw new RemoteProblem({
    code: 'DRAFT_STALE',
    kind: 'stale',
    message: 'Ce projet de commande a été modifié entre-temps : relisez-le avant de recommencer.',
    details: { version: draft.version, expectedVersion },
  });
}

/** Drafts and notices of anybody, at version 3: it judges nobody, and refuses what is stale. */
export const fakeOrderLife = {
  prepareDraft: async () => create(PrepareDraftResponseSchema, { draft }),
  listDrafts: async () => create(ListDraftsResponseSchema, { drafts: [draft] }),
  getDraft: async () => create(GetDraftResponseSchema, { draft }),
  changeDraft: async ({ expectedVersion, note = '' }) => {
    checkVersion(expectedVersion);
    return create(ChangeDraftResponseSchema, { draft: { ...draft, note, version: 4 } });
  },
  cancelDraft: async ({ expectedVersion }) => {
    checkVersion(expectedVersion);
    return create(CancelDraftResponseSchema, {
      draft: { ...draft, status: 'CANCELLED', version: 4 },
    });
  },
  signDraft: async ({ expectedVersion }) => {
    checkVersion(expectedVersion);
    return create(SignDraftResponseSchema, { order: { ...order, status: 'SIGNED' } });
  },
  listOrdersToAcknowledge: async () =>
    create(ListOrdersToAcknowledgeResponseSchema, {
      orders: [
        { membershipId: 'm-ancenis', organisationName: 'Ancenis', siren: '200083228', order },
      ],
    }),
  acknowledgeOrder: async () =>
    create(AcknowledgeOrderResponseSchema, {
      order: { ...order, status: 'ACKNOWLEDGED', acknowledgedOn: '2022-10-04' },
    }),
  getOrderPdf: async () =>
    create(GetOrderPdfResponseSchema, { fileName: 'bon.pdf', content: Buffer.from('%PDF-') }),
} satisfies Partial<ClientsOfVisitor['orderLife']>;
