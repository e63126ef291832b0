export * from './rounds.js';
