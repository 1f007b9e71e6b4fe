/**
 * The linters of workflows, over every rendered one: `npm run test:linters`. They are programs that npm does not have.
 * @type {import("jest").Config}
 */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/test/linters/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
};
