import { parse } from "yaml";
import { type Document, record } from "../support/json-document";

/** The container's part of a service override of CapRover. */
export function containerOverride(override: unknown): Document {
  if (typeof override !== "string") return {};
  return record(record(record(parse(override))["TaskTemplate"])["ContainerSpec"]);
}
