export * from './commands.js';
export * from './commands.module.js';
