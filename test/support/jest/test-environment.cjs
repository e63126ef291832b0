const { LegacyFakeTimers, ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { globalsOfThirdParties, ownRealm } = require('./own-realm.cjs');
const zoneAsked = require('./zone-asked.cjs');

/** So many times its time a test or hook may take: the limit is there to end what hangs, and judges no machine. */
const patience = Number(process.env.TEST_PATIENCE ?? 1);
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'];

/**
 * Tests in the realm of their process (own-realm.cjs). What a file leaves behind in it is put back as it was: globals,
 * variables of the environment, listeners of signals, the exit code.
 */
module.exports = class TestEnvironment {
  constructor({ projectConfig }, { testPath }) {
    zoneAsked.begin();
    this.testPath = testPath;
    this.global = globalThis;
    this.conditions = projectConfig.testEnvironmentOptions.customExportConditions;
    this.before = remember();
    globalThis.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = new LegacyFakeTimers({
      config: projectConfig,
      global: globalThis,
      moduleMocker: this.moduleMocker,
      timerConfig: { idToRef: (id) => id, refToId: (timer) => timer },
    });
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  async teardown() {
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    this.before();
    zoneAsked.end(this.testPath);
  }

  exportConditions() {
    return this.conditions;
  }

  getVmContext() {
    return ownRealm;
  }

  handleTestEvent({ name }, state) {
    if (name !== 'run_start') return;
    state.testTimeout *= patience;
    lengthen(state.rootDescribeBlock);
  }
};

/** @returns {() => void} puts back what was there */
function remember() {
  const globals = Object.getOwnPropertyDescriptors(globalThis);
  const environment = { ...process.env };
  const { exit, exitCode } = process;
  const listeners = new Map(signals.map((name) => [name, process.rawListeners(name)]));
  return () => {
    for (const name of Reflect.ownKeys(globalThis)) {
      if (globalsOfThirdParties.has(name)) continue;
      const before = globals[name];
      if (before === undefined) Reflect.deleteProperty(globalThis, name);
      else if ('value' in before && globalThis[name] !== before.value)
        Reflect.defineProperty(globalThis, name, before);
    }
    for (const name of Object.keys(process.env))
      if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    process.exit = exit;
    process.exitCode = exitCode;
    for (const [name, before] of listeners)
      for (const listener of process.rawListeners(name))
        if (!before.includes(listener)) process.removeListener(name, listener);
  };
}

function lengthen({ hooks, children }) {
  for (const one of [...hooks, ...children]) {
    if (one.type === 'describeBlock') lengthen(one);
    else if (one.timeout) one.timeout *= patience;
  }
}
