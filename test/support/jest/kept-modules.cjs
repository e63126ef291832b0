const { statSync } = require('node:fs');
const { sep } = require('node:path');
const { fileURLToPath } = require('node:url');

/**
 * What the product is made of: read, linked and evaluated once by a process, not once by a file. Its modules keep
 * nothing from one call to the next but what `test/architecture/kept-modules.spec.ts` names. Tests, what supports them,
 * simulators and mains are read anew for each file.
 */
const ofProduct = /^(apps|libs)\/(?!testing\/)[^/]+\/src\/(?!.*(spec|test-support|main)\.ts$)/;

/** By the address under which Jest looks for it: the module, evaluated. */
const kept = new Map();
/** When each of our files was written that is kept: a process that outlives a change of one (`--watch`) keeps none. */
const writtenAt = new Map();

/** @param {(path: string) => boolean} isThirdParty of them only the views that our modules import are kept */
function keep(registry, rootDir, isThirdParty) {
  for (const [address, module] of registry) {
    if (kept.has(address) || module.status !== 'evaluated' || !address.startsWith('file:'))
      continue;
    const path = fileURLToPath(address);
    if (isThirdParty(path)) kept.set(address, module);
    else if (isOfProduct(path, rootDir)) {
      kept.set(address, module);
      writtenAt.set(path, statSync(path).mtimeMs);
    }
  }
}

function giveTo(registry, { isWatching }) {
  if (isWatching && isOutdated()) forget();
  for (const [address, module] of kept) registry.set(address, module);
}

const isOutdated = () =>
  [...writtenAt].some(([path, at]) => statSync(path, { throwIfNoEntry: false })?.mtimeMs !== at);

function forget() {
  kept.clear();
  writtenAt.clear();
}

/**
 * The registry of metrics is the one thing that the product fills and whose figures tests read: each file finds it at
 * nought, without a service's name and without the metrics of the process, which only a service registers.
 */
function resetMetrics() {
  for (const [address, { namespace }] of kept) {
    if (!address.endsWith('/libs/observability/src/metrics.ts')) continue;
    const { registry } = namespace;
    registry.resetMetrics();
    registry.setDefaultLabels({});
    for (const { name } of registry.getMetricsAsArray())
      if (/^(process|nodejs)_/.test(name)) registry.removeSingleMetric(name);
  }
}

/** Whether a module is kept: what it asks for later must not be asked of a file that has ended. */
const isOfProduct = (path, rootDir) =>
  path.startsWith(rootDir + sep) &&
  ofProduct.test(path.slice(rootDir.length + 1).replaceAll(sep, '/'));

module.exports = { giveTo, isOfProduct, keep, resetMetrics };
