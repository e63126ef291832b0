const vm = require('node:vm');
const { TestEnvironment: NodeEnvironment } = require('jest-environment-node');

const { createContext } = vm;

/** So many times its time a test or hook may take: the limit is there to end what hangs, and judges no machine. */
const patience = Number(process.env.TEST_PATIENCE ?? 1);

/**
 * Jest's own, with globals of its own kind. Jest makes them an object that is asked by a call out of the engine at each
 * look (`Object`, `Buffer`, `process`), which nothing that V8 compiles can shorten; here they are what they are in
 * a program.
 */
module.exports = class TestEnvironment extends NodeEnvironment {
  constructor(...given) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...given);
    } finally {
      vm.createContext = createContext;
    }
  }

  handleTestEvent({ name }, state) {
    if (name !== 'run_start') return;
    state.testTimeout *= patience;
    lengthen(state.rootDescribeBlock);
  }
};

function lengthen({ hooks, children }) {
  for (const one of [...hooks, ...children]) {
    if (one.type === 'describeBlock') lengthen(one);
    else if (one.timeout) one.timeout *= patience;
  }
}
