import { Injectable } from '@nestjs/common';
import type { OpenTenderRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Documents } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { Markets } from '../../contract/markets/markets.module.js';
import { Applications } from '../../adhesion/memberships/memberships.module.js';
import { type AwardMethod, checkMethod } from './domain/award-method.js';
import { checkOpening, type Tender } from './domain/tender.js';
import { Tenders } from './tenders.pg.js';

/** The tender begins, with the method that its rules state (GOV-3, MKT-3, art. 7.3 and 8). */
@Injectable()
export class OpenTender {
  constructor(
    private readonly commands: Commands,
    private readonly tenders: Tenders,
    private readonly applications: Applications,
    private readonly markets: Markets,
    private readonly documents: Documents,
  ) {}

  /** Throws AwardMethodInvalid, TenderTooEarly, MembersNotSigned, TenderOpened, DocumentUnknown. */
  execute(input: Asked<OpenTenderRequest, { method: AwardMethod }>): Promise<Tender> {
    const { marketCode, rulesDocumentId, caller } = input;
    requireMarket(caller, marketCode);
    return this.commands.run(
      {
        operation: 'OpenTender',
        action: 'tender.opened',
        subject: `tender:${marketCode}`,
        restsOn: rulesDocumentId,
      },
      input,
      async (tx, today) => {
        const method = checkMethod(input.method);
        const { market } = await this.markets.find(marketCode, tx);
        const unsigned = await this.applications.unsignedMembers(marketCode, today, tx);
        checkOpening(today, market.calendar.tenderEarliestOn, unsigned);
        const rules = await this.documents.proofOf(tx, rulesDocumentId, [{ marketCode }], {
          kinds: ['REGLEMENT_CONSULTATION'],
          paper: 'le règlement de la consultation, parmi les documents du marché',
        });
        const tender: Tender = { marketCode, openedOn: today, method, rules };
        await this.tenders.open(tx, tender, caller.userId);
        return tender;
      },
    );
  }
}
