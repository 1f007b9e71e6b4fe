/**
 * CapRover's own proxy image. Its server block takes upstream and upload limit from variables; further files of conf.d
 * hold for all server blocks, so a limit for uploads in one of them has no effect.
 *
 * https://github.com/caprover/nginx-reverse-proxy
 */
import { readLimits } from "../captain/nginx-template";
import type { ProgramContext, ProgramResponse, SimulatedImage } from "../engine/image";

const VARIABLES = { upstream: "UPSTREAM_HTTP_ADDRESS", bodySize: "CLIENT_MAX_BODY_SIZE" } as const;
const DEFAULT_BODY_SIZE = "20M";

export const REVERSE_PROXY: SimulatedImage = {
  onStart: ({ env, log, exit }) => {
    const problem = problemOf(env);
    if (problem === undefined) return;
    log(`nginx: [emerg] ${problem} in /etc/nginx/conf.d/default.conf`, "stderr");
    exit(1);
  },
  ports: {
    80: (request, { env, args, send }) => {
      const { bodyBytes } = readLimits(serverBlock(env));
      if (Buffer.byteLength(request.body) > bodyBytes) return page(413, "Request Entity Too Large");
      const { readSeconds } = readLimits(furtherFile(args));
      const answer = send(env[VARIABLES.upstream] ?? "", request) ?? page(502, "Bad Gateway");
      if ((answer.afterSeconds ?? 0) <= readSeconds) return answer;
      return { ...page(504, "Gateway Time-out"), afterSeconds: readSeconds };
    },
  },
};

const serverBlock = (env: ProgramContext["env"]): string =>
  `client_max_body_size ${env[VARIABLES.bodySize] ?? DEFAULT_BODY_SIZE};`;

/** What nginx says of a configuration that it can't use. */
function problemOf(env: ProgramContext["env"]): string | undefined {
  if (!URL.canParse(env[VARIABLES.upstream] ?? "")) return 'invalid number of arguments in "set" directive';
  const isSize = /^\d+[kmg]?$/i.test(env[VARIABLES.bodySize] ?? DEFAULT_BODY_SIZE);
  return isSize ? undefined : '"client_max_body_size" directive invalid value';
}

/** What a command writes into a file of conf.d before it starts nginx. */
function furtherFile(args: readonly string[] | undefined): string {
  const written = /echo\s+(["'])(.*?)\1\s*>>?\s*\/etc\/nginx\/conf\.d\/[\w.-]+\.conf\b/.exec(
    (args ?? []).join(" "),
  );
  return written?.[2] ?? "";
}

function page(status: number, text: string): ProgramResponse {
  return { status, headers: { "Content-Type": "text/html" }, body: `<h1>${status} ${text}</h1>\n` };
}
