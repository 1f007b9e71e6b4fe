/** Hermes as the sandbox plays it: it starts the gateway only for the right command, and keeps count on its volume. */
import type { SimulatedImage } from "cdktf-hermes/testing";

export const hermesImage = (version: string): SimulatedImage => ({
  pullSeconds: 20,
  startSeconds: 4,
  stopSeconds: 8,
  volumes: ["/opt/data"],
  onStart: ({ args, command, env, mounts, log, exit }) => {
    const data = mounts["/opt/data"];
    if (command !== undefined || args?.join(" ") !== "gateway run" || env["HOME"] !== "/opt/data/home") {
      log("Warning: Input is not a terminal (fd=0).");
      exit(0);
      return;
    }
    log("→ gateway is now running under s6 supervision (auto-restart on crash)");
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
});
