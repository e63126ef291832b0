import { Controller } from '@nestjs/common';
import {
  BillingService,
  type GetBillingTermsRequest,
  type ListBillingTermsRequest,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { localDate } from '#libs/time';
import type { BillingTerms } from './billing-terms-of-members.pg.js';
import { ViewBillingTerms } from './view-billing-terms.js';

const termsMax = 2_000;

@Controller()
export class BillingTermsRpc {
  constructor(private readonly terms: ViewBillingTerms) {}

  @Answers(BillingService.method.getBillingTerms)
  async get({ membershipId, on }: GetBillingTermsRequest, caller: Caller) {
    const found = await this.terms.ofMember(caller, membershipId, dayOf(on));
    return { on: found.on, terms: toMessage(found.terms) };
  }

  @Answers(BillingService.method.listBillingTerms)
  async list({ marketCode, on, lacking }: ListBillingTermsRequest, caller: Caller) {
    const asked = { marketCode, on: dayOf(on), lacking };
    const found = await this.terms.ofMarket(caller, asked);
    const terms = found.terms.slice(0, termsMax).map(toMessage);
    return { on: found.on, total: found.terms.length, terms };
  }
}

const dayOf = (on: string) => (on === '' ? undefined : localDate(on));

function toMessage({ buyer, validFrom, missing, ...terms }: BillingTerms) {
  const { recipientSiret, serviceCode, purchaseOrderNumber, marketNumber } = buyer;
  return {
    ...{ membershipId: terms.membershipId, marketCode: terms.marketCode, rhythm: terms.rhythm },
    organisationId: buyer.organisationId,
    organisationName: buyer.name,
    recipient: { siret: recipientSiret, serviceCode, purchaseOrderNumber, marketNumber },
    validFrom: validFrom ?? '',
    missing: [...missing],
    reminders: terms.reminders.map((one) => ({ ...one, missing: [...one.missing] })),
  };
}
