export * from './proposal.js';
export * from './proposals.module.js';
export * from './proposals.pg.js';
