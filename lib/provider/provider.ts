import { SHORTEST_TIMEOUT_SECONDS } from "../caprover-server/limits";
import { parseCaptainUrl } from "../caprover-server/url";
import { bool, integer, optional, string, TerraformError, UNKNOWN } from "../terraform-plugin";
import { Captain } from "./captain/client";
import { CLOCK_SPEED_VARIABLE, Clock, speedFor } from "./captain/clock";
import { appResource } from "./resources/app/resource";
import { appDataSource, deployTokenResource, systemDataSource } from "./resources/data-sources";
import { provider } from "./resources/definitions";
import { baseDomainSslResource, customDomainResource } from "./resources/domains";
import { forceSslResource } from "./resources/force-ssl";
import { projectResource } from "./resources/projects";
import { redirectResource } from "./resources/redirect";
import { registryResource } from "./resources/registries";
import { Connection } from "./rollout/connection";
import { newRun } from "./settings/stamp";

export const PROVIDER_SOURCE = "terraform.local/cdktf-hermes/caprover";

const DEFAULT_TIMEOUT_SECONDS = 60;
const LONGEST_PASSWORD = 29;

export const caproverProvider = provider({
  description: "Manages the apps of a CapRover server.",
  attributes: {
    url: optional(string, {
      description:
        "Address of the CapRover server, such as `https://captain.apps.example.com`. Default: the environment variable `CAPROVER_URL`.",
    }),
    password: optional(string, {
      description:
        "Password of the dashboard. It may be ephemeral. Default: the environment variable `CAPROVER_PASSWORD`.",
      sensitive: true,
    }),
    allow_insecure_http: optional(bool, {
      description:
        "Allows `http` to another machine, which sends the password in clear text. Default: `false`.",
    }),
    owner: optional(string, {
      description:
        "A name for this configuration in this workspace, such as `terraform.workspace`. The apps that it creates carry a digest of it. A creation that was cut off after the app had started is resumed only by the same owner, within an hour. Default: none, and such an app has to be imported.",
    }),
    request_timeout_seconds: optional(integer, {
      description: `How long one request may take, at least ${SHORTEST_TIMEOUT_SECONDS}. Default: ${DEFAULT_TIMEOUT_SECONDS}.`,
      validators: [
        (seconds) =>
          seconds >= SHORTEST_TIMEOUT_SECONDS
            ? undefined
            : `${seconds} is less than ${SHORTEST_TIMEOUT_SECONDS}`,
      ],
    }),
  },
  async configure(config, { signal, log }) {
    const { url, password, owner, allow_insecure_http: insecure, request_timeout_seconds: timeout } = config;
    if (url === UNKNOWN || password === UNKNOWN || owner === UNKNOWN) return new Connection(undefined);
    const address = captainUrl(url ?? process.env["CAPROVER_URL"] ?? "", insecure === true);
    const secret = password ?? process.env["CAPROVER_PASSWORD"] ?? "";
    checkPassword(secret);
    const captain = new Captain({
      url: address,
      password: secret,
      clock: new Clock(speedFor(address, process.env[CLOCK_SPEED_VARIABLE])),
      timeoutSeconds: typeof timeout === "number" ? timeout : DEFAULT_TIMEOUT_SECONDS,
      log,
    });
    await captain.connect(signal);
    return new Connection({ captain, run: newRun(captain.nowMs(), owner ?? "") });
  },
  resources: {
    caprover_app: appResource,
    caprover_base_domain_ssl: baseDomainSslResource,
    caprover_custom_domain: customDomainResource,
    caprover_force_ssl: forceSslResource,
    caprover_project: projectResource,
    caprover_redirect: redirectResource,
    caprover_registry: registryResource,
  },
  dataSources: { caprover_app: appDataSource, caprover_system: systemDataSource },
  ephemeralResources: { caprover_app_deploy_token: deployTokenResource },
});

function captainUrl(text: string, allowInsecureHttp: boolean): URL {
  if (text === "") {
    throw new TerraformError("The CapRover server's address is missing", {
      detail: "Give url, or set CAPROVER_URL in the environment.",
      path: ["url"],
    });
  }
  try {
    return parseCaptainUrl(text, allowInsecureHttp);
  } catch (error) {
    throw new TerraformError("The CapRover server's address can't be used", {
      detail: error instanceof Error ? error.message : "",
      path: ["url"],
    });
  }
}

function checkPassword(password: string): void {
  if (password === "") {
    throw new TerraformError("The CapRover server's password is missing", {
      detail: "Give password, or set CAPROVER_PASSWORD in the environment.",
      path: ["password"],
    });
  }
  if (password.length > LONGEST_PASSWORD) {
    throw new TerraformError(
      `The password is longer than the ${LONGEST_PASSWORD} characters that CapRover accepts`,
      {
        path: ["password"],
      },
    );
  }
}
