export * from './health.controller.js';
export * from './health.js';
export * from './logger.js';
export * from './metrics.js';
export * from './observability.module.js';
export * from './trace-context.js';
export * from './wide-event.js';
