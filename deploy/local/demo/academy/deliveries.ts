import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveOutPupilsOf } from '../../../../test/academy/leave-out.js';
import { ldifOfStaff } from '../../../../test/academy/ldif-of-staff.js';
import {
  writeDeltaAaf,
  writeFullAaf,
} from '../../../../test/support/generator/formats/aaf-days.js';
import { writeEntCsv } from '../../../../test/support/generator/formats/ent-csv.js';
import { writeOnde } from '../../../../test/support/generator/formats/onde.js';
import { replaceEntries } from '../../../../test/support/slapd/prepare-slapd.js';
import type { Import } from '#libs/contracts';
import { formatCount } from '#libs/money';
import type { LocalDate } from '#libs/time';
import { academySource } from '../directory-imports.js';
import { followImport, storyBrokenBy } from '../follow-import.js';
import { layDown } from '../lay-down.js';
import type { Services } from '../services.js';
import type { DemoSettings } from '../settings.js';
import type { Teller } from '../teller.js';
import type { AcademyPeople } from './academy-people.js';
import { agent } from './academy-story.js';

const others = { academyCode: '', departments: [...academySource.departments] };
export const ldapSource = 'ldap-nantes';
/** As people are told that it states somebody. */
export const ldapTitle = 'Annuaire LDAP de l’académie';
/** Who delivers, what and for whom (DIR-5). */
export const sources = [
  { ...academySource, deliversDeltas: true },
  {
    ...{ ...others, sourceCode: 'onde', kind: 'ONDE', priority: 20 },
    title: 'ONDE, listes envoyées par les écoles',
  },
  {
    ...{ ...others, sourceCode: 'tableaux', kind: 'ENT_CSV', priority: 21 },
    title: 'Tableaux des écoles (CSV de l’ENT)',
  },
  {
    ...{ ...others, sourceCode: ldapSource, kind: 'LDAP', priority: 22 },
    title: ldapTitle,
  },
];
const slowly = { deadlineMs: 120_000 };

type Delivery = { readonly folder: string; readonly on: LocalDate };

/** By its folder; by the day of its data, the newest, where a month has passed and the name is forgotten (SUP-4). */
export function importOf(imports: readonly Import[], { folder, on }: Delivery): Import | undefined {
  const taken = imports.filter(({ state }) => state !== 'REFUSED');
  return (
    taken.find((one) => one.folder === folder) ??
    taken.find((one) => one.folder === one.importId && one.datedOn === on)
  );
}

/** What the academy and its schools deliver, through the doors of those who do. */
export class Deliveries {
  constructor(
    private readonly services: Services,
    private readonly teller: Teller,
    private readonly people: AcademyPeople,
    private readonly settings: DemoSettings,
  ) {}

  /** The LDAP is declared where there is one: each day it is read of itself. */
  async declareSources(): Promise<void> {
    for (const source of sources) {
      if (source.kind === 'LDAP' && !this.settings.ACADEMY_LDAP_PORT) continue;
      await this.services.directory(agent).declareSource(source);
    }
  }

  /** A full export or a delta of the academy, laid into the drop area and imported from there. */
  async deliverAaf(delivery: {
    readonly folder: string;
    readonly on: LocalDate;
    readonly since?: LocalDate;
    readonly emptied?: readonly string[];
  }): Promise<Import> {
    const { folder } = delivery;
    const source = academySource.sourceCode;
    // One that has been read has no files any more, and is not written again.
    const known = await this.importOf(source, delivery);
    if (known) return followImport(this.services, this.teller, known);
    await layDown(this.settings.AAF_DROP_FOLDER, folder, (draft) => this.write(draft, delivery));
    const asked = { folder, source };
    const { importId } = await this.services.directory(agent).startImport(asked, slowly);
    return followImport(this.services, this.teller, importId);
  }

  /** A head sees what it would change before anything is applied (DIR-5). */
  async sendOnde(uai: string, on: LocalDate): Promise<void> {
    const head = `school-${uai.toLowerCase()}`;
    const files = this.written((folder) => {
      writeOnde(this.people.population, { folder, day: on, site: this.people.siteOf(uai) });
    });
    const sent = await this.upload(head, { source: 'onde', uai, datedOn: on }, files);
    if (sent.state !== 'HELD') return this.complete(sent);
    const { planId } = sent;
    const { schools } = await this.services.directory(head).listPlanSchools({ planId, limit: 10 });
    // Beyond a threshold it is for level 2 to decide.
    const isOver = schools.some(({ over }) => over);
    await this.services
      .directory(isOver ? agent : head)
      .approvePlan({ planId, reason: isOver ? 'FIN_ANNEE' : 'APERCU_VERIFIE', uai });
    await this.complete(await this.ended(sent));
  }

  async sendTables(uai: string, on: LocalDate): Promise<void> {
    const files = this.written((folder) => {
      writeEntCsv(this.people.population, { folder, day: on, site: this.people.siteOf(uai) });
    });
    const said = { source: 'tableaux', uai, datedOn: on };
    await this.complete(await this.upload(agent, said, files));
  }

  /** Nothing, where this machine has no LDAP server. */
  fillLdap(on: LocalDate): void {
    const port = this.settings.ACADEMY_LDAP_PORT;
    if (!port) return;
    this.teller.wait('écrit l’équipe des écoles dans l’annuaire LDAP');
    replaceEntries(port, ldifOfStaff(this.people.population, on));
  }

  async readLdap(): Promise<void> {
    if (!this.settings.ACADEMY_LDAP_PORT) return;
    const source = ldapSource;
    const { importId } = await this.services.directory(agent).startImport({ source }, slowly);
    await this.complete(await followImport(this.services, this.teller, importId));
  }

  /** What the academy said is so: what its season still holds back is approved. */
  async complete(found: Import): Promise<void> {
    let now = found;
    if (now.state === 'HELD') {
      const { importId } = now;
      await this.services.directory(agent).approveImport({ importId, reason: 'FIN_ANNEE' });
      now = await this.ended(now);
    }
    if (now.state !== 'COMPLETED') throw storyBrokenBy(now);
  }

  private ended({ importId }: Import): Promise<Import> {
    const isDecided = ({ state }: Import) => state !== 'HELD';
    return followImport(this.services, this.teller, importId, isDecided);
  }

  private async importOf(source: string, delivery: Delivery): Promise<string | undefined> {
    const { imports } = await this.services.directory(agent).listImports({ source, limit: 200 });
    return importOf(imports, delivery)?.importId;
  }

  private async write(
    draft: string,
    { on: day, since, emptied = [] }: Parameters<Deliveries['deliverAaf']>[0],
  ): Promise<void> {
    const { population } = this.people;
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const what = since ? `le delta AAF du ${day}` : `l’export AAF complet du ${day}`;
    const progress = (done: number, schools: number) =>
      this.teller.wait(`écrit ${what} : ${formatCount(done)} écoles sur ${formatCount(schools)}`);
    const options = { folder: draft, day, progress };
    if (since) writeDeltaAaf(population, { ...options, since });
    else writeFullAaf(population, options);
    leaveOutPupilsOf(draft, emptied);
  }

  /** The files of one school. */
  private written(write: (folder: string) => void): { name: string; content: Buffer }[] {
    const folder = mkdtempSync(join(tmpdir(), 'academie-'));
    try {
      write(folder);
      const [place = ''] = readdirSync(folder);
      return readdirSync(join(folder, place)).map((name) => ({
        name,
        content: readFileSync(join(folder, place, name)),
      }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  private async upload(
    as: string,
    said: { source: string; uai: string; datedOn: string },
    files: readonly { readonly name: string; readonly content: Buffer }[],
  ): Promise<Import> {
    const directory = this.services.directory(as);
    const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
    const { uploadId } = await directory.beginUpload({ ...said, bytes });
    // Of a small school: each file is one piece.
    for (const { name: fileName, content } of files) {
      await directory.sendUpload({ uploadId, fileName, offset: 0, content, last: true });
    }
    const { importId } = await directory.completeUpload({ uploadId }, slowly);
    return followImport(this.services, this.teller, importId);
  }
}
