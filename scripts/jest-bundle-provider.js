// Synthesis places the provider's bundle, which a repository without `npm run build` does not have.
const { join } = require("node:path");
const { bundleProvider } = require("./bundle-provider.js");

module.exports = () => bundleProvider(join(__dirname, "..", "dist", "provider"));
