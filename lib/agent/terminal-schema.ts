/** The shape of `terminal`, from Hermes' table. */
import * as z from "zod";
import { TERMINAL_SETTINGS, type TerminalRow, type TerminalTable } from "../hermes/terminal-settings";
import { isNormalAbsolute } from "../support/paths";
import {
  anyText,
  choice,
  flag,
  listOf,
  listOrToken,
  mapOf,
  numberFrom,
  optional,
  propsSchema,
  secret,
  text,
  textThat,
  wholeNumber,
} from "../support/validation";
import { mountShape } from "./settings/mounts";
import type { SshEngine, TlsEngine } from "./settings/terminal-props";

export function terminalSchema(): z.ZodType {
  const { local, ssh, docker, singularity, modal, daytona } = TERMINAL_SETTINGS;
  const directory = textThat(isNormalAbsolute, "an absolute path without `.` and `..` in it");
  const login = {
    key: secret(),
    hostKeys: listOf(text(HOST_KEY, "a public key, such as ssh-ed25519 AAAA…")).refine(
      (keys) => Array.isArray(keys) && keys.length > 0,
      "at least one key",
    ),
  };
  const { host, user, port } = rowShapes(ssh);
  const pem = text(/^\s*-----BEGIN CERTIFICATE-----/, "a certificate in PEM's form");
  const engine = propsSchema<Record<"ssh" | "tls" | "socket" | "proxy", unknown>>({
    ssh: optional(propsSchema<SshEngine>({ host, user, port, ...login })),
    tls: optional(propsSchema<TlsEngine>({ host, port, ca: pem, certificate: pem, key: secret() })),
    socket: optional(directory),
    proxy: optional(text(/^tcp:\/\/[^\s/@]+$/, "tcp:// and an address, such as tcp://docker-proxy:2375")),
  }).refine(
    (given) => Object.values(given).filter((one) => one !== undefined).length === 1,
    "one of ssh, tls, socket and proxy",
  );
  const both = ({ tokenId, tokenSecret }: Record<string, unknown>) =>
    (tokenId === undefined) === (tokenSecret === undefined);
  const backends = {
    local: rowShapes(local),
    ssh: { ...rowShapes(ssh), ...login, directories: optional(listOf(directory)) },
    docker: { ...rowShapes(docker), engine },
    singularity: rowShapes(singularity),
    modal: rowShapes(modal),
    daytona: rowShapes(daytona),
  };
  const of = (backend: keyof typeof backends) =>
    propsSchema<object>({ backend: z.literal(backend), ...backends[backend] });
  return z.discriminatedUnion(
    "backend",
    [
      of("local"),
      of("ssh"),
      of("docker"),
      of("singularity"),
      of("modal").refine(both, "both of tokenId and tokenSecret, or neither"),
      of("daytona"),
    ],
    "a Terminal, such as Terminal.ssh({ … })",
  );
}

/** What `ssh-keyscan` prints behind the name, with or without a comment. */
const HOST_KEY =
  /^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/]+={0,2}(?: [^\r\n]*)?$/;

function rowShapes<Table extends TerminalTable>(table: Table): { [Prop in keyof Table]: z.ZodType };
function rowShapes(table: TerminalTable): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(table).map(([prop, row]) => {
      const shape = rowShape(row);
      return [prop, row.optional ? optional(shape) : shape];
    }),
  );
}

function rowShape(row: TerminalRow): z.ZodType {
  switch (row.kind) {
    case "text":
      return row.pattern === undefined ? anyText(row.allowed) : text(row.pattern, row.allowed);
    case "choice":
      return choice(...row.values);
    case "flag":
      return flag();
    case "whole":
      return wholeNumber(row.min, row.max, row.unit);
    case "number":
      return numberFrom(row.min, row.max, row.unit);
    case "list":
      return listOrToken(text(row.pattern, row.item));
    case "map":
      return mapOf(row.key, row.allowed, text(/^[^\0]*$/, "a string"));
    case "mounts":
      return listOf(mountShape());
    case "secret":
      return secret();
  }
}
