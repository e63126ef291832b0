const { sep } = require('node:path');
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
/**
 * Jest's own modules are evaluated anew for each file, for they hold what a file has set; to compile them anew, their
 * parameters being all that differs, would be a tenth of the time of a unit test. By the file's name.
 */
const compiled = new Map();
const isOfPackages = (path) => path?.includes(`${sep}node_modules${sep}`);
// A later `import()` would be asked of the file for which it was compiled first.
const isWhole = (code) => !/\bimport\s*\(/.test(code);

vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) => {
  if (parsingContext !== ownRealm)
    return compileFunction(code, parameters, { ...options, parsingContext });
  const { filename } = options;
  const before = compiled.get(filename);
  if (before?.code === code && before.parameters === parameters.join()) return before.body;
  const body = compileFunction(code, parameters, options);
  if (isOfPackages(filename) && isWhole(code))
    compiled.set(filename, { code, parameters: parameters.join(), body });
  return body;
};

/** Globals that belong to the process, since a module has set them that is loaded once: they outlive a file. */
const globalsOfThirdParties = new Set();

module.exports = { globalsOfThirdParties, ownRealm };
