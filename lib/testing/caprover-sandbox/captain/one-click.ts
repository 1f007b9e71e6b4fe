import { randomBytes } from "node:crypto";
import { stringify } from "yaml";
import {
  arrayAt,
  isJsonObject,
  type Json,
  type JsonObject,
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
} from "../engine/json";
import { ApiStatus, CaptainError } from "./api-status";
import type { AppOperations } from "./app-operations";
import { overlay } from "./app-settings";
import type { Builder } from "./builder";
import { type DeploySource, imageDefinition } from "./captain-definition";
import type { CaptainState } from "./state";

interface Job {
  readonly steps: string[];
  currentStep: number;
  error: string;
  successMessage: string | undefined;
}

/** Deploys one-click templates, each as a job whose progress can be read. */
export class OneClick {
  private readonly jobs = new Map<string, Job>();

  constructor(
    private readonly state: CaptainState,
    private readonly operations: AppOperations,
    private readonly builder: Builder,
  ) {}

  start(body: JsonObject): string {
    const template = objectAt(body, "template");
    if (Object.keys(objectAt(template, "services")).length === 0) {
      throw new CaptainError(ApiStatus.illegalParameter, "template is required");
    }
    const jobId = `deploy_${this.state.clock.milliseconds().toFixed(0)}_${randomBytes(5).toString("hex")}`;
    const job: Job = {
      steps: ["Parsing the template"],
      currentStep: 0,
      error: "",
      successMessage: undefined,
    };
    this.jobs.set(jobId, job);
    this.run(job, template, objectsAt(body, "values")).catch((error: unknown) => {
      job.error = `Failed: ${String(error)}`;
    });
    return jobId;
  }

  progress(jobId: string): JsonObject {
    const job = this.jobs.get(jobId);
    if (job === undefined) throw new CaptainError(ApiStatus.notFound, "Job not found");
    const { steps, error, currentStep, successMessage } = job;
    return { steps, error, currentStep, ...(successMessage === undefined ? {} : { successMessage }) };
  }

  private async run(job: Job, template: JsonObject, values: JsonObject[]): Promise<void> {
    const filled = fill(template, values);
    const services = Object.entries(objectAt(filled, "services"));
    for (const [name] of services) {
      job.steps.push(
        `Registering ${name}`,
        `Configuring ${name} (volumes, ports, environmental variables)`,
        `Deploying ${name} (might take up to a minute)`,
      );
    }
    job.currentStep = 1;
    for (const [name, service] of services) {
      if (isJsonObject(service)) await this.deployService(job, name, service);
    }
    job.successMessage = stringAt(objectAt(objectAt(filled, "caproverOneClickApp"), "instructions"), "end");
  }

  private async deployService(job: Job, name: string, service: JsonObject): Promise<void> {
    const volumes = stringsAt(service, "volumes").map(parseVolume);
    const extra = objectAt(service, "caproverExtra");
    await this.operations.register({ appName: name, hasPersistentData: volumes.length > 0 }, false);
    job.currentStep++;
    const app = this.state.apps.get(name);
    const changes: JsonObject = {
      volumes,
      envVars: Object.entries(objectAt(service, "environment")).map(([key, value]) => ({ key, value })),
      ports: stringsAt(service, "ports").map((text) => {
        const [hostPort = 0, containerPort = 0] = text.split(":").map(Number);
        return { hostPort, containerPort };
      }),
      tags: [{ tagName: name }],
      notExposeAsWebApp: stringAt(extra, "notExposeAsWebApp") === "true",
      websocketSupport: stringAt(extra, "websocketSupport") === "true",
      containerHttpPort: Number(stringAt(extra, "containerHttpPort")) || 80,
      serviceUpdateOverride: overrideOf(service),
    };
    await this.operations.update({ ...overlay(app.definition, changes), appName: name });
    job.currentStep++;
    await this.builder.deploy(app, sourceOf(service, extra), "");
    job.currentStep++;
  }
}

/** Fills in the variables that the template lists; without that, `$$cap_appname` stays as it is too. */
function fill(template: JsonObject, values: JsonObject[]): JsonObject {
  const listed = new Set(
    objectsAt(objectAt(template, "caproverOneClickApp"), "variables").map((variable) =>
      stringAt(variable, "id"),
    ),
  );
  const text = values
    .filter(({ key }) => typeof key === "string" && listed.has(key))
    .reduce(
      (all, value) =>
        all.replaceAll(stringAt(value, "key"), JSON.stringify(stringAt(value, "value")).slice(1, -1)),
      JSON.stringify(template),
    );
  const filled: Json = JSON.parse(text);
  return isJsonObject(filled) ? filled : {};
}

function parseVolume(text: string): JsonObject {
  const [source = "", containerPath = ""] = text.split(":");
  return source.startsWith("/") ? { hostPath: source, containerPath } : { volumeName: source, containerPath };
}

/** A compose `command` becomes `Command`, which replaces the image's entrypoint. */
function overrideOf(service: JsonObject): string {
  const command = service["command"];
  if (command === undefined || command === null) return "";
  const words = Array.isArray(command) ? stringsAt(service, "command") : String(command).split(/\s+/);
  return stringify({ TaskTemplate: { ContainerSpec: { Command: words } } }).trimEnd();
}

function sourceOf(service: JsonObject, extra: JsonObject): DeploySource {
  const dockerfileLines = arrayAt(extra, "dockerfileLines");
  if (dockerfileLines.length === 0) return imageDefinition(stringAt(service, "image"));
  return { kind: "definition", content: JSON.stringify({ schemaVersion: 2, dockerfileLines }) };
}
