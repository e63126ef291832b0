// The door: who may be whom (DIR-2). Plain functions and one class of queries, so there is nothing to provide.
export { BlockingKeys, type Candidate } from './blocking-keys.pg.js';
export type { IdentityStatement } from './domain/identity-statement.js';
export { couldBeOne, judgeCandidates, judgePair } from './domain/judge-pair.js';
export type { MatchVerdict } from './domain/match-verdict.js';
export { academyRegisters, type KnownPerson, knownPeople } from './known-people.pg.js';
