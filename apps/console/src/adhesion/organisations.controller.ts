import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { IfMatch, Versioned } from '../if-match.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  chorusProBody,
  type ChorusProBody,
  contactsBody,
  type ContactsBody,
  marketPage,
  type MarketPage,
  marketQuery,
  type MarketQuery,
  signatoryBody,
  type SignatoryBody,
  signatoryEndBody,
  type SignatoryEndBody,
} from './adhesion.dto.js';
import { MemberFiles } from './member-files.js';

/** The file of an organisation, edited on the version that was read (ETag, If-Match). */
@Controller('api/organisations/:organisationId')
export class OrganisationsController {
  constructor(private readonly files: MemberFiles) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get()
  @Versioned()
  show(
    @CurrentVisitor() visitor: Visitor,
    @Param('organisationId') organisationId: string,
    @Query(validated(marketQuery)) { market }: MarketQuery,
  ) {
    return this.files.show(visitor, { organisationId, market });
  }

  @AllowPeople('member-orderer', 'member-finance', 'coordinator')
  @Put('billing-contacts')
  @Versioned()
  changeContacts(
    @CurrentVisitor() visitor: Visitor,
    @Param('organisationId') organisationId: string,
    @Query(validated(marketQuery)) { market }: MarketQuery,
    @IfMatch() version: number,
    @Body(validated(contactsBody)) body: ContactsBody,
  ) {
    return this.files.changeContacts(visitor, { organisationId, market }, version, body);
  }

  @AllowPeople('coordinator')
  @Post('signatories')
  @Versioned()
  recordSignatory(
    @CurrentVisitor() visitor: Visitor,
    @Param('organisationId') organisationId: string,
    @Query(validated(marketQuery)) { market }: MarketQuery,
    @IfMatch() version: number,
    @Body(validated(signatoryBody)) body: SignatoryBody,
    @IdempotencyKey() key: string,
  ) {
    return this.files.recordSignatory(visitor, { organisationId, market }, version, body, key);
  }

  @AllowPeople('coordinator')
  @Put('signatories/:signatoryId/end')
  @Versioned()
  endSignatory(
    @CurrentVisitor() visitor: Visitor,
    @Param('organisationId') organisationId: string,
    @Param('signatoryId') signatoryId: string,
    @Query(validated(marketQuery)) { market }: MarketQuery,
    @IfMatch() version: number,
    @Body(validated(signatoryEndBody)) { endsOn }: SignatoryEndBody,
  ) {
    const ended = { signatoryId, endsOn };
    return this.files.endSignatory(visitor, { organisationId, market }, version, ended);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator')
  @Get('chorus-pro')
  chorusPro(
    @CurrentVisitor() visitor: Visitor,
    @Param('organisationId') organisationId: string,
    @Query(validated(marketPage)) query: MarketPage,
  ) {
    return this.files.chorusProEntries(visitor, organisationId, query);
  }

  @AllowPeople('member-orderer', 'member-finance', 'coordinator')
  @Post('chorus-pro')
  @Versioned()
  recordChorusPro(
    @CurrentVisitor() visitor: Visitor,
    @Param('organisationId') organisationId: string,
    @Query(validated(marketQuery)) { market }: MarketQuery,
    @IfMatch() version: number,
    @Body(validated(chorusProBody)) body: ChorusProBody,
    @IdempotencyKey() key: string,
  ) {
    return this.files.recordChorusPro(visitor, { organisationId, market }, version, body, key);
  }
}
