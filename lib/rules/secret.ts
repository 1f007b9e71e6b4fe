import { configLeaves } from "../hermes/managed-config";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { isCredentialName } from "../support/credential-names";
import { inSecretsFile } from "../support/secret";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const SECRET_RULES = rulesFor<AgentSubject>()({
  "secret-literal": {
    severity: "error",
    refuses: "a password, key or token written into the program",
    because: "it would stand in `cdk.tf.json`, in the repository and in every plan",
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
    refuses: "a literal secret that Hermes would swallow: a short key, a malformed hash, a placeholder",
    because:
      "Hermes starts without the API or the login and says little; secrets from Terraform are tested there",
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
    refuses: "secrets on a release before the managed scope",
    because:
      "they travel in the environment: every plan hides all of it, and a `.env` on the volume silently wins",
    references: ["#18705", "#19201"],
    check: ({ secrets, release }) =>
      when(secrets.length > 0 && !hasFeature(release, "managedScope"), () => ({
        prop: secrets.map(({ prop }) => prop).join(", "),
        fix: `use ${firstReleaseWith("managedScope")} or later`,
      })),
  },
  "secret-in-config": {
    severity: "error",
    refuses: "a literal under a key of `config` that names a credential, or one that starts with `Bearer`",
    because: "it would stand in `cdk.tf.json` and, readable by the agent, in /etc/hermes/config.yaml",
    check: ({ settings }) =>
      [...configLeaves(settings.config ?? {})].flatMap(([path, value]): Violation[] => {
        const key = path.findLast((part) => !/^\d+$/.test(part)) ?? "";
        if (typeof value !== "string" || value === "" || value.includes("${")) return [];
        if (!isCredentialName(key) && !/^Bearer \S+$/i.test(value)) return [];
        return [{ prop: `config.${path.join(".")}`, fix: "give it in `secrets` and write `${NAME}` here" }];
      }),
  },
});
