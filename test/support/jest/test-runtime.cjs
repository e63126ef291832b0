const { createRequire } = require('node:module');
const { sep } = require('node:path');
const { isModuleNamespaceObject } = require('node:util/types');
const vm = require('node:vm');
const { globalsOfThirdParties } = require('./own-realm.cjs');
const { default: Runtime } = require('jest-runtime');

const packages = `${sep}node_modules${sep}`;
/** What Jest gives to tests itself: one for each file. */
const ofJest = /\/node_modules\/(@jest\/|jest-|expect\/|pretty-format\/)/;

const isThirdParty = (path) => path.includes(packages) && !ofJest.test(path);
const nodeRequire = createRequire(__filename);
const loaded = new Map();

/**
 * Jest's own, but that modules of third parties are Node's: loaded once by a process, not once by a file. Ours are read
 * anew for each file, as ever: no test sees what another left in them.
 */
module.exports = class TestRuntime extends Runtime {
  constructor(...given) {
    super(...given);
    const { esmLoader } = this;
    const asEsm = esmLoader.buildCjsAsEsmSyntheticModule.bind(esmLoader);
    esmLoader.buildCjsAsEsmSyntheticModule = (from, path, context) =>
      isThirdParty(path) ? asModule(path, context) : asEsm(from, path, context);
    const isEsm = esmLoader.pendingCjsBuildIsUnmarkedEsm.bind(esmLoader);
    esmLoader.pendingCjsBuildIsUnmarkedEsm = (pending) =>
      !isThirdParty(pending.modulePath) && isEsm(pending);
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
