import { event, StructureChangedSchema, type NewEvent } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';

export type StructureRow = {
  readonly uai: string;
  readonly name: string;
  readonly insee: string;
  readonly commune: string;
  readonly postal_code: string;
  readonly is_public: boolean;
  readonly classes: { classId: string; label: string; levels: string[] }[];
  readonly groups: { groupId: string; label: string }[];
  readonly circonscription: string;
  readonly revision: bigint;
};

export const structureState =
  'uai, name, insee, commune, postal_code, is_public, classes, groups, circonscription, revision';

/** One StructureChanged with the full present state of each of the next schools, in the order of UAI. */
export async function structureFacts(
  tx: Transaction,
  afterUai: string,
  limit: number,
): Promise<NewEvent[]> {
  const { rows } = await tx.query<StructureRow & { import_id: string }>(
    `select ${structureState}, import_id from structure where uai > $1 order by uai limit $2`,
    [afterUai, limit],
  );
  return rows.map((row) => toStructureChanged(row, row.import_id));
}

export function toStructureChanged(row: StructureRow, importId: string): NewEvent {
  return event(StructureChangedSchema, row.uai, {
    uai: row.uai,
    name: row.name,
    insee: row.insee,
    commune: row.commune,
    postalCode: row.postal_code,
    public: row.is_public,
    classes: row.classes,
    groups: row.groups,
    circonscription: row.circonscription,
    revision: Number(row.revision),
    importId,
  });
}
