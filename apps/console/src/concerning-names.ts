import { protoCamelCase } from '@bufbuild/protobuf/reflect';

/** Fields of the contracts that say whom a thing concerns: each is compared with the visitor (SUP-3). */
export const concerningNames = ['market_code', 'organisation_id', 'membership_id'];

/** The same as a query names them: a route that takes one of them may find nothing (404). */
export const concerningQueryNames: readonly string[] = concerningNames.map(protoCamelCase);
