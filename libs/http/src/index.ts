export * from './contract-schema.js';
export { inFrench } from './mistakes.js';
export * from './pagination.js';
export * from './problem-details.filter.js';
export * from './problem-details.js';
export * from './zod-validation.pipe.js';
