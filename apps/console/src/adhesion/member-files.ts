import { Injectable } from '@nestjs/common';
import { requireMarket, requireOrganisation } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { ChorusProBody, ContactsBody, MarketPage, SignatoryBody } from './adhesion.dto.js';
import { toChorusProEntry, toFile } from './adhesion.mapping.js';

type About = { readonly organisationId: string; readonly market: string };

/** An organisation's file: its own, or for the coordinator every one of the market (ADH-1, SUP-3). */
@Injectable()
export class MemberFiles {
  constructor(private readonly clients: Clients) {}

  async show(visitor: Visitor, about: About) {
    const { file } = await this.files(visitor, about).getOrganisationFile(named(about));
    return toFile(file);
  }

  async chorusProEntries(visitor: Visitor, organisationId: string, query: MarketPage) {
    const about = { organisationId, market: query.market };
    const { limit, cursor } = query;
    const { entries, page } = await this.files(visitor, about).listChorusPro({
      ...named(about),
      page: { limit, cursor },
    });
    return { entries: entries.map(toChorusProEntry), nextCursor: page?.nextCursor ?? '' };
  }

  async changeContacts(visitor: Visitor, about: About, version: number, body: ContactsBody) {
    await this.files(visitor, about).changeBillingContacts({ ...named(about), version, ...body });
    return this.show(visitor, about);
  }

  async recordSignatory(
    visitor: Visitor,
    about: About,
    version: number,
    { startsOn, endsOn, ...body }: SignatoryBody,
    idempotencyKey: string,
  ) {
    await this.files(visitor, about).recordSignatory({
      ...named(about),
      ...{ version, idempotencyKey },
      signatory: { ...body, period: { startsOn, endsOn } },
    });
    return this.show(visitor, about);
  }

  async endSignatory(
    visitor: Visitor,
    about: About,
    version: number,
    ended: { signatoryId: string; endsOn: string },
  ) {
    await this.files(visitor, about).endSignatory({ ...named(about), version, ...ended });
    return this.show(visitor, about);
  }

  async recordChorusPro(
    visitor: Visitor,
    about: About,
    version: number,
    { validFrom, ...chorusPro }: ChorusProBody,
    idempotencyKey: string,
  ) {
    await this.files(visitor, about).recordChorusPro({
      ...named(about),
      ...{ version, idempotencyKey, validFrom, chorusPro },
    });
    return this.show(visitor, about);
  }

  private files(visitor: Visitor, { organisationId, market }: About) {
    requireOrganisation(visitor, organisationId);
    requireMarket(visitor, market);
    return this.clients.of(visitor).organisations;
  }
}

const named = ({ organisationId, market }: About) => ({ organisationId, marketCode: market });
