import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { EndSchoolFinancingRequest, ListSchoolLinksRequest } from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { parseUai } from '#libs/identifiers';
import { type Caller, CurrentCaller } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { localDate } from '#libs/time';
import { GovernanceInputInvalid } from '../../governance-input.js';
import { parseLinkEndReason } from './domain/link-end.js';
import { EndSchoolFinancing } from './end-school-financing.js';
import { ListSchoolsFinanced } from './list-schools-financed.js';
import { parseLinkState, toFinancedSchool } from './school-links.dto.js';

/** Schools financed as people look at them, and how a link ends (SCH-1). */
@Controller()
export class SchoolLinksRpc {
  constructor(
    private readonly listUseCase: ListSchoolsFinanced,
    private readonly endUseCase: EndSchoolFinancing,
    private readonly businessDate: BusinessDate,
  ) {}

  @GrpcMethod('SchoolService', 'ListSchoolLinks')
  async listSchoolLinks(
    @Payload() { membershipId, state, page }: ListSchoolLinksRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const today = await this.businessDate.today();
    const limit = pageLimitOf(page?.limit);
    const cursor = decodeCursor(page?.cursor, 2);
    const is = parseLinkState(state);
    const found = await this.listUseCase.execute({
      membershipId,
      after: cursor && [String(cursor[0]), localDate(String(cursor[1]))],
      limit,
      ...(is === undefined ? {} : { state: { is, on: today } }),
      caller,
    });
    const { rows, nextCursor } = pageOf(found, limit, (link) => [link.uai, link.startsOn]);
    return { links: rows.map((link) => toFinancedSchool(link, today)), page: { nextCursor } };
  }

  @GrpcMethod('SchoolService', 'EndSchoolFinancing')
  async endSchoolFinancing(
    @Payload() request: EndSchoolFinancingRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const key = request.idempotencyKey.trim();
    if (key === '' || key.length > 200) {
      throw new GovernanceInputInvalid('Indiquez une clé d’idempotence de 1 à 200 caractères.');
    }
    const reason = parseLinkEndReason(request.reason);
    const link = await this.endUseCase.execute({
      idempotencyKey: key,
      membershipId: request.membershipId,
      uai: parseUai(request.uai),
      endsOn: localDate(request.endsOn),
      reason,
      documentId: request.documentId,
      caller,
    });
    const today = await this.businessDate.today();
    return { link: toFinancedSchool({ ...link, endReason: reason, recordedOn: '' }, today) };
  }
}
