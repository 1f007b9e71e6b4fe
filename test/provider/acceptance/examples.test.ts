/** The Terraform files of the documentation, applied by the real Terraform. */
import { readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { caproverProvider } from "../../../lib/provider/provider";
import { ROOT } from "../../caprover/package";
import { finished, succeeded } from "../../terraform";
import { describeInSandbox, scenes } from "../scene";

const EXAMPLES = join(ROOT, "examples", "terraform");
const FILES = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" });
const read = (file: string) => readFileSync(join(EXAMPLES, file), "utf8");
/** The files of that name, each with its path as one name. */
const filesNamed = (name: string) =>
  FILES.filter((file) => file.endsWith(`/${name}`)).map(
    (file) => [file.replaceAll("/", "-"), read(file)] as const,
  );

const SECRETS = { TF_VAR_api_key: "3phemeral-key", TF_VAR_ghcr_token: "3phemeral-token" };
const RESOURCES = Object.keys(caproverProvider.resources ?? {});

/** What the examples expect of their server. */
const SERVER = {
  rootSsl: true,
  images: {
    "ghcr.io/acme/agent:1.2.0": {
      credentials: { user: "acme-deploy", password: SECRETS.TF_VAR_ghcr_token },
      logLines: [{ afterSeconds: 2, line: "listening on 8080" }],
    },
    "registry.example.com/ci:1": {},
  },
};

test("every resource has an example, an import command and an import block", () => {
  expect(RESOURCES.length).toBeGreaterThan(0);
  for (const resource of RESOURCES) {
    for (const file of ["resource.tf", "import.sh", "import-by-string-id.tf"]) {
      expect(FILES).toContain(`resources/${resource}/${file}`);
    }
  }
  for (const name of Object.keys(caproverProvider.dataSources ?? {})) {
    expect(FILES).toContain(`data-sources/${name}/data-source.tf`);
  }
  for (const name of Object.keys(caproverProvider.ephemeralResources ?? {})) {
    expect(FILES).toContain(`ephemeral-resources/${name}/ephemeral-resource.tf`);
  }
});

describeInSandbox("the examples of the documentation", () => {
  const scene = scenes(SERVER);

  const run = (...args: string[]) => {
    const { captain, workspace } = scene.current;
    const address = { TF_VAR_caprover_url: captain.url, TF_VAR_caprover_password: captain.password };
    return finished(
      workspace.start([...args], {
        ...SECRETS,
        ...address,
        TF_VAR_dashboard_password: "3phemeral-password",
        TF_CLI_ARGS: "-no-color",
      }),
    );
  };
  const write = async (files: readonly (readonly [string, string])[]) => {
    for (const [name, text] of files) await writeFile(join(scene.current.workspace.path, name), text);
  };

  it("the examples have Terraform's format", async () => {
    expect(await run("fmt", "-check", "-diff", "-recursive", EXAMPLES)).toEqual({ code: 0, output: "" });
  });

  it("every attribute, block and resource of the provider's schema has a description", async () => {
    await write([["provider.tf", read("provider/provider.tf")]]);
    const { output } = await run("providers", "schema", "-json");
    const { provider_schemas: schemas } = JSON.parse(output.slice(output.indexOf("{")));
    const lacking: string[] = [];
    const look = (value: unknown, path: string) => {
      if (typeof value !== "object" || value === null) return;
      const one: Record<string, unknown> = { ...value };
      const described = "type" in one || "nested_type" in one || "block" in one;
      const text = Object(one["block"] ?? one)["description"];
      if (described && !/\S/.test(typeof text === "string" ? text : "")) lacking.push(path);
      for (const [key, inner] of Object.entries(one)) if (key !== "type") look(inner, `${path}.${key}`);
    };
    look(schemas, "");
    expect(lacking).toEqual([]);
    expect(output).toContain("caprover_app_deploy_token");
  });

  it("the whole configuration applies, is then unchanged, and leaves no ephemeral value behind", async () => {
    const { workspace, captain } = scene.current;
    await write([["main.tf", read("agent/main.tf")]]);
    const applied = await run("apply", "-auto-approve");
    expect(applied).toMatchObject({ code: 0 });
    expect(captain.app("agent").service?.wanted.env).toMatchObject({ API_KEY: "3phemeral-key" });
    expect((await run("plan", "-detailed-exitcode", "-out=saved.tfplan")).code).toBe(0);
    const texts = [
      applied.output,
      await workspace.rawState(),
      readFileSync(join(workspace.path, "saved.tfplan"), "latin1"),
    ];
    expect(texts.filter((text) => text.includes("3phemeral"))).toEqual([]);
  });

  it("the examples of all resources, data sources and ephemeral resources apply together, are then unchanged, and can be imported by their commands and their blocks", async () => {
    const { captain, user, workspace } = scene.current;
    await user.register("shop", false);
    await captain.clock.until(() => !captain.app("shop").isBuilding, 60);
    await write([
      ["provider.tf", read("provider/provider.tf")],
      ...["resource.tf", "data-source.tf", "ephemeral-resource.tf"].flatMap(filesNamed),
    ]);
    succeeded(await run("apply", "-auto-approve"));
    expect(captain.app("agent").definition).toMatchObject({
      forceSsl: true,
      redirectDomain: "agent.example.com",
      customDomain: [{ publicDomain: "agent.example.com", hasSsl: true }],
    });
    expect(captain.app("agent").running).toHaveLength(1);
    const { output } = await run("output", "-raw", "shop_for_other_apps");
    expect(output).toContain("http://srv-captain--shop");
    // Its second refresh sees the address with https.
    succeeded(await run("apply", "-auto-approve"));
    expect((await run("plan", "-detailed-exitcode")).code).toBe(0);

    const addresses = filesNamed("import.sh").map(([, line]) => line.trim().split(" ").slice(2));
    expect(addresses).toHaveLength(RESOURCES.length);
    const forget = async () => {
      for (const [address = ""] of addresses) succeeded(await run("state", "rm", address));
    };
    const writes = scene.current.writes().length;
    await forget();
    for (const [address = "", id = ""] of addresses) {
      succeeded(await run("import", address, id.replaceAll("'", "")));
    }
    const planned = await run("plan");
    expect(planned.output).not.toMatch(/must be replaced|will be (?:created|destroyed)/);
    await forget();
    const blocks = filesNamed("import-by-string-id.tf");
    await write(blocks);
    const imported = await run("plan");
    expect(imported.output).toContain(`Plan: ${RESOURCES.length} to import, 0 to add`);
    expect(imported.output).toContain("0 to destroy");
    expect(scene.current.writes()).toHaveLength(writes);
    succeeded(await run("apply", "-auto-approve"));
    for (const [name] of blocks) await rm(join(workspace.path, name));
    expect((await run("plan", "-detailed-exitcode")).code).toBe(0);
    expect(captain.overlaps).toEqual([]);
  });
});
