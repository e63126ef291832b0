import { localDate } from '#libs/time';
import {
  decideProposal,
  type Proposal,
  type ProposalAnswer,
  proposalExpiresOn,
  proposalState,
} from './proposal.js';

const proposedOn = localDate('2022-09-01');
const proposal: Proposal = {
  ...{ proposalId: 'p-1', marketCode: 'm-1', kind: 'PRICES', subject: 'bpu', content: {} },
  ...{ paper: undefined, digest: 'd'.repeat(64), proposedBy: 'supplier-1', proposedOn },
  ...{ expiresOn: proposalExpiresOn(proposedOn), decision: undefined },
};
const lastDay = localDate('2022-10-30');
const answer: ProposalAnswer = {
  ...{ outcome: 'APPROVED', digest: proposal.digest, by: 'coordinator-1', reason: '' },
};

test('another person approves what he has read, until the last day', () => {
  expect(decideProposal(proposal, answer, lastDay)).toEqual({
    ...{ outcome: 'APPROVED', decidedBy: 'coordinator-1', decidedOn: lastDay, reason: '' },
  });
});

test('the proposer takes back, and says why or not', () => {
  const own = { ...answer, outcome: 'WITHDRAWN', by: 'supplier-1' } as const;
  expect(decideProposal(proposal, own, proposedOn)).toMatchObject({ outcome: 'WITHDRAWN' });
});

test.each<[string, string, Partial<ProposalAnswer>, Partial<Proposal>?, string?]>([
  ['the proposer approves', 'PROPOSAL_OWN', { by: 'supplier-1' }],
  ['the proposer rejects', 'PROPOSAL_OWN', { by: 'supplier-1', outcome: 'REJECTED' }],
  ['another takes back', 'PROPOSAL_OF_ANOTHER', { outcome: 'WITHDRAWN' }],
  ['something else was read', 'PROPOSAL_CHANGED', { digest: 'e'.repeat(64) }],
  ['nothing was read', 'PROPOSAL_CHANGED', { digest: '' }],
  ['no reason to reject', 'PROPOSAL_REASON_MISSING', { outcome: 'REJECTED', reason: ' ' }],
  ['the day after the last', 'PROPOSAL_EXPIRED', {}, {}, '2022-10-31'],
  [
    'decided already',
    'PROPOSAL_DECIDED',
    {},
    {
      decision: { outcome: 'REJECTED', decidedBy: 'c-2', decidedOn: proposedOn, reason: 'Non.' },
    },
  ],
])('%s: %s', (_name, code, over, of = {}, on = '2022-09-02') => {
  expect(() =>
    decideProposal({ ...proposal, ...of }, { ...answer, ...over }, localDate(on)),
  ).toThrow(expect.objectContaining({ code }));
});

test('it is open, decided or expired', () => {
  const decision = decideProposal(proposal, answer, lastDay);
  expect([
    proposalState(proposal, lastDay),
    proposalState(proposal, proposal.expiresOn),
    proposalState({ ...proposal, decision }, proposal.expiresOn),
  ]).toEqual(['OPEN', 'EXPIRED', 'APPROVED']);
});
