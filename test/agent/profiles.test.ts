import { readFileSync } from "fs";
import { partsOf } from "../../lib/agent/parts";
import { agent, containerOf, newStack, secretOf, synth, uploadOf } from "../agents";
test("x", () => {
  const stack = newStack();
  agent(stack, {
    release: "v2026.7.20",
    model: { provider: "custom", name: "m0", baseUrl: "http://vllm:8000/v1", apiKey: secretOf(stack, "k0") },
    apiServer: { key: secretOf(stack, "api0") },
    messaging: { slack: { botToken: secretOf(stack, "b0"), appToken: secretOf(stack, "a0"), allowedUsers: ["U1"] } },
    profiles: {
      work: {
        model: { provider: "custom", name: "m1", baseUrl: "http://vllm:8000/v1", apiKey: secretOf(stack, "k1") },
        apiServer: { key: secretOf(stack, "api1"), port: 8643 },
        messaging: { telegram: { botToken: "${var.b1}", allowedUsers: ["1"] } },
        mcpServers: { x: { url: "http://x.example/mcp", headers: { Authorization: secretOf(stack, "h1") } } },
        soul: { text: "You are work." },
      },
    },
  });
  const c = containerOf(stack);
  const out = require("cdktf").App.of(stack).outdir;
  const uploads = c["upload"] as any;
  console.log(uploads.at(-1).content);
  for (const u of uploads) if (u.source) console.log(u.file, require("child_process").execSync(`find ${out} -name '${u.source.split("/").pop()}' | head -1 | xargs head -c 6000`).toString());
});
