/** @type {import("jest").Config} */
module.exports = {
  // A busy machine is no failure.
  testTimeout: 60_000,
  globalSetup: "<rootDir>/scripts/jest-bundle-provider.js",
  testMatch: ["<rootDir>/{test,examples}/**/*.test.ts"],
  testPathIgnorePatterns: [
    "/node_modules/",
    "<rootDir>/test/(engine|linters)/",
    "<rootDir>/test/(provider|caprover)/(acceptance|matrix)/",
  ],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "/cdktf.out/"],
  transform: { "\\.ts$": "<rootDir>/scripts/esbuild-jest-transform.js" },
  moduleNameMapper: {
    "^cdktf-hermes$": "<rootDir>/lib/index.ts",
    "^cdktf-hermes/testing$": "<rootDir>/lib/testing/index.ts",
  },
};
