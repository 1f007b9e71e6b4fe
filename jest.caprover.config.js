// The long suites of the CapRover provider: the real Terraform at work, every fault at every request.
const { maxWorkers: _, workerIdleMemoryLimit: __, ...base } = require("./jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  testMatch: ["<rootDir>/test/{provider,caprover}/{acceptance,matrix}/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
};
