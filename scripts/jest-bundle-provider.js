// Synthesis places the provider's bundle, which a repository without `npm run build` does not have.
const { join } = require("node:path");
const { version } = require("../package.json");
const { bundleProvider } = require("./bundle-provider");

module.exports = () =>
  bundleProvider(join(__dirname, "..", "dist", "provider"), `terraform-provider-caprover_v${version}`);
