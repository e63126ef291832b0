import type { Organisation } from '../../organisations/organisations.reader.js';

/** An organisation as the lists of memberships read it beside them. */
export type OrganisationColumns = {
  organisation_id: string;
  siren: Organisation['siren'];
  name: string;
  kind: Organisation['kind'];
  insee: Organisation['insee'] | null;
  communes: Organisation['communes'];
  address: string;
  chorus_pro: Organisation['chorusPro'];
};

export function toOrganisation(row: OrganisationColumns): Organisation {
  return {
    organisationId: row.organisation_id,
    siren: row.siren,
    name: row.name,
    kind: row.kind,
    insee: row.insee ?? '',
    communes: row.communes,
    address: row.address,
    chorusPro: row.chorus_pro,
  };
}
