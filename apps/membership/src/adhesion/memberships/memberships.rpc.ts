import { Controller } from '@nestjs/common';
import {
  type AcceptApplicationRequest,
  type ActivateMembershipRequest,
  type ApplyForMembershipRequest,
  type ChooseBillingRhythmRequest,
  type GetMembershipRequest,
  type ListMembershipsRequest,
  MembershipService,
  OrganisationService,
  plain,
  type RecordChorusProRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { annexe2Reference } from '../commitments/commitments.module.js';
import type { LocalDate } from '#libs/time';
import {
  fromChorusPro,
  fromOrganisationMessage,
  fromRhythm,
  ViewOrganisationFile,
} from '../../organisations/organisations.module.js';
import { AcceptApplication } from './accept-application.js';
import { ActivateMembership } from './activate-membership.js';
import { ApplyForMembership } from './apply-for-membership.js';
import { ChooseBillingRhythm } from './choose-billing-rhythm.js';
import { ListMemberships } from './list-memberships.js';
import type { MembershipView } from './membership-views.pg.js';
import { RecordChorusPro } from './record-chorus-pro.js';

@Controller()
export class MembershipsRpc {
  constructor(
    private readonly applyForMembershipUseCase: ApplyForMembership,
    private readonly acceptApplicationUseCase: AcceptApplication,
    private readonly activateMembershipUseCase: ActivateMembership,
    private readonly memberships: ListMemberships,
    private readonly recordChorusProUseCase: RecordChorusPro,
    private readonly chooseBillingRhythmUseCase: ChooseBillingRhythm,
    private readonly files: ViewOrganisationFile,
  ) {}

  @Answers(MembershipService.method.applyForMembership)
  applyForMembership(request: ApplyForMembershipRequest, caller: Caller) {
    return this.applyForMembershipUseCase.execute({
      idempotencyKey: request.idempotencyKey,
      marketCode: request.marketCode,
      organisation: fromOrganisationMessage(request.organisation),
      letter: {
        number: request.letterNumber,
        sentOn: request.sentOn as LocalDate,
        receivedOn: request.receivedOn as LocalDate,
      },
      documents: request.documents.map((stated) => ({ ...plain(stated), sha256: '' })),
      documentIds: request.documentIds,
      caller,
    });
  }

  @Answers(MembershipService.method.acceptApplication)
  acceptApplication({ membershipId }: AcceptApplicationRequest, caller: Caller) {
    return this.acceptApplicationUseCase.execute({ membershipId, caller });
  }

  @Answers(MembershipService.method.activateMembership)
  async activateMembership({ membershipId }: ActivateMembershipRequest, caller: Caller) {
    await this.activateMembershipUseCase.execute({ membershipId, caller });
    return this.shown(membershipId, caller);
  }

  @Answers(OrganisationService.method.recordChorusPro)
  async recordChorusPro(request: RecordChorusProRequest, caller: Caller) {
    await this.recordChorusProUseCase.execute({ ...fromChorusPro(request), caller });
    const { marketCode, organisationId } = request;
    return { file: await this.files.find({ marketCode, organisationId, caller }) };
  }

  @Answers(OrganisationService.method.chooseBillingRhythm)
  async chooseBillingRhythm(request: ChooseBillingRhythmRequest, caller: Caller) {
    await this.chooseBillingRhythmUseCase.execute({ ...fromRhythm(request), caller });
    const { marketCode, organisationId } = request;
    return { file: await this.files.find({ marketCode, organisationId, caller }) };
  }

  @Answers(MembershipService.method.getMembership)
  getMembership({ membershipId }: GetMembershipRequest, caller: Caller) {
    return this.shown(membershipId, caller);
  }

  @Answers(MembershipService.method.listMemberships)
  async listMemberships(
    { marketCode, organisationId, ...page }: ListMembershipsRequest,
    caller: Caller,
  ) {
    const { rows, nextCursor } = await readPage(
      page,
      ['text', 'text'],
      (part) => this.memberships.list({ marketCode, organisationId, ...part, caller }),
      (row) => [row.organisation.name, row.membershipId],
    );
    return { memberships: rows.map(toMembershipMessage), nextCursor };
  }

  private async shown(membershipId: string, caller: Caller) {
    const found = await this.memberships.find({ membershipId, caller });
    return { membership: toMembershipMessage(found) };
  }
}

function toMembershipMessage(view: MembershipView) {
  const { startsOn, endsOn, version, annexe2, ...shown } = view;
  return {
    ...shown,
    period: { startsOn, endsOn },
    membershipVersion: version,
    ...(annexe2 ? { annexe2: annexe2Reference(annexe2) } : {}),
  };
}
