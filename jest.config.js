/** @type {import("jest").Config} */
module.exports = {
  testMatch: ["<rootDir>/{test,examples}/**/*.test.ts"],
  testPathIgnorePatterns: [
    "/node_modules/",
    "<rootDir>/test/engine/",
    "<rootDir>/test/provider/(acceptance|matrix)/",
  ],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "/cdktf.out/"],
  transform: { "\\.ts$": "<rootDir>/scripts/esbuild-jest-transform.js" },
  moduleNameMapper: {
    "^cdktf-hermes$": "<rootDir>/lib/index.ts",
    "^cdktf-hermes/testing$": "<rootDir>/lib/testing/index.ts",
  },
};
