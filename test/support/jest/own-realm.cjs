const vm = require('node:vm');

/**
 * What stands for the realm of Jest's own process where Jest asks for a context: tests run in it, not in one made for
 * each file. A context would hold classes of its own (`Error`, `Uint8Array`), which what Node loads outside it does not
 * share, so each of the thousand modules of third parties would have to be read anew for each file.
 */
const ownRealm = Object.freeze({});

const inOwnRealm = (Module) =>
  class extends Module {
    constructor(given, { context, ...options } = {}) {
      super(given, context === ownRealm ? options : { ...options, context });
    }
  };
vm.SourceTextModule = inOwnRealm(vm.SourceTextModule);
vm.SyntheticModule = class extends vm.SyntheticModule {
  constructor(names, evaluate, { context, ...options } = {}) {
    super(names, evaluate, context === ownRealm ? options : { ...options, context });
  }
};
const { compileFunction } = vm;
vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) =>
  compileFunction(
    code,
    parameters,
    parsingContext === ownRealm ? options : { ...options, parsingContext },
  );

/** Globals that belong to the process, since a module has set them that is loaded once: they outlive a file. */
const globalsOfThirdParties = new Set();

module.exports = { globalsOfThirdParties, ownRealm };
