export type SchoolRow = {
  readonly uai: string;
  readonly name: string;
  readonly insee: string;
  readonly commune: string;
  readonly classes: readonly {
    readonly classId: string;
    readonly label: string;
    readonly levels: readonly string[];
  }[];
  /** Present people by profile. */
  readonly counts: readonly { readonly profile: string; readonly count: bigint }[];
};

export abstract class Schools {
  /** By UAI; `limit` + 1 rows where there are more. `only` narrows to these schools. */
  abstract list(
    limit: number,
    afterUai: string,
    only: readonly string[] | undefined,
  ): Promise<SchoolRow[]>;
  abstract find(uai: string): Promise<SchoolRow | undefined>;
}
