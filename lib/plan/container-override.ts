import { parse } from "yaml";
import { type Document, record } from "../support/json-document";

/** The container's part of a service override of CapRover, which is YAML or what a snapshot shows in its place. */
export function containerOverride(override: unknown): Document {
  const parsed: unknown = typeof override === "string" ? parse(override) : override;
  return record(record(record(parsed)["TaskTemplate"])["ContainerSpec"]);
}
