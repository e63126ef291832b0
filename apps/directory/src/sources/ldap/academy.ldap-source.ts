import type {
  SourceAddition,
  SourceRecord,
  SourceRemark,
  SourceRemoval,
} from '../directory-source.js';
import { LdapConnection } from './ldap-connection.js';
import type { LdapEntry } from './ldap-entry.js';
import { changedSince } from './ldap-filter.js';
import { incident } from './ldap-incident.js';
import type { LdapSettings } from './ldap-settings.js';
import { staffFromLdap } from './ldap-staff.js';
import { StructureIndex, structureFromLdap } from './ldap-structures.js';
import {
  fromGeneralizedTime,
  nextWatermark,
  toGeneralizedTime,
  withOverlap,
} from './ldap-timestamps.js';

const STAMP = 'modifyTimestamp';

export type LdapChanges = {
  readonly records: readonly (SourceAddition | SourceRemark)[];
  /** Keep it once the records are applied, and begin there the next time. */
  readonly watermark: Date;
};

/**
 * The academy's staff, with the identifier that ACADEMIC_SSO needs (AUT-1). Each reading either ends
 * or throws an LdapIncident; what it gave until then says nothing of those who were not in it.
 */
export class AcademyLdapSource {
  constructor(private readonly settings: LdapSettings) {}

  /** All schools, then all staff, page by page. Who is not in it is no longer stated, if it ends. */
  async *read(): AsyncGenerator<readonly SourceRecord[]> {
    yield* this.connected(async function* (this: AcademyLdapSource, connection) {
      const structures = new StructureIndex();
      yield* this.structures(connection, structures);
      let people = 0;
      for await (const page of this.people(connection, this.settings.peopleFilter)) {
        const read = page.map((entry) => this.staff(entry, structures));
        people += read.filter(({ record }) => record !== undefined).length;
        yield read.flatMap(({ record, remarks }) => (record ? [record, ...remarks] : remarks));
      }
      if (people === 0) throw incident('EMPTY');
    });
  }

  /**
   * Staff changed since `watermark`, each stated anew. Those changed shortly before it come again
   * (it is harmless), since a server shows late what it stamped early. It never shows who was removed,
   * or no longer matches the filter: `readRemovals` does.
   */
  async *readChanges(watermark: Date, readStartedAt: Date): AsyncGenerator<LdapChanges> {
    yield* this.connected(async function* (this: AcademyLdapSource, connection) {
      const structures = new StructureIndex();
      for await (const page of this.structures(connection, structures)) void page;
      const from = withOverlap(watermark, this.settings.overlapSeconds);
      const filter = changedSince(this.settings.peopleFilter, toGeneralizedTime(from));
      let latest = watermark;
      for await (const page of this.people(connection, filter)) {
        const seen = page.flatMap(({ values }) => {
          const stamp = fromGeneralizedTime(values.get(STAMP.toLowerCase())?.[0] ?? '');
          return stamp ? [stamp] : [];
        });
        latest = seen.reduce((a, b) => (b > a ? b : a), latest);
        const records = page.flatMap((entry) => this.addition(entry, structures));
        // Pages come in no order: until the last one, the next read must begin where this one did.
        yield { records, watermark };
      }
      yield { records: [], watermark: nextWatermark(watermark, [latest], readStartedAt) };
    });
  }

  /**
   * The keys among `held` that the directory no longer has, told only after all of it was seen. An
   * entry whose key cannot be read might be any of them, so nobody is removed then.
   */
  async readRemovals(held: ReadonlySet<string>): Promise<readonly SourceRemoval[]> {
    const missing = new Set(held);
    let seen = 0;
    const none = new StructureIndex();
    const { key } = this.settings.attributes;
    const listing = this.connected(async function* (this: AcademyLdapSource, connection) {
      yield* this.people(connection, this.settings.peopleFilter);
    });
    for await (const page of listing) {
      for (const entry of page) {
        if (entry.damage.has(key.toLowerCase())) throw incident('KEY_UNREADABLE');
        missing.delete(this.staff(entry, none).key);
        seen += 1;
      }
    }
    if (seen === 0) throw incident('EMPTY');
    const file = this.settings.peopleDn;
    return [...missing].map((sourceKey) => ({
      ...({
        kind: 'change',
        change: 'DELETE',
        entity: 'staff',
        sourceKey,
        file,
        line: seen,
      } as const),
    }));
  }

  private async *connected<T>(
    read: (this: AcademyLdapSource, connection: LdapConnection) => AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    const connection = await LdapConnection.open(this.settings);
    try {
      yield* read.call(this, connection);
    } finally {
      await connection.close();
    }
  }

  private async *structures(
    connection: LdapConnection,
    index: StructureIndex,
  ): AsyncGenerator<readonly SourceRecord[]> {
    const { structuresDn, structuresFilter, structuresMax, attributes: names } = this.settings;
    let schools = 0;
    const pages = connection.pages({
      base: structuresDn,
      filter: structuresFilter,
      attributes: [names.structureUai, names.structureSiren, names.structureName],
      entriesMax: structuresMax,
    });
    for await (const page of pages) {
      const records: SourceRecord[] = [];
      for (const entry of page) {
        const { record, siren, remarks } = structureFromLdap(structuresDn, entry, names);
        if (record) {
          schools += 1;
          index.add(entry.dn, record.uai, siren);
          records.push(record);
        }
        records.push(...remarks);
      }
      yield records;
    }
    if (schools === 0) throw incident('EMPTY');
  }

  private people(connection: LdapConnection, filter: string) {
    const { peopleDn, peopleMax, attributes } = this.settings;
    return connection.pages({
      base: peopleDn,
      filter,
      attributes: ['objectClass', STAMP, ...Object.values(attributes).flat()],
      entriesMax: peopleMax,
    });
  }

  private staff(entry: LdapEntry, structures: StructureIndex) {
    const { peopleDn, attributes } = this.settings;
    return staffFromLdap(peopleDn, entry, attributes, structures);
  }

  private addition(entry: LdapEntry, structures: StructureIndex) {
    const { record, remarks } = this.staff(entry, structures);
    const rest = remarks.filter((one): one is SourceRemark => one.kind === 'remark');
    if (!record) return rest;
    const { sourceKey, file, line } = record;
    const addition: SourceAddition = {
      ...{ kind: 'change', change: 'ADD', entity: 'staff', sourceKey, file, line },
      statement: record,
    };
    return [addition, ...rest];
  }
}
