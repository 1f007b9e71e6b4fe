/** A simulated Hermes image: it starts the gateway only for the right command, and counts its starts on its volume. */
import type { SimulatedImage } from "cdktf-hermes/testing";
import { GATEWAY_RUNS } from "../../lib/boot/boot-script";
import { newestKnownRelease, parseRelease } from "../../lib/hermes/releases";

/** The log line when the gateway starts. Before s6, dashboard and gateway each wrote their own. */
const START_LINES = {
  entrypoint: ["Dropping root privileges", "Hermes Gateway Starting..."],
  tini: ["Dropping root privileges", "Hermes Gateway Starting..."],
  s6: ["→ gateway is now running under s6 supervision (auto-restart on crash)"],
  dispatch: ["→ gateway is now running under s6 supervision (auto-restart on crash)"],
} as const;

/** As arguments of the entrypoint, or with the image's own entrypoint before them. */
const STARTS_GATEWAY = /^(?:\/opt\/hermes\/docker\/entrypoint\.sh )?gateway run$/;

/** @param version a release, or any other text for an image with the newest one */
export function hermesImage(version: string): SimulatedImage {
  const { generation } = parseRelease(version) ?? newestKnownRelease();
  return {
    pullSeconds: 20,
    startSeconds: 4,
    stopSeconds: 8,
    volumes: ["/opt/data"],
    onStart: ({ args, command, env, mounts, log, exit }) => {
      const data = mounts["/opt/data"];
      const typed = [...(command ?? []), ...(args ?? [])].join(" ");
      if (!STARTS_GATEWAY.test(typed) || env["HOME"] !== "/opt/data/home") {
        log("Warning: Input is not a terminal (fd=0).");
        exit(0);
        return;
      }
      for (const line of START_LINES[generation]) log(line);
      // What the boot's script prints that comes with the variable.
      if (env["CDKTF_HERMES_BOOT"] !== undefined) log(GATEWAY_RUNS);
      data?.set("starts", `${data.get("starts") ?? ""}${version} `);
    },
    ports: {
      9119: ({ path }) =>
        path === "/api/status"
          ? { status: 200, body: JSON.stringify({ version, gateway_running: true }) }
          : { status: 302, body: "" },
      8642: ({ headers, path }, { env }) => {
        if (path === "/health") return { status: 200, body: '{"status": "ok", "platform": "hermes-agent"}' };
        const isKey = headers["authorization"] === `Bearer ${env["API_SERVER_KEY"]}`;
        return { status: isKey ? 200 : 401, body: version };
      },
    },
  };
}

/** CapRover's own proxy, in front of an agent's API server. */
export const API_PROXY: Readonly<Record<string, SimulatedImage>> = {
  "caprover/nginx-reverse-proxy:1-ef5ffcb": {
    ports: { 80: () => ({ status: 200, body: '{"platform": "hermes-agent"}' }) },
  },
};
