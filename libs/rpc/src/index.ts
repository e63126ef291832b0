export * from './answers.decorator.js';
export * from './definition-of.js';
export * from './grpc-door.js';
export * from './problem-status.js';
export * from './rpc-client.js';
export * from './rpc-error.filter.js';
export * from './status-of-error.js';
