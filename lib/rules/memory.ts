import { MIN_MEMORY_MIB } from "../hermes/container-contract";
import { showValue } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MEMORY_RULES = rulesFor<AgentSubject>()({
  "memory-too-small": {
    severity: "error",
    refuses: `a memory limit below ${MIN_MEMORY_MIB} MiB`,
    because:
      "upstream's minimum is 1 GiB, and 2 GiB with browser tools; the kernel kills processes that do not fit",
    seen: "upstream's docker.md; run 0.19.0: 212 MiB at rest without browser tools",
    check: ({ settings: { memoryMiB } }) =>
      when(memoryMiB !== undefined && !isUnresolved(memoryMiB) && memoryMiB < MIN_MEMORY_MIB, () => ({
        prop: "memoryMiB",
        value: showValue(memoryMiB),
        allowed: `at least ${MIN_MEMORY_MIB}`,
        fix: "use 2048 to 4096",
      })),
  },
  "memory-shm-too-large": {
    severity: "warning",
    refuses: "more shared memory than memory",
    because: "files in /dev/shm count as memory of the container, so the kernel kills it before they fit",
    seen: "Linux: tmpfs counts to the memory of its control group",
    check: ({ settings: { shmMiB, memoryMiB } }) =>
      when(
        shmMiB !== undefined &&
          memoryMiB !== undefined &&
          !isUnresolved(shmMiB) &&
          !isUnresolved(memoryMiB) &&
          shmMiB > memoryMiB,
        () => ({
          prop: "shmMiB",
          value: showValue(shmMiB),
          allowed: `at most \`memoryMiB\`, ${showValue(memoryMiB)}`,
          fix: "leave it out; the default is 1024",
        }),
      ),
  },
  "memory-shm-too-small": {
    severity: "warning",
    refuses: "less than 256 MiB of shared memory",
    because: "Chromium's tabs crash in Docker's default of 64 MiB",
    seen: "upstream's docker.md says 1 GiB",
    check: ({ settings: { shmMiB } }) =>
      when(shmMiB !== undefined && !isUnresolved(shmMiB) && shmMiB < 256, () => ({
        prop: "shmMiB",
        value: showValue(shmMiB),
        fix: "leave it out; the default is 1024",
      })),
  },
});
