/**
 * The program that the drills deploy: a stack with the image and a stack with the agent, by a file in the project's
 * folder.
 */
import { readFileSync } from "node:fs";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import {
  type CiDeliveryProps,
  HermesApp,
  type HermesAppProps,
  HermesImage,
  HermesTarget,
  ImageDelivery,
  PersistentDataVolume,
  type RegistryImageProps,
  type WrapperImageProps,
} from "../../lib";

export interface DrillSettings {
  /** Name of the container and of its volume. */
  readonly name: string;
  /** Port of the API server on the loopback address of this machine. */
  readonly port: number;
  readonly image: { readonly registry: RegistryImageProps } | { readonly wrapper: WrapperImageProps };
  /** Of a wrapper that a CI builds. */
  readonly delivery?: CiDeliveryProps;
  /** Major version of the Docker provider. */
  readonly provider: 3 | 4;
  readonly healthCheck?: HermesAppProps["healthCheck"];
  readonly stopGraceSeconds?: number;
  /** Without it nothing listens in the agent, and its health is read from a file. @default on */
  readonly apiServer?: false;
  /** A second agent, in a stack of its own, on the same volume. */
  readonly twin?: { readonly port: number; readonly acknowledge?: HermesAppProps["acknowledge"] } | undefined;
}

/** In the project's folder, in which cdktf runs the program. */
const SETTINGS_FILE = "settings.json";

function define(app: App, settings: DrillSettings): void {
  const stack = (name: string) => {
    const made = new TerraformStack(app, name);
    new DockerProvider(made, "docker");
    if (settings.provider === 3) made.addOverride("terraform.required_providers.docker.version", "3.6.2");
    return made;
  };
  const images = stack("images");
  const delivery = settings.delivery && { delivery: ImageDelivery.ci(settings.delivery) };
  const image =
    "registry" in settings.image
      ? HermesImage.registry(images, "image", settings.image.registry)
      : HermesImage.wrapper(images, "image", { ...settings.image.wrapper, ...delivery });

  const agent = (
    stackName: string,
    name: string,
    port: number,
    acknowledge?: HermesAppProps["acknowledge"],
  ) => {
    const made = stack(stackName);
    const key = new TerraformVariable(made, "api_server_key", { type: "string", sensitive: true });
    new HermesApp(made, "hermes", {
      name,
      image,
      data: new PersistentDataVolume(made, "data", { name: settings.name }),
      ...(settings.apiServer === undefined && {
        apiServer: { key: key.stringValue },
        target: HermesTarget.docker({ publish: { apiServer: { port } } }),
      }),
      healthCheck: settings.healthCheck ?? { intervalSeconds: 1 },
      stopGraceSeconds: settings.stopGraceSeconds ?? 20,
      // The drills start an agent far more often than five times in two minutes.
      env: { HERMES_GATEWAY_MAX_STARTS: "1000" },
      ...(acknowledge && { acknowledge }),
    });
  };
  agent("agent", settings.name, settings.port);
  if (settings.twin) agent("twin", `${settings.name}-twin`, settings.twin.port, settings.twin.acknowledge);
}

const app = new App();
define(app, JSON.parse(readFileSync(SETTINGS_FILE, "utf8")));
app.synth();
