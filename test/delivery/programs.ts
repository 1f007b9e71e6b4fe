/** Programs whose images a CI builds, synthesized. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { S3Backend, TerraformStack, TerraformVariable } from "cdktf";
import {
  CapRoverProvider,
  type CiDeliveryProps,
  DashboardAuth,
  HermesApp,
  HermesImage,
  HermesTarget,
  ImageDelivery,
  PersistentDataVolume,
  type WrapperImageProps,
} from "../../lib";
import { readStacks, type SynthesizedStack } from "../../lib/operations/stacks";
import { newApp, temporaryFolder } from "../agents";

export const CAPROVER_URL = "https://captain.apps.example.com";

export interface Program {
  readonly target: "docker" | "caprover";
  readonly delivery?: Partial<CiDeliveryProps>;
  /** Further props of the image. */
  readonly wrapper?: Partial<WrapperImageProps>;
  /** The agent runs upstream's own image. */
  readonly upstream?: boolean;
  /** How many images, each with an agent. @default 1 */
  readonly images?: number;
  /** Agents of the first image. @default 1 */
  readonly agents?: number;
  /** The Docker engine. @default - a machine that is reached by ssh */
  readonly host?: string | false;
  /** @default - S3 */
  readonly localState?: boolean;
  /** The address of the CapRover server stands in the environment. */
  readonly withoutUrl?: boolean;
  /** The CapRover server may be asked over http. */
  readonly insecureHttp?: true;
}

/** The output directory, and its stacks. */
export function synthesize(program: Program): {
  readonly outdir: string;
  readonly stacks: readonly SynthesizedStack[];
} {
  const { target, host = "ssh://deploy@agents.example.com", images = 1, agents = 1 } = program;
  const app = newApp();
  const stackOf = (id: string) => {
    const stack = new TerraformStack(app, id);
    if (program.localState !== true)
      new S3Backend(stack, { bucket: "acme", key: `${id}.tfstate`, region: "eu-central-1" });
    if (target === "docker") new DockerProvider(stack, "docker", host === false ? {} : { host });
    else
      new CapRoverProvider(stack, "caprover", {
        ...(!program.withoutUrl && { url: CAPROVER_URL }),
        ...(program.insecureHttp && { allowInsecureHttp: true }),
      });
    return stack;
  };
  const imageStack = stackOf("images");
  const agentStack = stackOf("agents");
  const secret = (name: string) =>
    new TerraformVariable(agentStack, name, { type: "string", sensitive: true }).stringValue;
  const wrapper = (stack: TerraformStack, number: number) =>
    HermesImage.wrapper(stack, `image-${number}`, {
      release: "v2026.7.30",
      baseRevision: String(number),
      ...program.wrapper,
      delivery: ImageDelivery.ci({
        repository: `ghcr.io/acme/hermes-${number}`,
        deploy: "terraform",
        ...program.delivery,
      }),
    });
  for (const number of Array.from({ length: images }, (_, i) => i + 1)) {
    const image = program.upstream
      ? HermesImage.registry(imageStack, `image-${number}`, { tag: "v2026.7.30" })
      : wrapper(imageStack, number);
    for (const each of Array.from({ length: number === 1 ? agents : 1 }, (_, i) => i + 1)) {
      const name = `hermes-${number}-${each}`;
      new HermesApp(agentStack, name, {
        image,
        data: new PersistentDataVolume(agentStack, `data-${name}`, { name }),
        dashboard: DashboardAuth.basic(agentStack, `login-${name}`, {
          username: "ada",
          passwordHash: secret(`${name}_hash`),
          sessionSecret: secret(`${name}_session`),
        }),
        target:
          target === "docker"
            ? HermesTarget.docker({ publish: { dashboard: { port: 9000 + 10 * number + each } } })
            : HermesTarget.caprover({ address: { to: "dashboard", domains: [`${name}.example.com`] } }),
      });
    }
  }
  app.synth();
  return { outdir: app.outdir, stacks: readStacks(app.outdir) };
}

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

/** Props of a wrapper that has everything. */
export function everything(): Partial<WrapperImageProps> {
  const folder = temporaryFolder();
  for (const [name, text] of [
    ["ca.pem", PEM],
    ["tool", "#!/bin/sh\n"],
  ] as const)
    writeFileSync(join(folder, name), text);
  return {
    codexVersion: "0.169.0",
    aptPackages: ["ffmpeg"],
    npmPackages: { "@modelcontextprotocol/server-filesystem": "2025.8.21" },
    pythonPackages: { "yt-dlp": "2025.9.26" },
    caCertificates: [join(folder, "ca.pem")],
    copy: { "/usr/local/bin/tool": { file: join(folder, "tool") } },
    run: ["tool"],
  };
}
