/** An image that behaves like an agent with data: slow to stop, says when it runs, and counts its starts. */
import { CapRoverSandbox, type CapRoverSandboxProps, type SimulatedImage } from "cdktf-hermes/testing";

export const AGENT = "registry.test/agent:v1";
export const AGENT_V2 = "registry.test/agent:v2";
export const START_LINE = "AGENT READY";

const agent = (name: string): SimulatedImage => ({
  pullSeconds: 20,
  startSeconds: 2,
  stopSeconds: 12,
  volumes: ["/opt/data"],
  onStart: ({ mounts, startedAt }) => mounts["/opt/data"]?.set("memory", startedAt.toISOString()),
  logLines: [{ line: "starting" }, { afterSeconds: 2, line: `${START_LINE} ${name}` }],
  ports: { 80: () => ({ status: 200, body: `I am ${name}` }) },
});

export const IMAGES: Readonly<Record<string, SimulatedImage>> = {
  [AGENT]: agent("v1"),
  [AGENT_V2]: agent("v2"),
  "registry.test/exits:v1": { exits: { afterSeconds: 1, code: 1 }, logLines: [{ line: "FATAL no key" }] },
  "registry.test/silent:v1": {},
};

export const sandbox = (props: CapRoverSandboxProps = {}): Promise<CapRoverSandbox> =>
  CapRoverSandbox.start({ speed: 100, ...props, images: { ...IMAGES, ...props.images } });

/** An app with data, as a Terraform block. */
export function agentBlock(attributes = "", { name = "agent", image = AGENT, ready = true } = {}): string {
  return `resource "caprover_app" "${name}" {
  name       = "${name}"
  persistent = true
  image      = "${image}"
  volumes    = [{ container_path = "/opt/data", name = "${name}-data" }]
  stop_grace_seconds = 20
  ${ready ? `ready = { log_line = "${START_LINE}" }` : ""}
  ${attributes}
}
`;
}
