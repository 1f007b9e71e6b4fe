/** What each prop decides over the head of the volume, as the library itself computes it. */
import { type PinSources, pinsOf } from "../../lib/agent/pins";
import type { AgentSettings } from "../../lib/agent/settings/agent-settings";
import { PLATFORMS } from "../../lib/hermes/platforms";
import { newestKnownRelease } from "../../lib/hermes/releases";
import { defaultStopSeconds } from "../../lib/hermes/stop";
import { WRITE_ROOTS_VARIABLE } from "../../lib/hermes/write-guard";
import { inSecretsFile } from "../../lib/support/secret";
import { code, table } from "./markdown";

export function pinnedNames(): string {
  const platforms = Object.keys(PLATFORMS).map(
    (name): Row => [code(`messaging.${name}`), { messaging: { [name]: {} } }],
  );
  const rows: readonly Row[] = [
    [code("model"), { model: { provider: "openrouter", name: "m" } }],
    [code("apiServer"), { apiServer: { key: inSecretsFile } }],
    ...platforms,
  ];
  return table(
    ["prop", "lines of the volume's `.env`", "leaves of its `config.yaml`"],
    [
      ...rows.map(([prop, settings]) => [prop, ...names(settings)]),
      [code("dashboard"), ...names({}, { kind: "loopback" })],
      [code("trustedProxies"), code("FORWARDED_ALLOW_IPS"), "from v0.21.6 on `dashboard.trusted_proxies`"],
      [`${code("mounts")} (writable)`, `from v2026.7.1 on ${code(WRITE_ROOTS_VARIABLE)}`, ""],
      [code("config"), "", "each leaf that it names"],
      [
        `${code("env")}, ${code("secrets")}`,
        "each name that they give, but see below for model providers",
        "",
      ],
      ["every other", "none", ""],
    ],
  );
}

type Row = readonly [prop: string, settings: AgentSettings];

function names(settings: AgentSettings, access?: PinSources["access"]): readonly string[] {
  const release = newestKnownRelease();
  const stopGraceSeconds = defaultStopSeconds(release, undefined);
  const pins = pinsOf({ settings, release, access, stopGraceSeconds, plain: {}, secrets: [] });
  return [pins.names.variables, pins.names.leaves].map((list) => list.map(code).join(", "));
}
