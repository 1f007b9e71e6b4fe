import { randomBytes } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Asked, SECRETS } from "./agent-program/asked";
import type { Engine } from "./engine";
import { CLI, installPackage } from "./installed-package";
import { providerEnvironment } from "./provider";
import { must } from "./run";
import { Project } from "./terraform";

export type Secrets = { readonly [name in keyof typeof SECRETS]: string };

export const PASSWORD = "correct horse battery";

/** New values, which can't be anywhere by chance. */
export async function makeSecrets(): Promise<Secrets> {
  const random = () => randomBytes(20).toString("hex");
  return {
    api_server_key: random(),
    model_api_key: random(),
    // They contain characters with a meaning for a shell, for Terraform or for Hermes' reader of the file.
    tool_token: `it's a "$HOME" \\ %{x} # ${random()}`,
    dashboard_password_hash: await must(process.execPath, [CLI, "hash-password"], { input: `${PASSWORD}\n` }),
    dashboard_session_secret: await must(process.execPath, [CLI, "session-secret"]),
  };
}

/** The program of `agent-program` in a folder of its own, as a user's project. */
export class AgentProject extends Project {
  constructor(engine: Engine, secrets: Partial<Secrets>) {
    const variables = Object.entries(secrets).map(([name, value]) => [`TF_VAR_${name}`, value]);
    super({
      app: "npx tsx main.ts",
      env: { ...engine.environment, ...providerEnvironment(), ...Object.fromEntries(variables) },
    });
    cpSync(join(__dirname, "agent-program"), this.folder, { recursive: true });
    installPackage(this.folder);
  }

  /** Deploys all stacks as asked and returns what cdktf printed. A failed deploy is an error. */
  async deployed(asked: Asked): Promise<string> {
    this.#ask(asked);
    const { code, stdout, stderr } = await this.deploy();
    if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
    return stdout + stderr;
  }

  /** The agent's plan for what is asked, in JSON. Nothing is deployed. */
  planned(asked: Asked): Promise<unknown> {
    this.#ask(asked);
    return this.plan("agent");
  }

  /** Synthesizes what is asked. Nothing is deployed. */
  async synthesized(asked: Asked): Promise<void> {
    this.#ask(asked);
    await this.synthesize();
  }

  #ask(asked: Asked): void {
    writeFileSync(join(this.folder, "asked.json"), JSON.stringify(asked));
  }
}
