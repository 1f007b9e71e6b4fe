/** The tables of docs/platforms.md. */
import { code, docsTable } from "./markdown";
import { type Listener, PLATFORM_ROWS, PLATFORMS, type Platform, portOf } from "./platforms";
import { firstReleaseWith } from "./releases";
import type { AllowListSetting, Proof } from "./settings";

/** Props, lists and ports. */
export function platformsMarkdown(platforms: Readonly<Record<string, Platform>> = PLATFORMS): string {
  const rows = Object.entries(platforms).map(([name, platform]) => {
    const { title, connection, listens, since, settings } = platform;
    const all = Object.entries(settings);
    const others = all
      .filter(([, { kind }]) => kind !== "allow-list")
      .map(([prop, { kind }]) => (kind === "secret" ? `${code(prop)} (secret)` : code(prop)));
    const lists = all.flatMap(([prop, setting]) =>
      setting.kind === "allow-list" ? [`${code(prop)}: ${itemsOf(setting)}`] : [],
    );
    return [
      `${code(name)} (${title})`,
      others.join(", "),
      lists.join("; "),
      connection,
      listens === undefined ? "none" : inbound(listens, portOf(platform)?.port),
      since === undefined ? "every release" : firstReleaseWith(since),
    ];
  });
  const columns = ["platform", "props", "who may talk to it", "connects by", "inbound port", "since"];
  return docsTable(columns, rows);
}

function inbound({ when, path, signedBy }: Listener, port: number | undefined): string {
  const condition = when === undefined ? "" : `, with ${code(when)}`;
  return `${port ?? "none"}${condition}; ${/^\/\S+$/.test(path) ? code(path) : path}; signed: ${signedBy}`;
}

function itemsOf({ item, everyone, ofPlaces }: AllowListSetting): string {
  if (ofPlaces) return `only where: each ${item}`;
  return everyone === undefined ? `each ${item}` : `each ${item}, or \`"everyone"\` (${code(everyone)})`;
}

/** How `verify` proves each token, or why it does not. */
export function proofsMarkdown(): string {
  const rows = PLATFORM_ROWS.flatMap(([name, { settings }]) =>
    Object.entries(settings).flatMap(([prop, setting]) => {
      const what = code(`messaging.${name}.${prop}`);
      if (setting.proof !== undefined) return [[what, inWords(setting.proof)]];
      if (setting.kind !== "secret") return [];
      return [[what, `not looked at: ${setting.unproven}`]];
    }),
  );
  return docsTable(["prop", "`verify` asks"], rows);
}

function inWords(proof: Proof): string {
  return "imap" in proof
    ? "the mail server, by a login that opens no folder"
    : code(`${proof.method} ${proof.url}`);
}
