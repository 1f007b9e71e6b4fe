const { availableParallelism } = require("node:os");

/** @type {import("jest").Config} */
module.exports = {
  // A busy machine is no failure.
  testTimeout: 60_000,
  // What the files leave in one process would add up to more memory than Node takes, so there are always workers, which
  // are started anew in between.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: "1GB",
  globalSetup: "<rootDir>/scripts/jest-bundle-provider.js",
  testMatch: ["<rootDir>/{test,examples}/**/*.test.ts"],
  testPathIgnorePatterns: [
    "/node_modules/",
    "<rootDir>/test/(engine|linters)/",
    "<rootDir>/test/[^/]+/(acceptance|matrix)/",
  ],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "/cdktf.out/"],
  transform: { "\\.ts$": "<rootDir>/scripts/esbuild-jest-transform.js" },
  moduleNameMapper: {
    "^cdktf-hermes$": "<rootDir>/lib/index.ts",
    "^cdktf-hermes/testing$": "<rootDir>/lib/testing/index.ts",
  },
};
