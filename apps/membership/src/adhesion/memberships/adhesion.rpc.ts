import { Controller } from '@nestjs/common';
import {
  AdhesionService,
  type AdmitLateApplicationRequest,
  type GetApplicationRequest,
  type ListApplicationsRequest,
  type ListUnsignedMembersRequest,
  plain,
  type RecordSignedConventionRequest,
  type RefuseApplicationRequest,
} from '#libs/contracts';
import { pageLimitMax, readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { AdmitLateApplication } from './admit-late-application.js';
import type { MembershipStatus } from './domain/membership.js';
import { type ApplicationView, ListApplications } from './list-applications.js';
import { RecordSignedConvention } from './record-signed-convention.js';
import { RefuseApplication } from './refuse-application.js';
import type { AdmissionReason, RefusalReason } from './domain/application-decision.js';

@Controller()
export class AdhesionRpc {
  constructor(
    private readonly applications: ListApplications,
    private readonly admitLateApplicationUseCase: AdmitLateApplication,
    private readonly refuseApplicationUseCase: RefuseApplication,
    private readonly recordSignedConventionUseCase: RecordSignedConvention,
  ) {}

  @Answers(AdhesionService.method.listApplications)
  async listApplications(
    { marketCode, status, awaitingOnly, ...page }: ListApplicationsRequest,
    caller: Caller,
  ) {
    const only = status === '' ? {} : { status: status as MembershipStatus };
    const { rows, nextCursor } = await readPage(
      page,
      ['text', 'text'],
      (part) => this.applications.list({ marketCode, awaitingOnly, ...only, ...part, caller }),
      (row) => [row.organisation.name, row.membershipId],
    );
    return { applications: rows.map(toApplicationMessage), nextCursor };
  }

  @Answers(AdhesionService.method.getApplication)
  async getApplication({ membershipId }: GetApplicationRequest, caller: Caller) {
    const view = await this.applications.find({ membershipId, caller });
    return { application: toApplicationMessage(view) };
  }

  @Answers(AdhesionService.method.admitLateApplication)
  admitLateApplication(request: AdmitLateApplicationRequest, caller: Caller) {
    return this.admitLateApplicationUseCase.execute({ ...fromAdmission(request), caller });
  }

  @Answers(AdhesionService.method.refuseApplication)
  refuseApplication(request: RefuseApplicationRequest, caller: Caller) {
    return this.refuseApplicationUseCase.execute({ ...fromRefusal(request), caller });
  }

  @Answers(AdhesionService.method.recordSignedConvention)
  recordSignedConvention(request: RecordSignedConventionRequest, caller: Caller) {
    return this.recordSignedConventionUseCase.execute({ ...plain(request), caller });
  }

  @Answers(AdhesionService.method.listUnsignedMembers)
  async listUnsignedMembers({ marketCode }: ListUnsignedMembersRequest, caller: Caller) {
    const members = await this.applications.unsigned({ marketCode, caller });
    return { members: members.slice(0, pageLimitMax), total: members.length };
  }
}

// The contract's bounds hold by now: reasons are those that exist.
function fromAdmission(request: AdmitLateApplicationRequest) {
  const { reasonCode, ...rest } = plain(request);
  return { ...rest, reason: reasonCode as AdmissionReason };
}
function fromRefusal(request: RefuseApplicationRequest) {
  const { reasonCode, ...rest } = plain(request);
  return { ...rest, reason: reasonCode as RefusalReason };
}

function toApplicationMessage(view: ApplicationView) {
  const { letter, timeliness, refusalReasons, ...application } = view;
  return {
    ...application,
    letterNumber: letter.number,
    sentOn: letter.sentOn,
    receivedOn: letter.receivedOn,
    verdict: timeliness.verdict,
    reasons: application.status === 'REFUSED' ? refusalReasons : timeliness.reasons,
  };
}
