import { Injectable } from '@nestjs/common';
import { defineProblem } from '#libs/problems';
import { isSchoolVisible, seesEverySchool, type SchoolViewer } from './domain/school-view.js';
import { Schools, type SchoolRow } from './schools.pg.js';

export class SchoolUnknown extends defineProblem('SCHOOL_UNKNOWN', 'not-found') {}

@Injectable()
export class ReadSchools {
  constructor(private readonly schools: Schools) {}

  async page(limit: number, afterUai: string, viewer: SchoolViewer): Promise<SchoolRow[]> {
    const uais = seesEverySchool(viewer) ? undefined : viewer.uais;
    const rows = await this.schools.list(limit, afterUai, uais);
    return rows.filter(({ uai }) => isSchoolVisible(uai, viewer));
  }

  /** Throws SchoolUnknown, also where the school does not exist for this caller. */
  async one(uai: string, viewer: SchoolViewer): Promise<SchoolRow> {
    const row = isSchoolVisible(uai, viewer) ? await this.schools.find(uai) : undefined;
    if (!row) throw new SchoolUnknown('Cette école n’existe pas, ou ne vous est pas accessible.');
    return row;
  }
}
