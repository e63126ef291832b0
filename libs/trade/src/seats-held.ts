/** Seats held of an item today, in the schools where anybody holds one. Counts, never people (SUP-3). */
export type SeatsHeld = {
  readonly itemCode: string;
  readonly held: number;
  readonly schools: readonly { readonly uai: string; readonly held: number }[];
};

/** How many seats of an item are held in these schools. */
export function seatsHeldIn(
  schools: readonly string[],
  seats: readonly SeatsHeld[],
  itemCode: string,
): number {
  const item = seats.find((one) => one.itemCode === itemCode);
  return (item?.schools ?? [])
    .filter(({ uai }) => schools.includes(uai))
    .reduce((sum, { held }) => sum + held, 0);
}
