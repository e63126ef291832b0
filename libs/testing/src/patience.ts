/**
 * So many times its limit is waited for what a test is sure to see: `npm test` says how often (`test-environment.cjs` does
 * likewise with the limits of tests). A limit ends what hangs; how fast a machine is, it does not judge.
 */
export const patience = Number(process.env['TEST_PATIENCE'] ?? 1);
