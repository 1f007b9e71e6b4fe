/** What is true of a container or an app that runs: its image and its gateway. */
import { DEPLOY_AGAIN, type Finding, look, row } from "./condition";
import { isUnseen } from "./observation";
import { versionOf } from "./releases";
import { READ_LOGS } from "./remedy";

type BadProfile = "down" | "failed" | "missing";

export const CONTAINER_CONDITIONS = {
  container: row({
    title: "container runs",
    shows: "The container exists, runs, and its health check passes.",
    bad: {
      stopped: {
        cause: "the container has ended",
        fix: { program: "look at the end of its log, and start it: `docker start`, or deploy again" },
      },
      restarting: {
        cause: "the container ends soon after each start",
        fix: { program: "look at the end of its log with `npx cdktf-hermes explain-log`" },
      },
      outOfMemory: {
        cause: "the kernel ended it because its memory was full",
        fix: { program: "raise `memoryMiB`: browser tools need 2048" },
      },
      paused: {
        cause: "the container is paused, so that nothing in it runs",
        fix: { program: "let it run on: `docker unpause`" },
      },
      unhealthy: { cause: "its health check fails", fix: READ_LOGS },
    },
    find({ container }) {
      if (container === undefined) return [];
      const { running, paused, health, exitCode, outOfMemory, upSeconds, restarts } = container;
      const restarting =
        container.restarting || (running && restarts > RESTARTS_OF_A_LOOP && upSeconds < LOOP_SECONDS);
      if (outOfMemory) return [{ bad: "outOfMemory", seen: `exit code ${exitCode}` }];
      if (restarting) return [{ bad: "restarting", seen: `${restarts} restarts, exit code ${exitCode}` }];
      if (!running) return [{ bad: "stopped", seen: `exit code ${exitCode}` }];
      if (paused) return [{ bad: "paused", seen: "paused" }];
      if (health === "starting") return [{ unseen: "its health check has not decided yet" }];
      if (health === "unhealthy") return [{ bad: "unhealthy", seen: health }];
      return [{ good: `up ${duration(upSeconds)}${health === undefined ? "" : `, ${health}`}` }];
    },
  }),

  app: row({
    title: "app runs",
    shows: "The CapRover server runs one instance of the app, from an image that was deployed.",
    outside: ["openly"],
    bad: {
      stopped: {
        cause: "the app has no instance",
        fix: { program: "set the instance count to 1 in CapRover's dashboard, or deploy again" },
      },
      several: {
        cause: "several instances work on one volume",
        fix: { program: "set the instance count to 1 at once, and check the databases" },
      },
      nothing: { cause: "no image was ever deployed", fix: DEPLOY_AGAIN },
      restarting: {
        cause: "the app ends soon after each start",
        fix: { program: "look at the end of its log with `npx cdktf-hermes explain-log --agent`" },
      },
    },
    find({ app, appStarts }, { imageByCi }) {
      if (app === undefined) return [];
      const { instances, building, image, deployedMs } = app;
      if (building) return [{ unseen: "the CapRover server is building it" }];
      if (image === "") return [{ bad: "nothing", seen: "CapRover's placeholder" }];
      if (instances === 0) return [{ bad: "stopped", seen: "0 instances" }];
      if (instances > 1) return [{ bad: "several", seen: `${instances} instances` }];
      if (appStarts && appStarts.container >= CONTAINERS_OF_A_LOOP)
        return [{ bad: "restarting", seen: `${appStarts.container} starts in two minutes` }];
      return [{ good: `${image}${since(deployedMs)}${imageByCi ? ", left to its CI" : ""}` }];
    },
  }),

  image: row({
    title: "image as declared",
    shows: "The container was made from the image that the program names.",
    bad: {
      other: { cause: "the container runs another image than the one that is declared", fix: DEPLOY_AGAIN },
    },
    find({ container }) {
      if (container === undefined) return [];
      const { declaredImage, image, createdMs } = container;
      const seen = `${image}${since(createdMs)}`;
      if (declaredImage === undefined)
        return [{ unseen: `${seen}; the declared one can't be compared with it` }];
      return [declaredImage ? { good: seen } : { bad: "other", seen }];
    },
  }),

  release: row({
    title: "release",
    shows: "The Hermes that runs has the version of the declared release.",
    outside: ["openly"],
    bad: {
      other: { cause: "another release runs than the one that is declared", fix: DEPLOY_AGAIN },
    },
    find({ version }, { release }) {
      return look(version, (seen) => {
        const declared = versionOf(release);
        if (declared === undefined || declared === seen) return { good: seen };
        return { bad: "other", seen: `${seen}, and ${release.tag} is ${declared}` };
      });
    },
  }),

  gateway: row({
    title: "gateway runs",
    shows: "A gateway process of this container runs, and does not start again and again.",
    outside: ["openly"],
    bad: {
      dead: {
        cause: "no gateway process runs, although the container does",
        fix: { hermes: "gateway start" },
      },
      failed: { cause: "the gateway gave up at its start", fix: READ_LOGS },
      loop: { cause: "the gateway crashes again and again", fix: READ_LOGS },
      hung: {
        cause: "the gateway's process is there and does nothing",
        fix: { restart: "a gateway that hangs does not end by itself" },
      },
      stopped: { cause: "somebody has stopped the gateway", fix: { hermes: "gateway start" } },
    },
    find({ gateway, startedAgain, appStarts }) {
      if (startedAgain) return [{ bad: "loop", seen: "started again between two looks" }];
      if (appStarts && appStarts.gateway > STARTS_OF_A_LOOP)
        return [{ bad: "loop", seen: startsInWords(appStarts.gateway) }];
      return look(gateway, ({ alive, state, exitReason, recentStarts = 0, heartbeatSeconds = 0 }) => {
        if (state === "startup_failed") return { bad: "failed", seen: exitReason ?? state };
        if (!alive && state === "stopped") return { bad: "stopped", seen: state };
        if (!alive) return { bad: "dead", seen: exitReason ?? state ?? "no process" };
        if (recentStarts > STARTS_OF_A_LOOP) return { bad: "loop", seen: startsInWords(recentStarts) };
        if (heartbeatSeconds > HEARTBEATS_MISSED_SECONDS)
          return { bad: "hung", seen: `no sign of life for ${duration(heartbeatSeconds)}` };
        return { good: state ?? "runs" };
      });
    },
  }),

  profiles: row({
    title: "profile",
    shows:
      "Each profile whose gateway is meant to run has one: its own, or the default profile's, which serves all.",
    outside: ["login"],
    bad: {
      down: {
        cause: "the profile's gateway does not run, so that nobody answers for it",
        fix: { hermes: "-p NAME gateway start", note: "with the name of the profile" },
      },
      failed: {
        cause: "the profile's gateway gave up at its start, and no boot starts it again",
        fix: READ_LOGS,
      },
      missing: {
        cause: "the program declares the profile, and the boot has not made it",
        fix: { restart: "each boot makes what the program declares, and its log says what it refused" },
      },
    },
    find({ profiles }, { profiles: declared = {} }) {
      if (profiles === undefined || isUnseen(profiles)) return look(profiles, () => ({ good: "" }));
      const missing = Object.keys(declared).filter((of) => !profiles.some(({ name }) => name === of));
      if (profiles.length + missing.length === 0) return [{ good: "none but the default one" }];
      const found = profiles.map(
        ({
          name: of,
          runs,
          wanted = Object.hasOwn(declared, of) || undefined,
          state,
        }): Finding<BadProfile> => {
          if (runs) return { of, good: "runs" };
          if (state === "startup_failed") {
            const shell = `tail -n 50 /opt/data/profiles/${of}/logs/errors.log`;
            return { of, bad: "failed" as const, seen: state, fix: { shell } };
          }
          if (wanted === undefined)
            return { of, unseen: "its gateway does not run, and nothing says whether it is meant to" };
          if (!wanted && !Object.hasOwn(declared, of))
            return { of, good: "stopped and kept; the program does not declare it" };
          if (!wanted) return { of, good: "stopped, as somebody has left it" };
          const fix = { hermes: `-p ${of} gateway start` };
          return { of, bad: "down" as const, seen: state ?? "no process", fix };
        },
      );
      return [
        ...found,
        ...missing.map((of): Finding<BadProfile> => ({ of, bad: "missing", seen: "no folder" })),
      ];
    },
  }),
} as const;

/** A container that ran for so long since its last restart is in no loop. */
export const LOOP_SECONDS = 120;
const RESTARTS_OF_A_LOOP = 2;

/** In ten minutes. From more than these on, Hermes itself holds a gateway back. */
const STARTS_OF_A_LOOP = 5;

/**
 * Of an app in {@link LOOP_SECONDS}: Swarm keeps the logs of the last five containers that have ended. A deploy starts an
 * app several times, for its certificates too, and waits between.
 */
export const CONTAINERS_OF_A_LOOP = 5;

const startsInWords = (starts: number) => `${starts} starts in ten minutes`;

/** The gateway gives a sign of life every 30 s. */
const HEARTBEATS_MISSED_SECONDS = 120;

/** In UTC; nothing for a time that is not known. */
function since(ms: number): string {
  return ms > 0 ? `, since ${new Date(ms).toISOString().slice(0, 16)}Z` : "";
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
