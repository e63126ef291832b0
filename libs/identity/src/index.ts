export * from './access.js';
export type * from './asked.js';
export * from './caller.js';
export * from './identity.module.js';
export * from './refusals.js';
export * from './rpc-auth.guard.js';
export * from './service-tokens.js';
export * from './token-verifier.js';
