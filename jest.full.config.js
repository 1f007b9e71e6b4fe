// Every suite in one, each test as its own suite runs it: `npm run test:full -- NAME` runs the files of that name.
const { maxWorkers, testTimeout, ...engine } = require("./jest.engine.config.js");
const { maxWorkers: _, workerIdleMemoryLimit: __, ...unit } = require("./jest.config.js");
const { maxWorkers: ___, workerIdleMemoryLimit: ____, ...linters } = require("./jest.linters.config.js");

/** @type {import("jest").Config} */
module.exports = {
  maxWorkers,
  // Jest reads it nowhere else: a project has none of its own.
  testTimeout,
  projects: [unit, linters, require("./jest.caprover.config.js"), engine],
};
