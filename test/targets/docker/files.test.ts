import { type App, TerraformOutput, TerraformStack, TerraformVariable, Token } from "cdktf";
import fc from "fast-check";
import { parse } from "yaml";
import type { SecretVariable } from "../../../lib/agent/settings/secret-variable";
import { type ConfigValue, managedConfig } from "../../../lib/hermes/managed-config";
import { newestKnownRelease } from "../../../lib/hermes/releases";
import { ANY_SECRET } from "../../../lib/hermes/secret-checks";
import { inSecretsFile } from "../../../lib/support/secret";
import { expressionOf } from "../../../lib/support/tokens";
import { literalConfigFile, managedConfigFile, managedEnvFile } from "../../../lib/targets/managed-files";
import { newApp, synth } from "../../agents";
import { hasModule, python } from "../../python";
import { describeWithTerraform, outputsOf } from "../../terraform";

/** A stack whose outputs contain texts in the same way as the container's uploads. */
function rendered(
  texts: (stack: TerraformStack) => Readonly<Record<string, string>>,
  values: object = {},
): Readonly<Record<string, unknown>> {
  const app: App = newApp();
  const stack = new TerraformStack(app, "files");
  for (const [name, value] of Object.entries(texts(stack)))
    new TerraformOutput(stack, name, { value, sensitive: true, staticId: true });
  return outputsOf(synth(stack), values);
}

function variable(stack: TerraformStack, name: string, type = "string"): TerraformVariable {
  return new TerraformVariable(stack, name, { type, sensitive: true });
}

/** Single-quoted values, in which a backslash escapes only itself and a quote. */
function parseEnv(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/^([A-Z_0-9]+)='((?:\\.|[^'\\])*)'\n/gms)].map(([, name, value = ""]) => [
      name,
      value.replaceAll(/\\(['\\])/g, "$1"),
    ]),
  );
}

/** Uses python-dotenv itself if it is installed. */
function readEnv(text: string): unknown {
  if (!hasModule("dotenv")) return parseEnv(text);
  const program =
    "import dotenv, io, json, sys; print(json.dumps(dotenv.dotenv_values(stream=io.StringIO(json.load(sys.stdin)))))";
  return python(program, text);
}

const NASTY: readonly string[] = [
  "plain",
  "it's",
  "'quoted'",
  '"double"',
  "back\\slash",
  "\\'",
  "a\\\\b",
  "\\n is no line",
  "$HOME $$ $",
  "%{ if true }",
  "%%{",
  "$%{",
  "a # b",
  "a=b; export C=d",
  "{}[]()",
  "ünïcödé ✓ 👍",
  "\u007f",
  "tab\there",
  "scrypt$16384$8$1$AAECAwQFBgcICQoLDA0ODw==$11kKyiyYAc8G7rp3KmncMc44YlkdllIqxOa7pq0fMaU=",
  "TfToken[TOKEN.0]",
];

const RANDOM = fc
  .sample(
    fc.oneof(fc.string({ unit: "grapheme", maxLength: 30 }), fc.stringMatching(/^[\\'"${}%#= a]{1,12}$/)),
    {
      numRuns: 60,
      seed: 2026,
    },
  )
  .map((value) => value.normalize("NFC"));

describeWithTerraform("the managed .env", () => {
  const values = [...NASTY, ...RANDOM].filter((value) => ANY_SECRET.test(value));
  const secret = (name: string, value: SecretVariable["value"]): SecretVariable => ({
    name,
    prop: name,
    value,
    checks: [],
  });

  test("Hermes reads every secret of the managed .env exactly as Terraform has it", () => {
    const { file } = rendered(
      (stack) => ({
        file: managedEnvFile([
          ...values.map((_, i) => secret(`SECRET_${i}`, variable(stack, `v${i}`).stringValue)),
          ...values.map((_, i) =>
            secret(`MIXED_${i}`, `a'{${Token.asString(variable(stack, `m${i}`).stringValue)}}\\'z`),
          ),
          ...values
            .filter((value) => !value.includes("TfToken"))
            .map((value, i) => secret(`LITERAL_${i}`, value)),
          secret("BY_HAND", "${var.v0}"),
          secret("ABSENT", inSecretsFile),
        ]),
      }),
      Object.fromEntries(
        values.flatMap((value, i) => [
          [`v${i}`, value],
          [`m${i}`, value],
        ]),
      ),
    );
    expect(readEnv(String(file))).toEqual({
      ...Object.fromEntries(values.map((value, i) => [`SECRET_${i}`, value])),
      ...Object.fromEntries(values.map((value, i) => [`MIXED_${i}`, `a'{${value}}\\'z`])),
      ...Object.fromEntries(
        values.filter((value) => !value.includes("TfToken")).map((value, i) => [`LITERAL_${i}`, value]),
      ),
      BY_HAND: values[0],
    });
  });
});

describeWithTerraform("plain values in the managed .env", () => {
  /** An empty one takes a line of the volume away. */
  const HELD = ["", "1,2", "it's", "back\\slash", "a # b", "%{x}"];
  const NOT_HELD = ["line\nbreak", "ends with \\", " blank ", "${HOME}"];

  test("a plain value is in the managed .env exactly or not at all, and never affects the next line", () => {
    const all = [...HELD, ...NOT_HELD];
    const { file } = rendered(
      (stack) => ({
        file: managedEnvFile([{ name: "Z_SECRET", prop: "z", value: "'last'", checks: [] }], {
          ...Object.fromEntries(
            all.map((_, i) => [`KNOWN_LATER_${i}`, variable(stack, `v${i}`).stringValue]),
          ),
          ...Object.fromEntries(
            all.filter((value) => !value.includes("${")).map((value, i) => [`LITERAL_${i}`, value]),
          ),
        }),
      }),
      Object.fromEntries(all.map((value, i) => [`v${i}`, value])),
    );
    expect(readEnv(String(file))).toEqual({
      ...Object.fromEntries(HELD.map((value, i) => [`KNOWN_LATER_${i}`, value])),
      ...Object.fromEntries(HELD.map((value, i) => [`LITERAL_${i}`, value])),
      Z_SECRET: "'last'",
    });
  });
});

describeWithTerraform("the managed config.yaml", () => {
  const literals = [
    ...NASTY,
    ...RANDOM,
    "",
    " ",
    "line\nbreak\r\n",
    "\b\f\v\u0000\u0001",
    "\u0085\u2028\u2029",
    "\u0080\ufeff\uffff",
    "${HERMES_NAME}",
    "${",
    "$${x}",
    "%{x}",
    "~",
    "null",
    "yes",
    "1e3",
    "- a",
    "a: b",
  ];
  const whole: { readonly [key: string]: ConfigValue } = {
    texts: literals,
    keys: Object.fromEntries(
      literals.filter((key) => !key.includes("TfToken")).map((key, i) => [`${key}#${i}`, i]),
    ),
    numbers: [0, -1, 1.5, 1e3],
    others: [true, false, null, [], {}, [[{ deep: [1] }]]],
  };

  test("a JSON reader and a YAML reader read every literal of the managed config.yaml exactly", () => {
    const text = String(rendered(() => ({ file: managedConfigFile(whole) }))["file"]);
    expect(JSON.parse(text)).toEqual(whole);
    if (hasModule("yaml"))
      expect(
        python("import json, sys, yaml; print(json.dumps(yaml.safe_load(json.load(sys.stdin))))", text),
      ).toEqual(whole);
  });

  test("Terraform fills in its values, alone or inside text, and keeps Hermes' own references", () => {
    const values = { text: "a\"b\\c'd ${x} %{y} ü\u007f\n", number: 8.5, list: ["x", 'y"'], flag: true };
    const { file } = rendered((stack) => {
      const text = variable(stack, "text").stringValue;
      return {
        file: managedConfigFile({
          text,
          number: variable(stack, "number", "number").numberValue,
          list: variable(stack, "list", "list(string)").listValue,
          inside: `{"quoted": "${text}"}\b\f\\ %{if} ${text}}`,
          both: `${text} and \${HERMES_NAME} and \${`,
          nested: [{ deep: [text] }],
        }),
      };
    }, values);
    expect(JSON.parse(String(file))).toEqual({
      text: values.text,
      number: values.number,
      list: values.list,
      inside: `{"quoted": "${values.text}"}\b\f\\ %{if} ${values.text}}`,
      both: `${values.text} and \${HERMES_NAME} and \${`,
      nested: [{ deep: [values.text] }],
    });
  });

  test("the managed config.yaml has the settings of typed props and those of config", () => {
    const config = managedConfig({
      release: newestKnownRelease(),
      config: { dashboard: { theme: "dark", trusted_proxies: ["1.1.1.1"] } },
      trustedProxies: ["10.0.0.1"],
      stopGraceSeconds: 75,
    });
    expect(config).toEqual({ dashboard: { theme: "dark", trusted_proxies: ["10.0.0.1"] } });
  });
});

describeWithTerraform("a precondition's expression", () => {
  test("a precondition's expression has the exact value, whatever text is around the token", () => {
    const value = 'in "quotes" {braces} \\ ${x} %{y}';
    const around = ["", "{", "}", '"', "\\", "%{", "a b", "$", "\n", "\b\f"];
    const answers = rendered(
      (stack) => {
        const token = variable(stack, "value").stringValue;
        return Object.fromEntries(
          around.map((text, i) => [`o${i}`, `\${${expressionOf(`${text}${token}${text}`)}}`]),
        );
      },
      { value },
    );
    expect(answers).toEqual(Object.fromEntries(around.map((text, i) => [`o${i}`, text + value + text])));
  });
});

describe("a number of config.yaml is the same number to a reader of YAML 1.1, and in JSON", () => {
  const read = (number: number) =>
    [managedConfigFile, literalConfigFile].flatMap((write) => {
      const text = write({ number });
      return [parse(text, { version: "1.1" }), JSON.parse(text)];
    });
  const all = (number: number) => Array.from({ length: 4 }, () => ({ number }));

  test.each([
    1e21,
    -1e21,
    1e-7,
    1.5e300,
    2 ** 53,
    0,
    42,
    0.1,
  ])("%d is the same number to YAML 1.1 and JSON readers", (number) => {
    expect(read(number)).toEqual(all(number));
  });

  test("every number is the same to YAML 1.1 and JSON readers", () => {
    // CDKTF uses the numbers below this for its tokens.
    const numbers = fc.double({ min: -1e200, noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(numbers, (number) => expect(read(number + 0)).toEqual(all(number + 0))));
  });
});
