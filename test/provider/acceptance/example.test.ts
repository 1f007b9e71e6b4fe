import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "../../terraform";
import { describeInSandbox, scenes } from "../scene";

const EXAMPLE = readFileSync(join(__dirname, "..", "example", "main.tf"), "utf8");

describeInSandbox("the example of the documentation", () => {
  const scene = scenes();

  it("the example applies, is then unchanged, and leaves no ephemeral value behind", async () => {
    const { workspace, captain } = scene.current;
    await writeFile(join(workspace.path, "main.tf"), EXAMPLE);
    const secrets = { TF_VAR_api_key: "3phemeral-key", TF_VAR_dashboard_password: "3phemeral-password" };
    const run = (...args: string[]) => finished(workspace.start([...args, "-no-color"], secrets));
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
});
