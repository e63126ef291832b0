import type { MarketService } from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { Answers } from './fake-of.js';

const code = 'e-primo-2022';

/** Membership's answers about markets, as trusting as they could be. */
export const fakeMarkets: Answers<typeof MarketService> = {
  listMarkets: () => ({ markets: [{ code, version: 2, inForce: true }] }),
  getMarketSchema: () => ({ jsonSchema: '{"type":"object"}' }),
  showMarket: ({ marketCode: asked, version }) => ({
    market: {
      code: asked,
      version: version || 2,
      endsOn: '2026-07-19',
      terms: '{"supplier":{"name":"Titulaire"}}',
      effective: { planned: '2022-07-19', actual: '2022-07-19' },
      notification: { planned: '2022-04-08' },
      inForce: true,
    },
  }),
  listMarketVersions: () => ({
    versions: [
      {
        version: 2,
        cause: 'AMENDED',
        amendmentNumber: 'n° 1',
        document: { kind: 'AMENDMENT', title: 'Avenant n° 1', datedOn: '2023-05-28' },
        changes: [{ path: 'supplier.iban', before: '"a"', after: '"b"' }],
      },
      { version: 1, cause: 'LOADED' },
    ],
  }),
  whatIsDue: ({ horizonDays }) => ({
    today: '2022-10-03',
    due: [{ kind: 'CONTRACT_YEAR', on: '2023-07-19', certainty: 'ACTUAL', daysLeft: horizonDays }],
  }),
  importMarket: ({ content, dryRun }) =>
    content === 'faux'
      ? { mistakes: ['code : à renseigner', 'supplier.siret : ce n’est pas un SIRET'] }
      : { marketCode: code, written: !dryRun, version: 1 },
  fixDate: ({ marketCode }) => ({ market: { code: marketCode } }),
  proposeAmendment: ({ number, signedOn, effectiveOn, dryRun }) => {
    if (effectiveOn < '2023-04-19') {
      throw new RemoteProblem({
        code: 'AMENDMENT_TOUCHES_INVOICED_DAYS',
        kind: 'conflict',
        message: 'Des jours sont déjà facturés jusqu’au 18 avril 2023 inclus.',
        details: { invoicedUntil: '2023-04-19' },
      });
    }
    const proposalId = dryRun ? '' : 'p-1';
    return { proposal: { proposalId, number, amendment: { signedOn, effectiveOn } } };
  },
  listAmendmentProposals: () => ({ proposals: [{ proposalId: 'p-1', state: 'OPEN' }] }),
  getAmendmentProposal: ({ proposalId }) => ({
    proposal: { proposalId, digest: 'd', amendment: { changes: [{ path: 'supplier.iban' }] } },
  }),
  approveAmendment: ({ proposalId }) => ({ proposal: { proposalId, state: 'APPROVED' } }),
  rejectAmendment: ({ proposalId, reason }) => ({
    proposal: { proposalId, state: 'REJECTED', reason },
  }),
  withdrawAmendment: ({ proposalId }) => ({ proposal: { proposalId, state: 'WITHDRAWN' } }),
  listAmendments: () => ({
    amendments: [{ amendmentId: 'am-1', number: 'n° 1', version: 2, effectiveOn: '2022-08-01' }],
  }),
};
