import { randomUUID } from 'node:crypto';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';
import type { ImportBed } from '../../apps/directory/test/import-bed.test-support.js';
import { PersonChangedSchema } from '#libs/contracts';
import { localDate } from '#libs/time';

const perTransaction = 1_000;
type Emitted = Awaited<ReturnType<ImportBed['emitted']>>;

/** Provisioning with one member who finances some schools, told what the directory told. */
export class AccountsOfTold {
  private constructor(readonly bed: ProvisioningBed) {}

  static async start(uais: readonly string[], day: string): Promise<AccountsOfTold> {
    const bed = await ProvisioningBed.start();
    await bed.begin(day);
    await bed.aMembership('m1', { ordered: 1_000_000, uais, endsOn: '2029-09-01' });
    return new AccountsOfTold(bed);
  }

  async take({ people, erased, completed }: Emitted, day: string): Promise<void> {
    await this.bed.begin(day);
    const { unitOfWork } = this.bed.fresh;
    const record = (key: string) => ({
      ...{ id: randomUUID(), type: PersonChangedSchema.typeName, key, partition: 0, offset: 0n },
      ...{ businessDate: localDate(day), topic: 'directory.person.v1', occurredAt: '' },
    });
    for (let from = 0; from < people.length; from += perTransaction) {
      const events = people
        .slice(from, from + perTransaction)
        .map((body) => ({ ...record(body.personId), body }));
      await unitOfWork.run((tx) => this.bed.people.replace(tx, events));
    }
    for (const { importId, personEvents } of completed) {
      await this.bed.complete(importId, Number(personEvents), day);
    }
    if (erased.length > 0) {
      const events = erased.map((key) => ({ ...record(key), body: undefined }));
      await unitOfWork.run((tx) => this.bed.people.erase(tx, events));
    }
    await this.bed.settleAccounts();
  }

  /** `PROFILE person` of every account that is not on its way out. */
  async open(): Promise<{ personId: string; profile: string }[]> {
    const rows = await this.bed.rows<{ person_id: string; profile: string }>(
      `select person_id, profile from account where state not in ('CLOSING', 'DELETED')`,
    );
    return rows.map(({ person_id, profile }) => ({ personId: person_id, profile }));
  }
}
