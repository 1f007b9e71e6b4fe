import { loopbackPortsOf } from "../agent/settings/messaging";
import type { ProfileProps } from "../agent/settings/profile-props";
import { isMultiplexed } from "../agent/settings/profiles";
import { valueName } from "../agent/settings/value-name";
import { configLeaves } from "../hermes/managed-config";
import { hermesName } from "../hermes/platforms";
import { DEFAULT_PROFILE, LISTENING_PLATFORMS, profilePath } from "../hermes/profiles";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { fitsEnvLine } from "../hermes/secret-checks";
import { profileOf, serviceKind, serviceNames, serviceProp, servicesOf } from "../hermes/services";
import { showValue } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject, ProfileSubject } from "./subject";

export const PROFILE_RULES = rulesFor<AgentSubject>()({
  "profile-unsupported": {
    severity: "error",
    refuses: "`profiles` on a release without supervisor or without the managed scope",
    because:
      "nothing would start the gateways of the profiles, or keep what they share from the lines of one volume",
    seen: "0.14.0 has no s6; 0.16.0 reads no /etc/hermes, 0.17.0 does",
    final: true,
    check: ({ release, profiles }) =>
      when(profiles.length > 0 && !hasFeature(release, "managedScope"), () => ({
        prop: "profiles",
        problem: `${release.tag} can't run them`,
        fix: `use ${firstReleaseWith("managedScope")} or later, or an agent of its own for each`,
      })),
  },
  "profile-multiplexing-unsupported": {
    severity: "error",
    refuses: "`multiplexProfiles: true` on a release whose boot starts the other gateways all the same",
    because: "two gateways then connect as the same bots, and no `/p/<name>/` answers",
    seen: "0.18.2: hermes_cli/container_boot.py and the API server know nothing of it, 0.19.0 does",
    final: true,
    check: ({ release, settings }) =>
      when(settings.multiplexProfiles === true && !hasFeature(release, "multiplexedProfiles"), () => ({
        prop: "multiplexProfiles",
        value: "true",
        problem: `${release.tag} can't do it`,
        fix: `leave it out, or use ${firstReleaseWith("multiplexedProfiles")} or later`,
      })),
  },
  "profile-listener-multiplexed": {
    severity: "error",
    refuses:
      "an API server, or a platform that listens on a port, in a profile beside the default one while one gateway serves all",
    because: "the gateway leaves the whole profile out: only the default profile may listen",
    seen: "run 0.19.0: one warning, no platform of the profile; gateway/run.py",
    final: true,
    check: (agent) =>
      isShared(agent)
        ? agent.profiles.flatMap(({ profile, prop, declared }) =>
            listeners(declared).map((listener): Violation => {
              const isApi = listener === "apiServer";
              const others = "or write `multiplexProfiles: false`";
              return {
                prop: `${prop}.${listener}`,
                fix: isApi
                  ? `remove it: the agent's own \`apiServer\` answers for it under ${profilePath(profile)}/; ${others}`
                  : `give it to the agent itself, ${others}`,
              };
            }),
          )
        : [],
  },
  "profile-port-missing": {
    severity: "error",
    refuses: "an API server without port in a profile that has a gateway of its own",
    because:
      "it would listen on the agent's own port, which only one gateway gets: the other one gives up for good",
    seen: "run 0.19.0: the second gateway ends with 78 and stays down",
    final: true,
    check: (agent) =>
      isShared(agent)
        ? []
        : agent.profiles.flatMap(({ prop, declared: { apiServer } }) =>
            when(apiServer !== undefined && apiServer.port === undefined, () => ({
              prop: `${prop}.apiServer.port`,
              problem: "is missing",
              fix: "give each profile's API server a port of its own, such as 8643",
            })),
          ),
  },
  "profile-port-taken": {
    severity: "error",
    refuses: "one port for two profiles of an agent",
    because: "only one gateway gets it, and the other one gives up for good",
    seen: "run 0.19.0: a gateway whose API port is taken ends with 78 and stays down",
    final: true,
    check: takenPorts,
  },
  "profile-reference-multiplexed": {
    severity: "error",
    refuses:
      "a reference `${NAME}` in `config` of a profile beside the default one, to a variable of any profile, while one gateway serves all",
    because:
      "it stands for the variable of the whole process: the profile would get the default profile's secret",
    seen: "run 0.19.0: the default profile's value was sent",
    check: (agent) => {
      const [first] = agent.profiles;
      if (first === undefined || !isShared(agent)) return [];
      const known = new Set([agent, ...agent.profiles].flatMap(variablesOf));
      return agent.profiles.flatMap(({ prop, declared: { config = {} } }) =>
        [...configLeaves(config)].flatMap(([path, value]) =>
          referencesIn(value)
            .filter((name) => known.has(name))
            .map((name) => ({
              prop: `${prop}.config.${path.join(".")}`,
              value: `\${${name}}`,
              fix: "give the value itself if it is no secret, or write `multiplexProfiles: false`",
            })),
        ),
      );
    },
  },
  "profile-variable-unfit": {
    severity: "error",
    refuses: "a variable of a profile that fits into no line of a `.env`",
    because: "a profile has its variables in its `.env` alone, and would read another value there",
    seen: "python-dotenv 1.1, run: it ends the value at the line's end, and replaces `${…}`",
    final: true,
    check: ({ profiles }) =>
      profiles.flatMap(({ prop, declared: { env = {} } }) =>
        Object.entries(env).flatMap(([name, value]) =>
          when(!isUnresolved(value) && !fitsEnvLine(value), () => ({
            prop: `${prop}.env.${name}`,
            allowed: "one line without surrounding blanks, without `${` and without `\\` at its end",
            fix: "put the text into a file",
          })),
        ),
      ),
  },
  "profile-name-alike": {
    severity: "error",
    refuses:
      "two profiles whose names differ only in `-` and `_`, and secrets of two profiles that come to one name, such as `WORK__KEY` of the agent and `KEY` of `work`",
    because: "both would travel to the container under that name, and one profile would get the other's",
    seen: "this library names them so, as `WORK_2__SLACK_BOT_TOKEN`",
    final: true,
    check: ({ profiles, secrets }) => {
      const names = profiles.map(({ profile }) => valueName(profile, ""));
      const alike = profiles.flatMap(({ prop, profile }, i) =>
        when(names.indexOf(valueName(profile, "")) < i, () => ({
          prop,
          fix: "give one of them another name",
        })),
      );
      if (alike.length > 0 || profiles.length === 0) return alike;
      const carried = [
        ...secrets.map(({ name, prop }) => ({ name, prop })),
        ...profiles.flatMap(({ profile, secrets }) =>
          secrets.map(({ name, prop }) => ({ name: valueName(profile, name), prop })),
        ),
      ];
      const first = new Map<string, string>();
      return carried.flatMap(({ name, prop }) => {
        const other = first.get(name);
        if (other === undefined) first.set(name, prop);
        return when(other !== undefined && other !== prop, () => ({
          prop,
          problem: `travels as ${name}, and so does ${other}`,
          fix: "give the variable or the profile another name",
        }));
      });
    },
  },
});

/** Whether one gateway serves all profiles. */
function isShared({ settings, release }: AgentSubject): boolean {
  return isMultiplexed(settings, release) === true;
}

/** Props by which a profile listens on a port, as far as Hermes minds. */
function listeners({ apiServer, messaging, config = {} }: ProfileProps): readonly string[] {
  const services = serviceNames(servicesOf(undefined, apiServer, messaging));
  const given = services
    .filter((service) => service === "apiServer" || LISTENING_PLATFORMS.has(hermesName(service)))
    .map(serviceProp);
  const platforms = config["platforms"];
  const named = typeof platforms === "object" && platforms !== null ? Object.entries(platforms) : [];
  const settings = named.flatMap(([name, platform]) => {
    const off =
      typeof platform === "object" && platform !== null && "enabled" in platform && !platform.enabled;
    return LISTENING_PLATFORMS.has(name) && !off ? [`config.platforms.${name}`] : [];
  });
  return [...given, ...settings];
}

/** The variables that a profile has in its `.env`. */
function variablesOf({ settings, secrets }: AgentSubject | ProfileSubject): readonly string[] {
  return [...secrets.map(({ name }) => name), ...Object.keys(settings.env ?? {})];
}

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== "string" || isUnresolved(value.replaceAll(REFERENCE, ""))) return [];
  return [...value.matchAll(REFERENCE)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

const REFERENCE = /\$\{([A-Za-z_]\w*)\}/g;

interface TakenPort {
  readonly profile: string;
  /** The prop that has the service. */
  readonly owner: string;
  readonly prop: string;
  readonly port: number;
}

/** Two services of one profile on one port have a rule of their own. */
function takenPorts({ services, settings, profiles }: AgentSubject): readonly Violation[] {
  const ofServices = serviceNames(services).flatMap((service): TakenPort[] => {
    const port = services[service]?.port;
    const owner = serviceProp(service);
    const kind = serviceKind(service);
    const prop =
      kind === "dashboard" || kind === "apiServer" ? owner : owner.split(".").slice(0, -1).join(".");
    return port === undefined
      ? []
      : [{ profile: profileOf(service) ?? DEFAULT_PROFILE, owner, prop: `${prop}.port`, port }];
  });
  const ofPlatforms = [
    { profile: DEFAULT_PROFILE, at: "", messaging: settings.messaging },
    ...profiles.map(({ profile, prop, declared }) => ({
      profile,
      at: `${prop}.`,
      messaging: declared.messaging,
    })),
  ].flatMap(({ profile, at, messaging }) =>
    loopbackPortsOf(messaging).map(({ prop, port }): TakenPort => {
      const own = `${at}${prop}`;
      return { profile, owner: own, prop: own, port };
    }),
  );
  const all = [...ofServices, ...ofPlatforms];
  return all.flatMap(({ profile, prop, port }, i) => {
    const other = all.find((one, k) => one.port === port && one.profile !== profile && k < i);
    return other === undefined || profile === DEFAULT_PROFILE
      ? []
      : [
          {
            prop,
            value: showValue(port),
            problem: `\`${other.owner}\` has it`,
            fix: "give it another port, or leave it to one profile",
          },
        ];
  });
}
