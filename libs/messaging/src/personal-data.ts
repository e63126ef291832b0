/** What is held of a person, as it is told to that person (RGPD art. 15): one table, in French. */
export type PersonalDataTable = {
  readonly title: string;
  /** What it is for. */
  readonly purpose: string;
  /** How long it is kept. */
  readonly kept: string;
  /** Who gets to see it. */
  readonly recipients: string;
  readonly columns: readonly string[];
  /** As many cells as there are columns. */
  readonly rows: readonly (readonly string[])[];
};

export type PersonAsked = {
  readonly personId: string;
  /** Of the person, once provisioning has told them. */
  readonly accountIds: readonly string[];
  /** Who asks, by which right and why. */
  readonly askedBy: string;
  readonly role: string;
  readonly reason: string;
};

export type PersonalDataTold = {
  readonly tables: readonly PersonalDataTable[];
  /** Of provisioning: the person's accounts. */
  readonly accountIds?: readonly string[];
};

/** What a service holds of a person; one that holds none of anybody names no such class. */
export abstract class PersonalData {
  abstract of(person: PersonAsked): Promise<PersonalDataTold>;
}

/** What the service answers, by the class that it names. */
export class PersonalDataOfService {
  constructor(private readonly find: () => PersonalData | undefined) {}

  async of(person: PersonAsked): Promise<PersonalDataTold> {
    return (await this.find()?.of(person)) ?? { tables: [] };
  }
}
