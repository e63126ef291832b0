export * from './fresh-database.js';
export * from './in-memory-outbox.js';
export * from './messaging-bed.js';
