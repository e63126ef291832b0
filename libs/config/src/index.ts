export * from './load-config.js';
export * from './service-settings.js';
