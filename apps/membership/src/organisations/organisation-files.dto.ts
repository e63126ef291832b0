import type { Message } from '@bufbuild/protobuf';
import {
  type ChangeBillingContactsRequest,
  type ChooseBillingRhythmRequest,
  type EndSignatoryRequest,
  plain,
  type RecordChorusProRequest,
  type RecordSignatoryRequest,
} from '#libs/contracts';
import { parseSiret } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import type { BillingRhythm } from '#libs/trade';
import type { Signatory } from './domain/organisation.js';

export class OrganisationFileInvalid extends defineProblem(
  'ORGANISATION_FILE_INVALID',
  'invalid',
) {}

// The contract's bounds hold by now.
export function fromSignatory(request: RecordSignatoryRequest) {
  const { signatory, ...change } = fromChange(request);
  const { signatoryId: _id, delegationDocumentId, startsOn, endsOn, ...rest } = signatory!;
  const recorded: Omit<Signatory, 'signatoryId'> = {
    ...(rest as Pick<Signatory, 'name' | 'function' | 'kind'>),
    delegationDocumentId: delegationDocumentId || undefined,
    startsOn: startsOn as LocalDate,
    endsOn: (endsOn || undefined) as LocalDate | undefined,
  };
  return { ...change, signatory: recorded };
}

export function fromEnd(request: EndSignatoryRequest) {
  return { ...fromChange(request), endsOn: request.endsOn as LocalDate };
}

/** Throws OrganisationFileInvalid. */
export function fromContacts(request: ChangeBillingContactsRequest) {
  const { billingContacts: contacts, ...change } = fromChange(request);
  if (contacts.every(({ mail, phone }) => mail !== '' || phone !== '')) {
    return { ...change, contacts };
  }
  throw new OrganisationFileInvalid(
    'Un contact a une adresse électronique ou un téléphone : complétez.',
    { fields: ['billingContacts'] },
  );
}

/** Throws SiretInvalid: the recipient's need not begin with the member's SIREN, the State's is shared (ADH-1). */
export function fromChorusPro(request: RecordChorusProRequest) {
  const { chorusPro, validFrom, ...change } = fromChange(request);
  const { recipientSiret, ...rest } = chorusPro!;
  return {
    ...change,
    validFrom: validFrom as LocalDate,
    chorusPro: {
      ...rest,
      recipientSiret: recipientSiret === '' ? ('' as const) : parseSiret(recipientSiret),
    },
  };
}

export function fromRhythm(request: ChooseBillingRhythmRequest) {
  const { rhythm, ...change } = fromChange(request);
  return { ...change, rhythm: rhythm as BillingRhythm };
}

function fromChange<M extends Message & { readonly expectedVersion: number }>(request: M) {
  const { expectedVersion, ...rest } = plain(request);
  return { ...rest, version: expectedVersion };
}
