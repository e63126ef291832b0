import { create } from '@bufbuild/protobuf';
import {
  AcceptSchoolTransferResponseSchema,
  CancelSchoolTransferResponseSchema,
  DeclineSchoolTransferResponseSchema,
  EndSchoolFinancingResponseSchema,
  FinanceSchoolResponseSchema,
  ListAuditEntriesResponseSchema,
  ListSchoolLinksResponseSchema,
  ListSchoolTransfersResponseSchema,
  ListTransfersOfMemberResponseSchema,
  PreviewSchoolTransferResponseSchema,
  PreviewTransferAcceptanceResponseSchema,
  TransferSchoolsResponseSchema,
} from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';

const link = {
  membershipId: 'm-ancenis',
  uai: '0440437L',
  period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
  state: 'CURRENT',
  insee: '44003',
};
const transfer = {
  transferId: 't-ancenis',
  marketCode: 'e-primo-2022',
  fromMembershipId: 'm-ancenis',
  fromName: 'Ancenis-Saint-Géréon',
  toMembershipId: 'm-vertou',
  toName: 'Vertou',
  uais: ['0440437L'],
  effectiveOn: '2022-11-01',
  document: { kind: 'DECISION', title: 'Délibération', datedOn: '2022-09-15' },
  proposedOn: '2022-10-03',
  seatsMissing: 15,
};
const preview = (missing: number) => ({
  ...(missing > 0 && {
    refusalCode: 'SEATS_MISSING',
    refusal: `Il manque ${missing} places.`,
  }),
  seats: [{ itemCode: 'ELEVE', label: 'Compte élève', moving: 20, held: 5, ordered: 10, missing }],
  seatsMissing: missing,
});

function seatsMissing(missing: number): RemoteProblem {
  return new RemoteProblem({
    code: 'SEATS_MISSING',
    kind: 'conflict',
    message: `Il manque ${missing} places au membre qui reçoit.`,
    details: { missing },
  });
}

/** 15 seats are missing for any transfer; it judges nobody. */
export const fakeSchools: Partial<ClientsOfVisitor['schools']> = {
  listSchoolLinks: async ({ membershipId = '', state = '' }) =>
    create(ListSchoolLinksResponseSchema, {
      schools: ['', 'CURRENT'].includes(state) ? [{ ...link, membershipId }] : [],
    }),
  endSchoolFinancing: async ({ uai = '', endsOn = '', reason = '' }) =>
    create(EndSchoolFinancingResponseSchema, {
      school: { ...link, uai, period: { startsOn: '2022-07-19', endsOn }, endReason: reason },
    }),
  previewSchoolTransfer: async () =>
    create(PreviewSchoolTransferResponseSchema, { preview: preview(15) }),
  previewTransferAcceptance: async ({ lines = [] }) => {
    const added = lines.reduce((sum, { delta = 0 }) => sum + delta, 0);
    return create(PreviewTransferAcceptanceResponseSchema, {
      preview: preview(added >= 15 ? 0 : 15 - added),
    });
  },
  transferSchools: async ({ idempotencyKey = '', propose = false }) => {
    if (!propose) throw seatsMissing(15);
    return create(TransferSchoolsResponseSchema, {
      transfer: { ...transfer, transferId: `t-${idempotencyKey}`, status: 'PROPOSED' },
    });
  },
  acceptSchoolTransfer: async ({ transferId = '', lines = [], confirmedSeatsMissing = 0 }) => {
    const added = lines.reduce((sum, { delta = 0 }) => sum + delta, 0);
    if (added + confirmedSeatsMissing < 15) throw seatsMissing(15 - added);
    return create(AcceptSchoolTransferResponseSchema, {
      transfer: { ...transfer, transferId, status: 'CARRIED_OUT', orderId: 'o-1' },
      warnings: ['80 % du maximum sont atteints.'],
    });
  },
  cancelSchoolTransfer: async ({ transferId = '' }) =>
    create(CancelSchoolTransferResponseSchema, {
      transfer: { ...transfer, transferId, status: 'CANCELLED' },
    }),
  declineSchoolTransfer: async ({ transferId = '' }) =>
    create(DeclineSchoolTransferResponseSchema, {
      transfer: { ...transfer, transferId, status: 'DECLINED' },
    }),
  listSchoolTransfers: async () =>
    create(ListSchoolTransfersResponseSchema, { transfers: [{ ...transfer, status: 'PROPOSED' }] }),
  listTransfersOfMember: async () =>
    create(ListTransfersOfMemberResponseSchema, {
      transfers: [{ ...transfer, status: 'PROPOSED' }],
    }),
};

export const fakeFinancing: Partial<ClientsOfVisitor['membership']> = {
  financeSchool: async ({ membershipId = '', uai = '', from = '' }) =>
    create(FinanceSchoolResponseSchema, {
      link: { membershipId, uai, period: { startsOn: from, endsOn: '2026-07-19' } },
    }),
};

/** The journal of whatever is asked. */
export const fakeAudit: Partial<ClientsOfVisitor['audit']> = {
  listAuditEntries: async ({ membershipId = '', marketCode = '', action = '' }) =>
    create(ListAuditEntriesResponseSchema, {
      entries: [
        {
          auditEntryId: 42n,
          recordedAt: '2022-10-03T08:00:00.000Z',
          businessDate: '2022-10-03',
          actor: 'u-1',
          action: action || 'order.signed',
          subject: membershipId === '' ? `market:${marketCode}` : `membership:${membershipId}`,
          restsOn: 'o-1',
          restsOnName: 'Bon de commande 1',
          onBehalfOf: 'org-1',
          onBehalfOfName: 'Vertou',
          details: JSON.stringify(membershipId === '' ? {} : { uai: '0440437L' }),
        },
      ],
      nextCursor: 'next',
    }),
};
