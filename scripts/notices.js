const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");

/**
 * The licences of the packages in a bundle, which require that every copy contains them.
 *
 * @param {string[]} inputs of the bundle, as esbuild's metafile names them
 */
function notices(inputs) {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const path = join(root, folder);
      const { name, version } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
      const [licence] = readdirSync(path).filter((file) => /^licen[cs]e/i.test(file));
      if (licence === undefined) throw new Error(`${name} is bundled but has no licence file`);
      return `/*!\n${name} ${version}\n\n${readFileSync(join(path, licence), "utf8").trim()}\n*/\n`;
    })
    .join("");
}

module.exports = { notices };
