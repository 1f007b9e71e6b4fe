// Every suite in one, each test as its own suite runs it: `npm run test:full -- NAME` runs the files of that name.
const { maxWorkers, ...engine } = require("./jest.engine.config.js");

/** @type {import("jest").Config} */
module.exports = {
  maxWorkers,
  projects: [
    require("./jest.config.js"),
    require("./jest.linters.config.js"),
    require("./jest.caprover.config.js"),
    engine,
  ],
};
