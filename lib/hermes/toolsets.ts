/**
 * The toolsets of config.yaml's `platform_toolsets`, and the surfaces that have a list each. Names of `TOOLSETS` in
 * toolsets.py and of `PLATFORMS` in hermes_cli/platforms.py of the packages 0.17.0, 0.18.2 and 0.19.0.
 */
import { type Feature, hasFeature, type Release } from "./releases";

/** Where people and programs talk to an agent, beside its chat platforms. */
const OWN_SURFACES = ["cli", "api_server", "cron", "webhook"] as const;

/** The surfaces that Hermes has a list of toolsets for. */
export const TOOLSET_SURFACES: readonly string[] = [
  ...OWN_SURFACES,
  ..."telegram discord slack whatsapp whatsapp_cloud signal bluebubbles email homeassistant mattermost matrix dingtalk feishu wecom wecom_callback weixin qqbot yuanbao".split(
    " ",
  ),
];

const NAMES = new Set(
  "web search x_search vision video image_gen video_gen computer_use terminal skills browser cronjob file tts todo memory context_engine session_search clarify code_execution delegation homeassistant kanban discord discord_admin yuanbao feishu_doc feishu_drive spotify debugging safe coding no_mcp".split(
    " ",
  ),
);

/** Those that not every release has. */
const SINCE: Readonly<Record<string, { readonly since?: Feature; readonly before?: Feature }>> = {
  project: { since: "vertexAndMoa" },
  moa: { before: "vertexAndMoa" },
};

/** Every name of the release, for a person who misspelt one. */
export function toolsetNames(release: Release): readonly string[] {
  const further = Object.entries(SINCE).filter(
    ([, { since, before }]) =>
      (since === undefined || hasFeature(release, since)) &&
      (before === undefined || !hasFeature(release, before)),
  );
  return [...NAMES, ...further.map(([name]) => name)];
}

/** Whether the release has it. `hermes-…` is all that a surface has by itself, `mcp-…` the tools of one MCP server. */
export function isToolset(name: string, release: Release): boolean {
  return /^(?:hermes|mcp)-[\w-]+$/.test(name) || toolsetNames(release).includes(name);
}
