import type { Plain, ReadOnly } from '#libs/contracts';
import type { Caller } from './caller.js';

/**
 * What a use case is asked: the fields of the contract's request, which says what each means, and who asks. `Own` are
 * those that the domain has otherwise, and what the contract does not say.
 */
export type Asked<Request extends object, Own extends object = object> = ReadOnly<
  Omit<Plain<Request>, keyof Own>
> &
  Readonly<Own> & { readonly caller: Caller };

/** A page of a list: the request's cursor is the key of the row last seen, absent for the first page. */
export type AskedPage<
  Request extends { cursor: string; limit: number },
  Key extends readonly (string | number)[] = readonly [string, string],
> = Asked<Omit<Request, 'cursor'>, { after?: Key | undefined }>;
