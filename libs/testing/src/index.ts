export * from './access-token.js';
export * from './caller-of.js';
export * from './fresh-database.js';
export * from './in-memory-outbox.js';
export * from './messaging-bed.js';
export * from './stand-in-issuer.js';
export * from './stand-in-service.js';
export * from './whole-or-nothing.js';
