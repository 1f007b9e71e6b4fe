/** Files of which only Terraform knows a part. CapRover uploads no file, so each is a variable until the boot. */
import { Lazy, type TerraformStack, TerraformVariable } from "cdktf";
import { CapRoverProvider, HermesTarget, Terminal } from "../../../lib";
import { bootInVariable } from "../../../lib/boot/boot-script";
import { type AgentProps, agent, newApp, newStack, secretOf, synth } from "../../agents";
import { describeWithTerraform, outputsOf } from "../../terraform";

const CONFIG = "/etc/hermes/config.yaml";

const VARIABLES = {
  text: 'a "b" {{c}} \\ ${d} é',
  amount: 3,
  names: ["one", "two"],
  host: "box.example.com",
};

function valuesOf(stack: TerraformStack) {
  const variable = (id: string, type: string) => new TerraformVariable(stack, id, { type });
  return {
    text: variable("text", "string").stringValue,
    amount: variable("amount", "number").numberValue,
    names: variable("names", "list(string)").listValue,
    host: variable("host", "string").stringValue,
  };
}

/** What the boot would write, by path, as the real Terraform fills it in. */
function filled(
  props: (values: ReturnType<typeof valuesOf>, stack: TerraformStack) => AgentProps,
): Readonly<Record<string, string>> {
  const stack = newStack(newApp(), "agents");
  new CapRoverProvider(stack, "caprover");
  agent(stack, {
    release: "v0.21.6",
    target: HermesTarget.caprover({}),
    ...props(valuesOf(stack), stack),
  });
  const { resource, variable }: Record<string, Record<string, Record<string, object>>> = Object(synth(stack));
  const environment: Record<string, string> = Object(resource?.["caprover_app"]?.["hermes"])["environment"];
  const script = bootInVariable(environment);
  const names = Object.keys(environment).filter((name) => name.startsWith("CDKTF_HERMES_FILE_"));
  const values = outputsOf(
    {
      variable: Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, variable?.[name] ?? {}])),
      output: Object.fromEntries(names.map((name) => [name, { value: environment[name] }])),
    },
    VARIABLES,
  );
  return Object.fromEntries(
    names.map((name) => {
      const [, path = ""] =
        new RegExp(
          `base64 -d < /run/s6/container_environment/${name} > (\\S+)\nchmod 644 \\1\nrm -f /run/s6/container_environment/${name}\n`,
        ).exec(script) ?? [];
      expect(String(values[name])).toMatch(/^[A-Za-z0-9+/=]+$/);
      return [path, Buffer.from(String(values[name]), "base64").toString()];
    }),
  );
}

describeWithTerraform("what only Terraform knows reaches the files of the boot", () => {
  test("a setting, a list, a model, the proxies, and the address and arguments of a tool", () => {
    const files = filled(({ text, amount, names, host }) => ({
      config: {
        deep: [{ text: `x ${text}` }],
        amount,
        names,
        hermes: "${NAME}",
        both: `${text} %{if} {{x}}`,
        "a {{key}}": null,
      },
      model: { provider: "openrouter", name: text },
      trustedProxies: names,
      mcpServers: {
        web: { url: `http://${host}:8000/mcp` },
        own: { command: "tool", args: ["--name", text] },
      },
    }));
    expect(Object.keys(files)).toEqual([CONFIG]);
    expect(JSON.parse(files[CONFIG] ?? "")).toMatchObject({
      deep: [{ text: `x ${VARIABLES.text}` }],
      amount: 3,
      names: ["one", "two"],
      hermes: "${NAME}",
      both: `${VARIABLES.text} %{if} {{x}}`,
      "a {{key}}": null,
      model: { provider: "openrouter", default: VARIABLES.text },
      mcp_servers: {
        web: { url: "http://box.example.com:8000/mcp" },
        own: { command: "tool", args: ["--name", VARIABLES.text] },
      },
    });
  });

  test("a value that the program computes late, without Terraform", () => {
    let late = "";
    const files = filled(() => {
      const given = {
        text: Lazy.stringValue({ produce: () => late }),
        list: Lazy.listValue({ produce: () => [late] }),
      };
      late = 'said "later"';
      return { config: given };
    });
    expect(JSON.parse(files[CONFIG] ?? "")).toMatchObject({ text: 'said "later"', list: ['said "later"'] });
  });

  test("the machine of a terminal, whose keys are in a file of their own", () => {
    const files = filled(({ host }, stack) => ({
      terminal: Terminal.ssh({
        host,
        user: "agent",
        key: secretOf(stack, "key"),
        hostKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFm2Q5K6Yh0k5YyQyqzTtF1r3oJ6xX6l8Q0h3u0cZx2h"],
      }),
    }));
    expect(Object.values(files).join("\n")).toContain("Host box.example.com\n");
    expect(JSON.parse(files[CONFIG] ?? "")).toMatchObject({ terminal: { ssh_host: "box.example.com" } });
  });
});

test("files that are known when the program is synthesized are in the boot's script", () => {
  const stack = newStack(newApp(), "agents");
  new CapRoverProvider(stack, "caprover");
  agent(stack, { target: HermesTarget.caprover({}), config: { greeting: "${NAME}" } });
  expect(JSON.stringify(synth(stack))).not.toContain("CDKTF_HERMES_FILE_");
});
