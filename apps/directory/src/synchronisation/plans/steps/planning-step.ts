/** A statement of a plan's making, and what of the import it is told. */
export type PlanningStep = {
  readonly sql: string;
  readonly values: readonly ('source' | 'importId')[];
};

export const step = (sql: string, ...values: PlanningStep['values'][number][]): PlanningStep => ({
  sql,
  values,
});
