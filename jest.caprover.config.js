// The long suites: the real Terraform at work with the CapRover provider, every fault at every request, every combination.
const { maxWorkers: _, workerIdleMemoryLimit: __, ...base } = require("./jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  testMatch: ["<rootDir>/test/*/{acceptance,matrix}/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
};
