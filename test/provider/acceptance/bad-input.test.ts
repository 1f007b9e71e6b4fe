/** Bad input gets an error at its attribute, before anything is written. */
import { createServer, type Server } from "node:http";
import { describeInSandbox, scenes } from "../scene";

const app = (attributes: string, name = "web") => `resource "caprover_app" "web" {
  name = "${name}"
  ${attributes}
}
`;

describeInSandbox("bad input", () => {
  const scene = scenes();

  it.each([
    [
      "a name that CapRover refuses",
      app("", "Web--1"),
      /is no name for an app[\s\S]*name = "Web--1"|name = "Web--1"[\s\S]*is no name for an app/,
    ],
    [
      "a relative host path",
      app('persistent = true\n  volumes = [{ container_path = "/x", host_path = "relative" }]'),
      /"relative" is no\s+absolute path/,
    ],
    [
      "a volume without data",
      app('volumes = [{ container_path = "/x", name = "v" }]'),
      /Volumes need persistent = true/,
    ],
    ["an empty variable name", app('environment = { "" = "x" }'), /is no name for a\s+variable/],
    ["a template in a value", app('environment = { A = "{{.Node.ID}}" }'), /The value of A holds \{\{/],
    [
      "a template in a secret",
      app('secret_environment_wo = { A = "{{.Node.ID}}" }'),
      /The value of A holds \{\{/,
    ],
    [
      "a variable in both places",
      app('environment = { A = "1" }\n  secret_environment_wo = { A = "2" }'),
      /The variable A is set twice/,
    ],
    ["an override that is no object", app('service_override = "just text"'), /is no object/i],
    [
      "an override of mounts",
      app("service_override = jsonencode({ TaskTemplate = { ContainerSpec = { Mounts = [] } } })"),
      /use volumes\s+and tmpfs/,
    ],
    [
      "a rollback",
      app('service_override = jsonencode({ UpdateConfig = { FailureAction = "rollback" } })'),
      /must not be\s+rollback/,
    ],
    [
      "two instances on data",
      app("persistent = true\n  instance_count = 2"),
      /can run only once, not 2\s+times/,
    ],
    [
      "both kinds of image",
      app('image = "a:1"\n  captain_definition = jsonencode({ schemaVersion = 2, imageName = "a:1" })'),
      /image or captain_definition, not both/,
    ],
    [
      "a captain-definition of two kinds",
      app(
        'captain_definition = jsonencode({ schemaVersion = 2, imageName = "a", dockerfileLines = ["FROM a"] })',
      ),
      /exactly\s+one of/,
    ],
    [
      "an HTTP condition that CapRover's own page meets",
      app('ready = { http = { path = "/" } }'),
      /ready\.http needs contains/,
    ],
    [
      "a token that nothing accepts",
      app('deploy_token_wo = "a-token-of-ours"'),
      /deploy_token_wo needs\s+deploy_token_enabled = true/,
    ],
    [
      "a token that CapRover takes for none",
      app('deploy_token_enabled = true\n  deploy_token_wo = "undefined"'),
      /JavaScript's\s+word\s+for\s+no\s+value/,
    ],
    [
      "an empty password",
      app('basic_auth = { user = "greg", password_wo = "" }'),
      /Invalid value for basic_auth\.password_wo/,
    ],
    ["a health check without a test", app("health_check = { test = [] }"), /leave\s+health_check\s+out/],
    ["an empty node of an app with data", app('persistent = true\n  node_id = ""'), /node_id is empty/],
    [
      "blanks around the path of a volume",
      app('persistent = true\n  volumes = [{ container_path = "/x ", name = "v" }]'),
      /spaces around/,
    ],
    [
      "blanks around a directory of the node",
      app('persistent = true\n  volumes = [{ container_path = "/x", host_path = "/y\\n" }]'),
      /spaces around/,
    ],
    [
      "a volume's name that ends in a hyphen",
      app('persistent = true\n  volumes = [{ container_path = "/x", name = "v-" }]'),
      /is no name for a\s+volume/,
    ],
  ])("%s is refused", async (_what, body, told) => {
    const { workspace } = scene.current;
    const { code, output } = await workspace.plan(body);
    expect(code).toBe(1);
    expect(output).toMatch(told);
    expect(scene.current.writes()).toEqual([]);
  });

  it("basic auth that nobody can pass is warned of in the plan, and refused by the apply", async () => {
    const { workspace } = scene.current;
    const planned = await workspace.plan(app('basic_auth = { user = "greg" }'));
    expect(planned.output).toMatch(/Warning: basic_auth\.password_wo is missing/);
    const { code, output } = await workspace.tryApply();
    expect({ code, output }).toMatchObject({
      code: 1,
      output: expect.stringMatching(/Error: basic_auth\.password_wo is missing/),
    });
    expect(scene.current.writes()).toEqual([]);
  });

  const planWith = async (provider: string) => {
    await scene.current.workspace.write(app(""), provider);
    return (await scene.current.workspace.run("plan")).output;
  };

  it("a wrong or overlong password is reported at the provider's password", async () => {
    expect(await planWith('password = "not-the-password"')).toMatch(
      /refused the login[\s\S]*password = "not-the-password"|refused the login[\s\S]*password/,
    );
    expect(await planWith(`password = "${"x".repeat(30)}"`)).toContain("longer than the 29 characters");
  });

  it("an address that is no URL, or would send the password in clear text, is refused", async () => {
    expect(await planWith('url = "captain.example.com"')).toMatch(/url = "captain[\s\S]*is no URL/);
    expect(await planWith('url = "http://captain.example.com"')).toMatch(/password in clear/);
    expect(await planWith('url = "https://captain.example.com/#/apps"')).toContain("has more than a host");
  });

  it("a server that can't be reached is reported", async () => {
    expect(await planWith('url = "http://127.0.0.1:1"')).toMatch(/can't be reached[\s\S]*ECONNREFUSED/);
  });

  it.each([
    ["answers with a page", "<html>hello</html>"],
    ["answers with other JSON", '{"hello":"world"}'],
    ["answers with an array", "[]"],
    ["answers with a status that is no number", '{"status":"fine","data":{}}'],
  ])("a server that %s is reported", async (_what, body) => {
    const server: Server = createServer((_request, response) => response.end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const output = await planWith(`url = "http://127.0.0.1:${port}"`);
    server.close();
    expect(output).toMatch(/does not answer as a CapRover|no JSON of CapRover's/);
  });
});
