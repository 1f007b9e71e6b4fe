// Strips types for jest; `npm run typecheck` checks them.
const { transformSync } = require("esbuild");

module.exports = {
  process(source, sourcefile) {
    return transformSync(source, {
      loader: "ts",
      format: "cjs",
      target: "node20",
      // Jest has no import() for CommonJS.
      supported: { "dynamic-import": false },
      sourcemap: "inline",
      sourcefile,
    });
  },
};
