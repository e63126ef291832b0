import { z } from 'zod';
import type { Organisation as OrganisationMessage, Plain } from '#libs/contracts';
import { parseInseeCode, parseSiren, parseSiret } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import { organisationKinds } from '#libs/trade';
import { type Organisation, organisationIdOf, SirenRequired } from './domain/organisation.js';

export class OrganisationInvalid extends defineProblem('ORGANISATION_INVALID', 'invalid') {}

const form = z.object({
  name: z.string().trim().min(1).max(200),
  kind: z.enum(organisationKinds),
  insee: z.string(),
  communes: z.array(z.string()).max(500),
  address: z.string().trim().max(500),
});

/** What people say of an organisation, in whichever message. */
type OrganisationForm = Pick<
  Plain<OrganisationMessage>,
  'siren' | 'name' | 'kind' | 'insee' | 'communes' | 'address'
> &
  Pick<Partial<OrganisationMessage>, 'chorusPro'>;

/** Throws SirenRequired, SirenInvalid, InseeCodeInvalid, SiretInvalid or OrganisationInvalid with the fields. */
export function fromOrganisationMessage(message: OrganisationForm | undefined): Organisation {
  const parsed = form.safeParse(message ?? {});
  if (!parsed.success || !message) {
    const fields = parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
    throw new OrganisationInvalid(
      `Complétez les informations de l’organisation : ${fields.join(', ')}.`,
      { fields },
    );
  }
  if (message.siren.trim() === '') {
    throw new SirenRequired('Une organisation adhère avec son SIREN : indiquez-le.');
  }
  const siren = parseSiren(message.siren);
  const { chorusPro } = message;
  return {
    ...parsed.data,
    organisationId: organisationIdOf(siren),
    siren,
    insee: parsed.data.insee === '' ? '' : parseInseeCode(parsed.data.insee),
    communes: parsed.data.communes.map((code) => parseInseeCode(code)),
    chorusPro: {
      // The recipient's SIRET need not begin with the member's SIREN: the State's is shared (ADH-1).
      recipientSiret: chorusPro?.recipientSiret ? parseSiret(chorusPro.recipientSiret) : '',
      serviceCode: chorusPro?.serviceCode ?? '',
      purchaseOrderNumber: chorusPro?.purchaseOrderNumber ?? '',
      marketNumber: chorusPro?.marketNumber ?? '',
    },
  };
}
