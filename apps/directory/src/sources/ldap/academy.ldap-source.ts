import { bounded } from '../bounded-words.js';
import type { SourceRecord } from '../directory-source.js';
import { LdapConnection } from './ldap-connection.js';
import type { LdapEntry } from './ldap-entry.js';
import { changedSince } from './ldap-filter.js';
import { incident } from './ldap-incident.js';
import type { LdapSettings } from './ldap-settings.js';
import { staffFromLdap } from './ldap-staff.js';
import { isService, structureFromLdap } from './ldap-structures.js';
import { StructureIndex } from './structure-index.js';
import {
  fromGeneralizedTime,
  nextWatermark,
  toGeneralizedTime,
  withOverlap,
} from './ldap-timestamps.js';

const stampAttribute = 'modifyTimestamp';

export type LdapReading = {
  readonly records: readonly SourceRecord[];
  /**
   * Where the next reading of changes may begin, once this one is applied whole: told at its end, undefined where the
   * server does not tell when entries were changed.
   */
  readonly upTo: Date | undefined;
};

/**
 * The academy's staff, with the identifier that ACADEMIC_SSO needs (AUT-1). Each reading either ends
 * or throws an LdapIncident; what it gave until then says nothing of those who were not in it.
 */
export class AcademyLdapSource {
  constructor(private readonly settings: LdapSettings) {}

  /** All schools, then all staff, page by page. Who is not in it is no longer stated, if it ends. */
  async *read(startedAt: Date): AsyncGenerator<LdapReading> {
    yield* this.connected(async function* (this: AcademyLdapSource, connection) {
      const structures = new StructureIndex(this.settings.attributes);
      for await (const records of this.structures(connection, structures))
        yield { records, upTo: undefined };
      const stamps = new StampsSeen();
      let people = 0;
      for await (const page of this.people(connection, this.settings.peopleFilter)) {
        for (const entry of page) stamps.add(entry);
        const read = page.map((entry) => this.staff(entry, structures));
        people += read.filter(({ record }) => record !== undefined).length;
        yield { records: read.flatMap(recordsOf), upTo: undefined };
      }
      if (people === 0) throw incident('EMPTY');
      yield { records: [], upTo: stamps.all && nextWatermark(new Date(0), stamps.all, startedAt) };
    });
  }

  /**
   * Staff changed since `watermark`, each stated anew. Those changed shortly before it come again
   * (it is harmless), since a server shows late what it stamped early. It never shows who was removed,
   * or no longer matches the filter: reading all does.
   */
  async *readChanges(watermark: Date, startedAt: Date): AsyncGenerator<LdapReading> {
    yield* this.connected(async function* (this: AcademyLdapSource, connection) {
      const structures = new StructureIndex(this.settings.attributes);
      for await (const page of this.structures(connection, structures)) void page;
      const from = withOverlap(watermark, this.settings.overlapSeconds);
      const filter = changedSince(this.settings.peopleFilter, toGeneralizedTime(from));
      const stamps = new StampsSeen();
      for await (const page of this.people(connection, filter)) {
        for (const entry of page) stamps.add(entry);
        const records = page.flatMap((entry) => recordsOf(this.staff(entry, structures)));
        // Pages come in no order: until the last one, the next read must begin where this one did.
        yield { records, upTo: watermark };
      }
      // Whoever bore that stamp bears it still, or a later one: if not, it was removed, or the server was put back.
      const upTo = stamps.all && nextWatermark(watermark, stamps.all, startedAt);
      yield { records: [], upTo };
    });
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
      attributes: [
        ...['objectClass', names.structureUai, names.structureSiren, names.structureName],
        ...[names.structureKey, names.structureCirconscription, ...names.structureDivisions],
      ],
      entriesMax: structuresMax,
    });
    for await (const page of pages) {
      const records: SourceRecord[] = [];
      for (const entry of page) {
        index.add(entry);
        if (isService(entry)) continue;
        const { record, remarks } = structureFromLdap(structuresDn, entry, names);
        if (record) {
          schools += 1;
          records.push(...bounded(record));
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
      attributes: ['objectClass', stampAttribute, ...Object.values(attributes).flat()],
      entriesMax: peopleMax,
    });
  }

  private staff(entry: LdapEntry, structures: StructureIndex) {
    const { peopleDn, attributes } = this.settings;
    return staffFromLdap(peopleDn, entry, attributes, structures);
  }
}

/** The stamps of what was read: none, as soon as one entry does not bear any. */
class StampsSeen {
  private latest: Date | undefined;
  private isWhole = true;

  add({ values }: LdapEntry): void {
    const stamp = fromGeneralizedTime(values.get(stampAttribute.toLowerCase())?.[0] ?? '');
    if (!stamp) this.isWhole = false;
    else if (!this.latest || stamp > this.latest) this.latest = stamp;
  }

  get all(): readonly Date[] | undefined {
    return this.isWhole && this.latest ? [this.latest] : undefined;
  }
}

const recordsOf = ({ record, remarks }: ReturnType<typeof staffFromLdap>): SourceRecord[] =>
  record ? [...bounded(record), ...remarks] : remarks;
