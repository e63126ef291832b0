import { Injectable } from '@nestjs/common';
import { defineProblem } from '#libs/problems';
import { viewOf, type SchoolViewer } from './domain/school-view.js';
import { Schools, type SchoolRow } from './structures.repository.js';

export class SchoolUnknown extends defineProblem('SCHOOL_UNKNOWN', 'not-found') {}

@Injectable()
export class ReadSchools {
  constructor(private readonly schools: Schools) {}

  async page(limit: number, afterUai: string, viewer: SchoolViewer): Promise<SchoolRow[]> {
    const ownOnly = viewOf('', viewer) === 'NOTHING';
    const rows = await this.schools.list(limit, afterUai, ownOnly ? viewer.uais : undefined);
    return rows.flatMap((row) => shown(row, viewer) ?? []);
  }

  /** Throws SchoolUnknown, also where the school does not exist for this caller. */
  async one(uai: string, viewer: SchoolViewer): Promise<SchoolRow> {
    const row = await this.schools.find(uai);
    const seen = row && shown(row, viewer);
    if (!seen) throw new SchoolUnknown('Cette école n’existe pas, ou ne vous est pas accessible.');
    return seen;
  }
}

function shown(row: SchoolRow, viewer: SchoolViewer): SchoolRow | undefined {
  const view = viewOf(row.uai, viewer);
  if (view === 'NOTHING') return undefined;
  return view === 'FULL' ? row : { ...row, classes: [], counts: [] };
}
