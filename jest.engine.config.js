const { workerIdleMemoryLimit: _, ...base } = require("./jest.config.js");

/**
 * Tests that deploy for real, on a Docker engine of their own: `npm run test:engine`.
 * @type {import("jest").Config}
 */
module.exports = {
  ...base,
  testMatch: ["<rootDir>/test/engine/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  globalSetup: "<rootDir>/test/engine/setup.ts",
  globalTeardown: "<rootDir>/test/engine/teardown.ts",
  // Each has an engine of its own.
  maxWorkers: 2,
  testTimeout: 600_000,
};
