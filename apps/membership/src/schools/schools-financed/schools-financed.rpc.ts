import { Controller } from '@nestjs/common';
import {
  type EndSchoolFinancingRequest,
  type FinanceSchoolRequest,
  type FindFinancersRequest,
  type ListSchoolLinksRequest,
  type ListSchoolsFinancedRequest,
  MembershipService,
  plain,
  SchoolService,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import { parseInseeCode, type Uai } from '#libs/identifiers';
import type { Caller } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { Answers } from '#libs/rpc';
import type { LocalDate } from '#libs/time';
import type { LinkEndReason, SchoolLink } from './domain/financing.js';
import { EndSchoolFinancing } from './end-school-financing.js';
import { FinanceSchool } from './finance-school.js';
import { FindFinancers } from './find-financers.js';
import { ListSchoolsFinanced } from './list-schools-financed.js';
import type { LinkState, SchoolLinkView } from './schools-financed.pg.js';

/** Which schools a membership finances, how a link begins and ends (SCH-1). */
@Controller()
export class SchoolsFinancedRpc {
  constructor(
    private readonly finance: FinanceSchool,
    private readonly endFinancing: EndSchoolFinancing,
    private readonly schools: ListSchoolsFinanced,
    private readonly findFinancers: FindFinancers,
    private readonly businessDate: BusinessDate,
  ) {}

  @Answers(MembershipService.method.financeSchool)
  async financeSchool(request: FinanceSchoolRequest, caller: Caller) {
    const { insee, ...asked } = plain(request);
    const link = await this.finance.execute({
      ...asked,
      uai: asked.uai as Uai,
      from: asked.from as LocalDate,
      ...(insee === '' ? {} : { insee: parseInseeCode(insee) }),
      caller,
    });
    return { link: toLinkMessage(link) };
  }

  @Answers(MembershipService.method.listSchoolsFinanced)
  async listSchoolsFinanced({ membershipId, ...page }: ListSchoolsFinancedRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['text', 'day'],
      (part) => this.schools.execute({ membershipId, ...part, caller }),
      (link) => [link.uai, link.startsOn],
    );
    return { links: rows.map(toLinkMessage), nextCursor };
  }

  @Answers(SchoolService.method.listSchoolLinks)
  async listSchoolLinks({ membershipId, state, ...page }: ListSchoolLinksRequest, caller: Caller) {
    const today = await this.businessDate.today();
    const only = state === '' ? {} : { state: { is: state as LinkState, on: today } };
    const { rows, nextCursor } = await readPage(
      page,
      ['text', 'day'],
      (part) => this.schools.execute({ membershipId, ...only, ...part, caller }),
      (link) => [link.uai, link.startsOn],
    );
    return { schools: rows.map((link) => toFinancedSchool(link, today)), nextCursor };
  }

  @Answers(SchoolService.method.findFinancers)
  async financers({ uais, on }: FindFinancersRequest, caller: Caller) {
    const day = on === '' ? await this.businessDate.today() : (on as LocalDate);
    return { financers: await this.findFinancers.execute({ uais, on: day, caller }) };
  }

  @Answers(SchoolService.method.endSchoolFinancing)
  async endSchoolFinancing(request: EndSchoolFinancingRequest, caller: Caller) {
    const reason = request.reason as LinkEndReason;
    const link = await this.endFinancing.execute({
      ...plain(request),
      uai: request.uai as Uai,
      endsOn: request.endsOn as LocalDate,
      reason,
      caller,
    });
    const today = await this.businessDate.today();
    return { school: toFinancedSchool({ ...link, endReason: reason, recordedOn: '' }, today) };
  }
}

function toLinkMessage({ membershipId, uai, startsOn, endsOn }: SchoolLink) {
  return { membershipId, uai, period: { startsOn, endsOn } };
}

function stateOn({ startsOn, endsOn }: SchoolLink, day: LocalDate): LinkState {
  if (startsOn === endsOn) return 'NONE';
  if (endsOn <= day) return 'PAST';
  return startsOn <= day ? 'CURRENT' : 'FUTURE';
}

/** `recordedOn` empty: not read again. */
function toFinancedSchool(
  link: Omit<SchoolLinkView, 'recordedOn'> & { readonly recordedOn: LocalDate | '' },
  today: LocalDate,
) {
  const { startsOn, endsOn, ...shown } = link;
  return { ...shown, period: { startsOn, endsOn }, state: stateOn(link, today) };
}
