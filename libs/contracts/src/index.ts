export * from './event-envelope.js';
export * from './topics.js';
export * from './messages.js';
export * from './rpcs.js';
