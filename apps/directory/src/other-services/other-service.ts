import type { FoundTraces, PersonalDataTold, PersonAsked } from '#libs/messaging';

/** One of the other services, asked what it holds of a person. Throws a refusal of kind `unavailable` where it is away. */
export abstract class OtherService {
  abstract readonly service: string;
  /** Where its tables say these ids (SUP-4). */
  abstract findTraces(ids: readonly string[]): Promise<FoundTraces>;
  /** All that it holds of a person (RGPD art. 15). */
  abstract tellPersonalData(person: PersonAsked): Promise<PersonalDataTold>;
}

/** Each of them. */
export abstract class OtherServices {
  abstract readonly all: readonly OtherService[];
}
