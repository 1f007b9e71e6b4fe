/** A synthesized stack as a reviewer reads it: what is packed, encoded or in a file beside it stands there as its meaning. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { BOOT_SCRIPT_PATH, bootInVariable } from "../boot/boot-script";
import { DECLARATION_PATH } from "../boot/declaration";
import { CONTAINER_VARIABLES } from "../hermes/container-variables";
import { contextFolder } from "../image/context-at-synthesis";
import { type Document, jsonIn, record, records, textOf } from "../support/json-document";
import { ownMetadata } from "../support/metadata";
import { isRecord } from "../support/objects";
import { linesOfDefinition } from "../targets/caprover/captain-definition";
import { uploadedText } from "../targets/docker/boot-files";
import { readableDeclaration } from "./readable-declaration";
import { readableBoot, readableContext, readableLine } from "./readable-files";

/** Where the rest of the synthesis is. */
export interface Synthesis {
  /** The output directory of the app. */
  readonly outdir: string;
  /** The document with CDKTF's metadata. */
  readonly withMetadata: Document;
}

/** Two documents of which Terraform would make different things differ here too. */
export function readableStack(document: Document, { outdir, withMetadata }: Synthesis): Document {
  const { resource, output } = document;
  const manifests = Object.values(record(ownMetadata(withMetadata)["agents"]));
  return {
    ...document,
    ...(isRecord(resource) && {
      resource: mapped(resource, (resources, type) => {
        const show = RESOURCES[type];
        return show && isRecord(resources)
          ? mapped(resources, (one) => show(record(one), outdir))
          : resources;
      }),
    }),
    ...(isRecord(output) && {
      output: mapped(output, (one) => withManifest(record(one), manifests)),
    }),
  };
}

type Show = (attributes: Document, outdir: string) => Document;

/** By the type of a resource. What is none of this library's own stays as it is. */
const RESOURCES: Readonly<Record<string, Show>> = {
  docker_container: (container, outdir) =>
    replaced(container, "upload", (upload) => records(upload).map((one) => readableUpload(one, outdir))),
  docker_image: (image, outdir) =>
    replaced(image, "build", (build) =>
      replaced(record(build), "context", (context) => {
        const folder = join(outdir, contextFolder(basename(String(context))));
        return existsSync(folder) ? readableContext(folder) : context;
      }),
    ),
  caprover_app: (app) => {
    const booted = replaced(app, "environment", (environment) =>
      replaced(record(environment), CONTAINER_VARIABLES.boot.variable, () =>
        readableBoot(bootInVariable(record(environment))),
      ),
    );
    const built = replaced(booted, "captain_definition", (definition) => {
      const lines = linesOfDefinition(String(definition));
      return lines === undefined ? definition : { dockerfileLines: lines.map(readableLine) };
    });
    return replaced(built, "service_override", structureOf);
  },
};

function readableUpload(upload: Document, outdir: string): Document {
  const text = uploadedText(outdir, upload);
  const show = text === undefined ? undefined : UPLOADS[textOf(upload["file"]) ?? ""];
  if (text === undefined || show === undefined) return upload;
  // Both follow from the content alone.
  const { source: _source, source_hash: _hash, ...rest } = upload;
  return { ...rest, ...show(text) };
}

const UPLOADS: Readonly<Record<string, (text: string) => Document>> = {
  [BOOT_SCRIPT_PATH]: readableBoot,
  [DECLARATION_PATH]: (text) => ({ declared: readableDeclaration(text) }),
};

/** The manifest has a hash of its own, so that no other one looks the same. */
function withManifest(output: Document, manifests: readonly unknown[]): Document {
  const { value } = output;
  if (typeof value !== "string") return output;
  const shown = manifests.find((manifest) => {
    const { agent, hash } = record(manifest);
    return [agent, hash].every((part) => value.includes(JSON.stringify(part)));
  });
  return shown === undefined ? output : { ...output, value: shown };
}

/** A JSON text as its structure, if nothing but the order of names is lost. */
function structureOf(text: unknown): unknown {
  const structure = typeof text === "string" ? jsonIn(text) : undefined;
  return isRecord(structure) && JSON.stringify(structure) === text ? structure : text;
}

function replaced(attributes: Document, name: string, show: (value: unknown) => unknown): Document {
  const value = attributes[name];
  return value === undefined ? attributes : { ...attributes, [name]: show(value) };
}

function mapped(parts: Document, show: (part: unknown, name: string) => unknown): Document {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, show(part, name)]));
}
