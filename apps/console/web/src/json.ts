/**
 * A message of the contract as the gateway answers it: amounts in cents as text, everything else as it stands. Internal
 * fields are not told: leave them out with Omit.
 */
export type Json<M> = M extends bigint | Uint8Array
  ? string
  : M extends readonly (infer Item)[]
    ? Json<Item>[]
    : M extends object
      ? { [K in keyof M as K extends '$typeName' | '$unknown' ? never : K]: Json<M[K]> }
      : M;
