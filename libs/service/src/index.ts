export * from './any-error.filter.js';
export * from './bootstrap-service.js';
