/** So many accounts of an item. */
export type ItemQuantity = { readonly itemCode: string; readonly quantity: number };
