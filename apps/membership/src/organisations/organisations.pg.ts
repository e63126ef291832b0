import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { Organisation } from './domain/organisation.js';

/** The organisation `o` of a query, as the domain has it. */
export const organisationJson = `jsonb_build_object('organisationId', o.id, 'siren', o.siren, 'name', o.name, 'kind', o.kind,
  'insee', coalesce(o.insee, ''), 'communes', o.communes, 'address', o.address, 'chorusPro', o.chorus_pro)`;

@Injectable()
export class Organisations {
  find(tx: Transaction, organisationId: string): Promise<Organisation | undefined> {
    const found = `select ${organisationJson} from organisation o where o.id = $1`;
    return tx.value<Organisation>(found, [organisationId]);
  }

  /** Adds the organisation or brings its data up to date; one row per SIREN. */
  async save(tx: Transaction, organisation: Organisation): Promise<void> {
    const { organisationId: id, siren, name, kind, insee, communes, address } = organisation;
    const chorusPro = JSON.stringify(organisation.chorusPro);
    const values = [id, siren, name, kind, insee || null, communes, address, chorusPro];
    // Two unique keys: a conflict that names one of them fails on the other where two save at once.
    await tx.query(
      `insert into organisation (id, siren, name, kind, insee, communes, address, chorus_pro)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
      values,
    );
    await tx.query(
      `update organisation set name = $3, kind = $4, insee = $5, communes = $6, address = $7, chorus_pro = $8
        where id = $1 and siren = $2`,
      values,
    );
  }
}
