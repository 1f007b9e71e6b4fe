// The long suites of the CapRover provider: every fault at every request, many apps at once.
const base = require("./jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  testMatch: ["<rootDir>/test/provider/matrix/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
};
