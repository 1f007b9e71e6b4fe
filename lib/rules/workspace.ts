import { workspacesOf } from "../agent/settings/mounts";
import { terminalBackendOf } from "../agent/settings/terminal";
import { showValue } from "../support/errors";
import { isOfHost } from "../support/host-control";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const WORKSPACE_RULES = rulesFor<AgentSubject>()({
  "workspace-system-path": {
    severity: "error",
    refuses: "a directory of the host's system, or one that decides over the host, as `workspace`",
    because: "the agent may write to a workspace, and everything on the host uses that directory",
    seen: "Linux: the file system hierarchy standard",
    check: ({ settings }) =>
      workspacesOf(settings).flatMap(({ prop, mount: { hostPath } }) =>
        when(hostPath !== undefined && !isUnresolved(hostPath) && isOfHost(hostPath), () => ({
          prop: `${prop}.hostPath`,
          value: showValue(hostPath),
          fix: "give the directory of one project, such as /srv/projects/site",
        })),
      ),
  },
  "workspace-elsewhere": {
    severity: "warning",
    refuses: "`workspace` beside a `terminal` on another machine or in a sandbox",
    because: "commands and file tools work there, where the workspace is not mounted",
    seen: "0.19.0: tools/file_operations.py runs in the terminal's backend, read",
    check: ({ settings }) => {
      const backend = terminalBackendOf(settings)?.name ?? "local";
      return when(backend !== "local" && settings.workspace !== undefined, () => ({
        prop: "workspace",
        problem: `\`terminal\` is ${showValue(backend)}`,
        fix:
          backend === "docker"
            ? "give `volumes` of `terminal`, which are mounted in the sandbox, and remove it"
            : "give `cwd` of `terminal`, and remove it; or mount it by `mounts` for programs of the container alone",
      }));
    },
  },
});
