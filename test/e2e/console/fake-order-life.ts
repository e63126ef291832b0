import type { OrderLifeService } from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { Answers } from './fake-of.js';

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
  prepareDraft: () => ({ draft }),
  listDrafts: () => ({ drafts: [draft] }),
  getDraft: () => ({ draft }),
  changeDraft: ({ expectedVersion, note }) => {
    checkVersion(expectedVersion);
    return { draft: { ...draft, note, version: 4 } };
  },
  cancelDraft: ({ expectedVersion }) => {
    checkVersion(expectedVersion);
    return {
      draft: { ...draft, status: 'CANCELLED', version: 4 },
    };
  },
  signDraft: ({ expectedVersion }) => {
    checkVersion(expectedVersion);
    return { order: { ...order, status: 'SIGNED' } };
  },
  listOrdersToAcknowledge: () => ({
    orders: [{ membershipId: 'm-ancenis', organisationName: 'Ancenis', siren: '200083228', order }],
  }),
  acknowledgeOrder: () => ({
    order: { ...order, status: 'ACKNOWLEDGED', acknowledgedOn: '2022-10-04' },
  }),
  getOrderPdf: () => ({ fileName: 'bon.pdf', content: Buffer.from('%PDF-') }),
} satisfies Answers<typeof OrderLifeService>;
