import type { InternalFields, JsonTexts, RequiredMessages } from './generated/answers.js';

/**
 * A message of the contract as the gateway answers it: amounts in cents as text, what is internal left out, what is
 * required always there.
 */
export type Json<M> = M extends bigint | Uint8Array
  ? string
  : M extends readonly (infer Item)[]
    ? Json<Item>[]
    : M extends object
      ? Always<M> & {
          [K in keyof M as K extends NotToldAsIs<M> ? never : K]: K extends NamedIn<JsonTexts, M>
            ? Readonly<Record<string, unknown>>
            : Json<M[K]>;
        }
      : M;

type Always<M> = {
  [K in keyof M as K extends NamedIn<RequiredMessages, M> ? K : never]-?: Json<
    Exclude<M[K], undefined>
  >;
};

type NotToldAsIs<M> =
  | '$typeName'
  | '$unknown'
  | NamedIn<InternalFields, M>
  | NamedIn<RequiredMessages, M>;

/** The fields of a message that a table of the contract names. */
type NamedIn<Table, M> = M extends { readonly $typeName: infer Name }
  ? Name extends keyof Table
    ? Table[Name]
    : never
  : never;
