import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "../../terraform";
import { agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const SECRETS = {
  variable: "V4riable-Value-91",
  password: "B4sic-Password-77",
  token: "D3ploy-Token-55",
};
const withSecrets = ({ version = 1, passwordVersion = 1, environment = "" } = {}) =>
  agentBlock(`
  environment = { MODE = "gateway" ${environment} }
  secret_environment_wo = { API_KEY = "${SECRETS.variable}" }
  secret_environment_wo_version = ${version}
  basic_auth = { user = "greg", password_wo = "${SECRETS.password}", password_wo_version = ${passwordVersion} }
  deploy_token_enabled = true
  deploy_token_wo = "${SECRETS.token}"`);

describeInSandbox("secrets", () => {
  const scene = scenes();

  it("secrets are in no plan, state, log or process argument, whatever goes wrong", async () => {
    const { workspace, captain } = scene.current;
    const log = join(workspace.path, "trace.log");
    const logged = { TF_LOG: "TRACE", TF_LOG_PATH: log };
    const run = async (...args: string[]) => finished(workspace.start(args, logged));
    await workspace.write(withSecrets());
    captain.faults.inject({ effect: "500", path: /\/update$/ });
    captain.faults.inject({ effect: "server crash", path: /\/appData\/agent$/, at: "answer" });
    const outputs = [
      await run("apply", "-auto-approve"),
      await run("plan", "-out=saved.tfplan"),
      await run("show", "saved.tfplan"),
      await run("show", "-json"),
    ].map(({ output }) => output);
    expect(captain.app("agent").running).toHaveLength(1);
    const texts = [...outputs, await workspace.rawState(), await readFile(log, "utf8")];
    for (const secret of [...Object.values(SECRETS), captain.password]) {
      const config = texts.filter((text) => text.includes(secret));
      expect(config).toEqual([]);
    }
  });

  it("a secret that somebody changed shows in the plan, and is set back", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(withSecrets());
    expect((await workspace.plan(withSecrets())).code).toBe(0);
    const app = await user.app("agent");
    const envVars = [
      { key: "MODE", value: "gateway" },
      { key: "API_KEY", value: "stolen" },
    ];
    await user.patch("agent", { envVars, httpAuth: null, appDeployTokenConfig: { enabled: false } });
    const { code, output } = await workspace.plan(withSecrets());
    expect(code).toBe(2);
    expect(output).toMatch(/secret_environment_wo_version\s+= 0 -> 1/);
    expect(output).toMatch(/\+ basic_auth/);
    expect(output).toMatch(/deploy_token_enabled\s+= false -> true/);
    await workspace.apply(withSecrets());
    const after = await user.app("agent");
    expect(after?.["envVars"]).toEqual(expect.arrayContaining([{ key: "API_KEY", value: SECRETS.variable }]));
    expect(after?.["appDeployTokenConfig"]).toEqual(app?.["appDeployTokenConfig"]);
    expect((await workspace.plan(withSecrets())).code).toBe(0);
  });

  it("a changed password shows in the plan, and an unchanged one does not", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(withSecrets());
    const hash = JSON.stringify((await user.app("agent"))?.["httpAuth"]);
    await workspace.apply(withSecrets({ environment: ', MORE = "1"' }));
    expect(JSON.stringify((await user.app("agent"))?.["httpAuth"])).toBe(hash);
    await user.patch("agent", { httpAuth: { user: "greg", password: "another-password" } });
    const { output } = await workspace.plan(withSecrets({ environment: ', MORE = "1"' }));
    expect(output).toMatch(/password_wo_version\s+= 0 -> 1/);
  });

  it("a variable of somebody else is masked in the plan that removes it", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(withSecrets());
    const app = await user.app("agent");
    const envVars = Array.isArray(app?.["envVars"]) ? app["envVars"] : [];
    await user.patch("agent", { envVars: [...envVars, { key: "FOREIGN", value: "f0reign-secret" }] });
    const { code, output } = await workspace.plan(withSecrets());
    expect(code).toBe(2);
    expect(output).toContain('"FOREIGN" = "(not managed by Terraform)" -> null');
    expect(output).not.toContain("f0reign-secret");
    await workspace.apply(withSecrets());
    expect(JSON.stringify(await user.app("agent"))).not.toContain("FOREIGN");
  });

  it("a change of secrets alone shows in the plan without their values, and is sent once", async () => {
    const { workspace, user, captain } = scene.current;
    const block = ({ key = SECRETS.variable, password = SECRETS.password, token = SECRETS.token } = {}) =>
      agentBlock(`
  secret_environment_wo = { API_KEY = "${key}" }
  basic_auth = { user = "greg", password_wo = "${password}" }
  deploy_token_enabled = true
  deploy_token_wo = "${token}"`);
    await workspace.apply(block());
    expect((await workspace.plan(block())).code).toBe(0);
    const changed = { key: "N3w-Variable-12", password: "N3w-Password-34", token: "N3w-Token-56" };
    const versions = {
      key: /secret_environment_wo_version\s+= 1 -> 2/,
      password: /password_wo_version\s+= 1 -> 2/,
      token: /deploy_token_wo_version\s+= 1 -> 2/,
    };
    for (const name of ["key", "password", "token"] as const) {
      const { code, output } = await workspace.plan(block({ [name]: changed[name] }));
      expect(code).toBe(2);
      expect(output).toMatch(versions[name]);
      expect(output).toContain("Applying this restarts agent");
      expect(output).toMatch(/1 to change/);
      for (const value of Object.values(changed)) expect(output).not.toContain(value);
    }
    const before = scene.current.writes().length;
    await workspace.apply(block(changed));
    expect(scene.current.writes(before)).toEqual(["PATCH appDefinitions/update"]);
    expect(captain.app("agent").service?.wanted.env["API_KEY"]).toBe(changed.key);
    expect((await user.app("agent"))?.["appDeployTokenConfig"]).toMatchObject({
      appDeployToken: changed.token,
    });
    expect((await workspace.plan(block(changed))).code).toBe(0);
    // changed by somebody else and in the configuration: one number for both
    await user.patch("agent", { envVars: [{ key: "API_KEY", value: "stolen" }] });
    expect((await workspace.plan(block())).output).toMatch(/secret_environment_wo_version\s+= 0 -> 1/);
    await workspace.apply(block());
    expect((await workspace.plan(block())).code).toBe(0);
    for (const value of Object.values(changed)) expect(await workspace.rawState()).not.toContain(value);
  });

  it("a secret may be ephemeral, or unknown until the apply", async () => {
    const { workspace, captain } = scene.current;
    const body = `variable "key" {
  type      = string
  ephemeral = true
}
resource "terraform_data" "made" {
  triggers_replace = ["one"]
}
${agentBlock("secret_environment_wo = { API_KEY = var.key, MADE = terraform_data.made.id }")}`;
    const env = () => captain.app("agent").service?.wanted.env ?? {};
    await workspace.apply(body, "-var=key=first");
    expect(env()).toMatchObject({ API_KEY: "first", MADE: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const made = env()["MADE"];
    expect((await workspace.run("plan", "-detailed-exitcode", "-var=key=first")).code).toBe(0);
    expect((await workspace.run("plan", "-detailed-exitcode", "-var=key=second")).output).toMatch(/= 1 -> 2/);
    // the value is not known at this plan, and is sent with the other change
    await workspace.apply(body.replace('["one"]', '["two"]'), "-var=key=second");
    expect(env()["API_KEY"]).toBe("second");
    expect(env()["MADE"]).not.toBe(made);
    expect((await workspace.run("plan", "-detailed-exitcode", "-var=key=second")).code).toBe(0);
  });

  it("with a configured version, a changed secret is warned of, and sent only when the version changes", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(withSecrets());
    const changed = (version: number, environment = "") =>
      withSecrets({ version, environment }).replaceAll(SECRETS.variable, "N3w-Value");
    const hidden = await workspace.plan(changed(1));
    expect(hidden.code).toBe(0);
    expect(hidden.output).toContain("The new value of secret_environment_wo is not sent");
    expect((await workspace.plan(withSecrets())).output).not.toContain("is not sent");
    // another change does not take it along
    await workspace.apply(changed(1, ', MORE = "1"'));
    const env = () => captain.app("agent").service?.wanted.env;
    expect(env()).toMatchObject({ API_KEY: SECRETS.variable, MORE: "1" });
    await workspace.apply(changed(2, ', MORE = "1"'));
    expect(env()).toMatchObject({ API_KEY: "N3w-Value" });
    expect((await workspace.plan(changed(2, ', MORE = "1"'))).output).not.toContain("is not sent");
  });

  it("a configured version of a password or a token hides a changed value too, and the plan warns", async () => {
    const { workspace, user } = scene.current;
    const block = ({ password = SECRETS.password, token = SECRETS.token, version = 1, description = "" }) =>
      agentBlock(`description = "${description}"
  basic_auth = { user = "greg", password_wo = "${password}", password_wo_version = ${version} }
  deploy_token_enabled = true
  deploy_token_wo = "${token}"
  deploy_token_wo_version = ${version}`);
    const changed = { password: "N3w-Password-34", token: "N3w-Token-56", description: "more" };
    await workspace.apply(block({}));
    const { output } = await workspace.plan(block(changed));
    expect(output).toContain("The new value of basic_auth.password_wo is not sent");
    expect(output).toContain("The new value of deploy_token_wo is not sent");
    const before = await user.app("agent");
    await workspace.apply(block(changed));
    const after = await user.app("agent");
    for (const key of ["httpAuth", "appDeployTokenConfig"]) expect(after?.[key]).toEqual(before?.[key]);
    await workspace.apply(block({ ...changed, version: 2 }));
    expect((await user.app("agent"))?.["appDeployTokenConfig"]).toMatchObject({
      appDeployToken: changed.token,
    });
    expect((await workspace.plan(block({ ...changed, version: 2 }))).output).not.toContain("is not sent");
  });

  it("a variable that is new under a configured version is sent, and one that goes is removed", async () => {
    const { workspace, captain } = scene.current;
    const block = (variables: string) =>
      agentBlock(`secret_environment_wo = { ${variables} }
  secret_environment_wo_version = 7`);
    await workspace.apply(block('API_KEY = "k3y"'));
    await workspace.apply(block('API_KEY = "k3y", MORE = "m0re"'));
    expect(captain.app("agent").service?.wanted.env).toMatchObject({ API_KEY: "k3y", MORE: "m0re" });
    await workspace.apply(block('MORE = "m0re"'));
    expect(captain.app("agent").service?.wanted.env).toEqual({ MORE: "m0re" });
    expect((await workspace.plan(block('MORE = "m0re"'))).code).toBe(0);
  });

  it("secrets that are made in the same run are sent in it, each of them", async () => {
    const { workspace, captain, user } = scene.current;
    const body = (round: string) => `resource "terraform_data" "made" {
  triggers_replace = ["${round}"]
}
resource "caprover_registry" "ghcr" {
  domain      = "ghcr.test"
  username    = "me"
  password_wo = "p-\${terraform_data.made.id}"
}
${agentBlock(`secret_environment_wo = { API_KEY = "k-\${terraform_data.made.id}", FIXED = "f1xed" }
  basic_auth = { user = "greg", password_wo = "b-\${substr(terraform_data.made.id, 0, 20)}" }
  deploy_token_enabled = true
  deploy_token_wo = "t-\${terraform_data.made.id}"`)}`;
    await workspace.apply(body("one"));
    const sent = async () => {
      const app = await user.app("agent");
      const { data } = await user.call("GET", "/user/registries");
      return {
        key: captain.app("agent").service?.wanted.env["API_KEY"],
        auth: app?.["httpAuth"],
        token: app?.["appDeployTokenConfig"],
        registry: data["registries"],
      };
    };
    const before = await sent();
    const { output } = await workspace.plan(body("two"));
    for (const name of ["secret_environment_wo_version", "deploy_token_wo_version", "password_wo_version"]) {
      expect(output).toMatch(new RegExp(`${name}\\s+= 1 -> \\(known after apply\\)`));
    }
    await workspace.apply(body("two"));
    const after = await sent();
    expect(after.key).toMatch(/^k-/);
    for (const name of ["key", "auth", "token", "registry"] as const) {
      expect(after[name]).not.toEqual(before[name]);
    }
    expect((await workspace.plan(body("two"))).code).toBe(0);
  });

  it("basic auth without any password is refused", async () => {
    const { workspace, user } = scene.current;
    const late = `resource "terraform_data" "which" {
  input = "none"
}
${agentBlock(`basic_auth = { user = "greg", password_wo = terraform_data.which.output == "some" ? "pass-word" : null }`)}`;
    // only the apply knows that there is no password
    await workspace.write(late);
    expect((await workspace.tryApply()).output).toContain("password_wo is missing");
    expect(scene.current.writes()).toEqual([]);
    await workspace.apply(agentBlock('basic_auth = { user = "greg", password_wo = "pass-word" }'));
    // the plan keeps the saved password, and somebody removes it after the plan
    await workspace.write(agentBlock('basic_auth = { user = "greta" }'));
    expect((await workspace.run("plan", "-out=saved")).code).toBe(0);
    await user.patch("agent", { httpAuth: null });
    const before = scene.current.writes().length;
    const { code, output } = await workspace.run("apply", "saved");
    expect({ code, output }).toMatchObject({
      code: 1,
      output: expect.stringContaining("password_wo is missing"),
    });
    expect(scene.current.writes(before)).toEqual([]);
  });
});
