import {
  bool,
  computed,
  defaulted,
  integer,
  list,
  map,
  type NoBlocks,
  nested,
  number,
  type ObjectOf,
  optional,
  optionalComputed,
  required,
  set,
  string,
  writeOnly,
} from "../../../terraform-plugin";
import { secretVersion } from "../../secrets/version";
import { overrideProblem } from "../../settings/override";
import {
  absolutePath,
  appName,
  atLeast,
  captainDefinitionText,
  deployToken,
  environmentKeys,
  mountPath,
  port,
  volumeName,
} from "./validators";

const volume = nested({
  container_path: required(string, { description: "Where the app sees it.", validate: mountPath }),
  name: optional(string, {
    description: "Name of a volume, which CapRover makes when it is first mounted.",
    validate: volumeName,
  }),
  host_path: optional(string, {
    description: "A directory of the node instead of a volume. It has to exist, or the app will not start.",
    validate: mountPath,
  }),
});

const readyHttp = nested({
  path: defaulted(string, "/", { description: "Asked of the app's own address.", validate: absolutePath }),
  status: defaulted(integer, 200, { description: "The HTTP status that it answers." }),
  contains: optional(string, {
    description:
      "A text in the answer that only the app gives. CapRover answers 200 for names that it does not know, so a status of 200 needs it.",
  }),
});

export const attributes = {
  name: required(string, {
    description:
      "The app's name, which is part of its address. Replacing an app with `delete_volumes = true` destroys its data.",
    requiresReplace: true,
    validate: appName,
  }),
  persistent: defaulted(bool, false, {
    description:
      "The app has data in volumes. CapRover can't change it later, and replacing an app with `delete_volumes = true` destroys its data.",
    requiresReplace: true,
  }),
  description: defaulted(string, ""),
  project_id: defaulted(string, "", { description: "Id of the `caprover_project` that the app belongs to." }),
  tags: defaulted(set(string), [], {
    description: "The provider adds a tag of its own, `terraform-…`, by which it knows its last write.",
  }),
  image: optionalComputed(string, {
    keepPrior: true,
    description:
      "The image to run, best with a tag or digest that does not move. Without it and `captain_definition`, whoever deploys decides.",
  }),
  captain_definition: optional(string, {
    description: "A captain-definition in JSON, from which CapRover builds the image.",
    validate: captainDefinitionText,
  }),
  instance_count: defaulted(integer, 1, {
    description: "How many containers run; at most 1 with data.",
    validate: atLeast(0),
  }),
  node_id: optional(string, {
    description:
      "The node to run on. An app with data stays where it first ran. CapRover pulls an image on its own node before it stops the old container, and on any other one after that.",
  }),
  environment: defaulted(
    map(string),
    {},
    {
      description: "All of the app's environment, but for its secrets. A variable that is not here goes.",
      validate: environmentKeys,
    },
  ),
  secret_environment_wo: writeOnly(map(string), {
    description: "Variables whose values are in no plan and no state. Terraform 1.11 or later.",
    validate: environmentKeys,
  }),
  secret_environment_wo_version: secretVersion("a secret value"),
  secret_environment_keys: computed(set(string), {
    keepPrior: true,
    description: "The names in `secret_environment_wo`.",
  }),
  environment_templates: defaulted(bool, false, {
    description: "Lets values hold `{{…}}`, which Docker Swarm replaces.",
  }),
  volumes: defaulted(set(volume), [], { description: "Needs `persistent`." }),
  tmpfs: defaulted(
    set(
      nested({
        container_path: required(string, { validate: absolutePath }),
        size_mib: required(integer, { description: "MiB", validate: atLeast(1) }),
      }),
    ),
    [],
    { description: "Memory as a file system, such as a larger /dev/shm." },
  ),
  ports: defaulted(
    set(
      nested({
        host_port: required(integer, { validate: port }),
        container_port: required(integer, { validate: port }),
      }),
    ),
    [],
    {
      description:
        "Ports on the node itself, TCP and UDP, past CapRover's nginx and its basic auth. A protocol or publish mode that a later CapRover than 1.15.3 keeps is not known here: any change of the ports takes it away.",
    },
  ),
  http_port: defaulted(integer, 80, {
    description: "The container's port that the app's address leads to.",
    validate: port,
  }),
  websocket_support: defaulted(bool, false),
  web_app: defaulted(bool, true, { description: "The app has an address." }),
  nginx: optional(
    nested({
      proxy_read_timeout_seconds: optional(integer, {
        description:
          "How long the app may be silent within an answer before nginx cuts it off. Default: nginx's own, 60.",
        validate: atLeast(1),
      }),
      client_max_body_size_mib: optional(integer, {
        description: "The largest upload, in MiB. Default: CapRover's, 500.",
        validate: atLeast(1),
      }),
    }),
    {
      description:
        "Changes these lines of the app's nginx template, CapRover's own or the one that the app has in the dashboard, and no other. Taken out, they say again what they said before.",
    },
  ),
  basic_auth: optional(
    nested({
      user: required(string, {
        validate: (user) => (/^[^:]+$/.test(user) ? undefined : "it is empty or holds a colon"),
      }),
      password_wo: writeOnly(string, {
        description: "Without it the saved password stays.",
        // CapRover would save the word "undefined" as its hash
        validate: (password) => (password === "" ? "it is empty" : undefined),
      }),
      password_wo_version: secretVersion("the password"),
    }),
    { description: "HTTP basic auth before the app's address." },
  ),
  deploy_token_enabled: defaulted(bool, false, {
    description: "A token may deploy. Read it with the ephemeral resource `caprover_app_deploy_token`.",
  }),
  deploy_token_wo: writeOnly(string, {
    description: "The token. Without it CapRover makes one, which then stays.",
    validate: deployToken,
  }),
  deploy_token_wo_version: secretVersion("the token"),
  stop_grace_seconds: optional(integer, {
    description: "Time from SIGTERM to SIGKILL. Default: 10.",
    validate: atLeast(1),
  }),
  stop_wait_seconds: optional(integer, {
    description:
      "How long the app may take to stop when that is more than the stop grace that CapRover shows, as after an import.",
    validate: atLeast(1),
  }),
  health_check: optional(
    nested({
      test: required(list(string), {
        description: 'In Docker\'s form, such as `["CMD", "true"]`.',
        validate: (test) =>
          test.length > 0
            ? undefined
            : 'it is empty: leave health_check out for the image\'s own, or give ["NONE"] for none',
      }),
      interval_seconds: optional(integer, { validate: atLeast(1) }),
      timeout_seconds: optional(integer, { validate: atLeast(1) }),
      start_period_seconds: optional(integer, { validate: atLeast(0) }),
      retries: optional(integer, { validate: atLeast(1) }),
    }),
    { description: "Default: the image's own." },
  ),
  limits: optional(
    nested({
      memory_mib: optional(integer, { description: "MiB, at least 4.", validate: atLeast(4) }),
      cpus: optional(number, { validate: (cpus) => (cpus > 0 ? undefined : `${cpus} is not above 0`) }),
    }),
  ),
  service_override: optional(string, {
    description:
      "YAML or JSON that CapRover merges over the Swarm service, for what has no attribute here. What is removed from it is set back to Swarm's default.",
    validate: overrideProblem,
  }),
  ready: optional(
    nested({
      log_line: optional(string, {
        description: "A text in a line that the app prints when it has started.",
      }),
      failure_log_line: optional(string, { description: "A text in a line that means that it has not." }),
      http: optional(readyHttp),
      timeout_seconds: defaulted(integer, 300, { validate: atLeast(1) }),
    }),
    {
      description:
        "What has to be seen before an apply is complete, of the first instance that shows it. CapRover itself does not tell whether an app runs.",
    },
  ),
  deletion_protection: defaulted(bool, false, { description: "Terraform refuses to destroy the app." }),
  delete_volumes: defaulted(bool, false, { description: "Destroying the app destroys its named volumes." }),
  id: computed(string, { keepPrior: true }),
  applied: computed(bool, {
    keepPrior: true,
    description:
      "False when a write was cut off, so that it is saved and maybe not in force, or when the mounts in the app's override are not its volumes and `tmpfs`, as after an edit in the dashboard. The next apply sends it again.",
  }),
  deployed_version: computed(integer, { keepPrior: true, description: "CapRover's count of deploys." }),
  url: computed(string, { keepPrior: true, description: "The app's address." }),
  internal_host: computed(string, { keepPrior: true, description: "The app's name for other apps." }),
  root_domain: computed(string, { keepPrior: true, description: "Of the captain that the app lives on." }),
};

export type AppState = ObjectOf<typeof attributes, NoBlocks, "state">;
export type AppConfig = ObjectOf<typeof attributes, NoBlocks, "config">;
export type AppPlanned = ObjectOf<typeof attributes, NoBlocks, "planned">;
export type AppDraft = ObjectOf<typeof attributes, NoBlocks, "draft">;
