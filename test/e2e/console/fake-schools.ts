import type { AuditService, MembershipService, SchoolService } from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { Answers } from './fake-of.js';

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
export const fakeSchools: Answers<typeof SchoolService> = {
  listSchoolLinks: ({ membershipId, state }) => ({
    schools: ['', 'CURRENT'].includes(state) ? [{ ...link, membershipId }] : [],
  }),
  endSchoolFinancing: ({ uai, endsOn, reason }) => ({
    school: { ...link, uai, period: { startsOn: '2022-07-19', endsOn }, endReason: reason },
  }),
  previewSchoolTransfer: () => ({ preview: preview(15) }),
  previewTransferAcceptance: ({ lines }) => {
    const added = lines.reduce((sum, { delta }) => sum + delta, 0);
    return {
      preview: preview(added >= 15 ? 0 : 15 - added),
    };
  },
  transferSchools: ({ idempotencyKey, propose }) => {
    if (!propose) throw seatsMissing(15);
    return {
      transfer: { ...transfer, transferId: `t-${idempotencyKey}`, status: 'PROPOSED' },
    };
  },
  acceptSchoolTransfer: ({ transferId, lines, confirmedSeatsMissing }) => {
    const added = lines.reduce((sum, { delta }) => sum + delta, 0);
    if (added + confirmedSeatsMissing < 15) throw seatsMissing(15 - added);
    return {
      transfer: { ...transfer, transferId, status: 'CARRIED_OUT', orderId: 'o-1' },
      warnings: ['80 % du maximum sont atteints.'],
    };
  },
  cancelSchoolTransfer: ({ transferId }) => ({
    transfer: { ...transfer, transferId, status: 'CANCELLED' },
  }),
  declineSchoolTransfer: ({ transferId }) => ({
    transfer: { ...transfer, transferId, status: 'DECLINED' },
  }),
  listSchoolTransfers: () => ({ transfers: [{ ...transfer, status: 'PROPOSED' }] }),
  listTransfersOfMember: () => ({
    transfers: [{ ...transfer, status: 'PROPOSED' }],
  }),
};

export const fakeFinancing: Answers<typeof MembershipService> = {
  financeSchool: ({ membershipId, uai, from }) => ({
    link: { membershipId, uai, period: { startsOn: from, endsOn: '2026-07-19' } },
  }),
};

/** The journal of whatever is asked. */
export const fakeAudit: Answers<typeof AuditService> = {
  listAuditEntries: ({ membershipId, marketCode, action }) => ({
    entries: [
      {
        auditEntryId: 42n,
        recordedAt: '2022-10-03T08:00:00.000Z',
        businessDate: '2022-10-03',
        actor: 'u-1',
        carrier: 'player',
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
