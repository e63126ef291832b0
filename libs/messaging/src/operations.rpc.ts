import { Controller } from '@nestjs/common';
import {
  type AcknowledgeForeignRequest,
  type FindTracesRequest,
  type GetFactDigestRequest,
  type ListForeignRequest,
  type GoOnRequest,
  type ListParkedRequest,
  type DecideBreaksRequest,
  type DecideSkipRequest,
  type ListUnsentRequest,
  OperationsService,
  type RaiseGenerationRequest,
  type ReadAgainRequest,
  type ProposeBreaksRequest,
  type ProposeSkipRequest,
  type ReleaseParkedRequest,
  type ShowParkedRequest,
  type TellPersonalDataRequest,
} from '#libs/contracts';
import { type Caller, marketsOf } from '#libs/identity';
import { CheckSeals, sayFinding } from '#libs/persistence';
import { Answers } from '#libs/rpc';
import { AcknowledgeBreaks, type BreaksProposal } from './acknowledge-breaks.js';
import { ArchivedFacts } from './archived-facts.js';
import { ForeignRecords } from './foreign-records.js';
import { MessagingStatus } from './messaging-status.js';
import { ParkedEvents, type ParkedEventRow } from './parked-events.js';
import { PersonalDataOfService } from './personal-data.js';
import { PositionDecisions } from './position-decisions.js';
import { ServiceName } from './service-name.js';
import { proposalOutcomeOf, SkipParked, type SkipProposal } from './skip-parked.js';
import { StateDigests } from './state-digests.js';
import { Traces } from './traces.js';
import { UnsentKeys } from './unsent-keys.js';

/** What every service answers about itself, for the command line, the demo and the quiet check (MKT-4). */
@Controller()
export class OperationsRpc {
  constructor(
    private readonly service: ServiceName,
    private readonly status: MessagingStatus,
    private readonly parked: ParkedEvents,
    private readonly skips: SkipParked,
    private readonly unsent: UnsentKeys,
    private readonly decisions: PositionDecisions,
    private readonly states: StateDigests,
    private readonly checkSeals: CheckSeals,
    private readonly traces: Traces,
    private readonly breaks: AcknowledgeBreaks,
    private readonly personalData: PersonalDataOfService,
    private readonly foreign: ForeignRecords,
    private readonly archivedFacts: ArchivedFacts,
  ) {}

  @Answers(OperationsService.method.getStatus)
  async getStatus() {
    const figures = await this.status.read();
    return {
      service: this.service.name,
      businessDate: figures.businessDate ?? '',
      outboxPending: figures.outboxPending,
      consumerLag: figures.consumerLag,
      workPending: figures.workPending,
      topics: figures.topics.map(({ lag: _lag, partitions: _partitions, ...counts }) => counts),
      produced: [...figures.produced],
    };
  }

  @Answers(OperationsService.method.digestStates)
  async digestStates() {
    return { states: await this.states.read() };
  }

  @Answers(OperationsService.method.findTraces)
  async findTraces({ ids }: FindTracesRequest) {
    const { traces, tables, unread } = await this.traces.find(ids);
    return { traces: [...traces], tables, unread: [...unread] };
  }

  @Answers(OperationsService.method.tellPersonalData)
  async tellPersonalData(person: TellPersonalDataRequest) {
    const { tables, accountIds = [] } = await this.personalData.of(person);
    return {
      accountIds: [...accountIds],
      tables: tables.map(({ rows, columns, ...table }) => ({
        ...table,
        columns: [...columns],
        rows: rows.map((cells) => ({ cells: [...cells] })),
      })),
    };
  }

  @Answers(OperationsService.method.verifyAudit)
  async verifyAudit() {
    const { books, anchors, breaks, findings } = await this.checkSeals.execute();
    return {
      books: [...books],
      anchors,
      breaks: breaks.map(({ subject: chain, from, day, proposalId }) => {
        return { chain, from, day, proposalId };
      }),
      findings: findings.map((finding) => ({
        ...finding,
        position: finding.seal ?? 0,
        text: sayFinding(finding),
      })),
    };
  }

  @Answers(OperationsService.method.showBreaks)
  async showBreaks() {
    const { breaks, proposal } = await this.breaks.show();
    return {
      ...shownBreaks(breaks),
      ...(proposal && { proposal: toBreaksProposal(proposal) }),
    };
  }

  @Answers(OperationsService.method.proposeBreaks)
  async proposeBreaks({ reason }: ProposeBreaksRequest, caller: Caller) {
    return { proposal: toBreaksProposal(await this.breaks.propose(reason, caller)) };
  }

  @Answers(OperationsService.method.decideBreaks)
  async decideBreaks({ proposalId, digest, outcome, reason }: DecideBreaksRequest, caller: Caller) {
    const answer = { digest, outcome: proposalOutcomeOf(outcome), reason };
    return { proposal: toBreaksProposal(await this.breaks.decide(proposalId, answer, caller)) };
  }

  @Answers(OperationsService.method.listParked)
  async listParked({ limit, afterId }: ListParkedRequest, caller: Caller) {
    const markets = marketsOf(caller);
    const rows = await this.parked.list(limit === 0 ? 50 : limit, afterId, { markets });
    return { events: rows.map(toResponse) };
  }

  @Answers(OperationsService.method.releaseParked)
  async releaseParked({ topic, key }: ReleaseParkedRequest, caller: Caller) {
    const of = {
      ...(topic === '' ? {} : { topic }),
      ...(key === '' ? {} : { key }),
      markets: marketsOf(caller),
    };
    const { released, stillParked } = await this.parked.release(of, caller);
    return { released: BigInt(released), stillParked: BigInt(stillParked) };
  }

  @Answers(OperationsService.method.showParked)
  async showParked({ id }: ShowParkedRequest, caller: Caller) {
    const { event, proposal } = await this.skips.show(id, caller);
    return {
      event: toResponse(event),
      headers: { ...event.headers },
      firstId: event.firstId,
      behind: event.behind,
      membershipIds: [...event.memberships],
      ...(proposal && { proposal: toSkip(proposal) }),
    };
  }

  @Answers(OperationsService.method.proposeSkip)
  async proposeSkip({ id, reason }: ProposeSkipRequest, caller: Caller) {
    return { proposal: toSkip(await this.skips.propose(id, reason, caller)) };
  }

  @Answers(OperationsService.method.decideSkip)
  async decideSkip({ proposalId, digest, outcome, reason }: DecideSkipRequest, caller: Caller) {
    const answer = { digest, outcome: proposalOutcomeOf(outcome), reason };
    return { proposal: toSkip(await this.skips.decide(proposalId, answer, caller)) };
  }

  @Answers(OperationsService.method.listForeign)
  async listForeign({ limit }: ListForeignRequest) {
    const { stretches, total } = await this.foreign.list(limit === 0 ? 50 : limit);
    return {
      total,
      records: stretches.map(({ type, setAsideAt, ...row }) => ({
        ...row,
        type: type ?? '',
        setAsideAt: setAsideAt.toISOString(),
      })),
    };
  }

  @Answers(OperationsService.method.acknowledgeForeign)
  async acknowledgeForeign({ throughId, reason }: AcknowledgeForeignRequest, { userId }: Caller) {
    return { records: await this.foreign.acknowledge(throughId, { userId, reason }) };
  }

  @Answers(OperationsService.method.getFactDigest)
  async getFactDigest({ topic, partition, seq }: GetFactDigestRequest) {
    const digest = await this.archivedFacts.digest({ topic, partition }, seq);
    return { digest: digest ?? '' };
  }

  @Answers(OperationsService.method.listUnsent)
  async listUnsent({ limit }: ListUnsentRequest) {
    const [keys, { outboxPending }] = await Promise.all([
      this.unsent.list(limit === 0 ? 50 : limit),
      this.status.ownFigures(),
    ]);
    return {
      outboxPending,
      keys: keys.map(({ key, since, nextTryAt, ...found }) => ({
        ...found,
        key: key ?? '',
        since: since.toISOString(),
        nextTryAt: nextTryAt.toISOString(),
      })),
    };
  }

  @Answers(OperationsService.method.listPositions)
  async listPositions() {
    const [positions, incarnations, signingKeys, calendar] = await Promise.all([
      this.decisions.positions(),
      this.decisions.incarnations(),
      this.decisions.signingKeys(),
      this.decisions.calendar(),
    ]);
    return {
      ...calendar,
      positions: positions.map(({ epoch, stopped, movedAt, ...row }) => ({
        ...row,
        epoch: epoch ?? 0n,
        stopped: stopped ?? '',
        movedAt: movedAt.toISOString(),
      })),
      incarnations: incarnations.map(({ parentEpoch, since, ...row }) => ({
        ...row,
        parentEpoch: parentEpoch ?? 0n,
        since: since.toISOString(),
      })),
      signingKeys: signingKeys.map(({ since, ...row }) => ({ ...row, since: since.toISOString() })),
    };
  }

  @Answers(OperationsService.method.goOn)
  async goOn({ reason, keepNumbers, ...of }: GoOnRequest, { userId }: Caller) {
    const by = { userId, reason };
    const decided = keepNumbers ? this.decisions.rejoin(of, by) : this.decisions.goOn(of, by);
    return { partitions: await decided };
  }

  @Answers(OperationsService.method.readAgain)
  async readAgain({ reason, ...of }: ReadAgainRequest, { userId }: Caller) {
    return { partitions: await this.decisions.readAgain(of, { userId, reason }) };
  }

  @Answers(OperationsService.method.raiseGeneration)
  async raiseGeneration({ reason }: RaiseGenerationRequest, { userId }: Caller) {
    return { generation: await this.decisions.raiseGeneration({ userId, reason }) };
  }

  @Answers(OperationsService.method.retryUnsent)
  async retryUnsent() {
    return { retried: await this.unsent.retry() };
  }
}

const toResponse = ({ parkedAt, key, type, marketCode, ...row }: ParkedEventRow) => ({
  id: row.id,
  topic: row.topic,
  partition: row.partition,
  offset: row.offset,
  cause: row.cause,
  causeDetail: row.causeDetail,
  key: key ?? '',
  type: type ?? '',
  marketCode: marketCode ?? '',
  parkedAt: parkedAt.toISOString(),
});

const toSkip = ({ content, decision, ...proposal }: SkipProposal) => ({
  proposalId: proposal.proposalId,
  digest: proposal.digest,
  at: content.at,
  key: content.key,
  type: content.type,
  cause: content.cause,
  reason: content.reason,
  membershipIds: content.memberships,
  behind: content.behind,
  proposedBy: proposal.proposedBy,
  proposedOn: proposal.proposedOn,
  expiresOn: proposal.expiresOn,
  outcome: decision?.outcome ?? '',
  decidedBy: decision?.decidedBy ?? '',
});

const shownBreaks = (breaks: BreaksProposal['content']['breaks']) => ({
  chains: breaks.length,
  breaks: breaks.slice(0, 50).map(({ chain, from, endsAt }) => ({ chain, from, endsAt })),
});

const toBreaksProposal = ({ content, decision, ...proposal }: BreaksProposal) => ({
  ...{ proposalId: proposal.proposalId, digest: proposal.digest, reason: content.reason },
  ...{ restoredAt: content.restoredAt, backup: content.backup, ...shownBreaks(content.breaks) },
  ...{ proposedBy: proposal.proposedBy, proposedOn: proposal.proposedOn },
  ...{ expiresOn: proposal.expiresOn, outcome: decision?.outcome ?? '' },
  decidedBy: decision?.decidedBy ?? '',
});
