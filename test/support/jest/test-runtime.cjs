const { createRequire } = require('node:module');
const { sep } = require('node:path');
const { isModuleNamespaceObject } = require('node:util/types');
const vm = require('node:vm');
const { giveTo, isOfProduct, keep, resetMetrics } = require('./kept-modules.cjs');
const { globalsOfThirdParties } = require('./own-realm.cjs');
const { default: Runtime } = require('jest-runtime');

const packages = `${sep}node_modules${sep}`;
/** What Jest gives to tests itself: one for each file. */
const ofJest = /\/node_modules\/(@jest\/|jest-|expect\/|pretty-format\/)/;

const isThirdParty = (path) => path.includes(packages) && !ofJest.test(path);
const nodeRequire = createRequire(__filename);
const loaded = new Map();

/** The runtime of the file that runs: a module that is kept was made by that of an earlier file. */
let current;
/** Of every file that was transformed, for the stacks of errors: what is kept is transformed once. */
const sourceMaps = new Map();

/**
 * Jest's own, but that modules of third parties are Node's, loaded once by a process, not once by a file, and that those
 * of the product are kept from file to file (kept-modules.cjs). Tests and what supports them are read anew for each.
 */
module.exports = class TestRuntime extends Runtime {
  constructor(...given) {
    super(...given);
    current = this;
    this.transformCache.sourceMaps = sourceMaps;
    const { watch, watchAll } = given.at(-1) ?? {};
    giveTo(this.registries.getActiveEsmRegistry(), { isWatching: watch || watchAll });
    const { esmLoader, requireBuilder } = this;
    const requireOf = requireBuilder.forFilename.bind(requireBuilder);
    requireBuilder.forFilename = (path) =>
      isOfProduct(path, this._config.rootDir) ? createRequire(path) : requireOf(path);
    this.importLater = esmLoader.dynamicImport;
    esmLoader.dynamicImport = (...asked) => current.importLater(...asked);
    const asEsm = esmLoader.buildCjsAsEsmSyntheticModule.bind(esmLoader);
    esmLoader.buildCjsAsEsmSyntheticModule = (from, path, context) =>
      isThirdParty(path) ? asModule(path, context) : asEsm(from, path, context);
    const isEsm = esmLoader.pendingCjsBuildIsUnmarkedEsm.bind(esmLoader);
    esmLoader.pendingCjsBuildIsUnmarkedEsm = (pending) =>
      !isThirdParty(pending.modulePath) && isEsm(pending);
  }

  teardown() {
    keep(this.registries.getActiveEsmRegistry(), this._config.rootDir, isThirdParty);
    resetMetrics();
    super.teardown();
  }

  unstable_shouldLoadAsEsm(path) {
    return !isThirdParty(path) && super.unstable_shouldLoadAsEsm(path);
  }

  requireModule(from, name, options, isActual) {
    if (options?.isInternalModule || this._resolution.isCoreModule(name ?? from))
      return super.requireModule(from, name, options, isActual);
    const path = this._resolution.resolveCjs(from, name);
    return isThirdParty(path) ? load(path) : super.requireModule(from, name, options, isActual);
  }
};

function load(path) {
  if (!loaded.has(path)) {
    const before = new Set(Reflect.ownKeys(globalThis));
    loaded.set(path, nodeRequire(path));
    for (const name of Reflect.ownKeys(globalThis))
      if (!before.has(name)) globalsOfThirdParties.add(name);
  }
  return loaded.get(path);
}

function asModule(path, context) {
  const exported = load(path);
  const named = isModuleNamespaceObject(exported)
    ? { ...exported }
    : { ...exported, default: exported, 'module.exports': exported };
  const names = Object.keys(named);
  return new vm.SyntheticModule(
    names,
    function () {
      for (const name of names) this.setExport(name, named[name]);
    },
    { context, identifier: path },
  );
}
