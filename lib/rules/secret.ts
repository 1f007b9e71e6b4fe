import { isCredentialName } from "../hermes/environment";
import { configLeaves } from "../hermes/managed-config";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { inSecretsFile } from "../support/secret";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const SECRET_RULES = rulesFor<AgentSubject>()({
  "secret-literal": {
    severity: "error",
    refuses: "a password, key or token written into the program",
    because: "it would be readable in `cdk.tf.json`, in the repository and in every plan",
    check: ({ secrets }) =>
      secrets
        .filter(({ value }) => value !== inSecretsFile && !isUnresolved(value))
        .map(({ prop }) => ({
          prop,
          value: "(a literal string)",
          allowed: "a sensitive Terraform value, or inSecretsFile",
          fix: 'new TerraformVariable(this, "…", { type: "string", sensitive: true }).stringValue, set by TF_VAR_…',
        })),
  },
  "secret-malformed": {
    severity: "error",
    refuses: "a literal secret that Hermes silently rejects: a short key, a malformed hash, a placeholder",
    because:
      "Hermes starts without the API or the login and hardly reports it; other secrets are checked by Terraform",
    final: true,
    check: ({ secrets }) =>
      secrets.flatMap(({ prop, value, checks }) =>
        typeof value !== "string" || isUnresolved(value)
          ? []
          : checks
              .filter(({ test }) => !test(value))
              .map(({ requirement }) => ({ prop, problem: requirement, fix: "correct it" })),
      ),
  },
  "secret-in-environment": {
    severity: "warning",
    refuses: "secrets on a release without the managed scope",
    because:
      "they are passed in the environment: every plan hides all of it, and a `.env` on the volume silently overrides it",
    references: ["#18705", "#19201"],
    check: ({ secrets, release }) =>
      when(secrets.length > 0 && !hasFeature(release, "managedScope"), () => ({
        prop: secrets.map(({ prop }) => prop).join(", "),
        fix: `use ${firstReleaseWith("managedScope")} or later`,
      })),
  },
  "secret-in-config": {
    severity: "error",
    refuses: "a literal in `config` whose key names a credential, or that starts with `Bearer`",
    because: "it would be readable in `cdk.tf.json` and, for the agent, in /etc/hermes/config.yaml",
    check: ({ settings }) =>
      [...configLeaves(settings.config ?? {})].flatMap(([path, value]): Violation[] => {
        const key = path.findLast((part) => !/^\d+$/.test(part)) ?? "";
        if (typeof value !== "string" || value === "" || value.includes("${")) return [];
        if (!isCredentialName(key) && !/^Bearer \S+$/i.test(value)) return [];
        return [{ prop: `config.${path.join(".")}`, fix: "give it in `secrets` and write `${NAME}` here" }];
      }),
  },
});
