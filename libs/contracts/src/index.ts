export * from './event-envelope.js';
export type * from './generated/answers.js';
export * from './json.js';
export * from './messages.js';
export * from './plain.js';
export * from './rpcs.js';
export * from './topics.js';
